//===- Structs.h - What the structs of T_DATA refer to ----------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_JUDGE_STRUCTS_H
#define RHEAP_JUDGE_STRUCTS_H

#include "heap/Heap.h"

namespace rheap {

/// Rule C1, by what is written down instead of by what has moved: reports each
/// word in the struct of a live T_DATA that is the address of an object which
/// its dmark neither pins nor, with a dcompact to update it, marks, and which
/// nothing but a machine stack keeps in place. Said once for each type and
/// field. Under judging; with the lock, between marking and sweeping.
void judgeStructs(Heap &H);

// What extensions got from xmalloc, whose sizes are asked for here. With the
// lock.
void notePlain(void *P, size_t Size);
void forgetPlain(void *P);

} // namespace rheap

#endif // RHEAP_JUDGE_STRUCTS_H
