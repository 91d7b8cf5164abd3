//===- Interface.cpp - What heaps and extensions call ---------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "gvlsan/interface.h"

#include "Context.h"
#include "Interceptors.h"
#include "ReportOutput.h"
#include "Violations.h"

#include "sanitizer_common/sanitizer_stacktrace.h"

using namespace gvlsan;

static Access accessKind(gvlsan_access_kind Kind) {
  switch (Kind) {
  case GVLSAN_ACCESS_READ:
    return Access::Read;
  case GVLSAN_ACCESS_WRITE:
    return Access::Write;
  case GVLSAN_ACCESS_UNKNOWN:
    return Access::Unknown;
  case GVLSAN_ACCESS_CALL:
    return Access::Call;
  }
  return Access::Unknown;
}

extern "C" SANITIZER_INTERFACE_ATTRIBUTE void
__gvlsan_report_violation(const char *rule, enum gvlsan_access_kind kind,
                          const char *call, const void *address, size_t size,
                          const void *pc, void *context) {
  if (!Initialized)
    initialize();
  const RuleInfo *Rule = findRule(rule);
  if (!Rule) {
    openReports();
    Report("GvlSanitizer: __gvlsan_report_violation was called with the "
           "unknown rule '%s'\n",
           rule);
    return;
  }
  MemoryInfo Memory;
  LockState Lock = LockState::Foreign;
  if (const HeapAdapter *Heap = heap()) {
    Lock = Heap->Lock();
    if (address)
      Heap->Classify(reinterpret_cast<uptr>(address), size ? size : 1, Memory);
  }
  reportViolation(
      {Rule,
       accessKind(kind),
       /*KernelMode=*/false,
       call,
       reinterpret_cast<uptr>(address),
       size,
       {},
       // Stacks hold return addresses, one past what is meant.
       pc ? StackTrace::GetNextInstructionPc(reinterpret_cast<uptr>(pc))
          : GET_CALLER_PC(),
       GET_CURRENT_FRAME(),
       context,
       Lock,
       Memory});
}

extern "C" SANITIZER_INTERFACE_ATTRIBUTE void __gvlsan_assert_gvl() {
  const HeapAdapter *Heap = heap();
  if (!Heap || Thread.Inside)
    return;
  LockState Lock = Heap->Lock();
  if (Lock == LockState::Held)
    return;
  reportViolation({&ruleInfo(RuleId::R1_api),
                   Access::Call,
                   /*KernelMode=*/false,
                   "GVLSAN_ASSERT_GVL",
                   0,
                   0,
                   {},
                   GET_CALLER_PC(),
                   GET_CURRENT_FRAME(),
                   nullptr,
                   Lock,
                   {}});
}
