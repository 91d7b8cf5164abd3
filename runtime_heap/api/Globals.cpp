//===- Globals.cpp - Classes, modules and exceptions that exist from the start
//-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "api/Call.h"
#include "api/Errors.h"
#include "api/Startup.h"

#include "gvl/Thread.h"
#include "heap/Heap.h"
#include "judge/Judge.h"
#include "model/Class.h"

extern "C" {
#define RHEAP_GLOBAL(variable, name, super)                                    \
  __attribute__((visibility("default"))) VALUE variable = Qnil;
#include "ruby/internal/globals.inc"
#undef RHEAP_GLOBAL
VALUE rb_stdout = Qnil;
VALUE rb_stderr = Qnil;
VALUE rb_stdin = Qnil;
}

namespace rheap {

KnownIds Id;

namespace {

struct Global {
  VALUE *Variable;
  const char *Name;
  VALUE *Super;
};

const Global Globals[] = {
#define RHEAP_GLOBAL(variable, name, super) {&(variable), name, super},
#include "ruby/internal/globals.inc"
#undef RHEAP_GLOBAL
};

VALUE NoMemory = Qnil;

VALUE allocateObject(VALUE Klass) {
  return heap().allocate(sizeof(RObject), T_OBJECT | FL_WB_PROTECTED, Klass);
}

} // namespace

void raiseNoMemory() {
  if (!Current || !Current->Tags || heap().isCollecting())
    rb_bug("failed to allocate memory");
  rb_exc_raise(NoMemory);
}

void defineGlobals() {
  heap().Disabled = true;
  Id = {rb_intern("initialize"), rb_intern("to_s"),       rb_intern("inspect"),
        rb_intern("=="),         rb_intern("mesg"),       rb_intern("errno"),
        rb_intern("to_str"),     rb_intern("to_int"),     rb_intern("to_ary"),
        rb_intern("each"),       rb_intern("respond_to?")};
  for (const Global &G : Globals) {
    bool IsModule = !G.Super && G.Variable != &rb_cBasicObject;
    VALUE C =
        IsModule ? newModule(G.Name) : newClass(G.Super ? *G.Super : 0, G.Name);
    *G.Variable = C;
    heap().RootSet.registerObject(C);
  }
  // The first ones were made before Class and Module were there.
  for (const Global &G : Globals) {
    klassOf(*G.Variable) =
        typeOf(*G.Variable) == T_MODULE ? rb_cModule : rb_cClass;
    classInfo(rb_cObject)->Constants[rb_intern(G.Name)] = *G.Variable;
  }
  classInfo(rb_cObject)->Included.push_back(rb_mKernel);
  classInfo(rb_cString)->Included.push_back(rb_mComparable);
  classInfo(rb_cArray)->Included.push_back(rb_mEnumerable);
  classInfo(rb_cHash)->Included.push_back(rb_mEnumerable);
  classInfo(rb_cBasicObject)->Allocator = allocateObject;
  for (VALUE C : {rb_cInteger, rb_cFloat, rb_cSymbol, rb_cNilClass,
                  rb_cTrueClass, rb_cFalseClass, rb_cProc, rb_cThread})
    classInfo(C)->NoAllocator = true;
  NoMemory = rb_exc_new_cstr(rb_eNoMemError, "failed to allocate memory");
  heap().RootSet.registerObject(NoMemory);
  heap().Disabled = false;
}

} // namespace rheap
