//===- Memory.cpp - Memory that the collector accounts for ----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "heap/Heap.h"
#include "judge/Judge.h"
#include "model/Data.h"

using namespace rheap;

static size_t product(size_t Count, size_t Size) {
  size_t Total;
  if (__builtin_mul_overflow(Count, Size, &Total))
    rb_raise(rb_eArgError, "malloc: possible integer overflow (%zu*%zu)", Count,
             Size);
  return Total;
}

void *ruby_xmalloc(size_t Size) {
  RHEAP_API();
  return heap().allocatePlain(Size);
}

void *ruby_xmalloc2(size_t Count, size_t Size) {
  RHEAP_API();
  return heap().allocatePlain(product(Count, Size));
}

void *ruby_xcalloc(size_t Count, size_t Size) {
  RHEAP_API();
  size_t Total = product(Count, Size);
  return memset(heap().allocatePlain(Total), 0, Total);
}

void *ruby_xrealloc(void *P, size_t Size) {
  RHEAP_API();
  return heap().reallocateBuffer(P, Size);
}

void *ruby_xrealloc2(void *P, size_t Count, size_t Size) {
  RHEAP_API();
  return heap().reallocateBuffer(P, product(Count, Size));
}

void ruby_xfree(void *P) {
  RHEAP_API();
  if (P)
    heap().freeBuffer(P);
}

char *ruby_strdup(const char *Text) {
  RHEAP_API();
  size_t Size = strlen(Text) + 1;
  return static_cast<char *>(memcpy(ruby_xmalloc(Size), Text, Size));
}

namespace {

/// What the collector looks into for as long as the program refers to it.
struct TemporaryBuffer {
  size_t NumWords;
  alignas(16) VALUE Words[1];
};

const rb_data_type_t TemporaryBufferType = {
    "temporary buffer",
    {[](void *Data) {
       auto *B = static_cast<TemporaryBuffer *>(Data);
       rb_gc_mark_locations(B->Words, B->Words + B->NumWords);
     },
     RUBY_DEFAULT_FREE,
     nullptr,
     nullptr,
     {}},
    nullptr,
    nullptr,
    RUBY_TYPED_FREE_IMMEDIATELY};

} // namespace

void *rb_alloc_tmp_buffer(volatile VALUE *Store, long Size) {
  RHEAP_API();
  if (Size < 0)
    rb_raise(rb_eArgError, "negative buffer size (or size too big)");
  VALUE Owner = rb_data_typed_object_zalloc(
      0, offsetof(TemporaryBuffer, Words) + size_t(Size), &TemporaryBufferType);
  *Store = Owner;
  auto *B = static_cast<TemporaryBuffer *>(dataOf(Owner));
  B->NumWords = size_t(Size) / sizeof(VALUE);
  return B->Words;
}

void *rb_alloc_tmp_buffer_with_count(volatile VALUE *Store, size_t Size,
                                     size_t) {
  RHEAP_API();
  return rb_alloc_tmp_buffer(Store, long(Size));
}

void rb_free_tmp_buffer(volatile VALUE *Store) {
  RHEAP_API();
  VALUE Owner = *Store;
  *Store = 0;
  if (!Owner)
    return;
  heap().freeBuffer(dataOf(Owner));
  RTYPEDDATA(Owner)->data = nullptr;
}
