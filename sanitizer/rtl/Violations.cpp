//===- Violations.cpp - From a violation to its report --------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Violations.h"

#include "Context.h"
#include "ExitStatus.h"
#include "Flags.h"
#include "Memory.h"
#include "Report.h"
#include "ReportOutput.h"
#include "Seal.h"
#include "Snapshot.h"
#include "Stacks.h"
#include "Stats.h"
#include "Suppressions.h"

#include "sanitizer_common/sanitizer_flags.h"
#include "sanitizer_common/sanitizer_libc.h"
#include "sanitizer_common/sanitizer_mutex.h"
#include "sanitizer_common/sanitizer_placement_new.h"
#include "sanitizer_common/sanitizer_posix.h"

#include <errno.h>
#include <sys/prctl.h>

namespace gvlsan {

static SeenSet Seen;
/// The same by source lines: a compiler may make several accesses of one.
static SeenSet SeenInSource;
/// One report is written at a time.
static StaticSpinMutex ReportMutex;

namespace {

/// What comes back from the snapshot that renders a report.
struct Rendering {
  static constexpr uptr MaxText = 1 << 22;
  atomic_uint32_t State; ///< see Snapshot.h
  bool Suppressed;
  uptr SourceHash; ///< 0 when no source line is known
  uptr TextSize, JsonSize;
  char Text[MaxText];
  char Json[MaxText];
};

/// What goes into it.
struct Job {
  Violation V;
  BufferedStackTrace Stack;
  ReportData Data;
  Rendering *Out;
  Counter *Became; ///< of \c stats
  const ReportInProgress *InProgress;
};

} // namespace

static void copyOut(const InternalScopedString &From, char *To, uptr &Size) {
  Size = Min<uptr>(From.length(), Rendering::MaxText);
  internal_memcpy(To, From.data(), Size);
}

namespace {
struct VmQuestion {
  const SlotInfo *Slot; ///< nullptr: no class is asked for
  bool HasRubyStack;
  VmAnswers *Out;
};
} // namespace

static void askVm(void *Arg) {
  auto &Q = *static_cast<VmQuestion *>(Arg);
  const HeapAdapter &Heap = *heap();
  // The VM walks the frames of its own threads only.
  if (Heap.RubyStack && Q.HasRubyStack)
    Q.Out->NumFrames = Heap.RubyStack(Q.Out->Frames, VmAnswers::MaxFrames);
  if (Heap.ObjectFacts && Q.Slot)
    Heap.ObjectFacts(*Q.Slot, Q.Out->Object);
  Q.Out->Done = true;
}

/// Takes what belongs to the process under test, not to the symbolizer, out of
/// the snapshot's environment.
static void leaveEnvironment() {
  // The array that sanitizer_common hands on is the one the process was started
  // with, whatever the program has since made of its environment.
  char **To = GetEnviron();
  for (char **From = To; *From; ++From)
    if (internal_strncmp(*From, "LD_PRELOAD=", 11) != 0)
      *To++ = *From;
  *To = nullptr;
}

static void gather(Job &J) {
  ReportData &D = J.Data;
  if (!J.V.Size && J.V.String.Begin)
    J.V.Size = stringSize(J.V.String.Begin, J.V.String.Max);
  D.V = &J.V;
  D.Stack = &J.Stack;
  if (J.V.Memory.Kind == MemoryKind::Page)
    D.HasSlot = heap() && heap()->DescribeSlot(J.V.Address, D.Slot);
  D.HasOther = heap() && heap()->Other && heap()->Other(D.Other);
  if (J.V.Lock == LockState::Released) {
    D.InRegion = Thread.InRegion;
    D.ReleasedIn = D.InRegion ? D.InRegion->Releaser : releasedIn(J.Stack);
  }
}

/// Symbolises \p Pc. The checked clone of a function (pass/CheckedClones.h)
/// goes by the function's own name, as its author knows it.
static SymbolizedStack *symbolize(uptr Pc) {
  // As it is, and as demanglers have it.
  static constexpr const char *Suffixes[] = {".nogvl", " (.nogvl)"};
  SymbolizedStack *Frames = Symbolizer::GetOrInit()->SymbolizePC(Pc);
  for (SymbolizedStack *F = Frames; F; F = F->next)
    if (char *Name = F->info.function)
      for (const char *Suffix : Suffixes) {
        uptr Size = internal_strlen(Name), Cut = internal_strlen(Suffix);
        if (Size > Cut && !internal_strcmp(Name + Size - Cut, Suffix))
          Name[Size - Cut] = '\0';
      }
  return Frames;
}

/// What is inlined at a function's first instruction is not that function.
static const SymbolizedStack *ofFunction(const SymbolizedStack *Frames) {
  while (Frames && Frames->next)
    Frames = Frames->next;
  return Frames;
}

/// Adds \p Text and its end to \p Hash.
static uptr hashText(const char *Text, uptr Hash) {
  for (; *Text; ++Text)
    Hash = (Hash ^ static_cast<u8>(*Text)) * 1099511628211u;
  return Hash * 1099511628211u;
}

/// The same for two accesses that break one rule, in one way, in the same lines
/// of the same functions. The VM's frames have no part in it.
static uptr sourceHash(const Violation &V, const SymbolizedStack *const *Frames,
                       u32 Size) {
  constexpr u32 MaxFrames = 4;
  uptr Hash = hashText(V.Rule->Name, 14695981039346656037u);
  Hash = hashText(V.Call ? V.Call : "", Hash ^ static_cast<uptr>(V.Kind));
  u32 Lines = 0;
  for (u32 I = 0; I < Size; ++I)
    for (const SymbolizedStack *F = Frames[I]; F; F = F->next) {
      const AddressInfo &Info = F->info;
      const HeapAdapter *Heap = heap();
      if (Heap && Heap->IsVmModule && Info.module &&
          Heap->IsVmModule(Info.module))
        continue;
      // Without its line one frame looks like every other of its function.
      if (!Info.file || !Info.function || !Info.line)
        return Lines ? Hash : 0;
      Hash = hashText(Info.function, hashText(Info.file, Hash ^ Info.line));
      if (++Lines == MaxFrames)
        return Hash;
    }
  return Lines ? Hash : 0;
}

/// Who has the lock that this thread lacks, -1 when that is not known. In a
/// snapshot nobody takes it or gives it up meanwhile.
static long lockHolder(const ReportData &D) {
  if (D.V->Lock == LockState::Held || !heap())
    return -1;
  long Holder = heap()->LockHolder();
  return Holder == D.Tid ? -1 : Holder;
}

/// Runs in the snapshot.
static void render(void *Arg) {
  Job &J = *static_cast<Job *>(Arg);
  ReportData &D = J.Data;
  leaveEnvironment();
  openCopy();
  detachReportFile(D.Pid);
  D.LockHolder = lockHolder(D);

  static const SymbolizedStack *Frames[kStackTraceMax];
  for (u32 I = 0; I < J.Stack.size; ++I) {
    uptr Pc = StackTrace::GetPreviousInstructionPc(J.Stack.trace[I]);
    SymbolizedStack *Frame = symbolize(Pc);
    // Without a symbolizer the dynamic symbols are better than nothing.
    if (Frame && !Frame->info.function)
      if (const char *Name = locate(J.Stack.trace[I]).Function)
        Frame->info.function = internal_strdup(Name);
    Frames[I] = Frame;
  }
  D.Frames = Frames;
  if (D.InRegion)
    D.CallbackFrame = ofFunction(symbolize(D.InRegion->Callback));
  if (uptr Pc = J.V.Memory.GivenBackAt)
    D.GivenBackFrame = symbolize(StackTrace::GetPreviousInstructionPc(Pc));
  if (D.HasOther)
    D.OtherFrame = symbolize(D.Other.Pc);

  J.Out->Suppressed = isSuppressedByUser(J.V, Frames, J.Stack.size);
  if (J.Out->Suppressed)
    return;
  J.Out->SourceHash = sourceHash(J.V, Frames, J.Stack.size);

  const HeapAdapter *Heap = heap();
  if (Heap && (Heap->RubyStack || Heap->ObjectFacts)) {
    if (auto *Vm = static_cast<VmAnswers *>(mapShared(sizeof(VmAnswers)))) {
      VmQuestion Question = {D.HasSlot ? &D.Slot : nullptr,
                             J.V.Lock != LockState::Foreign, Vm};
      runInSnapshot(askVm, &Question, /*TimeoutMs=*/5000);
      D.Vm = Vm;
    }
  }

  InternalScopedString Text, Json;
  printText(D, Text);
  copyOut(Text, J.Out->Text, J.Out->TextSize);
  if (flags().json_path[0]) {
    printJson(D, Json);
    copyOut(Json, J.Out->Json, J.Out->JsonSize);
  }
}

/// The snapshot failed: says as much as needs no symbolizer.
static void printPlain(Job &J) {
  InternalScopedString Text;
  Text.AppendF("==%d==ERROR: GvlSanitizer: %s: %s\n", J.Data.Pid,
               J.V.Rule->Name, J.V.Rule->Title);
  describeAccess(J.Data, Text);
  Text.Append(" (not symbolised: the snapshot of the process failed)\n");
  for (u32 I = 0; I < J.Stack.size; ++I) {
    CodeLocation Where = locate(J.Stack.trace[I]);
    Text.AppendF("    #%u %p in %s (%s+0x%zx)\n", I,
                 reinterpret_cast<void *>(J.Stack.trace[I]),
                 Where.Function ? Where.Function : "??",
                 Where.Module ? Where.Module : "??",
                 J.Stack.trace[I] - Where.ModuleBase);
  }
  Text.AppendF("SUMMARY: GvlSanitizer: %s %s\n", J.V.Rule->Name,
               J.V.Rule->Title);
  writeReportText(Text.data(), Text.length(), J.Data.Pid);
  if (!flags().json_path[0])
    return;
  // No allocator: the signal may have come in the middle of one.
  alignas(SymbolizedStack) static char Memory[kStackTraceMax]
                                             [sizeof(SymbolizedStack)];
  static const SymbolizedStack *Frames[kStackTraceMax];
  internal_memset(Memory, 0, sizeof(Memory));
  for (u32 I = 0; I < J.Stack.size; ++I) {
    auto *Frame = reinterpret_cast<SymbolizedStack *>(Memory[I]);
    uptr Pc = StackTrace::GetPreviousInstructionPc(J.Stack.trace[I]);
    CodeLocation Where = locate(J.Stack.trace[I]);
    Frame->info.address = Pc;
    Frame->info.module = const_cast<char *>(Where.Module);
    Frame->info.module_offset = Pc - Where.ModuleBase;
    Frame->info.function = const_cast<char *>(Where.Function);
    Frames[I] = Frame;
  }
  J.Data.Frames = Frames;
  InternalScopedString Json;
  printJson(J.Data, Json);
  writeJsonLine(Json.data(), Json.length());
}

/// The report is rendered: writes it, unless it is suppressed or was seen.
static void take(void *Arg) {
  Job &J = *static_cast<Job *>(Arg);
  const Rendering &R = *J.Out;
  if (R.Suppressed) {
    J.Became = &stats().Suppressed;
  } else if (flags().dedup && R.SourceHash &&
             !SeenInSource.insert(R.SourceHash)) {
    J.Became = &stats().Deduplicated;
  } else {
    J.Became = &stats().Reports;
    writeReportText(R.Text, R.TextSize, J.Data.Pid);
    if (R.JsonSize)
      writeJsonLine(R.Json, R.JsonSize);
    J.InProgress->tellRun(common_flags()->exitcode);
  }
}

/// \returns what became of the report, a counter of \c stats.
static Counter &writeReport(Job &J) {
  J.Became = &stats().Reports;
  J.Out = static_cast<Rendering *>(mapShared(sizeof(Rendering)));
  if (!J.Out || !runInSnapshot({render, take, &J, &J.Out->State},
                               flags().snapshot_timeout_ms)) {
    printPlain(J);
    J.InProgress->tellRun(common_flags()->exitcode);
  }
  unmapShared(J.Out, sizeof(Rendering));
  return *J.Became;
}

/// Unless it is known or was seen, reports \p V.
static void handle(const Violation &V) {
  if (isKnownCoreFinding(V)) {
    stats().Hidden.add();
    return;
  }
  BufferedStackTrace Stack;
  if (V.Earlier)
    Stack.Init(V.Earlier->Frames, V.Earlier->NumFrames);
  else
    Stack.Unwind(V.Pc, V.Bp, V.Context, /*request_fast=*/false);
  dropOwnFrames(Stack);
  if (flags().dedup && !Seen.insert(hashStack(Stack, flags().dedup_depth,
                                              static_cast<uptr>(V.Rule->Id)))) {
    stats().Deduplicated.add();
    return;
  }
  SpinMutexLock Lock(&ReportMutex);
  // Too large for the stack of a signal handler.
  alignas(Job) static char Memory[sizeof(Job)];
  Job &J = *new (Memory) Job();
  ReportInProgress InProgress;
  J.InProgress = &InProgress;
  J.V = V;
  J.Stack.Init(Stack.trace, Stack.size);
  J.Data.Pid = static_cast<int>(internal_getpid());
  J.Data.Tid = static_cast<int>(GetTid());
  J.Data.ThreadNumber = threadNumber();
  J.Data.LockHolder = -1;
  internal_prctl(PR_GET_NAME, reinterpret_cast<uptr>(J.Data.ThreadName), 0, 0,
                 0);
  gather(J);
  Counter &Became = writeReport(J);
  Became.add();
  if (&Became == &stats().Reports && flags().halt_on_error)
    exitAfterError();
}

void reportViolation(const Violation &V) {
  if (Thread.Inside)
    return;
  ScopedInside Guard;
  int Errno = errno;
  handle(V);
  // Reported or not: the access is made now, and once.
  if (const HeapAdapter *Heap = heap(); Heap && Heap->Resume)
    Heap->Resume();
  errno = Errno;
}

void lockReports() { ReportMutex.Lock(); }

void awaitReports() {
  // The calling thread's own, which ends the program.
  if (Thread.Inside)
    return;
  for (int Ms = 0; Ms < flags().snapshot_timeout_ms; ++Ms) {
    if (ReportMutex.TryLock()) {
      ReportMutex.Unlock();
      return;
    }
    internal_usleep(1000);
  }
}

void unlockReports(bool IsChild) {
  if (IsChild) {
    Seen.clear();
    SeenInSource.clear();
  }
  ReportMutex.Unlock();
}

} // namespace gvlsan
