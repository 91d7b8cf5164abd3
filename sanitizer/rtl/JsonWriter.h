//===- JsonWriter.h - JSON into a scoped string -----------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_JSONWRITER_H
#define GVLSAN_JSONWRITER_H

#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_libc.h"

namespace gvlsan {

using namespace __sanitizer;

/// \returns how many bytes the character at the beginning of \p Text has, 0
/// when it is not UTF-8.
inline u32 utf8Size(const char *Text) {
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
class JsonWriter {
public:
  explicit JsonWriter(InternalScopedString &Out) : Out(Out) {}

  JsonWriter &key(const char *Name) {
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

} // namespace gvlsan

#endif // GVLSAN_JSONWRITER_H
