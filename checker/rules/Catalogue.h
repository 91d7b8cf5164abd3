//===- Catalogue.h - Access to the rule catalogue ----------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The rules as constants. Freestanding on purpose (no standard library, no
/// dynamic initialisation): the sanitizer runtime reads it inside signal
/// handlers and before libc is up. Every function here may be called from any
/// thread, with or without the GVL, and is async-signal-safe.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_RULES_CATALOGUE_H
#define GVLSAN_RULES_CATALOGUE_H

namespace gvlsan {

enum class RuleId : unsigned char {
#define GVLSAN_RULE(Enum, ...) Enum,
#include "Rules.def"
};

enum class Severity : unsigned char { Warning, Error };

/// What a user can ask for; a rule names the profiles that demand it.
enum Profile : unsigned char {
  /// What real extensions can be held to (the default).
  Practical = 1,
  /// The rules of Bug #20169 to the letter: unproven cases are reported.
  Strict = 2,
  /// Nothing that comes out of a VALUE is touched in a no-GVL region.
  Bounce = 4,
  PracticalAndStrict = Practical | Strict,
  AllProfiles = Practical | Strict | Bounce,
};

struct RuleInfo {
  RuleId Id;
  /// As users write it: "R1.b".
  const char *Name;
  Severity DefaultSeverity;
  unsigned char Profiles;
  /// 100 * major + minor of the first Ruby the rule holds for; 0: every one.
  unsigned short Since;
  /// First Ruby it no longer holds for; 0: it still holds.
  unsigned short Until;
  const char *Title;
  const char *Text;
  const char *Advice;
};

struct DesignInfo {
  const char *Name;
  const char *Title;
  const char *Text;
};

inline constexpr RuleInfo Rules[] = {
#define GVLSAN_RULE(Enum, Id, Sev, Profiles, Since, Until, Title, Text,        \
                    Advice)                                                    \
  {RuleId::Enum, Id,    Severity::Sev, Profiles, Since,                        \
   Until,        Title, Text,          Advice},
#include "Rules.def"
};

inline constexpr DesignInfo Designs[] = {
#define GVLSAN_DESIGN(Enum, Id, Title, Text) {Id, Title, Text},
#include "Rules.def"
};

inline constexpr unsigned NumRules = sizeof(Rules) / sizeof(Rules[0]);
inline constexpr unsigned NumDesigns = sizeof(Designs) / sizeof(Designs[0]);

/// The row of \p Id.
constexpr const RuleInfo &ruleInfo(RuleId Id) {
  return Rules[static_cast<unsigned>(Id)];
}

/// Looks a rule up by the name that users write, case-sensitively.
/// \returns nullptr when there is no such rule.
constexpr const RuleInfo *findRule(const char *Name) {
  for (const RuleInfo &R : Rules) {
    const char *A = R.Name, *B = Name;
    while (*A && *A == *B) {
      ++A;
      ++B;
    }
    if (*A == *B)
      return &R;
  }
  return nullptr;
}

/// Whether \p R holds for Ruby \p Version (100 * major + minor).
constexpr bool holdsForRuby(const RuleInfo &R, unsigned Version) {
  return Version >= R.Since && (R.Until == 0 || Version < R.Until);
}

/// Writes the anchor of the rule's page below docs/rules ("r1-b" for "R1.b")
/// into \p Out, which holds \p Size bytes, always terminated.
constexpr void docAnchor(const RuleInfo &R, char *Out, unsigned Size) {
  unsigned I = 0;
  for (const char *P = R.Name; *P && I + 1 < Size; ++P, ++I)
    Out[I] = *P == '.'                  ? '-'
             : (*P >= 'A' && *P <= 'Z') ? static_cast<char>(*P - 'A' + 'a')
                                        : *P;
  if (Size)
    Out[I] = '\0';
}

} // namespace gvlsan

#endif // GVLSAN_RULES_CATALOGUE_H
