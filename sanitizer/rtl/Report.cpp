//===- Report.cpp - The text of a report ----------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include "Flags.h"
#include "Stacks.h"

#include "sanitizer_common/sanitizer_flags.h"
#include "sanitizer_common/sanitizer_report_decorator.h"
#include "sanitizer_common/sanitizer_stacktrace_printer.h"

namespace gvlsan {

namespace {
class Decorator : public SanitizerCommonDecorator {
public:
  const char *error() const { return Red(); }
  const char *access() const { return Blue(); }
  const char *slot() const { return Green(); }
};
} // namespace

const char *accessName(Access Kind) {
  switch (Kind) {
  case Access::Read:
    return "READ";
  case Access::Write:
    return "WRITE";
  case Access::Unknown:
    return "ACCESS";
  case Access::Call:
    return "CALL";
  }
  return "";
}

void describeAccess(const ReportData &R, InternalScopedString &Out) {
  const Violation &V = *R.V;
  Out.Append(accessName(V.Kind));
  if (V.Kind == Access::Call) {
    Out.AppendF(" of %s", V.Call ? V.Call : "a function");
    if (V.Address)
      Out.AppendF(" on %p", reinterpret_cast<void *>(V.Address));
    return;
  }
  if (V.Size)
    Out.AppendF(" of size %zu", V.Size);
  Out.AppendF(" at %p (%s mode", reinterpret_cast<void *>(V.Address),
              V.KernelMode ? "kernel" : "user");
  if (V.Call)
    Out.AppendF(", by %s", V.Call);
  Out.Append(")");
}

/// " in FUNCTION FILE:LINE:COLUMN", or the module and offset.
static void printCode(const AddressInfo &Info, InternalScopedString &Out) {
  if (Info.function)
    Out.AppendF(" in %s", Info.function);
  StackTracePrinter::GetOrInit()->RenderFrame(
      &Out,
      Info.file     ? " %S"
      : Info.module ? " (%m+%o)"
                    : " (unknown module)",
      0, Info.address, &Info, /*vs_style=*/false,
      common_flags()->strip_path_prefix);
}

static void describeKept(const Violation &V, InternalScopedString &Out) {
  if (V.KeptUntil)
    Out.AppendF("The kernel goes on using the memory after the call, with or "
                "without the GVL: until %s\n",
                V.KeptUntil);
}

static void describeThread(const ReportData &R, InternalScopedString &Out) {
  if (const EarlierCall *E = R.V->Earlier) {
    Out.AppendF(", which thread T%u called before\n", E->Thread);
    return describeKept(*R.V, Out);
  }
  Out.AppendF(" by thread T%u (tid %d", R.ThreadNumber, R.Tid);
  if (R.ThreadName[0])
    Out.AppendF(", %s", R.ThreadName);
  Out.Append(")");
  switch (R.V->Lock) {
  case LockState::Held:
    Out.Append(", which holds the GVL");
    break;
  case LockState::Foreign:
    Out.Append(", which the VM did not create");
    break;
  case LockState::Released:
    Out.Append(", which released the GVL");
    if (R.ReleasedIn)
      Out.AppendF(" in %s", R.ReleasedIn);
    break;
  }
  Out.Append("\n");
  if (R.CallbackFrame) {
    Out.AppendF("    in the callback %p",
                reinterpret_cast<void *>(R.CallbackFrame->info.address));
    printCode(R.CallbackFrame->info, Out);
    Out.Append("\n");
  }
  describeKept(*R.V, Out);
}

const AddressInfo *culprit(const ReportData &R) {
  // A callback that ends in a jump to the call is not on the stack.
  if (R.CallbackFrame && R.CallbackFrame->info.function && isOwnCode(R.V->Pc))
    return &R.CallbackFrame->info;
  const AddressInfo *First = nullptr;
  for (u32 I = 0; I < R.Stack->size; ++I)
    for (const SymbolizedStack *F = R.Frames[I]; F; F = F->next) {
      // A stripped library names nothing, and who let go of the lock for it is
      // not to blame.
      bool Released = F->info.function && R.ReleasedIn &&
                      internal_strcmp(F->info.function, R.ReleasedIn) == 0;
      if (First && Released)
        return First;
      if (F->info.function)
        return &F->info;
      if (!First)
        First = &F->info;
    }
  return First;
}

static void printStack(const ReportData &R, InternalScopedString &Out) {
  int Number = 0;
  for (u32 I = 0; I < R.Stack->size; ++I)
    for (const SymbolizedStack *F = R.Frames[I]; F; F = F->next) {
      Out.AppendF("    #%d %p", Number++,
                  reinterpret_cast<void *>(F->info.address));
      printCode(F->info, Out);
      Out.Append("\n");
    }
}

void describeOther(const ReportData &R, InternalScopedString &Out) {
  Out.AppendF("It meets a %s of size %zu",
              accessName(R.Other.IsWrite ? Access::Write : Access::Read),
              R.Other.Size);
  if (R.Other.Call)
    Out.AppendF(" by %s", R.Other.Call);
  Out.AppendF(" in the thread with tid %ld", R.Other.Tid);
}

static void printOther(const ReportData &R, InternalScopedString &Out) {
  if (!R.HasOther)
    return;
  describeOther(R, Out);
  Out.AppendF("\n    %p", reinterpret_cast<void *>(R.Other.Pc));
  if (R.OtherFrame)
    printCode(R.OtherFrame->info, Out);
  Out.Append("\n");
}

static void printRubyStack(const ReportData &R, InternalScopedString &Out) {
  if (!R.Vm)
    return;
  if (!R.Vm->NumFrames) {
    Out.AppendF("No Ruby-level stack: %s\n",
                R.Vm->Done ? "this thread runs no Ruby code"
                           : "the VM could not be asked in this state");
    return;
  }
  Out.Append(R.V->Earlier ? "Ruby-level stack where the buffer is given back:\n"
                          : "Ruby-level stack:\n");
  for (u32 I = 0; I < R.Vm->NumFrames; ++I) {
    const RubyFrame &F = R.Vm->Frames[I];
    Out.AppendF("    #%u %s:%d:in `%s'\n", I, F.File, F.Line, F.Method);
  }
}

static void printHolder(const ReportData &R, InternalScopedString &Out) {
  if (R.LockHolder > 0)
    Out.AppendF("The GVL is held by the thread with tid %ld\n", R.LockHolder);
  else if (R.LockHolder == 0)
    Out.Append("Nobody holds the GVL\n");
}

static void printBytes(const SlotInfo &Slot, InternalScopedString &Out) {
  Out.Append("\"");
  for (u32 I = 0; I < Slot.FirstSize; ++I) {
    u8 C = Slot.First[I];
    if (C == '"' || C == '\\')
      Out.AppendF("\\%c", C);
    else if (C >= 0x20 && C < 0x7f)
      Out.AppendF("%c", C);
    else
      Out.AppendF("\\x%02X", C);
  }
  Out.Append(Slot.Length > Slot.FirstSize ? "\"..." : "\"");
}

/// "which the VM gave back in thread T1 during the region", or the code that
/// did.
static void printGivenBack(const ReportData &R, InternalScopedString &Out) {
  const MemoryInfo &M = R.V->Memory;
  Out.AppendF("which %s %s in thread T%u %s", M.GivenBackAt ? "was" : "the VM",
              M.Kind == MemoryKind::MovedBuffer ? "replaced by another"
              : M.GivenBackAt                   ? "given back"
                                                : "gave back",
              M.GivenBackBy, R.V->Earlier ? "meanwhile" : "during the region");
  if (R.GivenBackFrame)
    printCode(R.GivenBackFrame->info, Out);
  Out.Append("\n");
}

static void printSlot(const ReportData &R, InternalScopedString &Out) {
  const Violation &V = *R.V;
  const SlotInfo &S = R.Slot;
  bool Freed = V.Memory.Kind == MemoryKind::FreedBuffer;
  if (Freed || V.Memory.Kind == MemoryKind::MovedBuffer) {
    Out.AppendF("%p is %zu bytes inside a %s buffer of %zu bytes, ",
                reinterpret_cast<void *>(V.Address), V.Address - V.Memory.Begin,
                Freed ? "freed" : "left", V.Memory.Size);
    if (V.Memory.Owner)
      Out.AppendF("whose owner %p was collected\n",
                  reinterpret_cast<void *>(V.Memory.Owner));
    else
      printGivenBack(R, Out);
    return;
  }
  if (R.HasSlot) {
    Out.AppendF("%p is %zu bytes inside the slot [%p,%p) of %zu bytes\n",
                reinterpret_cast<void *>(V.Address), V.Address - S.Slot,
                reinterpret_cast<void *>(S.Slot),
                reinterpret_cast<void *>(S.Slot + S.Size), S.Size);
    Out.AppendF("The slot holds: %s", S.Type);
    struct {
      u32 Flag;
      const char *Name;
    } const Names[] = {
        {SlotEmbedded, "embedded"},   {SlotFrozen, "frozen"},
        {SlotHidden, "hidden"},       {SlotShared, "shared"},
        {SlotLocked, "locked"},       {SlotPinned, "pinned"},
        {SlotShareable, "shareable"},
    };
    for (auto &N : Names)
      if (S.Flags & N.Flag)
        Out.AppendF(", %s", N.Name);
    if (R.Vm && R.Vm->Object.ClassName[0])
      Out.AppendF(", class %s", R.Vm->Object.ClassName);
    else if (S.ClassName[0])
      Out.AppendF(", class %s", S.ClassName);
    if (S.DataType[0])
      Out.AppendF(", type \"%s\"", S.DataType);
    if (S.HasLength)
      Out.AppendF(", length %zu", S.Length);
    if (S.FirstSize) {
      Out.Append(", bytes ");
      printBytes(S, Out);
    }
    if (S.MovedTo)
      Out.AppendF(", moved to %p", reinterpret_cast<void *>(S.MovedTo));
    if (S.MovedFrom)
      Out.AppendF(", moved from %p", reinterpret_cast<void *>(S.MovedFrom));
    if (R.Vm && R.Vm->Object.Pinned)
      Out.Append("; pinned by the last compaction");
    Out.Append("\n");
    if (R.Vm && R.Vm->Object.AllocatedAt)
      Out.AppendF("It was allocated at %s:%d\n", R.Vm->Object.AllocatedIn,
                  R.Vm->Object.AllocatedAt);
    else if (flags().trace_allocations && R.Vm &&
             !(S.Flags & (SlotFree | SlotMoved)))
      Out.Append("It was allocated before the tracing of allocations began, or "
                 "by the VM itself\n");
  }
  if (V.Memory.Kind == MemoryKind::Page)
    Out.AppendF("The page [%p,%p) is %sprotected\n",
                reinterpret_cast<void *>(V.Memory.Begin),
                reinterpret_cast<void *>(V.Memory.Begin + V.Memory.Size),
                V.Memory.Protected ? "" : "not ");
}

static void printSummary(const ReportData &R, InternalScopedString &Out) {
  Out.AppendF("SUMMARY: GvlSanitizer: %s %s", R.V->Rule->Name,
              R.V->Rule->Title);
  if (const AddressInfo *Info = culprit(R)) {
    StackTracePrinter::GetOrInit()->RenderFrame(
        &Out, Info->file ? " %S" : " %m+%o", 0, Info->address, Info,
        /*vs_style=*/false, common_flags()->strip_path_prefix);
    if (Info->function)
      Out.AppendF(" in %s", Info->function);
  }
  Out.Append("\n");
}

void printText(const ReportData &R, InternalScopedString &Out) {
  Decorator D;
  Out.Append(
      "=================================================================\n");
  Out.AppendF("%s==%d==ERROR: GvlSanitizer: %s: %s%s\n", D.error(), R.Pid,
              R.V->Rule->Name, R.V->Rule->Title, D.Default());
  Out.Append(D.access());
  describeAccess(R, Out);
  describeThread(R, Out);
  Out.Append(D.Default());
  printStack(R, Out);
  printOther(R, Out);
  Out.Append("\n");
  printRubyStack(R, Out);
  printHolder(R, Out);
  Out.Append("\n");
  Out.Append(D.slot());
  printSlot(R, Out);
  Out.Append(D.Default());
  Out.AppendF("To make it right: %s\n\n", R.V->Rule->Advice);
  printSummary(R, Out);
}

} // namespace gvlsan
