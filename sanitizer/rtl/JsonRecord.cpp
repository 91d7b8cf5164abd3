//===- JsonRecord.cpp - A report as a line of JSON ------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Report.h"
#include "Stacks.h"

#include "sanitizer_common/sanitizer_libc.h"

namespace gvlsan {

namespace {

/// Writes JSON from the outside in; commas are its business.
class Writer {
public:
  explicit Writer(InternalScopedString &Out) : Out(Out) {}

  Writer &key(const char *Name) {
    separate();
    quote(Name);
    Out.Append(":");
    Fresh = true;
    return *this;
  }
  void open(char Bracket) {
    separate();
    Out.AppendF("%c", Bracket);
    Fresh = true;
  }
  void close(char Bracket) {
    Out.AppendF("%c", Bracket);
    Fresh = false;
  }
  void string(const char *Text) {
    separate();
    if (Text)
      quote(Text);
    else
      Out.Append("null");
  }
  void bytes(const u8 *Bytes, u32 Size) {
    separate();
    Out.Append("\"");
    for (u32 I = 0; I < Size; ++I)
      character(Bytes[I], /*Ascii=*/true);
    Out.Append("\"");
  }
  void number(uptr N) {
    separate();
    Out.AppendF("%zu", N);
  }
  void boolean(bool B) {
    separate();
    Out.Append(B ? "true" : "false");
  }
  void address(uptr A) {
    char Text[24];
    internal_snprintf(Text, sizeof(Text), "0x%zx", A);
    string(Text);
  }

private:
  void separate() {
    if (!Fresh)
      Out.Append(",");
    Fresh = false;
  }
  void character(u8 C, bool Ascii) {
    if (C == '"' || C == '\\')
      Out.AppendF("\\%c", C);
    else if (C < 0x20 || C == 0x7f || (Ascii && C > 0x7f))
      Out.AppendF("\\u%04x", C);
    else
      Out.AppendF("%c", C);
  }
  void quote(const char *Text) {
    Out.Append("\"");
    for (; *Text; ++Text)
      character(static_cast<u8>(*Text), /*Ascii=*/false);
    Out.Append("\"");
  }

  InternalScopedString &Out;
  bool Fresh = true;
};

const char *missing(const Violation &V) {
  if (V.Memory.Kind == MemoryKind::FreedBuffer)
    return "live";
  return V.KernelMode ? "kernel-safe" : "in place";
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

void writeFrames(Writer &W, const ReportData &R) {
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

void writeSlot(Writer &W, const ReportData &R) {
  const SlotInfo &S = R.Slot;
  if (!R.HasSlot)
    return;
  W.key("slot").open('{');
  W.key("address").address(S.Slot);
  W.key("size").number(S.Size);
  W.key("type").string(S.Type);
  const char *Class =
      R.Vm && R.Vm->ClassName[0] ? R.Vm->ClassName : S.ClassName;
  W.key("class").string(Class[0] ? Class : nullptr);
  W.key("embedded").boolean(S.Flags & SlotEmbedded);
  W.key("frozen").boolean(S.Flags & SlotFrozen);
  W.key("hidden").boolean(S.Flags & SlotHidden);
  W.key("shared").boolean(S.Flags & SlotShared);
  if (S.HasLength)
    W.key("length").number(S.Length);
  if (S.FirstSize)
    W.key("bytes").bytes(S.First, S.FirstSize);
  W.close('}');
}

} // namespace

/// The same place in the code gives the same fingerprint in every process:
/// module offsets, not addresses, go into it.
static uptr fingerprint(const ReportData &R) {
  uptr Hash = hashStack(StackTrace(), 0, static_cast<uptr>(R.V->Rule->Id));
  for (u32 I = 0; I < R.Stack->size && I < 8; ++I)
    if (const SymbolizedStack *F = R.Frames[I]) {
      uptr Offset = F->info.module_offset;
      Hash = hashStack(StackTrace(&Offset, 1), 1, Hash);
    }
  return Hash;
}

void printJson(const ReportData &R, InternalScopedString &Out) {
  const Violation &V = *R.V;
  Writer W(Out);
  W.open('{');
  W.key("rule").string(V.Rule->Name);
  W.key("severity")
      .string(V.Rule->DefaultSeverity == Severity::Error ? "error" : "warning");
  W.key("tool").string("sanitizer");
  const AddressInfo *Where = culprit(R);
  W.key("file").string(Where ? Where->file ? Where->file : Where->module
                             : nullptr);
  W.key("line").number(Where && Where->line > 0 ? Where->line : 0);
  W.key("column").number(Where && Where->column > 0 ? Where->column : 0);
  W.key("function").string(Where ? Where->function : nullptr);
  W.key("message").string(V.Rule->Title);
  W.key("missing").string(missing(V));
  W.key("notes").open('[');
  W.close(']');
  char Text[24];
  internal_snprintf(Text, sizeof(Text), "%016zx", fingerprint(R));
  W.key("fingerprint").string(Text);
  W.key("access").open('{');
  W.key("kind").string(kindName(V));
  W.key("call").string(V.Call);
  W.key("address").address(V.Address);
  W.key("size").number(V.Size);
  W.key("page_protected").boolean(V.Memory.Protected);
  W.close('}');
  writeSlot(W, R);
  W.key("thread").open('{');
  W.key("number").number(R.ThreadNumber);
  W.key("tid").number(R.Tid);
  W.key("name").string(R.ThreadName);
  W.key("lock").string(lockName(V.Lock));
  W.key("released_in").string(R.ReleasedIn);
  W.close('}');
  W.key("pid").number(R.Pid);
  writeFrames(W, R);
  W.close('}');
  Out.Append("\n");
}

} // namespace gvlsan
