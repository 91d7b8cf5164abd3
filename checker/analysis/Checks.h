//===- Checks.h - Rules grouped into checks ----------------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The names under which clang-tidy offers the rules: one check a family.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_CHECKS_H
#define GVLSAN_ANALYSIS_CHECKS_H

#include "rules/Catalogue.h"

namespace gvlsan {

inline constexpr const char HeapAccessCheckName[] = "ruby-gvl-heap-access";
inline constexpr const char ApiCallCheckName[] = "ruby-gvl-api-call";
inline constexpr const char OwnerCheckName[] = "ruby-gvl-owner";
inline constexpr const char KernelAccessCheckName[] = "ruby-gvl-kernel-access";
inline constexpr const char GuardCheckName[] = "ruby-gc-guard";
inline constexpr const char MarkCheckName[] = "ruby-gc-mark";
inline constexpr const char RootCheckName[] = "ruby-gc-root";

/// The check that reports \p Rule.
constexpr const char *checkName(RuleId Rule) {
  switch (Rule) {
  case RuleId::R1_api:
  case RuleId::W1:
    return ApiCallCheckName;
  case RuleId::R2_a:
  case RuleId::R2_r:
  case RuleId::R2_b:
  case RuleId::R2_c:
  case RuleId::R3:
  case RuleId::R4:
    return OwnerCheckName;
  case RuleId::K1:
  case RuleId::K2:
    return KernelAccessCheckName;
  case RuleId::G1:
  case RuleId::C2:
    return GuardCheckName;
  case RuleId::C1:
  case RuleId::D1:
    return MarkCheckName;
  case RuleId::H1:
  case RuleId::H2:
    return RootCheckName;
  default:
    return HeapAccessCheckName;
  }
}

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_CHECKS_H
