//===- FailureTest.cpp - No memory, anywhere ------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// A program is run again and again; each time the next of its allocations
// fails. It must end with NoMemoryError, and what was there before must be
// whole.
//
//===----------------------------------------------------------------------===//

#include "gvl/Tag.h"
#include "heap/Heap.h"
#include "model/Array.h"
#include "model/String.h"

#include "rheap/internal.h"

#include "gtest/gtest.h"

using namespace rheap;

namespace {

struct Holder {
  VALUE String;
};

const rb_data_type_t HolderType = {
    "holder",
    {[](void *Data) { rb_gc_mark(static_cast<Holder *>(Data)->String); },
     RUBY_DEFAULT_FREE,
     nullptr,
     nullptr,
     {}},
    nullptr,
    nullptr,
    RUBY_TYPED_FREE_IMMEDIATELY};

/// What the program changes, and may have changed in part.
struct World {
  VALUE Text, List, Table, Object;
};

VALUE Kept = Qnil;

World makeWorld() {
  World W = {rb_str_new_cstr("0123456789"), rb_ary_new(), rb_hash_new(),
             rb_obj_alloc(rb_cObject)};
  Kept = rb_ary_new_from_args(4, W.Text, W.List, W.Table, W.Object);
  return W;
}

void program(World &W) {
  for (int I = 0; I < 40; ++I)
    rb_str_cat(W.Text, "0123456789", 10);
  VALUE Shared = rb_str_new_shared(W.Text);
  rb_str_cat(Shared, "abc", 3);
  for (int I = 0; I < 100; ++I) {
    rb_ary_push(W.List, rb_sprintf("element %d", I));
    rb_hash_aset(W.Table, RB_INT2FIX(I), rb_ary_entry(W.List, I));
  }
  rb_iv_set(W.Object, "@list", rb_ary_dup(W.List));
  Holder *H;
  VALUE Data = TypedData_Make_Struct(rb_cObject, Holder, &HolderType, H);
  H->String = W.Text;
  VALUE Tmp = rb_str_tmp_frozen_no_embed_acquire(W.Text);
  rb_str_tmp_frozen_release(W.Text, Tmp);
  void *Plain = ruby_xmalloc(1000);
  // Not through xfree alone: a failed xrealloc leaves the old memory.
  struct Buffer {
    void *P;
  } B = {Plain};
  rb_ensure(
      [](VALUE Arg) -> VALUE {
        auto *B = reinterpret_cast<Buffer *>(Arg);
        B->P = ruby_xrealloc(B->P, 100000);
        return Qnil;
      },
      VALUE(&B),
      [](VALUE Arg) -> VALUE {
        ruby_xfree(reinterpret_cast<Buffer *>(Arg)->P);
        return Qnil;
      },
      VALUE(&B));
  rb_funcall(W.List, rb_intern("inspect"), 0);
  RB_GC_GUARD(Data);
}

void expectWhole(const World &W) {
  long Len = strLen(W.Text);
  ASSERT_EQ(Len % 10, 0);
  ASSERT_LE(size_t(Len), strCapacity(W.Text));
  for (long I = 0; I < Len; ++I)
    ASSERT_EQ(strPtr(W.Text)[I], char('0' + I % 10));
  long Size = aryLen(W.List);
  for (long I = 0; I < Size; ++I)
    ASSERT_EQ(std::string(StringValueCStr(aryPtr(W.List)[I])),
              "element " + std::to_string(I));
  long Entries = long(rb_hash_size_num(W.Table));
  ASSERT_GE(Entries, Size - 1);
  ASSERT_LE(Entries, Size);
  for (long I = 0; I < Entries; ++I)
    ASSERT_EQ(rb_hash_aref(W.Table, RB_INT2FIX(I)), rb_ary_entry(W.List, I));
}

TEST(Failure, EachAllocationOfAProgramInTurn) {
  rb_gc_register_address(&Kept);
  size_t Failed = 0;
  for (size_t N = 1;; ++N) {
    World W = makeWorld();
    heap().failAllocation(N);
    int State = protect([&] { program(W); });
    size_t Left = heap().failAllocation(0);
    expectWhole(W);
    if (HasFatalFailure())
      break;
    if (N % 7 == 0)
      heap().compact();
    else
      heap().collect();
    expectWhole(W);
    if (HasFatalFailure())
      break;
    if (State == 0) {
      EXPECT_NE(Left, 0u) << "an allocation failed in silence";
      break;
    }
    ++Failed;
    ASSERT_EQ(State, int(JumpRaise));
    ASSERT_STREQ(rb_obj_classname(rb_errinfo()), "NoMemoryError") << N;
    rb_set_errinfo(Qnil);
  }
  // 40 appends are a few, 100 elements a few hundred.
  EXPECT_GT(Failed, 200u);
  rb_gc_unregister_address(&Kept);
  Kept = Qnil;
}

} // namespace
