//===- Stale.h - Addresses of what has moved --------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_JUDGE_STALE_H
#define RHEAP_JUDGE_STALE_H

#include "ruby/ruby.h"

namespace rheap {

class Heap;

/// Under judging the slot of an object that has moved stays T_MOVED for some
/// compactions, so that a stale address is seen when it is used (rule C2).
/// \returns where the object is now; ends the program, after the report, when
/// there is none any more. \p Name is the API function or accessor.
VALUE resolveStale(VALUE V, const char *Name, const void *Pc);

/// The same for an argument that is only stored or compared: nil when there is
/// none any more.
VALUE resolveStaleValue(VALUE V, const char *Name, const void *Pc);

/// Whether \p V is an address that the collector would never give out. Only
/// the slot's type counts: what has been given to another object is not seen,
/// which under judging and stress is not before four collections.
bool isStale(VALUE V);

/// For a function that is given a pointer and allocates before it reads there:
/// what lay in a slot must still be there (rule G1). Under judging.
class Borrowed {
public:
  explicit Borrowed(const void *P);
  /// After the allocation, whose result is \p New: reports what \p Size bytes
  /// are about to be read from.
  void check(size_t Size, VALUE New) const;

private:
  const void *P;
  /// Inverted, so that this is no reference that keeps it; 0: none.
  VALUE Hidden;
};

/// A dmark that has run again after the dcompacts names what they have not
/// updated (rule C1). With the lock, before T_MOVED slots are freed.
void judgeDcompacts(Heap &H);

/// From a marking: \p V is T_MOVED. Reports C1 when \p Data, whose dmark is
/// running, holds it, else C2. \returns where the object is now, 0 if nowhere.
VALUE markStale(Heap &H, VALUE V, VALUE Data);

} // namespace rheap

#endif // RHEAP_JUDGE_STALE_H
