//===- PostponedJob.cpp - Jobs that signal handlers leave for later -------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "ruby/debug.h"

#include "gvl/PostponedJobs.h"
#include "judge/Judge.h"

using namespace rheap;

namespace {

constexpr unsigned MaxJobs = 64;

/// A slot is taken for good by the first job of its function and data.
struct Job {
  std::atomic<rb_postponed_job_func_t> Func{nullptr};
  std::atomic<void *> Data{nullptr};
  std::atomic<unsigned> Wanted{0};
};

Job Jobs[MaxJobs];
std::atomic<bool> AnyWanted{false};

/// The slot of a job, made if there is none. Async-signal-safe.
Job *find(rb_postponed_job_func_t Func, void *Data, bool AnyData) {
  for (Job &J : Jobs) {
    rb_postponed_job_func_t Known = nullptr;
    if (J.Func.compare_exchange_strong(Known, Func)) {
      J.Data.store(Data);
      return &J;
    }
    if (Known == Func && (AnyData || J.Data.load() == Data))
      return &J;
  }
  return nullptr;
}

void want(Job &J) {
  J.Wanted.fetch_add(1);
  AnyWanted.store(true, std::memory_order_release);
}

} // namespace

bool rheap::hasPostponedJobs() {
  return AnyWanted.load(std::memory_order_relaxed);
}

void rheap::runPostponedJobs() {
  if (!AnyWanted.exchange(false, std::memory_order_acquire))
    return;
  for (Job &J : Jobs)
    for (unsigned N = J.Wanted.exchange(0); N > 0; --N)
      J.Func.load()(J.Data.load());
}

int rb_postponed_job_register(unsigned, rb_postponed_job_func_t Func,
                              void *Data) {
  Job *J = find(Func, Data, false);
  if (!J)
    return 0;
  want(*J);
  return 1;
}

int rb_postponed_job_register_one(unsigned, rb_postponed_job_func_t Func,
                                  void *Data) {
  Job *J = find(Func, Data, true);
  if (!J)
    return 0;
  if (J->Wanted.load())
    return 2;
  J->Data.store(Data);
  want(*J);
  return 1;
}

rb_postponed_job_handle_t
rb_postponed_job_preregister(unsigned, rb_postponed_job_func_t Func,
                             void *Data) {
  RHEAP_API();
  Job *J = find(Func, Data, true);
  if (!J)
    return POSTPONED_JOB_HANDLE_INVALID;
  J->Data.store(Data);
  return rb_postponed_job_handle_t(J - Jobs);
}

void rb_postponed_job_trigger(rb_postponed_job_handle_t Handle) {
  if (Handle < MaxJobs && !Jobs[Handle].Wanted.load())
    want(Jobs[Handle]);
}
