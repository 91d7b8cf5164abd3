//===- ProtectionKeys.h - x86's keys of memory ------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A page has a key, and each thread has a register, PKRU, with two bits for
/// each key: no access, no writes. What there is to compute with them, and
/// nothing else: no system call, no instruction that needs the processor.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_PROTECTIONKEYS_H
#define GVLSAN_PROTECTIONKEYS_H

#include <errno.h>
#include <stdint.h>
#include <string.h>

namespace gvlsan {

constexpr int NumProtectionKeys = 16;

/// \p Rights with or without every access to pages of \p Key.
inline uint32_t withAccess(uint32_t Rights, int Key, bool MayAccess) {
  uint32_t Both = 3u << (2 * Key);
  return MayAccess ? Rights & ~Both : Rights | (1u << (2 * Key));
}

/// What signal(7) frames hold of the processor's state: an XSAVE area. \p
/// Offset is where PKRU lies in it, by CPUID. Sets the rights to \p Key that
/// the interrupted code goes on with. \returns false when the area does not
/// hold them.
inline bool setSavedAccess(unsigned char *Area, uint32_t Offset, int Key,
                           bool MayAccess) {
  // The kernel's own words, in what FXSAVE leaves to software: Linux's
  // struct _fpx_sw_bytes, FP_XSTATE_MAGIC1.
  constexpr uint32_t Words = 464, Magic = 0x46505853, Header = 512;
  constexpr uint64_t Pkru = 1 << 9;
  struct {
    uint32_t Magic, ExtendedSize;
    uint64_t Features;
    uint32_t Size;
  } Kernels;
  if (!Area || !Offset)
    return false;
  memcpy(&Kernels, Area + Words, sizeof(Kernels));
  uint32_t Rights = 0;
  if (Kernels.Magic != Magic || !(Kernels.Features & Pkru) ||
      Kernels.Size < Offset + sizeof(Rights))
    return false;
  uint64_t Present;
  memcpy(&Present, Area + Header, sizeof(Present));
  // What is not present has its first value, 0.
  if (Present & Pkru)
    memcpy(&Rights, Area + Offset, sizeof(Rights));
  Rights = withAccess(Rights, Key, MayAccess);
  Present |= Pkru;
  memcpy(Area + Offset, &Rights, sizeof(Rights));
  memcpy(Area + Header, &Present, sizeof(Present));
  return true;
}

/// Why pkey_alloc(2) failed with \p Error. \p Features: ECX of CPUID's leaf 7.
inline const char *whyNoProtectionKey(uint32_t Features, int Error) {
  constexpr uint32_t Processor = 1 << 3, Kernel = 1 << 4;
  if (!(Features & Processor))
    return "the processor has no protection keys";
  if (!(Features & Kernel))
    return "the kernel does not use the processor's protection keys";
  return Error == ENOSPC ? "the program has taken all protection keys"
                         : "the kernel gives no protection key";
}

} // namespace gvlsan

#endif // GVLSAN_PROTECTIONKEYS_H
