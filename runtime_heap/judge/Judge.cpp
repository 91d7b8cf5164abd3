//===- Judge.cpp - Rules that are broken through the API ------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "judge/Judge.h"

#include "gvl/Gvl.h"

#include <dlfcn.h>

namespace rheap {

bool Judging = false;

static decltype(&__gvlsan_report_violation) Sanitizer = nullptr;

bool findSanitizer() {
  Sanitizer = __gvlsan_report_violation;
  // The linker may have settled the weak reference of an executable to null.
  if (!Sanitizer)
    Sanitizer = reinterpret_cast<decltype(Sanitizer)>(
        dlsym(RTLD_DEFAULT, "__gvlsan_report_violation"));
  return Judging = Sanitizer != nullptr;
}

static thread_local bool Reporting = false;

extern "C" const char __executable_start[], etext[];

static thread_local const void *LastCall = nullptr;

const void *lastCallSite() { return LastCall; }

bool isReporting() { return Reporting; }

void report(gvlsan::RuleId Rule, gvlsan_access_kind Kind, const char *Call,
            const void *Address, size_t Size, const void *Pc, void *Context) {
  if (!Sanitizer || Reporting)
    return;
  Reporting = true;
  // What a collection finds by itself it finds in a call of the API.
  if (!Pc && !Context)
    Pc = LastCall;
  Sanitizer(gvlsan::ruleInfo(Rule).Name, Kind, Call, Address, Size, Pc,
            Context);
  Reporting = false;
}

void reportAccessor(const void *Slot, const char *Name, const void *Pc) {
  report(HoldsLock ? gvlsan::RuleId::D1 : gvlsan::RuleId::R1_b,
         GVLSAN_ACCESS_READ, Name, Slot, sizeof(VALUE), Pc, nullptr);
}

BorrowedThread::BorrowedThread() : T(attachThread()) {
  // The lock's holder may wait for this very thread.
  if (!gvl().acquireWithin(*T, std::chrono::seconds(1)))
    rb_bug("a thread that is none of Ruby's wants the GVL, and the thread "
           "that has it does not give it away");
}

BorrowedThread::~BorrowedThread() {
  gvl().release(*T);
  detachThread(T);
}

__attribute__((noinline, no_sanitize("address"))) void wipeStack() {
  volatile VALUE Dead[768];
  for (volatile VALUE &Word : Dead)
    Word = 0;
}

bool isOwnCode(const void *Pc) {
  return uintptr_t(Pc) - uintptr_t(__executable_start) <
         size_t(etext - __executable_start);
}

void ApiEntry::enterJudged(const char *Name, const void *ReturnAddress) {
  if (!isOwnCode(ReturnAddress)) {
    LastCall = callSite(ReturnAddress);
    wipeStack();
  }
  if (!HoldsLock)
    enter(Name, ReturnAddress);
}

void ApiEntry::enter(const char *Name, const void *ReturnAddress) {
  // The user wrote xmalloc.
  if (!strncmp(Name, "ruby_x", 6))
    Name += 5;
  report(gvlsan::RuleId::R1_api, GVLSAN_ACCESS_CALL, Name, nullptr, 0,
         callSite(ReturnAddress), nullptr);
  Entered = true;
  if (!Current) {
    Guest = new BorrowedThread;
    return;
  }
  StackTop = Current->StackTop.load(std::memory_order_relaxed);
  gvl().acquire(*Current);
  Current->StackTop.store(nullptr, std::memory_order_release);
}

void ApiEntry::leave() {
  if (Guest) {
    delete Guest;
    return;
  }
  Current->StackTop.store(StackTop, std::memory_order_release);
  gvl().release(*Current);
}

} // namespace rheap
