//===- Roots.cpp - Where marking begins -----------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "heap/Roots.h"

#include "heap/Heap.h"

#include <algorithm>

namespace rheap {

void Roots::unregisterAddress(VALUE *Address) {
  auto It = std::find(Addresses.begin(), Addresses.end(), Address);
  if (It != Addresses.end())
    Addresses.erase(It);
}

void Roots::mark(Heap &H) const {
  // Conservatively, as CRuby does: a program may register an address before it
  // puts a VALUE there.
  for (VALUE *A : Addresses)
    H.markConservatively(*A);
  for (VALUE V : Objects)
    H.mark(V, true);
  for (const Table &T : Tables)
    T.Mark(H);
}

void Roots::update(Heap &H) const {
  for (const Table &T : Tables)
    T.Update(H);
}

} // namespace rheap
