//===- CompactTest.cpp - Moving objects, updating references, undoing ----===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "heap/Heap.h"

#include "model/Array.h"
#include "model/Data.h"
#include "model/Hash.h"
#include "model/String.h"

#include "gtest/gtest.h"

using namespace rheap;

namespace {

VALUE Kept = Qnil;

VALUE numbered(long I) { return rb_sprintf("object %ld", I); }

/// An array with every second of \p N strings: holes for compaction.
__attribute__((noinline)) void makeHoles(long N) {
  // A collection on the way would fill the holes again.
  heap().Disabled = true;
  Kept = rb_ary_new();
  for (long I = 0; I < N; ++I) {
    VALUE S = numbered(I);
    if (I % 2)
      rb_ary_push(Kept, S);
  }
  heap().Disabled = false;
}

__attribute__((noinline)) void clearStack() {
  volatile char Frames[1 << 15];
  for (char volatile &C : Frames)
    C = 0;
}

struct Compact : ::testing::Test {
  void SetUp() override {
    Kept = Qnil;
    heap().RootSet.registerAddress(&Kept);
    // What earlier tests left must not come before the holes.
    heap().compact();
  }
  void TearDown() override { heap().RootSet.unregisterAddress(&Kept); }

  static void expectContents() {
    for (long I = 0; I < aryLen(Kept); ++I) {
      VALUE S = aryPtr(Kept)[I];
      ASSERT_TRUE(heap().isObject(S)) << I;
      ASSERT_EQ(std::string(strPtr(S), size_t(strLen(S))),
                "object " + std::to_string(2 * I + 1));
    }
  }
};

TEST_F(Compact, MovesIntoHolesAndUpdatesReferences) {
  makeHoles(20000);
  std::vector<VALUE> Before(aryPtr(Kept), aryPtr(Kept) + aryLen(Kept));
  clearStack();
  size_t Moved = heap().compact();
  EXPECT_GT(Moved, 2000u);
  size_t Changed = 0;
  for (size_t I = 0; I < Before.size(); ++I)
    Changed += Before[I] != aryPtr(Kept)[I];
  EXPECT_EQ(Changed, Moved);
  expectContents();
}

TEST_F(Compact, NeedsFewerPagesAfterwards) {
  makeHoles(40000);
  clearStack();
  heap().collect();
  size_t Before = heap().pool(0).Pages.size();
  heap().compact();
  EXPECT_LT(heap().pool(0).Pages.size(), Before * 3 / 4);
}

TEST_F(Compact, NoMovedSlotRemains) {
  makeHoles(10000);
  heap().compact();
  for (const Page *P : heap().pool(0).Pages)
    for (unsigned I = 0; I < P->NumSlots; ++I)
      ASSERT_NE(typeOf(P->slotAt(I)), unsigned(T_MOVED));
}

TEST_F(Compact, WhatAStackHoldsStays) {
  makeHoles(10000);
  VALUE Last = aryPtr(Kept)[aryLen(Kept) - 1];
  heap().compact();
  EXPECT_EQ(aryPtr(Kept)[aryLen(Kept) - 1], Last);
  RB_GC_GUARD(Last);
}

VALUE Registered[50];

__attribute__((noinline)) void registerLast(VALUE *Complements) {
  for (long I = 0; I < 50; ++I) {
    Registered[I] = aryPtr(Kept)[aryLen(Kept) - 1 - I];
    Complements[I] = ~Registered[I];
    heap().RootSet.registerAddress(&Registered[I]);
  }
}

TEST_F(Compact, ARegisteredAddressPins) {
  makeHoles(10000);
  VALUE Complements[50];
  registerLast(Complements);
  clearStack();
  ASSERT_GT(heap().compact(), 0u);
  for (long I = 0; I < 50; ++I) {
    EXPECT_EQ(aryPtr(Kept)[aryLen(Kept) - 1 - I], ~Complements[I]);
    EXPECT_EQ(Registered[I], ~Complements[I]);
    heap().RootSet.unregisterAddress(&Registered[I]);
  }
}

struct Holder {
  VALUE Reference;
};

template <bool Pin> void markHolder(void *Data) {
  VALUE V = static_cast<Holder *>(Data)->Reference;
  Pin ? rb_gc_mark(V) : rb_gc_mark_movable(V);
}

void updateHolder(void *Data) {
  auto *H = static_cast<Holder *>(Data);
  H->Reference = rb_gc_location(H->Reference);
}

const rb_data_type_t Pinning = {
    "pinning",
    {markHolder<true>, RUBY_DEFAULT_FREE, nullptr, nullptr, {}},
    nullptr,
    nullptr,
    RUBY_TYPED_FREE_IMMEDIATELY};
const rb_data_type_t Movable = {
    "movable",
    {markHolder<false>, RUBY_DEFAULT_FREE, nullptr, updateHolder, {}},
    nullptr,
    nullptr,
    RUBY_TYPED_FREE_IMMEDIATELY};
const rb_data_type_t MovableEmbedded = {
    "embedded",
    {markHolder<false>, RUBY_DEFAULT_FREE, nullptr, updateHolder, {}},
    nullptr,
    nullptr,
    RUBY_TYPED_FREE_IMMEDIATELY | RUBY_TYPED_EMBEDDABLE};

/// Holders of the last strings. One of them may be pinned by what is left on
/// the stack, not all.
constexpr long NumHolders = 50;

__attribute__((noinline)) VALUE holdLast(const rb_data_type_t *Type) {
  VALUE Holders = rb_ary_new();
  for (long I = 1; I <= NumHolders; ++I) {
    Holder *H;
    rb_ary_push(Holders, TypedData_Make_Struct(rb_cObject, Holder, Type, H));
    H->Reference = aryPtr(Kept)[aryLen(Kept) - I];
  }
  return Holders;
}

/// The complements keep the addresses out of the conservative scan's sight.
__attribute__((noinline)) void complementsOfLast(VALUE *Out) {
  for (long I = 1; I <= NumHolders; ++I)
    Out[I - 1] = ~aryPtr(Kept)[aryLen(Kept) - I];
}

TEST_F(Compact, MarkPinsAndMarkMovableDoesNot) {
  for (const rb_data_type_t *Type : {&Pinning, &Movable, &MovableEmbedded}) {
    makeHoles(10000);
    VALUE Holders = holdLast(Type);
    VALUE Before[NumHolders], After[NumHolders];
    complementsOfLast(Before);
    clearStack();
    heap().compact();
    complementsOfLast(After);
    long Moved = 0;
    for (long I = 0; I < NumHolders; ++I) {
      Moved += Before[I] != After[I];
      auto *H =
          static_cast<Holder *>(rb_check_typeddata(aryPtr(Holders)[I], Type));
      EXPECT_EQ(H->Reference, ~After[I]) << Type->wrap_struct_name;
    }
    if (Type == &Pinning)
      EXPECT_EQ(Moved, 0);
    else
      EXPECT_GT(Moved, NumHolders * 3 / 4) << Type->wrap_struct_name;
    expectContents();
    RB_GC_GUARD(Holders);
  }
}

TEST_F(Compact, AllKindsOfReferencesFollow) {
  makeHoles(10000);
  VALUE Object = rb_obj_alloc(rb_cObject), Plain = rb_str_new_cstr("owner");
  VALUE Hash = rb_hash_new();
  for (long I = 0; I < 100; ++I) {
    VALUE S = aryPtr(Kept)[aryLen(Kept) - 1 - I];
    std::string Name = "@v" + std::to_string(I);
    rb_iv_set(Object, Name.c_str(), S);
    rb_iv_set(Plain, Name.c_str(), S);
    rb_hash_aset(Hash, RB_INT2FIX(I), S);
  }
  rb_gc_register_mark_object(Object);
  clearStack();
  ASSERT_GT(heap().compact(), 0u);
  for (long I = 0; I < 100; ++I) {
    VALUE S = aryPtr(Kept)[aryLen(Kept) - 1 - I];
    std::string Name = "@v" + std::to_string(I);
    EXPECT_EQ(rb_iv_get(Object, Name.c_str()), S);
    EXPECT_EQ(rb_iv_get(Plain, Name.c_str()), S);
    EXPECT_EQ(rb_hash_aref(Hash, RB_INT2FIX(I)), S);
  }
  RB_GC_GUARD(Plain);
  RB_GC_GUARD(Hash);
}

__attribute__((noinline)) VALUE objectKeyed() {
  VALUE Hash = rb_hash_new();
  for (long I = 0; I < aryLen(Kept); ++I) {
    VALUE Key = rb_obj_alloc(rb_cObject);
    rb_ivar_set(aryPtr(Kept)[I], rb_intern("@key"), Key);
    rb_hash_aset(Hash, Key, RB_INT2FIX(I));
  }
  return Hash;
}

TEST_F(Compact, HashesFindKeysThatMoved) {
  makeHoles(10000);
  VALUE Hash = objectKeyed();
  clearStack();
  ASSERT_GT(heap().compact(), 0u);
  for (long I = 0; I < aryLen(Kept); ++I)
    ASSERT_EQ(
        rb_hash_aref(Hash, rb_ivar_get(aryPtr(Kept)[I], rb_intern("@key"))),
        RB_INT2FIX(I));
  RB_GC_GUARD(Hash);
}

// A dfree between two steps of a compaction looks at an object that has moved.
struct Spy {
  VALUE Target;
  long Number; ///< what the target's text ends in
};
int SeenMoved, SeenWrong, SeenType;

const rb_data_type_t SpyType = {
    "spy",
    {nullptr,
     [](void *Data) {
       Spy S = *static_cast<Spy *>(Data);
       bool Moved = heap().location(S.Target) != S.Target;
       SeenMoved += Moved;
       // Faults when it moved; the barrier brings it back.
       int Type = int(BUILTIN_TYPE(S.Target));
       if (Moved)
         SeenType = Type;
       if (Type == T_STRING)
         SeenWrong += std::string(RSTRING_PTR(S.Target),
                                  size_t(RSTRING_LEN(S.Target))) !=
                      "object " + std::to_string(S.Number);
       xfree(Data);
     },
     nullptr,
     nullptr,
     {}},
    nullptr,
    nullptr,
    RUBY_TYPED_FREE_IMMEDIATELY};

/// Dead spies among the first objects, each on a string of another page at the
/// end: when the front finger reaches the spies, the back finger has passed
/// their targets.
__attribute__((noinline)) void makeHolesAndSpies() {
  constexpr long N = 80000, NumSpies = 8, PerPage = PageSize / 40;
  heap().Disabled = true;
  Spy *Spies[NumSpies];
  Kept = rb_ary_new();
  for (long I = 0; I < N; ++I) {
    VALUE V = numbered(I);
    if (I % 2)
      rb_ary_push(Kept, V);
    if (I >= N / 5 && I < N / 5 + NumSpies)
      TypedData_Make_Struct(rb_cObject, Spy, &SpyType, Spies[I - N / 5]);
  }
  for (long I = 0; I < NumSpies; ++I) {
    long Position = aryLen(Kept) - 1 - I * PerPage / 2;
    *Spies[I] = {aryPtr(Kept)[Position], 2 * Position + 1};
  }
  heap().Disabled = false;
}

TEST_F(Compact, ADfreeBetweenTheStepsSeesTheObjectThroughTheBarrier) {
  makeHolesAndSpies();
  clearStack();
  SeenMoved = SeenWrong = SeenType = 0;
  size_t Healed = heap().NumHealed;
  heap().compact();
  EXPECT_GE(SeenMoved, 4) << "what had not moved tests nothing";
  EXPECT_EQ(SeenWrong, 0);
  EXPECT_EQ(SeenType, T_STRING);
  EXPECT_GT(heap().NumHealed, Healed);
  expectContents();
  heap().compact();
  expectContents();
}

TEST_F(Compact, WithoutABarrierItSeesAMovedSlot) {
  Barrier *Before = heap().ReadBarrier;
  heap().ReadBarrier = findBarrier("none");
  makeHolesAndSpies();
  clearStack();
  SeenMoved = SeenType = 0;
  size_t Healed = heap().NumHealed;
  heap().compact();
  heap().ReadBarrier = Before;
  EXPECT_GE(SeenMoved, 4);
  EXPECT_EQ(SeenType, T_MOVED);
  EXPECT_EQ(heap().NumHealed, Healed);
  expectContents();
}

/// Where the kept strings were before the compaction. In C memory, which the
/// conservative scan does not see.
std::vector<VALUE> Homes;
int Unprotected, Touched;

const rb_data_type_t InspectorType = {
    "inspector",
    {nullptr,
     [](void *Data) {
       VALUE LastMoved = 0;
       for (VALUE V : Homes) {
         if (heap().location(V) == V)
           continue;
         Unprotected += !heap().pageOf(V)->Protected;
         // The back finger goes downwards.
         if (!LastMoved || V < LastMoved)
           LastMoved = V;
       }
       // Heals the page that the back finger is on.
       if (LastMoved)
         Touched += BUILTIN_TYPE(LastMoved) == T_STRING;
       xfree(Data);
     },
     nullptr,
     nullptr,
     {}},
    nullptr,
    nullptr,
    RUBY_TYPED_FREE_IMMEDIATELY};

/// A dead inspector on each page at the front, which is swept before the
/// fingers meet.
__attribute__((noinline)) void makeHolesAndInspectors() {
  constexpr long N = 80000;
  heap().Disabled = true;
  Kept = rb_ary_new();
  for (long I = 0; I < N; ++I) {
    VALUE V = numbered(I);
    if (I % 2)
      rb_ary_push(Kept, V);
    if (I % 1000 == 0 && I < N / 3) {
      long *Unused;
      TypedData_Make_Struct(rb_cObject, long, &InspectorType, Unused);
    }
  }
  Homes.assign(aryPtr(Kept), aryPtr(Kept) + aryLen(Kept));
  heap().Disabled = false;
}

TEST_F(Compact, WhileUserCodeRunsEveryMovedSlotIsProtected) {
  makeHolesAndInspectors();
  clearStack();
  Unprotected = Touched = 0;
  heap().compact();
  Homes.clear();
  EXPECT_EQ(Unprotected, 0);
  EXPECT_GT(Touched, 5);
  expectContents();
}

/// Addresses in C memory, which the conservative scan does not see.
__attribute__((noinline)) void makeFull(long N) {
  heap().Disabled = true;
  Kept = rb_ary_new();
  for (long I = 0; I < N; ++I)
    rb_ary_push(Kept, numbered(2 * I + 1));
  Homes.assign(aryPtr(Kept), aryPtr(Kept) + aryLen(Kept));
  heap().Disabled = false;
}

long numNotAtHome() {
  long N = 0;
  for (long I = 0; I < aryLen(Kept); ++I)
    N += aryPtr(Kept)[I] != Homes[size_t(I)];
  return N;
}

TEST_F(Compact, TowardEmptyPagesEverythingMoves) {
  if (heap().Settings.Compactor != Compactor::TwoFingers ||
      heap().ReadBarrier == findBarrier("pinpages"))
    GTEST_SKIP() << "some pages keep their objects";
  makeFull(20000);
  clearStack();
  heap().compact();
  long Before = numNotAtHome();
  VALUE Options = rb_hash_new();
  rb_hash_aset(Options, ID2SYM(rb_intern("expand_heap")), Qtrue);
  rb_hash_aset(Options, ID2SYM(rb_intern("toward")),
               ID2SYM(rb_intern("empty")));
  Homes.assign(aryPtr(Kept), aryPtr(Kept) + aryLen(Kept));
  // Once: a second pass might bring them back.
  heap().spreadPages(true, true);
  clearStack();
  heap().compact();
  EXPECT_LT(Before, 10000) << "full pages gave way by themselves";
  EXPECT_GT(numNotAtHome(), 19000);
  expectContents();
  size_t Moves = heap().NumMoved;
  rb_funcall(rb_mGC, rb_intern("verify_compaction_references"), 1, Options);
  EXPECT_GT(heap().NumMoved - Moves, 19000u);
  expectContents();
  Homes.clear();
}

TEST_F(Compact, AutoCompactCompactsWhenSpaceIsNeeded) {
  rb_funcall(rb_mGC, rb_intern("auto_compact="), 1, Qtrue);
  EXPECT_EQ(rb_funcall(rb_mGC, rb_intern("auto_compact"), 0), Qtrue);
  makeHoles(20000);
  clearStack();
  size_t Compactions = heap().NumCompactions;
  for (int I = 0; I < 2000000 && heap().NumCompactions == Compactions; ++I) {
    VALUE Long = rb_str_new(nullptr, 600);
    if (I % 2)
      rb_ary_push(Kept, Long);
  }
  EXPECT_GT(heap().NumCompactions, Compactions);
  rb_funcall(rb_mGC, rb_intern("auto_compact="), 1, Qfalse);
  EXPECT_FALSE(heap().AutoCompact);
  rb_ary_clear(Kept);
}

} // namespace
