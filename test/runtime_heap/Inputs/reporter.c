/* The smallest sanitizer: preloaded, it prints one line for each violation that
 * the heap reports, with the function it happened in and the slot. */
#define _GNU_SOURCE
#include "gvlsan/interface.h"
#include "rheap/debug.h"

#include <dlfcn.h>
#include <stdio.h>

#pragma GCC visibility push(default)

void __gvlsan_report_violation(const char *rule, enum gvlsan_access_kind kind,
                               const char *call, const void *address,
                               size_t size, const void *pc, void *context) {
  static const char *const kinds[] = {"read", "write", "access", "call"};
  const struct rheap_debug_interface *heap =
      dlsym(RTLD_DEFAULT, "rheap_debug_interface");
  Dl_info where = {0};
  dladdr(pc, &where);
  fprintf(stderr, "%s: %s of %zu by %s in %s", rule, kinds[kind], size,
          call ? call : "code", where.dli_sname ? where.dli_sname : "?");
  struct rheap_memory_info memory;
  struct rheap_slot_info slot;
  heap->classify(address, size ? size : 1, &memory);
  if (memory.kind == RHEAP_MEMORY_PAGE && heap->describe_slot(address, &slot))
    fprintf(stderr, ", slot %s %s%s%s%s%s length %zu first %.*s", slot.type,
            slot.class_name ? slot.class_name : "-",
            slot.flags & RHEAP_SLOT_EMBEDDED ? " embedded" : "",
            slot.flags & RHEAP_SLOT_FROZEN ? " frozen" : "",
            slot.flags & RHEAP_SLOT_HIDDEN ? " hidden" : "",
            slot.flags & RHEAP_SLOT_PINNED ? " pinned" : "", slot.length,
            (int)slot.first_size, (const char *)slot.first);
  if (memory.kind == RHEAP_MEMORY_FREED_BUFFER)
    fprintf(stderr, ", freed buffer of %zu", memory.size);
  fprintf(stderr, ", lock %s\n",
          heap->lock_state() == RHEAP_LOCK_HELD       ? "held"
          : heap->lock_state() == RHEAP_LOCK_RELEASED ? "released"
                                                      : "foreign");
}
