//===- Mark.cpp - What is reachable ---------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "gvl/MachineStack.h"
#include "heap/Heap.h"
#include "judge/Judge.h"
#include "judge/Stale.h"
#include "judge/Visibility.h"
#include "model/OptIn.h"
#include "model/References.h"

namespace rheap {

/// What marking a reference does before the object is looked at. The look comes
/// later, when the object has had time to arrive from memory.
inline __attribute__((always_inline)) void Heap::markOne(VALUE V, bool Pin) {
  if (RB_SPECIAL_CONST_P(V))
    return;
  if (__builtin_expect(BringingHome, false)) {
    if (Pin)
      bringHomeIfMoved(V);
    return;
  }
  Page *P = pageOf(V);
  unsigned I = P ? P->indexOf(reinterpret_cast<void *>(V)) : 0;
  if (__builtin_expect(!P || I >= P->NumSlots || P->slotAt(I) != V, false))
    rb_bug("marking %#lx, which is no object", V);
  if (__builtin_expect(Judging, false)) {
    if (typeOf(V) == T_MOVED) {
      VALUE Now = markStale(*this, V, MarkingData);
      if (Now && !OnlyChecking)
        mark(Now, true);
      return;
    }
    if (OnlyChecking) {
      if (Found)
        Found->push_back({V, Pin});
      return;
    }
    if (Pin && !ScanningStack)
      P->Held.set(I);
  }
  if (Pin || PinChildren)
    P->Pinned.set(I);
  if (P->Marked.test(I))
    return;
  P->Marked.set(I);
  __builtin_prefetch(reinterpret_cast<void *>(V));
  MarkStack.push_back(V);
}

void Heap::mark(VALUE V, bool Pin) { markOne(V, Pin); }

void Heap::markConservatively(VALUE V) {
  if (BringingHome)
    bringHomeIfMoved(V);
  else if (isObject(V))
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
  unsigned Type = typeOf(V);
  if (__builtin_expect(Type == T_NONE || Type == T_MOVED || Type == T_ZOMBIE,
                       false))
    rb_bug("marking %#lx, which is no longer an object (type %#x)", V, Type);
  PinChildren = OptIn && !hasOptedIn(V);
  if (PinChildren)
    pin(V);
  if (__builtin_expect(Judging && klassOf(V) && !OnlyChecking, false))
    eachReference(V, [](VALUE &Reference) { makeVisible(Reference); });
  eachReference(V, [this](VALUE &Reference) { markOne(Reference, false); });
  if (Type == T_DATA)
    if (void *Data = dataOf(V))
      if (RUBY_DATA_FUNC Mark = dataMark(V)) {
        MarkingData = V;
        Mark(Data);
        MarkingData = 0;
      }
  PinChildren = false;
}

void Heap::drainMarkStack() {
  // Objects wait here between prefetch and use.
  constexpr unsigned Distance = 8;
  VALUE Waiting[Distance] = {};
  for (unsigned Next = 0, Idle = 0; Idle < Distance;
       Next = (Next + 1) % Distance) {
    VALUE V = Waiting[Next];
    Waiting[Next] = 0;
    if (!MarkStack.empty()) {
      Waiting[Next] = MarkStack.back();
      MarkStack.pop_back();
    }
    if (V)
      markChildren(V);
    Idle = V || Waiting[Next] ? 0 : Idle + 1;
  }
}

__attribute__((no_sanitize("address"))) void Heap::markStack(const VALUE *Begin,
                                                             const VALUE *End) {
  ScanningStack = true;
  for (const VALUE *P = Begin; P < End; ++P)
    if (isObject(*P)) {
      pageOf(*P)->OnStack = true;
      mark(*P, true);
    }
  ScanningStack = false;
}

void Heap::markRoots() {
  PinChildren = false;
  RootSet.mark(*this);
  scanMachineStacks(
      [this](const VALUE *Begin, const VALUE *End) { markStack(Begin, End); });
}

} // namespace rheap
