//===- References.h - The references that an object holds -------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_MODEL_REFERENCES_H
#define RHEAP_MODEL_REFERENCES_H

#include "heap/Slot.h"
#include "model/Array.h"
#include "model/Class.h"
#include "model/Data.h"
#include "model/Hash.h"
#include "model/Ivars.h"
#include "model/String.h"
#include "model/Struct.h"

namespace rheap {

/// Calls \p Visit with each place in \p V that holds a VALUE: marking reads
/// them, compaction writes them. What a T_DATA holds is for its dmark and
/// dcompact.
template <class Fn> void eachReference(VALUE V, Fn Visit) {
  Visit(klassOf(V));
  if (flagsOf(V) & FL_EXIVAR)
    findIvars(V)->eachReference(Visit);
  switch (typeOf(V)) {
  case T_STRING:
    if (flagsOf(V) & StrShared)
      Visit(RSTRING(V)->as.heap.aux.shared);
    break;
  case T_ARRAY:
    for (VALUE *P = aryPtr(V), *End = P + aryLen(V); P < End; ++P)
      Visit(*P);
    break;
  case T_HASH:
    if (HashTable *T = hashOf(V))
      T->eachReference(Visit);
    break;
  case T_OBJECT:
    if (IvarTable *T = ivarsOf(V))
      T->eachReference(Visit);
    break;
  case T_CLASS:
  case T_MODULE:
    if (ClassInfo *I = classInfo(V))
      I->eachReference(Visit);
    break;
  case T_STRUCT:
    if (structValues(V))
      Visit(structValues(V));
    break;
  default:
    break;
  }
}

} // namespace rheap

#endif // RHEAP_MODEL_REFERENCES_H
