//===- Gc.cpp - Roots, marking, collections -------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "heap/Heap.h"
#include "judge/Judge.h"
#include "model/Data.h"
#include "model/String.h"

#include "rheap/internal.h"

using namespace rheap;

VALUE rb_gc_start(void) {
  RHEAP_API();
  heap().collect();
  return Qnil;
}

void rb_gc(void) {
  RHEAP_API();
  heap().collect();
}

size_t rheap_compact(void) {
  RHEAP_API();
  return heap().compact();
}

int rheap_compact_step(size_t Budget) {
  RHEAP_API();
  return heap().compactStep(Budget);
}

void rheap_at_moved(void (*Hook)(void *), void *Data) {
  RHEAP_API();
  heap().atNextMoved(Hook, Data);
}

size_t rheap_compact_count(void) { return heap().NumCompactions.load(); }
size_t rheap_barrier_heal_count(void) {
  return heap().NumHealed.load() + heap().NumReadsHealed.load();
}
size_t rb_gc_count(void) { return heap().NumCollections.load(); }

namespace {

struct Figure {
  const char *Name;
  size_t (*Get)();
};

const Figure Figures[] = {
    {"count", rb_gc_count},
    {"compact_count", rheap_compact_count},
    {"read_barrier_faults", rheap_barrier_heal_count},
    {"moved_objects", [] { return heap().NumMoved.load(); }},
    {"heap_allocated_pages", [] { return heap().Memory.numPages(); }},
};

} // namespace

size_t rb_gc_stat(VALUE Arg) {
  RHEAP_API();
  if (isHeapType(Arg, T_HASH)) {
    for (const Figure &F : Figures)
      rb_hash_aset(Arg, ID2SYM(rb_intern(F.Name)), RB_ULONG2NUM(F.Get()));
    return 0;
  }
  if (!RB_SYMBOL_P(Arg))
    rb_raise(rb_eTypeError, "non-hash or symbol given");
  for (const Figure &F : Figures)
    if (SYM2ID(Arg) == rb_intern(F.Name))
      return F.Get();
  rb_raise(rb_eArgError, "unknown key: %" PRIsVALUE, rb_sym2str(Arg));
}

size_t rb_obj_memsize_of(VALUE V) {
  RHEAP_API_ON(V);
  if (RB_SPECIAL_CONST_P(V))
    return 0;
  size_t Size = heap().slotSize(V);
  switch (typeOf(V)) {
  case T_STRING:
    return Size + (ownedBytes(V) ? strCapacity(V) + 1 : 0);
  case T_ARRAY:
    return flagsOf(V) & RARRAY_EMBED_FLAG
               ? Size
               : Size + size_t(RARRAY(V)->as.heap.aux.capa) * sizeof(VALUE);
  case T_DATA:
    if (isTypedData(V) && RTYPEDDATA(V)->type->function.dsize && dataOf(V))
      Size += RTYPEDDATA(V)->type->function.dsize(dataOf(V));
    return Size;
  default:
    return Size;
  }
}

int rb_during_gc(void) { return heap().isCollecting(); }

VALUE rb_gc_enable(void) {
  RHEAP_API();
  bool Was = heap().Disabled;
  heap().Disabled = false;
  return RBOOL(Was);
}

VALUE rb_gc_disable(void) {
  RHEAP_API();
  bool Was = heap().Disabled;
  heap().Disabled = true;
  return RBOOL(Was);
}

void rb_gc_adjust_memory_usage(ssize_t) { RHEAP_API(); }

void rb_gc_register_address(VALUE *Address) {
  RHEAP_API();
  heap().RootSet.registerAddress(Address);
}

void rb_gc_unregister_address(VALUE *Address) {
  RHEAP_API();
  heap().RootSet.unregisterAddress(Address);
}

void rb_global_variable(VALUE *Address) {
  RHEAP_API();
  heap().RootSet.registerAddress(Address);
}

void rb_gc_register_mark_object(VALUE Object) {
  RHEAP_API();
  if (!RB_SPECIAL_CONST_P(Object))
    heap().RootSet.registerObject(Object);
}

void rb_gc_mark(VALUE V) {
  RHEAP_API();
  heap().mark(V, true);
}

void rb_gc_mark_movable(VALUE V) {
  RHEAP_API();
  heap().mark(V, false);
}

void rb_gc_mark_maybe(VALUE V) {
  RHEAP_API();
  heap().markConservatively(V);
}

void rb_gc_mark_locations(const VALUE *Start, const VALUE *End) {
  RHEAP_API();
  heap().markRange(Start, End);
}

VALUE rb_gc_location(VALUE V) {
  RHEAP_API();
  return heap().location(V);
}

void rb_gc_writebarrier(VALUE Owner, VALUE) {
  RHEAP_API();
  heap().written(Owner);
}

void rb_gc_writebarrier_unprotect(VALUE Owner) {
  RHEAP_API();
  heap().unprotect(Owner);
}
