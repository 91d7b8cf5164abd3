//===- ApiFuzzer.cpp - libFuzzer on sequences of API calls ---------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// The input is a program: each call is an opcode, two registers and a number. A
// model in plain C++ does the same. After each collection, and at the end,
// every object that a register reaches is compared with it: kind, contents and
// identity. An allocation that is made to fail must raise NoMemoryError and
// leave what it was to change as it was.
//
//===----------------------------------------------------------------------===//

#include "ruby/thread.h"

#include "api/Startup.h"
#include "gvl/Thread.h"
#include "heap/Heap.h"
#include "model/Array.h"
#include "model/String.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>

using namespace rheap;

namespace {

enum class Kind { Nil, String, Array, Hash };

struct Node {
  Kind K = Kind::Nil;
  std::string Bytes = {};
  std::vector<std::shared_ptr<Node>> Children = {};
  bool Frozen = false;
};
using Model = std::shared_ptr<Node>;

[[noreturn]] void fail(const char *What) {
  fprintf(stderr, "rheap fuzzer: %s\n", What);
  abort();
}
void expect(bool Holds, const char *What) {
  if (!Holds)
    fail(What);
}

class Input {
public:
  Input(const uint8_t *Data, size_t Size) : Data(Data), Left(Size) {}
  bool empty() const { return !Left; }
  uint8_t byte() { return Left ? (--Left, *Data++) : 0; }
  unsigned number() { return byte() | unsigned(byte()) << 8; }

private:
  const uint8_t *Data;
  size_t Left;
};

VALUE Registers = Qnil;
constexpr unsigned NumRegisters = 16;

class Program {
public:
  explicit Program(Input In) : In(In) {}

  void run() {
    for (unsigned I = 0; I < NumRegisters; ++I) {
      rb_ary_store(Registers, I, Qnil);
      Models[I] = newModel();
    }
    for (unsigned Calls = 0; !In.empty() && Calls < 2000; ++Calls)
      call();
    heap().failAllocation(0);
    heap().setStress(Stress::Nothing);
    heap().compact();
    verify();
    // They may be cyclic, which counted references do not free.
    for (Model &M : All)
      M->Children.clear();
  }

private:
  Model newModel(Node N = {}) {
    return All.emplace_back(std::make_shared<Node>(std::move(N)));
  }
  VALUE value(unsigned R) { return aryPtr(Registers)[R]; }

  /// Runs \p F. \returns whether it went well; else it has raised \p Expected,
  /// or there was no memory.
  template <class Fn> bool attempt(Fn F, VALUE Expected = 0) {
    int State = protect(F);
    if (!State)
      return !Expected || (fail("an error was not raised"), false);
    VALUE Class = CLASS_OF(Current->ErrInfo);
    Current->ErrInfo = Qnil;
    expect(Class == rb_eNoMemError || Class == Expected, "the wrong error");
    return false;
  }

  template <class Fn> void make(unsigned R, Node N, Fn F) {
    if (attempt([&] {
          VALUE V = F();
          rb_ary_store(Registers, R, V);
        }))
      Models[R] = newModel(std::move(N));
  }

  void call() {
    uint8_t Op = In.byte() % 22;
    uint8_t Pair = In.byte();
    unsigned A = Pair % NumRegisters, B = Pair / NumRegisters;
    unsigned N = In.number();
    switch (Op) {
    case 0:
    case 1:
      Scratch.assign(N % (Op ? 40 : 5000), char('a' + N % 26));
      make(A, {Kind::String, Scratch},
           [&] { return rb_str_new(Scratch.data(), long(Scratch.size())); });
      break;
    case 2:
      make(A, {Kind::Array}, [&] { return rb_ary_new_capa(N % 200); });
      break;
    case 3:
      make(A, {Kind::Hash}, [&] { return rb_hash_new(); });
      break;
    case 4:
      rb_ary_store(Registers, A, Qnil);
      Models[A] = newModel();
      break;
    case 5:
      rb_ary_store(Registers, A, value(B));
      Models[A] = Models[B];
      break;
    case 6:
      heap().collect();
      verify();
      break;
    case 7:
      heap().compact();
      verify();
      break;
    case 8:
      heap().collectForSpace();
      break;
    case 9:
      if (heap().ReadBarrier->worksInSteps())
        heap().compactStep(N % 300);
      break;
    case 10:
      heap().setStress(N % 16    ? Stress::Nothing
                       : N & 256 ? Stress::Compact
                                 : Stress::Collect);
      break;
    case 11:
      heap().failAllocation(N % 8);
      break;
    default:
      change(Op, A, B, N);
    }
  }

  void change(uint8_t Op, unsigned A, unsigned B, unsigned N) {
    switch (Models[A]->K) {
    case Kind::Nil:
      return;
    case Kind::String:
      return changeString(Op, A, B, N);
    case Kind::Array:
      return changeArray(Op, A, B, N);
    case Kind::Hash:
      return changeHash(Op, A, B, N);
    }
  }

  void changeString(uint8_t Op, unsigned A, unsigned B, unsigned N) {
    Node &M = *Models[A];
    VALUE Refused = M.Frozen ? rb_eFrozenError : 0;
    switch (Op) {
    case 12:
    case 13:
      Scratch.assign(N % (Op == 12 ? 50 : 900), char('A' + N % 26));
      if (attempt(
              [&] {
                rb_str_cat(value(A), Scratch.data(), long(Scratch.size()));
              },
              Refused))
        M.Bytes += Scratch;
      return;
    case 14:
      N %= unsigned(M.Bytes.size()) + 1;
      if (attempt([&] { rb_str_resize(value(A), N); }, Refused))
        M.Bytes.resize(N);
      return;
    case 15:
      rb_str_freeze(value(A));
      M.Frozen = true;
      return;
    case 16:
      return make(B, {Kind::String, M.Bytes},
                  [&] { return rb_str_dup(value(A)); });
    case 17: {
      unsigned From = N % (unsigned(M.Bytes.size()) + 1);
      return make(B, {Kind::String, M.Bytes.substr(From)}, [&] {
        return rb_str_substr(value(A), From, long(M.Bytes.size()));
      });
    }
    case 18:
      // Doubling again and again is a test of the machine's memory only.
      if (M.Bytes.size() > 50000)
        return;
      return make(B, {Kind::String, M.Bytes + M.Bytes},
                  [&] { return rb_str_plus(value(A), value(A)); });
    default:
      return readInRegion(A);
    }
  }

  void readInRegion(unsigned A) {
    attempt([&] {
      VALUE Tmp = rb_str_tmp_frozen_no_embed_acquire(value(A));
      struct Job {
        const char *Bytes;
        size_t Size;
        bool Right;
        const std::string *Expected;
      } J = {RSTRING_PTR(Tmp), size_t(RSTRING_LEN(Tmp)), false,
             &Models[A]->Bytes};
      rb_thread_call_without_gvl(
          [](void *Data) -> void * {
            auto *J = static_cast<Job *>(Data);
            J->Right = J->Expected->compare(0, std::string::npos, J->Bytes,
                                            J->Size) == 0;
            return nullptr;
          },
          &J, RUBY_UBF_IO, nullptr);
      expect(J.Right, "a region reads other bytes");
      rb_str_tmp_frozen_release(value(A), Tmp);
    });
  }

  void changeArray(uint8_t Op, unsigned A, unsigned B, unsigned N) {
    auto &Children = Models[A]->Children;
    switch (Op) {
    case 12:
    case 13:
    case 14:
      if (Children.size() < 500 &&
          attempt([&] { rb_ary_push(value(A), value(B)); }))
        Children.push_back(Models[B]);
      return;
    case 15:
      if (Children.empty())
        return;
      expect(rb_ary_pop(value(A)) != Qundef, "pop");
      Children.pop_back();
      return;
    case 16:
      N %= 64;
      if (attempt([&] { rb_ary_store(value(A), N, value(B)); })) {
        while (Children.size() <= N)
          Children.push_back(newModel());
        Children[N] = Models[B];
      }
      return;
    case 17:
      rb_ary_clear(value(A));
      Children.clear();
      return;
    case 18: {
      size_t From = N % (Children.size() + 1),
             To = std::min(Children.size(), From + N / 64 % 64);
      Node Part = {Kind::Array};
      Part.Children.assign(Children.begin() + long(From),
                           Children.begin() + long(To));
      return make(B, std::move(Part), [&] {
        return rb_ary_subseq(value(A), long(From), long(To - From));
      });
    }
    case 19:
      rb_ary_reverse(value(A));
      std::reverse(Children.begin(), Children.end());
      if (Children.empty())
        return;
      N %= unsigned(Children.size());
      rb_ary_delete_at(value(A), N);
      Children.erase(Children.begin() + N);
      return;
    default:
      if (Children.empty())
        return;
      N %= unsigned(Children.size());
      rb_ary_store(Registers, B, rb_ary_entry(value(A), N));
      Models[B] = Children[N];
      return;
    }
  }

  void changeHash(uint8_t Op, unsigned A, unsigned B, unsigned N) {
    auto &Children = Models[A]->Children;
    if (Op == 18) {
      Node Copy = {Kind::Hash};
      Copy.Children = Children;
      return make(B, std::move(Copy), [&] { return rb_hash_dup(value(A)); });
    }
    N %= 32;
    if (Children.size() > N) {
      rb_ary_store(Registers, B, rb_hash_aref(value(A), INT2FIX(N)));
      Models[B] = Children[N];
    } else if (attempt([&] {
                 rb_hash_aset(value(A), INT2FIX(long(Children.size())),
                              value(B));
               })) {
      Children.push_back(Models[B]);
    }
  }

  void verify() {
    Seen.clear();
    std::vector<std::pair<VALUE, Node *>> Pending;
    for (unsigned I = 0; I < NumRegisters; ++I)
      Pending.emplace_back(value(I), Models[I].get());
    while (!Pending.empty()) {
      auto [V, M] = Pending.back();
      Pending.pop_back();
      if (M->K == Kind::Nil) {
        expect(V == Qnil, "not nil");
        continue;
      }
      if (auto [It, New] = Seen.emplace(M, V); !New) {
        expect(It->second == V, "two addresses for one object");
        continue;
      }
      expect(heap().isObject(V), "no object");
      switch (M->K) {
      case Kind::String:
        expect(typeOf(V) == T_STRING, "no string");
        expect(std::string(strPtr(V), size_t(strLen(V))) == M->Bytes,
               "other bytes");
        expect(bool(flagsOf(V) & FL_FREEZE) == M->Frozen, "frozen or not");
        break;
      case Kind::Array:
        expect(typeOf(V) == T_ARRAY, "no array");
        expect(size_t(aryLen(V)) == M->Children.size(), "other length");
        for (size_t I = 0; I < M->Children.size(); ++I)
          Pending.emplace_back(rb_ary_entry(V, long(I)), M->Children[I].get());
        break;
      default:
        expect(typeOf(V) == T_HASH, "no hash");
        expect(rb_hash_size_num(V) == M->Children.size(), "other size");
        for (size_t I = 0; I < M->Children.size(); ++I)
          Pending.emplace_back(rb_hash_aref(V, INT2FIX(long(I))),
                               M->Children[I].get());
      }
    }
  }

  Input In;
  std::vector<Model> All;
  Model Models[NumRegisters];
  std::string Scratch;
  std::map<Node *, VALUE> Seen;
};

__attribute__((noinline)) void runProgram(Input In) { Program(In).run(); }

} // namespace

/// What the heap's pages refer to would be leaked: they are shared memory,
/// which LeakSanitizer does not look into. libFuzzer's option says no more than
/// that single runs are not looked at.
extern "C" int __lsan_is_turned_off() { return 1; }

extern "C" int LLVMFuzzerInitialize(int *, char ***) {
  startHeap();
  Registers = rb_ary_new_capa(NumRegisters);
  rb_gc_register_address(&Registers);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  runProgram(Input(Data, Size));
  return 0;
}
