//===- MachineStackTest.cpp - Registers of all threads are roots ----------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "ruby/thread.h"

#include "heap/Heap.h"
#include "model/String.h"

#include "gtest/gtest.h"

#include <atomic>
#include <string>

using namespace rheap;

#ifdef __x86_64__

namespace {

/// No address of it is left in this frame.
__attribute__((noinline)) VALUE hiddenString() {
  return ~newString(rb_cString, "in a register", 13);
}

__attribute__((noinline)) void clearStack() {
  volatile char Frames[1 << 14];
  for (char volatile &C : Frames)
    C = 0;
}

/// Calls \p Function with \p Word in r12, which no caller has saved, and
/// \returns what is there afterwards.
__attribute__((noinline)) VALUE callWithRegister(VALUE Word, bool Negate,
                                                 void (*Function)()) {
  VALUE Result;
  asm volatile("movq %%rsp, %%r13\n"
               "subq $256, %%rsp\n"
               "andq $-16, %%rsp\n"
               "movq %1, %%r12\n"
               "testl %2, %2\n"
               "jz 1f\n"
               "notq %%r12\n"
               "1: call *%3\n"
               "movq %%r13, %%rsp\n"
               "movq %%r12, %0\n"
               : "=r"(Result)
               : "r"(Word), "r"(int(Negate)), "r"(Function)
               : "r12", "r13", "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9",
                 "r10", "r11", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5",
                 "xmm6", "xmm7", "cc", "memory");
  return Result;
}

void collect() { heap().collect(); }

TEST(MachineStack, ARegisterOfTheCollectingThreadKeepsItsObject) {
  int Kept = 0, Lost = 0;
  for (int I = 0; I < 20; ++I) {
    VALUE Complement = hiddenString();
    clearStack();
    VALUE S = callWithRegister(Complement, true, collect);
    Kept += heap().isObject(S) && !strcmp(strPtr(S), "in a register");
    S = 0;
    Complement = hiddenString();
    clearStack();
    // The complement is no address.
    Lost += !heap().isObject(~callWithRegister(Complement, false, collect));
  }
  EXPECT_EQ(Kept, 20);
  // The scan may keep a few by accident.
  EXPECT_GE(Lost, 15);
}

std::atomic<int> InRegion, MayLeave;
std::atomic<int> NumKept;

void *waitToLeave(void *) {
  ++InRegion;
  while (!MayLeave)
    usleep(1000);
  return nullptr;
}

void enterRegion() {
  rb_thread_call_without_gvl(waitToLeave, nullptr, RUBY_UBF_IO, nullptr);
}

VALUE holdInRegister(void *) {
  VALUE Complement = hiddenString();
  clearStack();
  VALUE S = callWithRegister(Complement, true, enterRegion);
  NumKept += heap().isObject(S) && !strcmp(strPtr(S), "in a register");
  return Qnil;
}

TEST(MachineStack, RegistersOfThreadsInRegionsKeepTheirObjects) {
  constexpr int NumThreads = 8;
  InRegion = MayLeave = NumKept = 0;
  VALUE Threads[NumThreads];
  for (VALUE &T : Threads)
    T = rb_thread_create(holdInRegister, nullptr);
  while (InRegion < NumThreads)
    rb_thread_schedule();
  heap().compact();
  for (int I = 0; I < 1000; ++I)
    newString(rb_cString, "something else", 14);
  MayLeave = 1;
  for (VALUE T : Threads)
    rb_funcall(T, rb_intern("join"), 0);
  EXPECT_EQ(NumKept, NumThreads);
}

} // namespace

#endif
