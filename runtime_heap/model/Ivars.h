//===- Ivars.h - Instance variables -----------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_MODEL_IVARS_H
#define RHEAP_MODEL_IVARS_H

#include "heap/Heap.h"

#include <utility>
#include <vector>

namespace rheap {

/// Few per object: a list in order of definition.
class IvarTable {
public:
  VALUE get(ID Name) const {
    for (const auto &[Key, Value] : Entries)
      if (Key == Name)
        return Value;
    return Qundef;
  }
  void set(ID Name, VALUE V) {
    for (auto &[Key, Value] : Entries)
      if (Key == Name) {
        Value = V;
        return;
      }
    Entries.emplace_back(Name, V);
  }
  template <class Fn> void eachReference(Fn Visit) {
    for (auto &[Key, Value] : Entries)
      Visit(Value);
  }
  const std::vector<std::pair<ID, VALUE>> &entries() const { return Entries; }

private:
  std::vector<std::pair<ID, VALUE>> Entries;
};

/// Of a T_OBJECT; nullptr as long as it has none.
inline IvarTable *&ivarsOf(VALUE V) {
  return reinterpret_cast<IvarTable *&>(ROBJECT(V)->as.heap.ivptr);
}

/// The table of any object, nullptr when it has none. Objects of other types
/// than T_OBJECT, T_CLASS and T_MODULE have theirs beside the heap (FL_EXIVAR).
IvarTable *findIvars(VALUE V);
IvarTable &makeIvars(VALUE V);
void removeGenericIvars(VALUE V);
/// At start: the side table follows the objects that move.
void registerGenericIvars(Heap &H);

} // namespace rheap

#endif // RHEAP_MODEL_IVARS_H
