//===- ThreadsTest.cpp - Many threads
//--------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "ruby/thread.h"

#include "heap/Heap.h"
#include "model/String.h"

#include "rheap/internal.h"

#include "gtest/gtest.h"

#include <thread>

using namespace rheap;

namespace {

constexpr int NumThreads = 1000;

/// Guarded by the lock: no atomic, so that two holders would lose some.
long Turns = 0;

VALUE work(void *Argument) {
  VALUE Name =
      rb_sprintf("thread %ld", long(reinterpret_cast<intptr_t>(Argument)));
  for (int I = 0; I < 5; ++I) {
    long Before = Turns;
    rb_str_cat_cstr(Name, ".");
    Turns = Before + 1;
    rb_thread_call_without_gvl(
        [](void *) -> void * {
          std::this_thread::yield();
          return nullptr;
        },
        nullptr, RUBY_UBF_IO, nullptr);
  }
  return Name;
}

TEST(Threads, AThousandAtOnce) {
  Turns = 0;
  VALUE All = rb_ary_new();
  for (intptr_t I = 0; I < NumThreads; ++I) {
    rb_ary_push(All, rb_thread_create(work, reinterpret_cast<void *>(I)));
    if (I % 100 == 99)
      heap().compact();
  }
  for (long I = 0; I < NumThreads; ++I) {
    VALUE Name = rb_funcall(rb_ary_entry(All, I), rb_intern("value"), 0);
    EXPECT_EQ(std::string(strPtr(Name), size_t(strLen(Name))),
              "thread " + std::to_string(I) + ".....");
  }
  EXPECT_EQ(Turns, 5L * NumThreads);
  RB_GC_GUARD(All);
}

} // namespace
