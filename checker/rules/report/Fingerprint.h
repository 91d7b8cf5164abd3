//===- Fingerprint.h - What makes two findings one --------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The fingerprint of a finding stays the same when lines move, when the source
/// tree lies elsewhere, and from one process to the next. Both halves of the
/// product compute it here. Freestanding and async-signal-safe: the runtime
/// does so in the middle of a report.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_RULES_REPORT_FINGERPRINT_H
#define GVLSAN_RULES_REPORT_FINGERPRINT_H

namespace gvlsan {

/// FNV-1a, 64 bits, over texts that are kept apart from each other.
class Fingerprint {
public:
  /// Adds \p Text as it is; nullptr is the empty text.
  constexpr void text(const char *Text) {
    for (; Text && *Text; ++Text)
      add(*Text);
    end();
  }

  /// Adds the last component of \p Path.
  constexpr void fileName(const char *Path) {
    const char *Name = Path;
    for (const char *P = Path; P && *P; ++P)
      if (*P == '/')
        Name = P + 1;
    text(Name);
  }

  /// Adds \p Message with each number of its own, an address or a size, made
  /// the same. Digits inside a name stay.
  constexpr void message(const char *Message) {
    bool InWord = false;
    for (const char *P = Message; P && *P;) {
      if (!InWord && isDigit(*P)) {
        while (isWord(*P))
          ++P;
        add('#');
        continue;
      }
      InWord = isWord(*P);
      add(*P++);
    }
    end();
  }

  constexpr unsigned long long value() const { return Hash; }

private:
  static constexpr bool isDigit(char C) { return C >= '0' && C <= '9'; }
  static constexpr bool isWord(char C) {
    return isDigit(C) || C == '_' || (C >= 'a' && C <= 'z') ||
           (C >= 'A' && C <= 'Z');
  }
  constexpr void add(char C) {
    Hash = (Hash ^ static_cast<unsigned char>(C)) * 1099511628211ULL;
  }
  constexpr void end() { add('\n'); }

  unsigned long long Hash = 14695981039346656037ULL;
};

/// The fingerprint of a finding: no line, no column, no folder.
constexpr unsigned long long fingerprint(const char *Rule, const char *File,
                                         const char *Function,
                                         const char *Message) {
  Fingerprint F;
  F.text(Rule);
  F.fileName(File);
  F.text(Function);
  F.message(Message);
  return F.value();
}

} // namespace gvlsan

#endif // GVLSAN_RULES_REPORT_FINGERPRINT_H
