//===- Struct.h - The members of a T_STRUCT ---------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_MODEL_STRUCT_H
#define RHEAP_MODEL_STRUCT_H

#include "heap/Slot.h"

namespace rheap {

struct RStruct {
  RBasic basic;
  VALUE Values; ///< a hidden array; 0 before it is made
};

inline VALUE &structValues(VALUE V) {
  return reinterpret_cast<RStruct *>(V)->Values;
}

} // namespace rheap

#endif // RHEAP_MODEL_STRUCT_H
