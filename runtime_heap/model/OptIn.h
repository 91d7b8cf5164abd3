//===- OptIn.h - Which objects read with the barrier ------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_MODEL_OPTIN_H
#define RHEAP_MODEL_OPTIN_H

#include "model/Data.h"
#include "model/String.h"

#include "rheap/internal.h"

namespace rheap {

/// Whether all references that \p V holds are read with the barrier.
inline bool hasOptedIn(VALUE V) {
  switch (typeOf(V)) {
  case T_STRING:
    return !(flagsOf(V) & (StrShared | FL_EXIVAR));
  case T_ARRAY:
    return !(flagsOf(V) & FL_EXIVAR);
  case T_FLOAT:
  case T_BIGNUM:
    return true;
  case T_DATA:
    return isTypedData(V) &&
           (RTYPEDDATA(V)->type->flags & RUBY_TYPED_RB_PROT) &&
           !(flagsOf(V) & FL_EXIVAR);
  default:
    return false;
  }
}

} // namespace rheap

#endif // RHEAP_MODEL_OPTIN_H
