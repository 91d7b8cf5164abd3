//===- Heap.cpp - The heap of this process --------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Heap.h"

namespace gvlsan {

static const HeapAdapter *Adapter;
static const HeapObserver *Observer;

const HeapAdapter *heap() { return Adapter; }
const HeapObserver *heapObserver() { return Observer; }

void initializeHeap() {
  Adapter = findRuntimeHeap();
  if (!Adapter)
    Adapter = findCRubyHeap(Observer);
  if (Adapter)
    VReport(1, "GvlSanitizer: watching the heap of %s\n", Adapter->Name);
  else
    VReport(1, "GvlSanitizer: no heap found in this process\n");
}

} // namespace gvlsan
