//===- Calls.h - The table of checked libc calls ----------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_CALLS_H
#define GVLSAN_CALLS_H

#include "sanitizer_common/sanitizer_internal_defs.h"

namespace gvlsan {

using namespace __sanitizer;

enum class Call : u16 {
#define GVLSAN_CALL(Name, ...) Name,
#define GVLSAN_EXTRA(Name, ...) Name,
#define GVLSAN_VARIADIC(Name, ...) Name,
#include "Calls.def"
  None
};

inline constexpr const char *CallNames[] = {
#define GVLSAN_CALL(Name, ...) #Name,
#define GVLSAN_EXTRA(Name, ...) #Name,
#define GVLSAN_VARIADIC(Name, ...) #Name,
#include "Calls.def"
};

/// The row of \p Name, Call::None when the table has none. For use at compile
/// time, where an interceptor of the .inc asks whether it serves a rule.
constexpr Call findCall(const char *Name) {
  for (unsigned I = 0; I < static_cast<unsigned>(Call::None); ++I) {
    const char *A = CallNames[I], *B = Name;
    while (*A && *A == *B) {
      ++A;
      ++B;
    }
    if (*A == *B)
      return static_cast<Call>(I);
  }
  return Call::None;
}

enum class Mode : u8 { Kernel, User };

enum class Shape : u8 {
  Nothing,
  Bytes,    ///< pointer, length
  Items,    ///< pointer, count, count
  Array,    ///< pointer, count, size of one
  Object,   ///< pointer, fixed size
  String,   ///< pointer to a C string
  Vector,   ///< pointer to iovecs, count
  Message,  ///< pointer to a msghdr
  Messages, ///< pointer to mmsghdrs, count
  Counted,  ///< pointer, pointer to its length
  Aio,      ///< pointer to an aiocb
  // No range, but how long the bytes of those that follow are used:
  ZeroCopy, ///< flags of a socket's call: with MSG_ZEROCOPY after it returns
  Pipe,     ///< a pipe's descriptor: until the other end has read them
};

/// One range that a call touches; the numbers index its arguments.
struct Range {
  Shape Kind;
  bool IsWrite;
  u8 Pointer, Count, Count2;
  u32 Size;
};

struct CallSpec {
  static constexpr unsigned MaxRanges = 3;
  const char *Name;
  gvlsan::Mode AccessMode;
  Range Ranges[MaxRanges];
};

const CallSpec &callSpec(Call Id);

} // namespace gvlsan

#endif // GVLSAN_CALLS_H
