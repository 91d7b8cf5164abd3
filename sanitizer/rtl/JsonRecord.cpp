//===- JsonRecord.cpp - A report as a line of JSON ------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "JsonWriter.h"
#include "Report.h"
#include "rules/report/Fingerprint.h"

namespace gvlsan {

namespace {

const char *missing(const Violation &V) {
  if (V.Memory.Kind == MemoryKind::FreedBuffer)
    return "live";
  if (V.Memory.Kind == MemoryKind::MovedBuffer)
    return "unchanged";
  // A call and a field of the object's struct miss no property of its bytes.
  if (V.Kind == Access::Call || V.Rule->Id == RuleId::R1_a)
    return "";
  return "kernel-safe";
}

const char *kindName(const Violation &V) {
  switch (V.Kind) {
  case Access::Read:
    return V.KernelMode ? "kernel-read" : "user-read";
  case Access::Write:
    return V.KernelMode ? "kernel-write" : "user-write";
  case Access::Unknown:
    return "user-access";
  case Access::Call:
    return "call";
  }
  return "";
}

const char *lockName(LockState Lock) {
  switch (Lock) {
  case LockState::Foreign:
    return "foreign";
  case LockState::Released:
    return "released";
  case LockState::Held:
    return "held";
  }
  return "";
}

void writeFrames(JsonWriter &W, const ReportData &R) {
  W.key("stacks").open('[');
  W.open('{');
  W.key("kind").string("native");
  W.key("frames").open('[');
  for (u32 I = 0; I < R.Stack->size; ++I)
    for (const SymbolizedStack *F = R.Frames[I]; F; F = F->next) {
      W.open('{');
      W.key("function").string(F->info.function);
      W.key("file").string(F->info.file);
      W.key("line").number(F->info.line > 0 ? F->info.line : 0);
      W.key("module").string(F->info.module);
      W.key("offset").address(F->info.module_offset);
      W.close('}');
    }
  W.close(']');
  W.close('}');
  if (R.Vm && R.Vm->NumFrames) {
    W.open('{');
    W.key("kind").string("ruby");
    W.key("frames").open('[');
    for (u32 I = 0; I < R.Vm->NumFrames; ++I) {
      W.open('{');
      W.key("function").string(R.Vm->Frames[I].Method);
      W.key("file").string(R.Vm->Frames[I].File);
      W.key("line").number(R.Vm->Frames[I].Line > 0 ? R.Vm->Frames[I].Line : 0);
      W.close('}');
    }
    W.close(']');
    W.close('}');
  }
  W.close(']');
}

void writeSlot(JsonWriter &W, const ReportData &R) {
  const SlotInfo &S = R.Slot;
  if (!R.HasSlot)
    return;
  W.key("slot").open('{');
  W.key("address").address(S.Slot);
  W.key("size").number(S.Size);
  W.key("type").string(S.Type);
  const char *Class =
      R.Vm && R.Vm->Object.ClassName[0] ? R.Vm->Object.ClassName : S.ClassName;
  W.key("class").string(Class[0] ? Class : nullptr);
  W.key("embedded").boolean(S.Flags & SlotEmbedded);
  W.key("frozen").boolean(S.Flags & SlotFrozen);
  W.key("hidden").boolean(S.Flags & SlotHidden);
  W.key("shared").boolean(S.Flags & SlotShared);
  W.key("locked").boolean(S.Flags & SlotLocked);
  W.key("shareable").boolean(S.Flags & SlotShareable);
  if (S.DataType[0])
    W.key("data_type").string(S.DataType);
  W.key("pinned").boolean(S.Flags & SlotPinned ||
                          (R.Vm && R.Vm->Object.Pinned));
  if (R.Vm && R.Vm->Object.AllocatedAt) {
    W.key("allocated").open('{');
    W.key("file").string(R.Vm->Object.AllocatedIn);
    W.key("line").number(R.Vm->Object.AllocatedAt);
    W.close('}');
  }
  if (S.MovedTo)
    W.key("moved_to").address(S.MovedTo);
  if (S.HasLength)
    W.key("length").number(S.Length);
  if (S.FirstSize)
    W.key("bytes").bytes(S.First, S.FirstSize);
  W.close('}');
}

} // namespace

/// "kernel-mode access to a heap page without the GVL: READ of size 3 by
/// write". No address: the same finding reads the same in every run.
static void describe(const Violation &V, InternalScopedString &Out) {
  Out.AppendF("%s: %s", V.Rule->Title, accessName(V.Kind));
  if (V.Kind == Access::Call) {
    Out.AppendF(" of %s", V.Call ? V.Call : "a function");
    return;
  }
  if (V.Size)
    Out.AppendF(" of size %zu", V.Size);
  if (V.Call)
    Out.AppendF(" by %s", V.Call);
}

void printJson(const ReportData &R, InternalScopedString &Out) {
  const Violation &V = *R.V;
  JsonWriter W(Out);
  W.open('{');
  W.key("rule").string(V.Rule->Name);
  W.key("severity")
      .string(V.Rule->DefaultSeverity == Severity::Error ? "error" : "warning");
  W.key("tool").string("sanitizer");
  const AddressInfo *Where = culprit(R);
  const char *File = nullptr, *Function = Where ? Where->function : nullptr;
  if (Where)
    File = Where->file ? Where->file : Where->module;
  W.key("file").string(File);
  W.key("line").number(Where && Where->line > 0 ? Where->line : 0);
  W.key("column").number(Where && Where->column > 0 ? Where->column : 0);
  W.key("function").string(Function);
  InternalScopedString Message;
  describe(V, Message);
  W.key("message").string(Message.data());
  W.key("missing").string(missing(V));
  W.key("notes").open('[');
  if (const SymbolizedStack *F = R.GivenBackFrame) {
    W.open('{');
    W.key("file").string(F->info.file ? F->info.file : F->info.module);
    W.key("line").number(F->info.line > 0 ? F->info.line : 0);
    W.key("message").string("the buffer is given back here");
    W.close('}');
  }
  if (R.HasOther) {
    const AddressInfo *Info = R.OtherFrame ? &R.OtherFrame->info : nullptr;
    InternalScopedString Note;
    describeOther(R, Note);
    W.open('{');
    W.key("file").string(Info ? Info->file : nullptr);
    W.key("line").number(Info && Info->line > 0 ? Info->line : 0);
    W.key("message").string(Note.data());
    W.close('}');
  }
  W.close(']');
  char Text[24];
  internal_snprintf(Text, sizeof(Text), "%016llx",
                    fingerprint(V.Rule->Name, File, Function, Message.data()));
  W.key("fingerprint").string(Text);
  W.key("access").open('{');
  W.key("kind").string(kindName(V));
  W.key("call").string(V.Call);
  W.key("address").address(V.Address);
  W.key("size").number(V.Size);
  W.key("kept_until").string(V.KeptUntil);
  W.key("page_protected").boolean(V.Memory.Protected);
  W.close('}');
  writeSlot(W, R);
  W.key("thread").open('{');
  W.key("number").number(R.ThreadNumber);
  W.key("tid").number(R.Tid);
  W.key("name").string(R.ThreadName);
  W.key("lock").string(lockName(V.Lock));
  W.key("released_in").string(R.ReleasedIn);
  if (R.LockHolder >= 0)
    W.key("holder_tid").number(R.LockHolder);
  W.close('}');
  W.key("pid").number(R.Pid);
  writeFrames(W, R);
  W.close('}');
  Out.Append("\n");
}

} // namespace gvlsan
