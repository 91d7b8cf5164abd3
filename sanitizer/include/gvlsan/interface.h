/*===- gvlsan/interface.h - Public interface of the runtime ------*- C -*-===*\
|*
|* Part of gvlsan, under the Apache License v2.0. See LICENSE.
|*
\*===----------------------------------------------------------------------===*/
/*
 * What a heap or an extension may call in the runtime, libgvlsan-rt.so. Every
 * function is declared weak: it is NULL when the program runs without the
 * runtime, so test it before the call.
 */
#ifndef GVLSAN_INTERFACE_H
#define GVLSAN_INTERFACE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum gvlsan_access_kind {
  GVLSAN_ACCESS_READ,
  GVLSAN_ACCESS_WRITE,
  /* The processor did not say: a trap whose instruction was not decoded. */
  GVLSAN_ACCESS_UNKNOWN,
  /* No memory access: a function was called in the wrong state. */
  GVLSAN_ACCESS_CALL
};

/*
 * Reports that a rule was broken by the calling thread, with its stack.
 * rule     the rule's id as the catalogue spells it, such as "R1.b".
 * kind     what was done.
 * call     the function through which, such as "RSTRING_PTR"; NULL for a plain
 *          load or store.
 * address  what was touched, or NULL; size in bytes.
 * pc       the program counter of the access: the stack in the report starts
 *          there. 0: at the caller of this function.
 * context  the ucontext_t of the signal handler this is called from, or NULL.
 * Any thread, with or without the lock; async-signal-safe. Returns when the
 * report is written, suppressed or a duplicate; does not return under
 * halt_on_error=1.
 */
void __gvlsan_report_violation(const char *rule, enum gvlsan_access_kind kind,
                               const char *call, const void *address,
                               size_t size, const void *pc, void *context)
    __attribute__((weak));

/*
 * Reports R1.api, with the caller's stack, when the calling thread does not
 * hold the lock; does nothing otherwise, and nothing as long as no heap is
 * known. GVLSAN_ASSERT_GVL() of gvlsan/annotations.h calls it. Any thread; not
 * async-signal-safe: a VM's answer is about the thread's usual course.
 */
void __gvlsan_assert_gvl(void) __attribute__((weak));

#ifdef __cplusplus
}
#endif

#endif /* GVLSAN_INTERFACE_H */
