//===- Thread.cpp - Threads, as extensions use them -----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "gvl/Gvl.h"
#include "judge/Judge.h"

using namespace rheap;

VALUE rb_thread_create(VALUE (*Func)(void *), void *Argument) {
  RHEAP_API();
  return startThread(Func, Argument);
}

VALUE rb_thread_current(void) {
  RHEAP_API();
  return Current->Self;
}

VALUE rb_thread_main(void) {
  RHEAP_API();
  return threads().front()->Self;
}

VALUE rb_thread_alone(void) {
  RHEAP_API();
  return RBOOL(threads().size() == 1);
}

VALUE rb_thread_wakeup(VALUE Thread) {
  RHEAP_API();
  auto *T = threadOf(Thread);
  if (T->Dead)
    rb_raise(rb_eThreadError, "killed thread");
  interrupt(*T, InterruptWakeup);
  return Thread;
}

VALUE rb_thread_run(VALUE Thread) {
  RHEAP_API();
  rb_thread_wakeup(Thread);
  gvl().yield(*Current);
  return Thread;
}

VALUE rb_thread_kill(VALUE Thread) {
  RHEAP_API();
  auto *T = threadOf(Thread);
  if (T->Dead)
    return Thread;
  interrupt(*T, InterruptKill);
  if (T == Current)
    checkInterrupts();
  return Thread;
}

void rb_thread_schedule(void) {
  RHEAP_API();
  gvl().yield(*Current);
  checkInterrupts();
}

void rb_thread_check_ints(void) {
  RHEAP_API();
  checkInterrupts();
}

int rb_thread_interrupted(VALUE Thread) {
  RHEAP_API();
  return (threadOf(Thread)->Pending.load() & InterruptsOfRegions) != 0;
}

void rb_thread_sleep(int Seconds) {
  RHEAP_API();
  sleepFor(Seconds * 1000000000LL);
}

void rb_thread_sleep_forever(void) {
  RHEAP_API();
  sleepFor(-1);
}

void rb_thread_wait_for(timeval Time) {
  RHEAP_API();
  sleepFor(Time.tv_sec * 1000000000LL + Time.tv_usec * 1000LL);
}

VALUE rb_thread_local_aref(VALUE Thread, ID Name) {
  RHEAP_API();
  auto &Locals = threadOf(Thread)->Locals;
  auto It = Locals.find(Name);
  return It == Locals.end() ? Qnil : It->second;
}

VALUE rb_thread_local_aset(VALUE Thread, ID Name, VALUE V) {
  RHEAP_API();
  return threadOf(Thread)->Locals[Name] = V;
}

int ruby_thread_has_gvl_p(void) { return HoldsLock; }
int ruby_native_thread_p(void) { return Current != nullptr; }
