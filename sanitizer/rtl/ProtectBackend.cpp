//===- ProtectBackend.cpp - Pages closed by mprotect ----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "SealBackend.h"

#include "FaultSignals.h"

#include "sanitizer_common/sanitizer_posix.h"

#include <sys/mman.h>

namespace gvlsan {

static const char *start() {
  // A forked child has the handlers of its parent.
  static bool Done;
  if (!Done)
    catchFaultSignals();
  Done = true;
  return nullptr;
}

static void close(uptr Begin, uptr End) {
  internal_mprotect(reinterpret_cast<void *>(Begin), End - Begin, PROT_NONE);
}

static void open(uptr Begin, uptr End) {
  internal_mprotect(reinterpret_cast<void *>(Begin), End - Begin,
                    PROT_READ | PROT_WRITE);
}

const SealBackend ProtectBackend = {"seal",
                                    start,
                                    close,
                                    open,
                                    open,
                                    /*StepsPages=*/true,
                                    /*Readable=*/nullptr};

} // namespace gvlsan
