//===- Stale.cpp - Addresses of what has moved ----------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "judge/Stale.h"

#include "judge/Judge.h"
#include "model/Data.h"

namespace rheap {

bool isStale(VALUE V) {
  if (RB_SPECIAL_CONST_P(V))
    return false;
  Heap &H = heap();
  Page *P = H.pageOf(V);
  return P && P->slotOf(reinterpret_cast<void *>(V)) == V && !H.isObject(V);
}

/// \returns 0 when the object is gone.
static VALUE reportStale(VALUE V, const char *Name, const void *Pc) {
  report(gvlsan::RuleId::C2, GVLSAN_ACCESS_CALL, Name,
         reinterpret_cast<void *>(V), sizeof(VALUE), Pc, nullptr);
  VALUE Now = heap().location(V);
  return heap().isObject(Now) ? Now : 0;
}

VALUE resolveStale(VALUE V, const char *Name, const void *Pc) {
  VALUE Now = reportStale(V, Name, Pc);
  if (!Now)
    rb_bug("%s: there is no object at %#lx any more", Name, V);
  return Now;
}

VALUE resolveStaleValue(VALUE V, const char *Name, const void *Pc) {
  VALUE Now = reportStale(V, Name, Pc);
  return Now ? Now : Qnil;
}

/// Out of line: its frame is gone before anything collects.
static __attribute__((noinline)) VALUE hiddenOwner(const void *P) {
  Page *Pg = heap().pageOf(P);
  VALUE Owner = Pg ? Pg->slotOf(P) : 0;
  return Owner && heap().isObject(Owner) ? ~Owner : 0;
}

Borrowed::Borrowed(const void *P) : P(P), Hidden(hiddenOwner(P)) {
  // Nor does what that frame has left.
  wipeStack();
}

void Borrowed::check(size_t Size, VALUE New) const {
  if (!Hidden || (~Hidden != New && heap().isObject(~Hidden)))
    return;
  report(gvlsan::RuleId::G1, GVLSAN_ACCESS_READ, nullptr, P, Size,
         lastCallSite(), nullptr);
}

VALUE markStale(Heap &H, VALUE V, VALUE Data) {
  const void *Code = nullptr;
  if (Data) {
    RUBY_DATA_FUNC Updates = dataCompact(Data);
    Code = reinterpret_cast<const void *>(Updates ? Updates : dataMark(Data));
  }
  report(Data ? gvlsan::RuleId::C1 : gvlsan::RuleId::C2, GVLSAN_ACCESS_UNKNOWN,
         Data && isTypedData(Data) ? RTYPEDDATA(Data)->type->wrap_struct_name
                                   : nullptr,
         reinterpret_cast<void *>(V), sizeof(VALUE), Code, nullptr);
  VALUE Now = H.location(V);
  return H.isObject(Now) ? Now : 0;
}

void judgeDcompacts(Heap &H) {
  H.eachObject([&](VALUE V) {
    if (!H.isMarked(V) || typeOf(V) != T_DATA)
      return;
    void *Data = dataOf(V);
    RUBY_DATA_FUNC Mark = dataMark(V);
    if (Data && Mark)
      H.checkReferences(V, [&] { Mark(Data); });
  });
}

} // namespace rheap
