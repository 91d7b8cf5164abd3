//===- Nolint.cpp - NOLINT comments ---------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/Nolint.h"

#include "analysis/Checks.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/GlobPattern.h"

using namespace gvlsan;
using llvm::StringRef;

/// Whether the list behind a marker, "(a, b*)" or nothing, names \p Rule.
static bool lists(StringRef Rest, RuleId Rule) {
  if (!Rest.consume_front("("))
    return true;
  llvm::SmallVector<StringRef, 4> Names;
  Rest.take_until([](char C) { return C == ')'; }).split(Names, ',');
  for (StringRef Name : Names) {
    Name = Name.trim();
    if (Name == ruleInfo(Rule).Name)
      return true;
    llvm::Expected<llvm::GlobPattern> Glob = llvm::GlobPattern::create(Name);
    if (!Glob)
      llvm::consumeError(Glob.takeError());
    else if (Glob->match(checkName(Rule)))
      return true;
  }
  return false;
}

/// Whether \p Line holds \p Marker as a word and for \p Rule.
static bool has(StringRef Line, StringRef Marker, RuleId Rule) {
  for (size_t At = Line.find(Marker); At != StringRef::npos;
       At = Line.find(Marker, At + 1)) {
    StringRef Rest = Line.drop_front(At + Marker.size());
    if (!Rest.empty() && isupper(static_cast<unsigned char>(Rest[0])))
      continue;
    if (lists(Rest, Rule))
      return true;
  }
  return false;
}

bool gvlsan::isSuppressed(StringRef Text, unsigned Line, RuleId Rule) {
  bool Inside = false;
  StringRef Previous;
  for (unsigned N = 1; !Text.empty() && N <= Line; ++N) {
    StringRef Here;
    std::tie(Here, Text) = Text.split('\n');
    if (has(Here, "NOLINTBEGIN", Rule))
      Inside = true;
    if (has(Here, "NOLINTEND", Rule))
      Inside = false;
    if (N == Line)
      return Inside || has(Here, "NOLINT", Rule) ||
             has(Previous, "NOLINTNEXTLINE", Rule);
    Previous = Here;
  }
  return false;
}
