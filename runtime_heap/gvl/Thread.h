//===- Thread.h - A thread of the heap --------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_GVL_THREAD_H
#define RHEAP_GVL_THREAD_H

#include "gvl/Tag.h"

#include "ruby/ruby.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <pthread.h>
#include <unordered_map>
#include <vector>

namespace rheap {

/// A block that a method may yield to.
struct Block {
  rb_block_call_func_t Func;
  VALUE Argument; ///< what rb_block_call was given for the callback
  /// Whether the call that was given it is still under way, so that
  /// rb_iter_break can end that.
  bool Breakable;
};

/// A method that is running.
struct Frame {
  Frame *Outer;
  VALUE Self;
  ID Name;
  VALUE Owner; ///< class the method was found in
  const Block *Given;
  int Argc;
  const VALUE *Argv;
};

/// An rb_catch that is under way.
struct Catch {
  const Catch *Outer;
  VALUE Tag;
};

enum Interrupt : unsigned {
  InterruptTimer = 1, ///< others wait for the lock
  InterruptKill = 2,
  InterruptWakeup = 4, ///< ends the current or the next sleep, nothing else
};

/// What a region waits for no longer than it must.
inline constexpr unsigned InterruptsOfRegions = InterruptKill;

struct Thread {
  pthread_t Native = {};
  long Tid = 0;
  /// One past the stack's highest address, and the lowest that counts while the
  /// thread does not hold the lock; null while it runs with it.
  const VALUE *StackBase = nullptr;
  std::atomic<const VALUE *> StackTop{nullptr};

  Tag *Tags = nullptr;
  Frame *Top = nullptr;
  const Block *Running = nullptr;
  const Catch *Catches = nullptr;
  /// Where a break or a throw goes, and with what.
  const void *Target = nullptr;
  VALUE Thrown = Qnil;
  VALUE ErrInfo = Qnil;
  VALUE Self = Qnil; ///< the Thread object
  VALUE Value = Qnil;
  VALUE Error = Qnil; ///< what ended it, nil or an exception
  std::unordered_map<ID, VALUE> Locals;

  /// rb_internal_thread_specific_*
  std::atomic<void *> Specific[8] = {};

  VALUE (*Func)(void *) = nullptr;
  void *Argument = nullptr;

  std::atomic<unsigned> Pending{0};
  bool InRegion = false;
  bool Dead = false;
  /// Left behind in the parent of a fork: its memory is never freed, since
  /// others may have waited on it there.
  bool Lost = false;

  /// For the lock's queue, sleeping and joining.
  std::condition_variable Wake;
  /// Guards Unblock and UnblockArgument.
  std::mutex UnblockLock;
  rb_unblock_function_t *Unblock = nullptr;
  void *UnblockArgument = nullptr;
};

/// The calling thread; null for one that the heap does not know.
extern thread_local Thread *Current;
extern thread_local bool HoldsLock;

/// All threads of the heap. Needs the lock.
std::vector<Thread *> &threads();

/// Guards threads() and Thread::Dead against threads that end.
std::mutex &threadListLock();

/// Makes the calling native thread one of the heap's, without the lock.
Thread *attachThread();
/// Gives a thread that was attached its Thread object. Needs the lock.
void makeThreadObject(Thread &T);
/// The reverse of attachThread, without the lock.
void detachThread(Thread *T);

/// Starts a thread that runs \p Func; \returns its object.
VALUE startThread(VALUE (*Func)(void *), void *Argument);
/// Waits for the end of \p T; raises what ended it.
VALUE joinThread(Thread *T);
/// At exit: ends all others, for at most a second.
void terminateOthers();
Thread *threadOf(VALUE V);
void registerThreads();

// Interrupts (Interrupts.cpp)

/// Any thread.
void interrupt(Thread &T, Interrupt Why);
/// Serves what is pending: gives others the lock, ends the thread.
void checkInterrupts();
/// Sleeps without the lock until a wakeup, or \p Nanoseconds (negative: no
/// end).
void sleepFor(long long Nanoseconds);
void installUnblockSignal();

} // namespace rheap

#endif // RHEAP_GVL_THREAD_H
