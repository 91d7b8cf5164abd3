//===- KeyBackend.cpp - Pages closed by protection keys -------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The heap's pages have a key of ours, and a thread gives up its right to it
/// while it runs without the lock: two instructions, and nobody else notices.
///
//===----------------------------------------------------------------------===//

#include "SealBackend.h"

#include "FaultSignals.h"
#include "ProtectionKeys.h"

#include <cpuid.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

namespace gvlsan {

static int Key = -1;
/// Of PKRU in a signal's frame.
static u32 Offset;

static const char *start() {
  // A forked child has the key, and the handlers, of its parent.
  if (Key >= 0)
    return nullptr;
  u32 A, B, C = 0, D;
  __get_cpuid_count(7, 0, &A, &B, &C, &D);
  auto Got = static_cast<int>(syscall(SYS_pkey_alloc, 0, 0));
  if (Got < 0 || Got >= NumProtectionKeys)
    return whyNoProtectionKey(C, errno);
  if (!__get_cpuid_count(0xd, 9, &A, &Offset, &C, &D) || !Offset)
    return "the processor does not say where a signal's frame has the rights";
  Key = Got;
  catchFaultSignals();
  return nullptr;
}

/// Gives the pages the key.
static void close(uptr Begin, uptr End) {
  syscall(SYS_pkey_mprotect, Begin, End - Begin, PROT_READ | PROT_WRITE, Key);
}

static void set(bool MayAccess) {
  u32 Rights, Zero;
  __asm__ volatile("rdpkru" : "=a"(Rights), "=d"(Zero) : "c"(0));
  __asm__ volatile("wrpkru"
                   :
                   : "a"(withAccess(Rights, Key, MayAccess)), "c"(0), "d"(0)
                   : "memory");
}

static bool setSaved(void *Context, bool MayAccess) {
  auto &Registers = static_cast<ucontext_t *>(Context)->uc_mcontext;
  return setSavedAccess(reinterpret_cast<u8 *>(Registers.fpregs), Offset, Key,
                        MayAccess);
}

static constexpr ThreadRights Rights = {set, setSaved};

const SealBackend KeyBackend = {"pkey",
                                start,
                                close,
                                /*Open=*/nullptr,
                                /*OpenCopy=*/nullptr,
                                /*StepsPages=*/true,
                                /*Readable=*/nullptr,
                                &Rights};

} // namespace gvlsan
