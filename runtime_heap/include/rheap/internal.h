/* rheap/internal.h - What CRuby keeps internal, and this heap's own controls
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RHEAP_INTERNAL_H
#define RHEAP_INTERNAL_H
#include "ruby/ruby.h"
RUBY_BEGIN_DECLS
/*
 * F.noembed, the fix of Bug #20169: a frozen string with the bytes of str that
 * no compaction moves and whose buffer is in the C heap, so that the kernel may
 * read it without the lock. str itself when it is such a string already. Keep
 * the result guarded until the release, which frees the buffer at once.
 */
VALUE rb_str_tmp_frozen_no_embed_acquire(VALUE str);
void rb_str_tmp_frozen_release(VALUE str, VALUE tmp);

/*
 * B.explicit: reads a reference that owner holds. While a compaction is under
 * way the reference is brought up to date and its target stays in place from
 * then on. With the lock. A type whose functions read all its references so,
 * and updates them in its dcompact, says so with the flag.
 */
#define RUBY_TYPED_RB_PROT ((VALUE)1 << 60)
VALUE rheap_checked_read(VALUE owner, VALUE *reference);
extern int rheap_reads_are_checked;
static inline VALUE rb_obj_read(VALUE owner, VALUE *reference) {
  return __builtin_expect(rheap_reads_are_checked, 0)
             ? rheap_checked_read(owner, reference)
             : *reference;
}
#define RB_OBJ_READ(owner, reference)                                          \
  rb_obj_read((VALUE)(owner), (VALUE *)(reference))

/* What ObjectSpace.memsize_of says: the slot, what the object owns, and what a
 * T_DATA's dsize adds. */
size_t rb_obj_memsize_of(VALUE v);

/* A full compacting collection; the number of objects that moved. */
size_t rheap_compact(void);
/*
 * A compaction in steps, between which the program runs: the first call marks
 * and sweeps, each later one moves or updates about budget slots (uffd updates
 * all in one call); 1 when it is over. RHEAP_BARRIER=explicit and uffd only,
 * else NotImplementedError. With the lock.
 */
int rheap_compact_step(size_t budget);
/*
 * Calls hook once, within the next compaction: when all that moves has moved
 * and no reference is updated yet. On the thread that compacts and with the
 * lock, which it must not give away; nothing may be allocated. With the lock.
 */
void rheap_at_moved(void (*hook)(void *), void *data);
/* Compactions since the start. Any thread, with or without the lock. */
size_t rheap_compact_count(void);
/* Moves undone by the barrier since the start. Any thread. */
size_t rheap_barrier_heal_count(void);
RUBY_END_DECLS
#endif
