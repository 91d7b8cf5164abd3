//===- Suppressions.cpp - Findings not to be reported ---------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Suppressions.h"

#include "Flags.h"
#include "Stacks.h"

#include "sanitizer_common/sanitizer_file.h"
#include "sanitizer_common/sanitizer_placement_new.h"
#include "sanitizer_common/sanitizer_suppressions.h"

namespace gvlsan {

static constexpr const char *CoreModule = "core";

static const char *Types[] = {
#define GVLSAN_RULE(Enum, Id, ...) Id,
#include "rules/Rules.def"
    CoreModule,
};

// No destructors, no dynamic initialisation: placed when they are needed.
alignas(64) static char UserMemory[sizeof(SuppressionContext)];
alignas(64) static char CoreMemory[sizeof(SuppressionContext)];
static SuppressionContext *User;
static SuppressionContext *Core;

static SuppressionContext *parse(char *Memory, const char *Path) {
  auto *Context = new (Memory) SuppressionContext(Types, ARRAY_SIZE(Types));
  Context->ParseFromFile(Path);
  return Context;
}

void initializeSuppressions(const char *RubyVersion) {
  if (flags().suppressions[0])
    User = parse(UserMemory, flags().suppressions);
  if (!flags().default_suppressions[0] || !RubyVersion)
    return;
  InternalScopedString Path;
  Path.AppendF("%s/ruby-%s.supp", flags().default_suppressions, RubyVersion);
  if (FileExists(Path.data()))
    Core = parse(CoreMemory, Path.data());
  else
    VReport(1, "GvlSanitizer: no suppressions are shipped for Ruby %s\n",
            RubyVersion);
}

static bool matches(SuppressionContext &Context, const char *Type,
                    const char *Text) {
  Suppression *Ignored;
  return Text && Context.Match(Text, Type, &Ignored);
}

bool isKnownCoreFinding(const Violation &V, const StackTrace &Stack) {
  if (!Core)
    return false;
  for (u32 I = 0; I < Stack.size; ++I) {
    CodeLocation Where = locate(Stack.trace[I]);
    if (!matches(*Core, CoreModule, Where.Module))
      return false;
    if (!Where.Function)
      continue;
    char Text[256];
    internal_snprintf(Text, sizeof(Text), "%s in %s", V.Call ? V.Call : "access",
                      Where.Function);
    if (matches(*Core, V.Rule->Name, Text))
      return true;
  }
  return false;
}

bool haveUserSuppressions() { return User; }

bool isSuppressedByUser(const Violation &V,
                        const SymbolizedStack *const *Frames, u32 Size) {
  if (!User)
    return false;
  const char *Rule = V.Rule->Name;
  if (matches(*User, Rule, V.Call))
    return true;
  for (u32 I = 0; I < Size; ++I)
    for (const SymbolizedStack *F = Frames[I]; F; F = F->next)
      if (matches(*User, Rule, F->info.function) ||
          matches(*User, Rule, F->info.module) ||
          matches(*User, Rule, F->info.file))
        return true;
  return false;
}

} // namespace gvlsan
