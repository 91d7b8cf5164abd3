//===- Keepers.h - Objects that libc keeps for extensions -------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_JUDGE_KEEPERS_H
#define RHEAP_JUDGE_KEEPERS_H

#include "heap/Heap.h"

namespace rheap {

/// Rule H1: reports each object that was handed to a function which keeps it
/// (Keepers.cpp says which are known), that is kept still, and that nothing but
/// a machine stack keeps live and in place. Said once for each call. Under
/// judging; with the lock, between marking and sweeping.
void judgeKept(Heap &H);

} // namespace rheap

#endif // RHEAP_JUDGE_KEEPERS_H
