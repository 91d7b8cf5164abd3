//===- Judge.h - Rules that are broken through the API ----------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_JUDGE_JUDGE_H
#define RHEAP_JUDGE_JUDGE_H

#include "Catalogue.h"
#include "gvl/Thread.h"
#include "heap/Heap.h"
#include "judge/ImmediateFree.h"
#include "judge/Stale.h"

#include "gvlsan/interface.h"

namespace rheap {

/// Whether a sanitizer is there to report to. Without one nothing is checked.
extern bool Judging;

/// At start. \returns Judging.
bool findSanitizer();

/// Whether the calling thread is in report(): what the sanitizer asks for then
/// is asked for by it.
bool isReporting();

/// Any thread, async-signal-safe. See __gvlsan_report_violation.
void report(gvlsan::RuleId Rule, gvlsan_access_kind Kind, const char *Call,
            const void *Address, size_t Size, const void *Pc, void *Context);

/// Where the calling thread called the API last, from outside of it; null when
/// it has not. Under judging.
const void *lastCallSite();

/// Whether \p Pc is in this program, and not in an extension or library.
bool isOwnCode(const void *Pc);

/// Zeroes what earlier calls have left below the caller's frame, where a
/// conservative scan would find it in frames to come: what is collected does
/// not depend on it.
void wipeStack();

/// A program counter inside the call that returns to \p ReturnAddress.
inline const void *callSite(const void *ReturnAddress) {
  return static_cast<const char *>(ReturnAddress) - 1;
}

/// Makes the calling native thread, which is none of the heap's, one of them
/// that holds the lock, for as long as this lives.
class BorrowedThread {
public:
  BorrowedThread();
  ~BorrowedThread();

private:
  Thread *T;
};

/// At the entry of each API function that needs the lock. Called without it:
/// reports R1.api, and takes the lock for the call, so that the heap stays
/// whole and the program can go on. A jump out of the call keeps the lock,
/// which is right where it lands.
class ApiEntry {
public:
  ApiEntry(const char *Name, const void *ReturnAddress) {
    if (__builtin_expect(Judging, false))
      enterJudged(Name, ReturnAddress);
  }
  ~ApiEntry() {
    if (__builtin_expect(Entered, false))
      leave();
  }
  ApiEntry(const ApiEntry &) = delete;

private:
  void enterJudged(const char *Name, const void *ReturnAddress);
  void enter(const char *Name, const void *ReturnAddress);
  void leave();

  bool Entered = false;
  BorrowedThread *Guest = nullptr;
  const VALUE *StackTop = nullptr;
};

#define RHEAP_API_AS(Name)                                                     \
  ::rheap::ApiEntry RheapEntry(Name, __builtin_return_address(0))
#define RHEAP_API() RHEAP_API_AS(__func__)
/// The same for a function that looks into \p Object, a variable: a stale
/// address is reported (C2) and replaced.
#define RHEAP_API_ON(Object)                                                   \
  RHEAP_API();                                                                 \
  if (__builtin_expect(::rheap::Judging, false) &&                             \
      !::rheap::objectBeingFreed() && ::rheap::isStale(Object))                \
  (Object) = ::rheap::resolveStale(                                            \
      (Object), __func__, ::rheap::callSite(__builtin_return_address(0)))

/// The same for a further argument: a stale one is replaced by the object's new
/// place, by nil when it is gone.
#define RHEAP_API_VALUE(Value)                                                 \
  if (__builtin_expect(::rheap::Judging, false) &&                             \
      !::rheap::objectBeingFreed() && ::rheap::isStale(Value))                 \
  (Value) = ::rheap::resolveStaleValue(                                        \
      (Value), __func__, ::rheap::callSite(__builtin_return_address(0)))

/// The same for \p N of them at \p Values.
#define RHEAP_API_VALUES(Values, N)                                            \
  for (long I_ = 0; __builtin_expect(::rheap::Judging, false) && I_ < (N);     \
       ++I_)                                                                   \
  RHEAP_API_VALUE((Values)[I_])

/// Of an accessor that was called without the lock, or in a dfree.
void reportAccessor(const void *Slot, const char *Name, const void *Pc);

/// For accessors: \p V as its struct. Without the lock: reports R1.b, in the
/// dfree of another object D1, and answers with the always accessible alias.
template <class T>
inline T *view(VALUE V, const char *Name, const void *ReturnAddress) {
  T *Slot = reinterpret_cast<T *>(V);
  if (__builtin_expect(!Judging, true))
    return Slot;
  if (HoldsLock && !objectBeingFreed())
    return isStale(V) ? reinterpret_cast<T *>(
                            resolveStale(V, Name, callSite(ReturnAddress)))
                      : Slot;
  if (HoldsLock && objectBeingFreed() == V)
    return Slot;
  reportAccessor(Slot, Name, callSite(ReturnAddress));
  return heap().pageOf(V) ? heap().Memory.mirror(Slot) : Slot;
}
#define RHEAP_VIEW(Type, V)                                                    \
  ::rheap::view<Type>((V), __func__, __builtin_return_address(0))

} // namespace rheap

#endif // RHEAP_JUDGE_JUDGE_H
