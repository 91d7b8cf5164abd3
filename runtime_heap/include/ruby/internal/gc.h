/* ruby/internal/gc.h - Roots, marking, barriers, guards
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_INTERNAL_GC_H
#define RUBY_INTERNAL_GC_H
RUBY_BEGIN_DECLS
VALUE rb_gc_start(void);
void rb_gc(void);
VALUE rb_gc_enable(void);
VALUE rb_gc_disable(void);
size_t rb_gc_count(void);
/* A Hash of figures, or the one that a symbol names. */
size_t rb_gc_stat(VALUE hash_or_symbol);
int rb_during_gc(void);
void rb_gc_adjust_memory_usage(ssize_t diff);
/* Roots. What a registered address holds is marked and pinned. */
void rb_gc_register_address(VALUE *address);
void rb_gc_unregister_address(VALUE *address);
void rb_global_variable(VALUE *address);
void rb_gc_register_mark_object(VALUE object);
/* From a dmark only: keeps the object; rb_gc_mark pins it as well. */
void rb_gc_mark(VALUE v);
void rb_gc_mark_movable(VALUE v);
void rb_gc_mark_maybe(VALUE v);
void rb_gc_mark_locations(const VALUE *start, const VALUE *end);
/* From a dcompact: where the object is now. */
VALUE rb_gc_location(VALUE v);
void rb_gc_writebarrier(VALUE from, VALUE to);
void rb_gc_writebarrier_unprotect(VALUE v);
RUBY_END_DECLS

#define RB_GC_GUARD(v)                                                         \
  (*__extension__({                                                            \
    volatile VALUE *rb_gc_guarded_ptr = &(v);                                  \
    __asm__("" : : "m"(rb_gc_guarded_ptr));                                    \
    rb_gc_guarded_ptr;                                                         \
  }))
#define RB_OBJ_WRITE(old, slot, young)                                         \
  ((void)(*(VALUE *)(slot) = (VALUE)(young)),                                  \
   rb_gc_writebarrier((VALUE)(old), (VALUE)(young)))
#define RB_OBJ_WRITTEN(old, oldv, young)                                       \
  rb_gc_writebarrier((VALUE)(old), (VALUE)(young))
#define OBJ_WRITE RB_OBJ_WRITE
#define OBJ_WRITTEN RB_OBJ_WRITTEN
#endif
