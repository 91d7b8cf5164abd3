//===- Suppressions.cpp - Findings not to be reported ---------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Suppressions.h"

#include "Context.h"
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

static bool inCoreModule(uptr Pc) {
  const char *Module = locate(Pc).Module;
  const HeapAdapter *Heap = heap();
  return Module && ((Heap->IsVmModule && Heap->IsVmModule(Module)) ||
                    matches(*Core, CoreModule, Module));
}

static bool isListed(const Violation &V, const char *Releaser) {
  char Text[256];
  internal_snprintf(Text, sizeof(Text), "%s in %s", V.Call, Releaser);
  return matches(*Core, V.Rule->Name, Text);
}

/// \p R: the region, nullptr when it was entered past us.
static bool judgeCoreFinding(const Violation &V, const Region *R) {
  if (R)
    // The callback's tail call returns to our trampoline. A callback is named
    // by its first byte, a return address by the one after its call.
    return isListed(V, R->Releaser) && inCoreModule(R->Callback + 1) &&
           (isOwnCode(V.Pc) || inCoreModule(V.Pc));
  if (!inCoreModule(V.Pc))
    return false;
  BufferedStackTrace Stack;
  Stack.Unwind(V.Pc, V.Bp, V.Context, /*request_fast=*/false);
  const char *Releaser = releasedIn(Stack);
  return Releaser && isListed(V, Releaser);
}

bool isKnownCoreFinding(const Violation &V) {
  const Region *R = Thread.InRegion;
  if (!Core || !V.Call || V.Lock != LockState::Released)
    return false;
  // The VM's own callbacks: those of extensions come to us.
  if (!R && !heap()->VmIsProgram)
    return false;
  // Both in one word, so that a reader sees neither half of another's entry.
  static constexpr uptr Entries = 512;
  static uptr Verdicts[Entries];
  uptr Key = hashStack(StackTrace(&V.Pc, 1), 1,
                       (R ? R->Callback : 0) ^ reinterpret_cast<uptr>(V.Call) ^
                           static_cast<uptr>(V.Rule->Id) << 56) &
             ~uptr(1);
  uptr &Entry = Verdicts[(Key >> 1) % Entries];
  uptr Known = __atomic_load_n(&Entry, __ATOMIC_RELAXED);
  if ((Known & ~uptr(1)) == Key)
    return Known & 1;
  bool Verdict = judgeCoreFinding(V, R);
  __atomic_store_n(&Entry, Key | Verdict, __ATOMIC_RELAXED);
  return Verdict;
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
