//===- Number.h - Floats and integers that are no special constants --*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_MODEL_NUMBER_H
#define RHEAP_MODEL_NUMBER_H

#include "heap/Slot.h"

#include <cstdint>

namespace rheap {

struct RFloat {
  RBasic basic;
  double Value;
};

/// Integers of 64 bits and a sign: what C's integer types hold.
struct RBignum {
  RBasic basic;
  uint64_t Magnitude;
  bool Negative;
};

/// Of a T_FLOAT in the heap.
inline double floatOf(VALUE V) { return reinterpret_cast<RFloat *>(V)->Value; }
inline RBignum &bignumOf(VALUE V) { return *reinterpret_cast<RBignum *>(V); }

/// Qundef when \p D has no flonum.
VALUE flonumFrom(double D);
double flonumValue(VALUE V);

} // namespace rheap

#endif // RHEAP_MODEL_NUMBER_H
