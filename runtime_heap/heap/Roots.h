//===- Roots.h - Where marking begins ---------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_HEAP_ROOTS_H
#define RHEAP_HEAP_ROOTS_H

#include "ruby/ruby.h"

#include <vector>

namespace rheap {

class Heap;

/// Roots besides the machine stacks.
class Roots {
public:
  /// The VALUE at a registered address is marked and pinned.
  void registerAddress(VALUE *Address) { Addresses.push_back(Address); }
  void unregisterAddress(VALUE *Address);
  /// An object that lives, in place, to the end.
  void registerObject(VALUE Object) { Objects.push_back(Object); }

  /// A table of the runtime that holds references: Mark marks them, Update
  /// writes the new addresses after a compaction.
  struct Table {
    void (*Mark)(Heap &);
    void (*Update)(Heap &);
  };
  void addTable(Table T) { Tables.push_back(T); }

  void mark(Heap &H) const;
  void update(Heap &H) const;

private:
  std::vector<VALUE *> Addresses;
  std::vector<VALUE> Objects;
  std::vector<Table> Tables;
};

} // namespace rheap

#endif // RHEAP_HEAP_ROOTS_H
