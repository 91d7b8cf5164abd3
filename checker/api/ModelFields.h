//===- ModelFields.h - What the model consists of ---------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The visitors of Packed.h for the facts about functions. A member that is not
/// named here does not compile.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_API_MODELFIELDS_H
#define GVLSAN_API_MODELFIELDS_H

#include "api/ApiModel.h"

namespace gvlsan {

/// Visits \p Members one by one.
template <class A, class... T> void visitAll(A &Ar, T &...Members) {
  (Ar({}, Members), ...);
}

template <class A> void fields(A &Ar, Callback &V) {
  auto &[Function, Fields, Data, Under, As, Locked, HandedOn] = V;
  visitAll(Ar, Function, Fields, Data, Under, As, Locked, HandedOn);
}
template <class A> void fields(A &Ar, EmbedLimits &V) {
  auto &[Since, Always, Never] = V;
  visitAll(Ar, Since, Always, Never);
}
template <class A> void fields(A &Ar, SlotFields &V) {
  auto &[Bytes, Length, Flags, EmbedFlag] = V;
  visitAll(Ar, Bytes, Length, Flags, EmbedFlag);
}
template <class A> void fields(A &Ar, DataTypeModel &V) {
  auto &[Record, Mark, Free, Compact, Flags, Immediate, Listed] = V;
  visitAll(Ar, Record, Mark, Free, Compact, Flags, Immediate, Listed);
}
template <class A> void fields(A &Ar, FunctionFacts &V) {
  auto &[ByUser, Name, Shown, Lock, MayCollect, SeldomCollects, CallsRuby,
         Raises, Held, Frozen, Hidden, Shared, Keeps, KeepsFrom, KeepsTold,
         Early, Reallocates, Curated, Returns, ReturnsArg, Size, Text, Like,
         Type, Method, Shares, SharesFrom, Into, Under, Reachable, Does, DoesTo,
         Rooted, Immortal, Marks, MarksArg, MarksMany, Locates, Number, Struct,
         StructMark, StructFree, Sweepable, TakesLock, TellsThread, Transient,
         StoresTo, StoresWhat, Table, FillsArguments, Reads, Writes, Kernel,
         Calls, Partial] = V;
  visitAll(Ar, ByUser, Name, Shown, Lock, MayCollect, SeldomCollects, CallsRuby,
           Raises, Held, Frozen, Hidden, Shared, Keeps, KeepsFrom, KeepsTold,
           Early, Reallocates, Curated, Returns, ReturnsArg, Size, Text, Like,
           Type, Method, Shares, SharesFrom, Into, Under, Reachable, Does,
           DoesTo, Rooted, Immortal, Marks, MarksArg, MarksMany, Locates,
           Number, Struct, StructMark, StructFree, Sweepable, TakesLock,
           TellsThread, Transient, StoresTo, StoresWhat, Table, FillsArguments,
           Reads, Writes, Kernel, Calls, Partial);
}

} // namespace gvlsan

#endif // GVLSAN_API_MODELFIELDS_H
