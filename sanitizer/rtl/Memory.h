//===- Memory.h - Reads that cannot fault -----------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The kernel copies the bytes: an address that is not mapped gives false
/// instead of a signal, and a page that the VM protects is read all the same,
/// through /proc/self/mem, without lifting the protection. Any thread;
/// async-signal-safe.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_MEMORY_H
#define GVLSAN_MEMORY_H

#include "sanitizer_common/sanitizer_internal_defs.h"

namespace gvlsan {

using namespace __sanitizer;

/// \returns whether all \p Size bytes could be read.
bool readMemory(uptr Address, void *Out, uptr Size);

template <typename T> bool readMemory(uptr Address, T &Out) {
  return readMemory(Address, &Out, sizeof(T));
}

/// Bytes of the C string at \p Address with its 0 byte, at most \p Max and at
/// most 64 KiB; 1 when it cannot be read.
uptr stringSize(uptr Address, uptr Max);

/// Copies the string at \p Address, cut off at \p Size, terminated. Fault-proof
/// and async-signal-safe.
void readText(uptr Address, char *Out, uptr Size);

} // namespace gvlsan

#endif // GVLSAN_MEMORY_H
