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

/* A full compacting collection; the number of objects that moved. */
size_t rheap_compact(void);
/* Compactions since the start. Any thread, with or without the lock. */
size_t rheap_compact_count(void);
/* Moves undone by the barrier since the start. Any thread. */
size_t rheap_barrier_heal_count(void);
RUBY_END_DECLS
#endif
