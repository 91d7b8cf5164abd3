//===- JsonRecord.cpp - A report as a line of JSON ------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Report.h"
#include "rules/report/Fingerprint.h"

#include "sanitizer_common/sanitizer_libc.h"

namespace gvlsan {

namespace {

/// \returns how many bytes the character at the beginning of \p Text has, 0
/// when it is not UTF-8.
u32 utf8Size(const char *Text) {
  auto Byte = [&](u32 I) { return static_cast<u8>(Text[I]); };
  u8 First = Byte(0);
  if (First < 0x80)
    return 1;
  u32 Size = First >= 0xf0 ? 4 : First >= 0xe0 ? 3 : 2;
  // Not a first byte; longer than need be; surrogates; beyond Unicode.
  if (First < 0xc2 || First > 0xf4 || (First == 0xe0 && Byte(1) < 0xa0) ||
      (First == 0xed && Byte(1) > 0x9f) || (First == 0xf0 && Byte(1) < 0x90) ||
      (First == 0xf4 && Byte(1) > 0x8f))
    return 0;
  for (u32 I = 1; I < Size; ++I)
    if ((Byte(I) & 0xc0) != 0x80)
      return 0;
  return Size;
}

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
  /// File and method names are in any encoding, and may be cut off: what is not
  /// UTF-8 is replaced, or the whole line would be unreadable.
  void quote(const char *Text) {
    Out.Append("\"");
    while (*Text) {
      u32 Size = utf8Size(Text);
      if (!Size) {
        Out.Append("\\ufffd");
        ++Text;
      }
      for (; Size; --Size)
        character(static_cast<u8>(*Text++), /*Ascii=*/false);
    }
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
  Writer W(Out);
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
