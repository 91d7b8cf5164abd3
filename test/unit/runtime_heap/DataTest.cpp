//===- DataTest.cpp - T_DATA and its type's functions and flags -----------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "model/Data.h"

#include "heap/Heap.h"
#include "model/String.h"

#include "rheap/internal.h"
#include "ruby/ractor.h"

#include "gtest/gtest.h"

#include <utility>

using namespace rheap;

namespace {

struct Holder {
  VALUE Held;
  size_t Extra;
};

rb_data_type_t makeType(VALUE Flags) {
  return {"holder",
          {[](void *Data) {
             rb_gc_mark_movable(static_cast<Holder *>(Data)->Held);
           },
           RUBY_DEFAULT_FREE,
           [](const void *Data) {
             return sizeof(Holder) + static_cast<const Holder *>(Data)->Extra;
           },
           [](void *Data) {
             auto *H = static_cast<Holder *>(Data);
             H->Held = rb_gc_location(H->Held);
           },
           {}},
          nullptr,
          nullptr,
          Flags};
}

const rb_data_type_t Plain = makeType(RUBY_TYPED_FREE_IMMEDIATELY);
const rb_data_type_t Embeddable =
    makeType(RUBY_TYPED_FREE_IMMEDIATELY | RUBY_TYPED_EMBEDDABLE);
const rb_data_type_t Barriered =
    makeType(RUBY_TYPED_FREE_IMMEDIATELY | RUBY_TYPED_WB_PROTECTED);
const rb_data_type_t Shareable =
    makeType(RUBY_TYPED_FREE_IMMEDIATELY | RUBY_TYPED_FROZEN_SHAREABLE);

VALUE make(const rb_data_type_t &Type) {
  VALUE V = rb_data_typed_object_zalloc(rb_cObject, sizeof(Holder), &Type);
  static_cast<Holder *>(dataOf(V))->Held = Qnil;
  return V;
}
Holder &holder(VALUE V) { return *static_cast<Holder *>(dataOf(V)); }

TEST(Data, SizesAreAskedOfTheType) {
  VALUE V = make(Plain), E = make(Embeddable);
  holder(V).Extra = 1000;
  EXPECT_EQ(rb_obj_memsize_of(V),
            heap().slotSize(V) + sizeof(Holder) + size_t(1000));
  EXPECT_EQ(rb_obj_memsize_of(E), heap().slotSize(E) + sizeof(Holder));
  EXPECT_EQ(rb_obj_memsize_of(RB_INT2FIX(1)), 0u);
  VALUE Long = rb_str_new(nullptr, 5000), Short = rb_str_new(nullptr, 5);
  EXPECT_EQ(rb_obj_memsize_of(Long), heap().slotSize(Long) + 5001);
  EXPECT_EQ(rb_obj_memsize_of(Short), heap().slotSize(Short));
  RB_GC_GUARD(V);
  RB_GC_GUARD(E);
}

/// A string in \p V that nothing else keeps; its complement is returned.
__attribute__((noinline)) VALUE storeNew(VALUE V, bool WithBarrier) {
  VALUE S = newString(rb_cString, "young", 5);
  if (WithBarrier)
    RB_OBJ_WRITE(V, &holder(V).Held, S);
  else
    holder(V).Held = S;
  return ~S;
}

__attribute__((noinline)) void clearStack() {
  volatile char Frames[1 << 14];
  for (char volatile &C : Frames)
    C = 0;
}

/// How many of twenty references, stored in old objects of \p Type, a young
/// collection loses.
int numLost(const rb_data_type_t &Type, bool WithBarrier) {
  VALUE Owners[20];
  VALUE Complements[20];
  for (VALUE &V : Owners)
    V = make(Type);
  // The first full one makes them old, and later ones young ones possible.
  heap().collect();
  int Lost = 0;
  for (int I = 0; I < 20; ++I)
    Complements[I] = storeNew(Owners[I], WithBarrier);
  clearStack();
  heap().collectForSpace();
  for (int I = 0; I < 20; ++I) {
    bool Lives = heap().isObject(~Complements[I]);
    Lost += !Lives;
    if (!Lives)
      holder(Owners[I]).Held = Qnil;
  }
  for (VALUE &V : Owners)
    RB_GC_GUARD(V);
  return Lost;
}

TEST(Data, AWriteBarrierThatIsPromisedHasToBeThere) {
  if (heap().Settings.GcStress != Stress::Nothing)
    GTEST_SKIP() << "no collection is a young one";
  // A collection that only needs space is a young one once there was a full
  // one that did.
  for (int I = 0; I < 3; ++I)
    heap().collectForSpace();
  EXPECT_EQ(numLost(Plain, false), 0);
  EXPECT_EQ(numLost(Barriered, true), 0);
  // The scan of the stack may keep a few.
  EXPECT_GE(numLost(Barriered, false), 15);
}

TEST(Data, AFrozenOneIsShareableIfItsTypeSaysSo) {
  VALUE S = make(Shareable), P = make(Plain);
  EXPECT_FALSE(rb_ractor_shareable_p(S));
  rb_obj_freeze(S);
  rb_obj_freeze(P);
  EXPECT_TRUE(rb_ractor_shareable_p(S));
  EXPECT_FALSE(rb_ractor_shareable_p(P));
  EXPECT_TRUE(rb_ractor_shareable_p(RB_INT2FIX(5)));
  EXPECT_TRUE(rb_ractor_shareable_p(rb_cObject));
  VALUE Inner = rb_str_new_cstr("inner");
  VALUE List = rb_ary_freeze(rb_ary_new_from_args(2, S, Inner));
  EXPECT_FALSE(rb_ractor_shareable_p(List));
  rb_str_freeze(Inner);
  EXPECT_TRUE(rb_ractor_shareable_p(List));
  EXPECT_FALSE(rb_ractor_shareable_p(rb_str_new_cstr("x")));
}

} // namespace
