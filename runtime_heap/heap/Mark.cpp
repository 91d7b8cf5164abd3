//===- Mark.cpp - What is reachable ---------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "gvl/MachineStack.h"
#include "heap/Heap.h"
#include "judge/Judge.h"
#include "judge/Stale.h"
#include "model/OptIn.h"
#include "model/References.h"

namespace rheap {

void Heap::mark(VALUE V, bool Pin) {
  if (RB_SPECIAL_CONST_P(V))
    return;
  Page *P = pageOf(V);
  if (!P || P->slotOf(reinterpret_cast<void *>(V)) != V)
    rb_bug("marking %#lx, which is no object", V);
  if (Judging && typeOf(V) == T_MOVED) {
    VALUE Now = markStale(*this, V, MarkingData);
    if (Now && !OnlyChecking)
      mark(Now, true);
    return;
  }
  if (OnlyChecking)
    return;
  unsigned I = P->indexOf(reinterpret_cast<void *>(V));
  if (Pin || PinChildren)
    P->Pinned.set(I);
  if (P->Marked.test(I))
    return;
  unsigned Type = typeOf(V);
  if (Type == T_NONE || Type == T_MOVED || Type == T_ZOMBIE)
    rb_bug("marking %#lx, which is no longer an object (type %#x)", V, Type);
  P->Marked.set(I);
  MarkStack.push_back(V);
}

void Heap::markConservatively(VALUE V) {
  if (isObject(V))
    mark(V, true);
}

__attribute__((no_sanitize("address"))) void Heap::markRange(const VALUE *Begin,
                                                             const VALUE *End) {
  for (const VALUE *P = Begin; P < End; ++P)
    markConservatively(*P);
}

void Heap::pin(VALUE V) {
  if (Page *P = RB_SPECIAL_CONST_P(V) ? nullptr : pageOf(V))
    P->Pinned.set(P->indexOf(reinterpret_cast<void *>(V)));
}

void Heap::markChildren(VALUE V) {
  PinChildren = ReadBarrier->needsOptIn() && !hasOptedIn(V);
  if (PinChildren)
    pin(V);
  eachReference(V, [this](VALUE &Reference) { mark(Reference, false); });
  if (typeOf(V) == T_DATA)
    if (void *Data = dataOf(V))
      if (RUBY_DATA_FUNC Mark = dataMark(V)) {
        MarkingData = V;
        Mark(Data);
        MarkingData = 0;
      }
  PinChildren = false;
}

void Heap::drainMarkStack() {
  while (!MarkStack.empty()) {
    VALUE V = MarkStack.back();
    MarkStack.pop_back();
    markChildren(V);
  }
}

__attribute__((no_sanitize("address"))) void Heap::markStack(const VALUE *Begin,
                                                             const VALUE *End) {
  for (const VALUE *P = Begin; P < End; ++P)
    if (isObject(*P)) {
      pageOf(*P)->OnStack = true;
      mark(*P, true);
    }
}

void Heap::markRoots() {
  PinChildren = false;
  RootSet.mark(*this);
  scanMachineStacks(
      [this](const VALUE *Begin, const VALUE *End) { markStack(Begin, End); });
}

} // namespace rheap
