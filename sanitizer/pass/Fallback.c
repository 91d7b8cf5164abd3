//===- Fallback.c - What instrumented code calls without the runtime ------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Linked into every library that `gvlsan cc` links. A preloaded runtime comes
// first in the dynamic linker's search order, so that its definitions win; in a
// process without it these make the checks do nothing, and say so once.
//
//===----------------------------------------------------------------------===//

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__thread unsigned char __gvlsan_without_gvl
    __attribute__((tls_model("initial-exec"), weak));
unsigned long __gvlsan_heap_bounds[2] __attribute__((weak));

#define WEAK __attribute__((weak, preserve_most))
WEAK unsigned char __gvlsan_may_be_heap(size_t address) { return 0; }
WEAK void __gvlsan_check_read(size_t address, size_t size) {}
WEAK void __gvlsan_check_write(size_t address, size_t size) {}
__attribute__((weak)) void *__gvlsan_memcpy(void *to, const void *from,
                                            size_t size) {
  return memcpy(to, from, size);
}
__attribute__((weak)) void *__gvlsan_memmove(void *to, const void *from,
                                             size_t size) {
  return memmove(to, from, size);
}
__attribute__((weak)) void *__gvlsan_memset(void *to, int byte, size_t size) {
  return memset(to, byte, size);
}
/* The runtime's own definition returns 1. */
__attribute__((weak)) int __gvlsan_is_live(void) { return 0; }

/* Where a version script hides the names above, or the linker has bound the
 * library to itself, a runtime that is there cannot be told by them. */
extern void *dlsym(void *, const char *) __attribute__((weak));

__attribute__((constructor)) static void warn_without_runtime(void) {
  const char *said = "GVLSAN_SAID_INACTIVE";
  const char *why = "the runtime is not loaded: nothing is checked; run the "
                    "command as `gvlsan run -- COMMAND`";
  if (__gvlsan_is_live())
    return;
  void (*bind)(void) =
      dlsym ? (void (*)(void))dlsym(NULL, "__gvlsan_bind") : NULL;
  if (bind) {
    bind();
    if (__gvlsan_is_live())
      return;
    why = "its link hides the names that begin with __gvlsan_: its loads and "
          "stores are not checked; export them";
  }
  if (getenv(said))
    return;
  /* Once a process, and once for its children. */
  setenv(said, "1", 1);
  fprintf(stderr, "gvlsan: this extension was built with `gvlsan cc`, but %s\n",
          why);
}
