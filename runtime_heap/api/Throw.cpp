//===- Throw.cpp - catch and throw ----------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "gvl/Thread.h"
#include "judge/Judge.h"

#include <utility>

using namespace rheap;

VALUE rb_catch_obj(VALUE Tag, rb_block_call_func_t Func, VALUE Argument) {
  RHEAP_API_ON(Tag);
  Catch C = {Current->Catches, Tag};
  Current->Catches = &C;
  VALUE Result = Qnil;
  int State = protect([&] { Result = Func(Tag, Argument, 1, &Tag, Qnil); });
  Current->Catches = C.Outer;
  if (State == JumpThrow && Current->Target == &C)
    return std::exchange(Current->Thrown, Qnil);
  if (State)
    jump(State);
  RB_GC_GUARD(Tag);
  return Result;
}

void rb_throw_obj(VALUE Tag, VALUE V) {
  RHEAP_API_ON(Tag);
  RHEAP_API_VALUE(V);
  for (const Catch *C = Current->Catches; C; C = C->Outer)
    if (C->Tag == Tag) {
      Current->Target = C;
      Current->Thrown = V;
      jump(JumpThrow);
    }
  rb_raise(rb_eUncaughtThrow, "uncaught throw %+" PRIsVALUE, Tag);
}

VALUE rb_catch(const char *Tag, rb_block_call_func_t Func, VALUE Argument) {
  RHEAP_API();
  return rb_catch_obj(ID2SYM(rb_intern(Tag)), Func, Argument);
}

void rb_throw(const char *Tag, VALUE V) {
  RHEAP_API();
  rb_throw_obj(ID2SYM(rb_intern(Tag)), V);
}
