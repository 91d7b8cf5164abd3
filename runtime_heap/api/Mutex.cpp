//===- Mutex.cpp - Locks between threads of the heap ----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "gvl/Gvl.h"
#include "heap/Heap.h"
#include "judge/Judge.h"

#include <algorithm>
#include <deque>

using namespace rheap;

namespace {

/// Guarded by the global lock. An unlock hands it to the next in the queue.
struct Mutex {
  Thread *Owner = nullptr;
  std::deque<Thread *> Queue;
};

const rb_data_type_t MutexType = {
    "Thread::Mutex",
    {nullptr,
     [](void *M) { delete static_cast<Mutex *>(M); },
     nullptr,
     nullptr,
     {}},
    nullptr,
    nullptr,
    RUBY_TYPED_FREE_IMMEDIATELY};

Mutex &mutexOf(VALUE Self) {
  return *static_cast<Mutex *>(rb_check_typeddata(Self, &MutexType));
}

/// A thread that was killed while it waited, or just as it was its turn.
void leaveQueue(Mutex &M) {
  auto It = std::find(M.Queue.begin(), M.Queue.end(), Current);
  if (It != M.Queue.end())
    M.Queue.erase(It);
}

void passOn(Mutex &M) {
  M.Owner = nullptr;
  if (M.Queue.empty())
    return;
  M.Owner = M.Queue.front();
  M.Queue.pop_front();
  interrupt(*M.Owner, InterruptWakeup);
}

} // namespace

VALUE rb_mutex_new(void) {
  RHEAP_API();
  static VALUE Klass = [] {
    VALUE K = rb_define_class_under(rb_cThread, "Mutex", rb_cObject);
    rb_undef_alloc_func(K);
    rb_define_method(K, "lock", RUBY_METHOD_FUNC(rb_mutex_lock), 0);
    rb_define_method(K, "unlock", RUBY_METHOD_FUNC(rb_mutex_unlock), 0);
    rb_define_method(K, "try_lock", RUBY_METHOD_FUNC(rb_mutex_trylock), 0);
    rb_define_method(K, "locked?", RUBY_METHOD_FUNC(rb_mutex_locked_p), 0);
    return K;
  }();
  return rb_data_typed_object_wrap(Klass, new Mutex, &MutexType);
}

VALUE rb_mutex_locked_p(VALUE Self) {
  RHEAP_API_ON(Self);
  return RBOOL(mutexOf(Self).Owner != nullptr);
}

VALUE rb_mutex_trylock(VALUE Self) {
  RHEAP_API_ON(Self);
  Mutex &M = mutexOf(Self);
  if (M.Owner)
    return Qfalse;
  M.Owner = Current;
  return Qtrue;
}

VALUE rb_mutex_lock(VALUE Self) {
  RHEAP_API_ON(Self);
  Mutex &M = mutexOf(Self);
  if (M.Owner == Current)
    rb_raise(rb_eThreadError, "deadlock; recursive locking");
  if (!M.Owner) {
    M.Owner = Current;
    return Self;
  }
  M.Queue.push_back(Current);
  int State = protect([&] {
    while (M.Owner != Current)
      sleepFor(-1);
  });
  if (State) {
    leaveQueue(M);
    if (M.Owner == Current)
      passOn(M);
    jump(State);
  }
  RB_GC_GUARD(Self);
  return Self;
}

VALUE rb_mutex_unlock(VALUE Self) {
  RHEAP_API_ON(Self);
  Mutex &M = mutexOf(Self);
  if (M.Owner != Current)
    rb_raise(rb_eThreadError,
             M.Owner ? "Attempt to unlock a mutex which is locked by another "
                       "thread/fiber"
                     : "Attempt to unlock a mutex which is not locked");
  passOn(M);
  return Self;
}

VALUE rb_mutex_synchronize(VALUE Self, VALUE (*Func)(VALUE), VALUE Argument) {
  RHEAP_API_ON(Self);
  rb_mutex_lock(Self);
  return rb_ensure(Func, Argument, rb_mutex_unlock, Self);
}

VALUE rb_mutex_sleep(VALUE Self, VALUE Timeout) {
  RHEAP_API_ON(Self);
  rb_mutex_unlock(Self);
  sleepFor(NIL_P(Timeout) ? -1 : (long long)(NUM2DBL(Timeout) * 1e9));
  return rb_mutex_lock(Self);
}
