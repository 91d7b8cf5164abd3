//===- Report.h - What a report says ----------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Everything that is known about a violation, and its two renderings: the text
/// in ASan's grammar and the JSON record. Made in a snapshot.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_REPORT_H
#define GVLSAN_REPORT_H

#include "Context.h"
#include "Violations.h"
#include "sanitizer_common/sanitizer_stacktrace.h"
#include "sanitizer_common/sanitizer_symbolizer.h"

namespace gvlsan {

/// What is gathered in a snapshot of its own, because the VM is called for it.
struct VmAnswers {
  static constexpr u32 MaxFrames = 64;
  ObjectFacts Object;
  u32 NumFrames;
  bool Done; ///< whether the VM answered to the end
  RubyFrame Frames[MaxFrames];
};

struct ReportData {
  const Violation *V;
  int Pid;
  u32 ThreadNumber;
  int Tid;
  long LockHolder; ///< kernel id, 0: nobody, -1: not known
  char ThreadName[17];
  const char *ReleasedIn;                ///< function, or nullptr
  const Region *InRegion;                ///< nullptr when it is not known
  const SymbolizedStack *CallbackFrame;  ///< of the region, or nullptr
  const SymbolizedStack *GivenBackFrame; ///< of who freed, or nullptr
  const StackTrace *Stack;
  /// One entry a pc, each with its inlined frames; entries may be null.
  const SymbolizedStack *const *Frames;
  bool HasSlot;
  SlotInfo Slot;
  bool HasOther; ///< what is reported is one of two that nothing orders
  OtherAccess Other;
  const SymbolizedStack *OtherFrame; ///< or nullptr
  const VmAnswers *Vm;               ///< nullptr when the VM was not asked
};

/// "READ", "CALL", ...
const char *accessName(Access Kind);

/// "READ of size 3 at 0x... (kernel mode, by write)".
void describeAccess(const ReportData &R, InternalScopedString &Out);

/// "It meets a WRITE of size 3 by memset in the thread with tid 5".
void describeOther(const ReportData &R, InternalScopedString &Out);

void printText(const ReportData &R, InternalScopedString &Out);

/// One object on one line, with its newline.
void printJson(const ReportData &R, InternalScopedString &Out);

/// The code that is to blame: the innermost frame whose function is known,
/// short of the one that released the GVL, else the first; nullptr when there
/// is none.
const AddressInfo *culprit(const ReportData &R);

} // namespace gvlsan

#endif // GVLSAN_REPORT_H
