//===- Ivars.cpp - Instance variables -------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "model/Ivars.h"

#include "model/Class.h"

#include <unordered_map>

namespace rheap {
namespace {

using SideTable = std::unordered_map<VALUE, IvarTable>;

SideTable &generic() {
  static SideTable *T = new SideTable;
  return *T;
}

/// The values are references of the objects themselves; only the keys move.
void updateKeys(Heap &H) {
  SideTable Moved;
  for (auto &[Key, Table] : generic())
    Moved.emplace(H.location(Key), std::move(Table));
  generic() = std::move(Moved);
}

} // namespace

IvarTable *findIvars(VALUE V) {
  switch (typeOf(V)) {
  case T_OBJECT:
    return ivarsOf(V);
  case T_CLASS:
  case T_MODULE:
    return &classInfo(V)->Ivars;
  default:
    if (!(flagsOf(V) & FL_EXIVAR))
      return nullptr;
    return &generic().at(V);
  }
}

IvarTable &makeIvars(VALUE V) {
  heap().written(V);
  if (IvarTable *T = findIvars(V))
    return *T;
  if (typeOf(V) == T_OBJECT)
    return *(ivarsOf(V) = new IvarTable);
  flagsOf(V) |= FL_EXIVAR;
  return generic()[V];
}

void removeGenericIvars(VALUE V) { generic().erase(V); }

void registerGenericIvars(Heap &H) {
  H.RootSet.addTable({[](Heap &) {}, updateKeys});
}

} // namespace rheap
