//===- MutatorTest.cpp - Random programs against a shadow model ----------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// A random program makes, links and changes objects while a plain C++ model
// does the same. After each collection and compaction every reachable object is
// compared with the model: kind, contents, and identity, so that two references
// to one object still are after it has moved. Meanwhile other threads read
// strings of their own in regions without the lock.
//
//===----------------------------------------------------------------------===//

#include "ruby/thread.h"

#include "gvl/Gvl.h"
#include "heap/Heap.h"
#include "model/Array.h"
#include "model/String.h"

#include "rheap/internal.h"

#include "gtest/gtest.h"

#include <random>

using namespace rheap;

namespace {

/// A T_DATA with one movable and one pinned reference.
struct Pair {
  VALUE Movable, Pinned;
};

void markPair(void *Data) {
  auto *P = static_cast<Pair *>(Data);
  rb_gc_mark_movable(P->Movable);
  rb_gc_mark(P->Pinned);
}

void compactPair(void *Data) {
  auto *P = static_cast<Pair *>(Data);
  P->Movable = rb_gc_location(P->Movable);
}

const rb_data_type_t PairType = {
    "pair",
    {markPair, RUBY_DEFAULT_FREE, nullptr, compactPair, {}},
    nullptr,
    nullptr,
    RUBY_TYPED_FREE_IMMEDIATELY};
const rb_data_type_t EmbeddedPairType = {
    "embedded pair",
    {markPair, RUBY_DEFAULT_FREE, nullptr, compactPair, {}},
    nullptr,
    nullptr,
    RUBY_TYPED_FREE_IMMEDIATELY | RUBY_TYPED_EMBEDDABLE | RUBY_TYPED_RB_PROT |
        RUBY_TYPED_WB_PROTECTED};

enum class Kind { String, Array, Hash, Object, Data, EmbeddedData, Float };

/// What the model knows of one object; children are numbers of other nodes.
struct Node {
  Kind K = Kind::Float;
  std::string Bytes = {};
  double Number = 0;
  std::vector<int> Children = {};
  bool Frozen = false;
};

VALUE Roots = Qnil;

class Mutator {
public:
  Mutator(unsigned Seed, int NumRoots) : NumRoots(NumRoots), Random(Seed) {}

  void run(int Steps) {
    Roots = rb_ary_new();
    rb_gc_register_address(&Roots);
    for (int I = 0; I < NumRoots; ++I) {
      rb_ary_push(Roots, Qnil);
      RootNode.push_back(-1);
    }
    for (int I = 0; I < Steps && !::testing::Test::HasFailure(); ++I)
      step();
    if (heap().ReadBarrier->worksInSteps() && Steps > 50000) {
      EXPECT_GT(StepsEnded, 10);
    }
    heap().compact();
    verify();
    rb_gc_unregister_address(&Roots);
    Roots = Qnil;
  }

private:
  /// Objects that the program holds at once, at most.
  const int NumRoots;

  int below(int N) { return int(Random() % unsigned(N)); }

  std::string randomBytes() {
    // All pools, and external.
    static constexpr int Sizes[] = {8, 15, 50, 130, 290, 610, 3000};
    std::string S(size_t(below(Sizes[below(7)] + 1)), 'a');
    for (char &C : S)
      C = char('a' + below(26));
    return S;
  }

  /// A slot of Roots that holds an object; -1 after a few tries.
  int someRoot() {
    for (int I = 0; I < 10; ++I) {
      int R = below(NumRoots);
      if (RootNode[size_t(R)] >= 0)
        return R;
    }
    return -1;
  }

  VALUE valueOf(int Root) { return rb_ary_entry(Roots, Root); }
  Node &nodeOf(int Root) { return Nodes[size_t(RootNode[size_t(Root)])]; }

  void setRoot(int Root, VALUE V, Node N) {
    int Number = int(Nodes.size());
    if (FreeNodes.empty()) {
      Nodes.push_back(std::move(N));
    } else {
      Number = FreeNodes.back();
      FreeNodes.pop_back();
      Nodes[size_t(Number)] = std::move(N);
    }
    RootNode[size_t(Root)] = Number;
    rb_ary_store(Roots, Root, V);
    Latest = Root;
  }
  void drop(int Root) {
    RootNode[size_t(Root)] = -1;
    rb_ary_store(Roots, Root, Qnil);
  }

  /// After a verification that went well: forgets what it did not reach.
  void forgetUnreachable() {
    FreeNodes.clear();
    for (size_t I = 0; I < Nodes.size(); ++I)
      if (!Known[I]) {
        Nodes[I] = {};
        FreeNodes.push_back(int(I));
      }
  }

  void make(int At) {
    std::string Bytes = randomBytes();
    switch (below(8)) {
    case 0:
      return setRoot(At, rb_ary_new_capa(below(100)), {Kind::Array});
    case 1:
      return setRoot(At, rb_hash_new(), {Kind::Hash});
    case 2:
      return setRoot(At, rb_obj_alloc(rb_cObject), {Kind::Object});
    case 3: {
      bool Embedded = below(2);
      Pair *P;
      VALUE V = TypedData_Make_Struct(
          rb_cObject, Pair, Embedded ? &EmbeddedPairType : &PairType, P);
      int A = someRoot(), B = someRoot();
      if (A < 0 || B < 0)
        return;
      P->Movable = valueOf(A);
      P->Pinned = valueOf(B);
      return setRoot(At, V,
                     {Embedded ? Kind::EmbeddedData : Kind::Data,
                      "",
                      0,
                      {RootNode[size_t(A)], RootNode[size_t(B)]}});
    }
    case 4: {
      double D = std::ldexp(1.0 + below(1000), 500);
      return setRoot(At, rb_float_new(D), {Kind::Float, "", D});
    }
    default:
      return setRoot(At, rb_str_new(Bytes.data(), long(Bytes.size())),
                     {Kind::String, Bytes});
    }
  }

  void changeString(int Root) {
    VALUE S = valueOf(Root);
    Node &N = nodeOf(Root);
    switch (below(5)) {
    case 0: { // share
      int To = below(NumRoots);
      Node Copy = N;
      Copy.Frozen = false;
      return setRoot(To, rb_str_dup(S), Copy);
    }
    case 1:
      rb_str_freeze(S);
      N.Frozen = true;
      return;
    case 2:
      if (N.Frozen)
        return;
      N.Bytes.resize(size_t(below(int(N.Bytes.size()) + 1)));
      rb_str_resize(S, long(N.Bytes.size()));
      return;
    case 3: { // read it through the fix
      VALUE Tmp = rb_str_tmp_frozen_no_embed_acquire(S);
      EXPECT_EQ(N.Bytes,
                std::string(RSTRING_PTR(Tmp), size_t(RSTRING_LEN(Tmp))));
      rb_str_tmp_frozen_release(S, Tmp);
      return;
    }
    default: {
      if (N.Frozen)
        return;
      std::string More = randomBytes();
      N.Bytes += More;
      rb_str_cat(S, More.data(), long(More.size()));
    }
    }
  }

  /// Now and then a young object goes into an old one, and nowhere else. More
  /// often, and too few objects are left to move.
  void change(int Root) {
    bool Young = below(32) == 0 && Latest >= 0 && RootNode[size_t(Latest)] >= 0;
    int Child = Young ? Latest : someRoot();
    if (Child < 0)
      return;
    putInto(Root, Child);
    if (Young && Child != Root)
      drop(Child);
  }

  void putInto(int Root, int Child) {
    Node &N = nodeOf(Root);
    VALUE V = valueOf(Root), C = valueOf(Child);
    int ChildNode = RootNode[size_t(Child)];
    switch (N.K) {
    case Kind::String:
      return changeString(Root);
    case Kind::Array:
      if (N.Children.size() > 200) {
        rb_ary_clear(V);
        N.Children.clear();
      }
      rb_ary_push(V, C);
      N.Children.push_back(ChildNode);
      return;
    case Kind::Hash:
      rb_hash_aset(V, RB_INT2FIX(long(N.Children.size())), C);
      N.Children.push_back(ChildNode);
      return;
    case Kind::Object: {
      if (N.Children.size() > 8)
        return;
      std::string Name = "@v" + std::to_string(N.Children.size());
      rb_iv_set(V, Name.c_str(), C);
      N.Children.push_back(ChildNode);
      return;
    }
    case Kind::Data:
    case Kind::EmbeddedData: {
      Pair &P = pairOf(V, N);
      RB_OBJ_WRITE(V, &P.Movable, C);
      N.Children[0] = ChildNode;
      return;
    }
    default:
      return;
    }
  }

  static Pair &pairOf(VALUE V, const Node &N) {
    return *static_cast<Pair *>(rb_check_typeddata(
        V, N.K == Kind::Data ? &PairType : &EmbeddedPairType));
  }

  void step() {
    if (heap().ReadBarrier->worksInSteps() && below(4) == 0)
      StepsEnded += heap().compactStep(size_t(below(400)) + 1);
    int What = below(1000);
    if (What < 1) {
      heap().compact();
      verify();
    } else if (What < 5) {
      heap().collect();
      verify();
    } else if (What < 9) {
      // Most of the sweep is done by the steps that follow.
      heap().collectForSpace();
      if (below(2))
        verify();
    } else if (What < 14) {
      rb_thread_schedule();
    } else if (What < 300) {
      drop(below(NumRoots));
    } else if (What < 650) {
      make(below(NumRoots));
    } else if (int R = someRoot(); R >= 0) {
      change(R);
    }
  }

  void verify() {
    Known.assign(Nodes.size(), 0);
    for (int I = 0; I < NumRoots; ++I)
      if (RootNode[size_t(I)] >= 0)
        Pending.emplace_back(valueOf(I), RootNode[size_t(I)]);
    while (!Pending.empty() && !::testing::Test::HasFailure()) {
      auto [V, N] = Pending.back();
      Pending.pop_back();
      verifyNode(V, N);
    }
    Pending.clear();
    if (!::testing::Test::HasFailure())
      forgetUnreachable();
  }

  void expectChild(VALUE V, const Node &N, size_t I) {
    Pending.emplace_back(V, N.Children[I]);
  }

  void verifyNode(VALUE V, int Number) {
    VALUE &Seen = Known[size_t(Number)];
    if (Seen) {
      ASSERT_EQ(Seen, V) << "two addresses for one object";
      return;
    }
    Seen = V;
    ASSERT_TRUE(heap().isObject(V));
    const Node &N = Nodes[size_t(Number)];
    switch (N.K) {
    case Kind::String:
      ASSERT_EQ(typeOf(V), unsigned(T_STRING));
      ASSERT_EQ(std::string(strPtr(V), size_t(strLen(V))), N.Bytes);
      ASSERT_EQ((flagsOf(V) & FL_FREEZE) != 0, N.Frozen);
      break;
    case Kind::Array:
      ASSERT_EQ(typeOf(V), unsigned(T_ARRAY));
      ASSERT_EQ(size_t(aryLen(V)), N.Children.size());
      for (size_t I = 0; I < N.Children.size(); ++I)
        expectChild(rb_ary_entry(V, long(I)), N, I);
      break;
    case Kind::Hash:
      ASSERT_EQ(typeOf(V), unsigned(T_HASH));
      ASSERT_EQ(rb_hash_size_num(V), N.Children.size());
      for (size_t I = 0; I < N.Children.size(); ++I)
        expectChild(rb_hash_aref(V, RB_INT2FIX(long(I))), N, I);
      break;
    case Kind::Object:
      ASSERT_EQ(typeOf(V), unsigned(T_OBJECT));
      for (size_t I = 0; I < N.Children.size(); ++I)
        expectChild(rb_iv_get(V, ("@v" + std::to_string(I)).c_str()), N, I);
      break;
    case Kind::Data:
    case Kind::EmbeddedData: {
      Pair &P = pairOf(V, N);
      expectChild(RB_OBJ_READ(V, &P.Movable), N, 0);
      expectChild(P.Pinned, N, 1);
      break;
    }
    case Kind::Float:
      ASSERT_EQ(NUM2DBL(V), N.Number);
      break;
    }
  }

  std::mt19937 Random;
  /// The root that was set last.
  int Latest = -1;
  int StepsEnded = 0;
  std::vector<Node> Nodes;
  std::vector<int> FreeNodes;
  std::vector<int> RootNode;
  std::vector<VALUE> Known;
  std::vector<std::pair<VALUE, int>> Pending;
};

/// What a thread beside the mutator does until it is told to stop: makes a
/// string, and reads the bytes again and again without the lock.
std::atomic<bool> Stop;
std::atomic<long> RegionsDone;

struct Reading {
  const char *Bytes;
  long Length;
  char Expected;
  bool Right;
};

void *readBytes(void *Data) {
  auto *R = static_cast<Reading *>(Data);
  R->Right = true;
  for (int Turn = 0; Turn < 50; ++Turn)
    for (long I = 0; I < R->Length; ++I)
      R->Right &=
          static_cast<const volatile char *>(R->Bytes)[I] == R->Expected;
  return nullptr;
}

VALUE readInRegions(void *Number) {
  char Fill = char('A' + reinterpret_cast<intptr_t>(Number));
  long Wrong = 0;
  while (!Stop) {
    std::string Text(size_t(20 + RegionsDone % 900), Fill);
    VALUE S = rb_str_new(Text.data(), long(Text.size()));
    VALUE Tmp = rb_str_tmp_frozen_no_embed_acquire(S);
    Reading R = {RSTRING_PTR(Tmp), RSTRING_LEN(Tmp), Fill, false};
    rb_thread_call_without_gvl(readBytes, &R, RUBY_UBF_IO, nullptr);
    Wrong += !R.Right;
    rb_str_tmp_frozen_release(S, Tmp);
    ++RegionsDone;
  }
  return RB_LONG2NUM(Wrong);
}

void runBeside(unsigned Seed, int Steps) {
  Stop = false;
  RegionsDone = 0;
  VALUE Readers[3];
  for (intptr_t I = 0; I < 3; ++I)
    Readers[I] = rb_thread_create(readInRegions, reinterpret_cast<void *>(I));
  size_t Compactions = heap().NumCompactions, Moved = heap().NumMoved;
  size_t LazySweeps = heap().NumLazySweeps;
  Mutator(Seed, 15000).run(Steps);
  Stop = true;
  for (VALUE R : Readers)
    EXPECT_EQ(rb_funcall(R, rb_intern("value"), 0), RB_INT2FIX(0));
  EXPECT_GT(heap().NumCompactions - Compactions, size_t(Steps / 2000));
  EXPECT_GT(heap().NumMoved - Moved, size_t(Steps / 40));
  EXPECT_GT(RegionsDone, 10);
  if (heap().Settings.LazySweep) {
    EXPECT_GT(heap().NumLazySweeps - LazySweeps, size_t(Steps / 20000));
  }
}

int steps() {
  const char *Given = getenv("RHEAP_MUTATOR_STEPS");
  return Given ? atoi(Given) : 200000;
}

TEST(Mutator, FixedSeed) { runBeside(20169, steps()); }

TEST(Mutator, FreshSeed) {
  unsigned Seed = std::random_device{}();
  printf("seed: %u\n", Seed);
  SCOPED_TRACE("seed " + std::to_string(Seed));
  runBeside(Seed, steps());
}

TEST(Mutator, UnderStress) {
  heap().setStress(Stress::Compact);
  Mutator(20169, 600).run(6000);
  heap().setStress(Stress::Nothing);
}

} // namespace
