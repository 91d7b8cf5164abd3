//===- Data.h - T_DATA, typed and untyped -----------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_MODEL_DATA_H
#define RHEAP_MODEL_DATA_H

#include "heap/Slot.h"

namespace rheap {

inline constexpr size_t DataHeader = offsetof(RTypedData, data);

/// An RData has its dfree where typed_flag is: a function's address is never
/// 1 or 3.
inline bool isTypedData(VALUE V) {
  VALUE Flag = RTYPEDDATA(V)->typed_flag;
  return Flag == 1 || Flag == (1 | TYPED_DATA_EMBEDDED);
}
inline bool isEmbeddedData(VALUE V) {
  return RTYPEDDATA(V)->typed_flag == (1 | TYPED_DATA_EMBEDDED);
}
inline void *dataOf(VALUE V) {
  return isEmbeddedData(V) ? reinterpret_cast<char *>(V) + DataHeader
                           : RDATA(V)->data;
}
inline RUBY_DATA_FUNC dataMark(VALUE V) {
  return isTypedData(V) ? RTYPEDDATA(V)->type->function.dmark : RDATA(V)->dmark;
}
inline RUBY_DATA_FUNC dataFree(VALUE V) {
  return isTypedData(V) ? RTYPEDDATA(V)->type->function.dfree : RDATA(V)->dfree;
}
inline RUBY_DATA_FUNC dataCompact(VALUE V) {
  return isTypedData(V) ? RTYPEDDATA(V)->type->function.dcompact : nullptr;
}
/// Untyped objects have their dfree deferred, as in CRuby.
inline bool freesImmediately(VALUE V) {
  return isTypedData(V) &&
         (RTYPEDDATA(V)->type->flags & RUBY_TYPED_FREE_IMMEDIATELY);
}

} // namespace rheap

#endif // RHEAP_MODEL_DATA_H
