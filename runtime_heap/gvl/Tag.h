//===- Tag.h - Where exceptions land ----------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_GVL_TAG_H
#define RHEAP_GVL_TAG_H

#include <csetjmp>

namespace rheap {

struct Block;
struct Frame;

/// Why a jump was made: the `state` of rb_protect.
enum JumpState { JumpBreak = 2, JumpRaise = 6, JumpThrow = 7, JumpKill = 8 };

/// A landing place. Jumps are longjmp, as in CRuby, since what they cross is C:
/// no C++ object with a destructor that matters may live in a function that
/// calls what can raise.
struct Tag {
  jmp_buf Buffer;
  Tag *Outer;
  Frame *Top;
  const Block *Running;
};

void enterTag(Tag &T);
void leaveTag(Tag &T);
/// After a landing: the thread is as it was when the tag was entered, and
/// holds the lock.
void landed(Tag &T);
[[noreturn]] void jump(int State);

/// Runs \p F. \returns 0, or the state of the jump that ended it.
template <class Fn> __attribute__((noinline)) int protect(Fn F) {
  Tag T;
  enterTag(T);
  int State = _setjmp(T.Buffer);
  if (State == 0)
    F();
  else
    landed(T);
  leaveTag(T);
  return State;
}

} // namespace rheap

#endif // RHEAP_GVL_TAG_H
