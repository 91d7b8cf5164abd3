/*===- gvlsan/annotations.h - What a function does with the GVL --*- C -*-===*\
|*
|* Part of gvlsan, under the Apache License v2.0. See LICENSE.
|*
\*===----------------------------------------------------------------------===*/
/*
 * Says in the source of an extension what a function or a variable has to do
 * with the GVL. Each word is read three times:
 *
 *   gvlsan's checker          as a fact about the function, in every file that
 *                             sees the declaration;
 *   Clang's -Wthread-safety   with the GVL as a capability, so that a stock
 *                             clang without any plugin checks it too;
 *   other compilers           not at all.
 *
 * GVLSAN_ASSERT_GVL() is a run-time check as well. For C and C++, from C99 and
 * C++11 on; includes nothing and needs no library. The words stand before a
 * declaration or definition:
 *
 *   GVLSAN_REQUIRES_GVL VALUE mylib_result(struct mylib *m);
 *   GVLSAN_NOGVL static void *mylib_wait(void *data) { ... }
 *
 * Sources: Clang's documentation of thread safety analysis; for the meaning of
 * "without the GVL", Ruby's doc/extension.rdoc and thread.c.
 */
#ifndef GVLSAN_ANNOTATIONS_H
#define GVLSAN_ANNOTATIONS_H

#if defined(__clang__) && defined(__has_attribute)
#if __has_attribute(capability) && __has_attribute(annotate)
#define GVLSAN_HAS_ATTRIBUTES 1
#endif
#endif

#ifdef GVLSAN_HAS_ATTRIBUTES
#define GVLSAN_DETAIL_SAYS(text) __attribute__((annotate("gvlsan:" text)))
#define GVLSAN_DETAIL_CLANG(attribute) __attribute__((attribute))
/* The GVL as Clang knows it. It is never defined: no code uses it. */
struct GVLSAN_DETAIL_CLANG(capability("GVL")) gvlsan_gvl_capability {
  char unused;
};
extern struct gvlsan_gvl_capability gvlsan_gvl;
#else
#define GVLSAN_DETAIL_SAYS(text)
#define GVLSAN_DETAIL_CLANG(attribute)
#endif

/*
 * The function is called with the GVL held, and holds it when it returns. What
 * touches an object or calls the Ruby API and is called from more than one
 * place deserves it.
 * Checker: a call without the GVL is R1.api.
 */
#define GVLSAN_REQUIRES_GVL                                                    \
  GVLSAN_DETAIL_SAYS("requires")                                               \
  GVLSAN_DETAIL_CLANG(requires_capability(gvlsan_gvl))

/*
 * The function may run without the GVL: a callback of a region, or what such a
 * callback calls. Nothing in it may need the lock.
 * Checker: its body is judged as code that runs without the GVL, also when no
 * region is seen that runs it.
 */
#define GVLSAN_NOGVL GVLSAN_DETAIL_SAYS("nogvl")

/*
 * The function must not be called with the GVL held: it waits for a thread that
 * needs the lock, or takes the lock itself (rb_thread_call_with_gvl).
 * Checker: a call with the GVL held is W1, and its body is judged as for
 * GVLSAN_NOGVL.
 */
#define GVLSAN_EXCLUDES_GVL                                                    \
  GVLSAN_DETAIL_SAYS("excludes") GVLSAN_DETAIL_CLANG(locks_excluded(gvlsan_gvl))

/*
 * When the function returns, the GVL is no longer held; or it is, again. For
 * code inside a VM, and for a class whose constructor and destructor do so.
 */
#define GVLSAN_RELEASES_GVL                                                    \
  GVLSAN_DETAIL_SAYS("releases")                                               \
  GVLSAN_DETAIL_CLANG(release_capability(gvlsan_gvl))
#define GVLSAN_ACQUIRES_GVL                                                    \
  GVLSAN_DETAIL_SAYS("acquires")                                               \
  GVLSAN_DETAIL_CLANG(acquire_capability(gvlsan_gvl))

/*
 * The variable or field is read and written with the GVL held only; or, for a
 * pointer, what it points to is.
 * Checker: a use without the GVL is R4.
 */
#define GVLSAN_GUARDED_BY_GVL                                                  \
  GVLSAN_DETAIL_SAYS("guarded") GVLSAN_DETAIL_CLANG(guarded_by(gvlsan_gvl))
#define GVLSAN_PT_GUARDED_BY_GVL                                               \
  GVLSAN_DETAIL_SAYS("pt_guarded")                                             \
  GVLSAN_DETAIL_CLANG(pt_guarded_by(gvlsan_gvl))

/*
 * GVLSAN_ASSERT_GVL(): the GVL is held here. A statement, for places that are
 * reached in a way that no analysis can follow.
 * At run time, under gvlsan's runtime, a thread that does not hold the lock is
 * reported (R1.api), with its stack; without the runtime nothing happens. Any
 * thread, not in a signal handler. The checker and Clang take the lock as held
 * from there on; the checker reports a place that is known to be reached
 * without it.
 */
#if defined(__GNUC__)
#ifdef __cplusplus
extern "C" {
#endif
/* Described in gvlsan/interface.h. */
void __gvlsan_assert_gvl(void) __attribute__((weak));

GVLSAN_DETAIL_SAYS("asserts")
GVLSAN_DETAIL_CLANG(assert_capability(gvlsan_gvl))
static inline void gvlsan_assert_gvl(void) {
  if (__gvlsan_assert_gvl)
    __gvlsan_assert_gvl();
}
#ifdef __cplusplus
}
#endif
#define GVLSAN_ASSERT_GVL() gvlsan_assert_gvl()
#else
#define GVLSAN_ASSERT_GVL() ((void)0)
#endif

#endif /* GVLSAN_ANNOTATIONS_H */
