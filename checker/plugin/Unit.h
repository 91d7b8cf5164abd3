//===- Unit.h - The findings of the unit that clang compiles -----*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_PLUGIN_UNIT_H
#define GVLSAN_PLUGIN_UNIT_H

#include "analysis/Settings.h"

namespace gvlsan::plugin {

/// Analyses \p Context's translation unit. \returns what NOLINT comments and
/// the settings leave. When a user file is wrong, that is the compiler's error.
std::vector<Finding> judge(clang::ASTContext &Context, SettingsReader &Reader);

/// A finding's message with the rule's id, as every front end prints it.
std::string title(const Finding &F);

} // namespace gvlsan::plugin

#endif // GVLSAN_PLUGIN_UNIT_H
