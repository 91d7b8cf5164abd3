//===- Class.cpp - Defining classes, modules and methods ------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "model/Class.h"

#include "heap/Heap.h"
#include "judge/Judge.h"

using namespace rheap;

namespace {

std::string pathUnder(VALUE Outer, const char *Name) {
  return Outer == rb_cObject ? Name : classInfo(Outer)->Name + "::" + Name;
}

VALUE defineModule(VALUE Outer, const char *Name) {
  ID Key = rb_intern(Name);
  auto &Constants = classInfo(Outer)->Constants;
  if (auto It = Constants.find(Key); It != Constants.end()) {
    if (!isHeapType(It->second, T_MODULE))
      rb_raise(rb_eTypeError, "%s is not a module", Name);
    return It->second;
  }
  VALUE M = newModule(pathUnder(Outer, Name));
  heap().RootSet.registerObject(M);
  return classInfo(Outer)->Constants[Key] = M;
}

VALUE defineClass(VALUE Outer, const char *Name, VALUE Super) {
  ID Key = rb_intern(Name);
  auto &Constants = classInfo(Outer)->Constants;
  if (auto It = Constants.find(Key); It != Constants.end()) {
    if (!isHeapType(It->second, T_CLASS))
      rb_raise(rb_eTypeError, "%s is not a class", Name);
    if (classInfo(It->second)->Super != Super)
      rb_raise(rb_eTypeError, "superclass mismatch for class %s", Name);
    return It->second;
  }
  VALUE C = newClass(Super, pathUnder(Outer, Name));
  heap().RootSet.registerObject(C);
  return classInfo(Outer)->Constants[Key] = C;
}

void addMethod(VALUE Klass, ID Name, rb_method_func Func, int Arity) {
  if (Arity < -2 || Arity > 15)
    rb_raise(rb_eArgError, "arity out of range: %d for -2..15", Arity);
  classInfo(Klass)->Methods[Name] = {Func, Arity, 0};
}

} // namespace

VALUE rb_define_module(const char *Name) {
  RHEAP_API();
  return defineModule(rb_cObject, Name);
}

VALUE rb_define_module_under(VALUE Outer, const char *Name) {
  RHEAP_API();
  return defineModule(Outer, Name);
}

VALUE rb_define_class(const char *Name, VALUE Super) {
  RHEAP_API();
  return defineClass(rb_cObject, Name, Super);
}

VALUE rb_define_class_under(VALUE Outer, const char *Name, VALUE Super) {
  RHEAP_API();
  return defineClass(Outer, Name, Super);
}

VALUE rb_class_new(VALUE Super) {
  RHEAP_API();
  return newClass(Super, "");
}

VALUE rb_module_new(void) {
  RHEAP_API();
  return newModule("");
}

VALUE rb_singleton_class(VALUE V) {
  RHEAP_API();
  return singletonClass(V);
}

VALUE rb_class_superclass(VALUE Klass) {
  RHEAP_API();
  VALUE Super = classInfo(Klass)->Super;
  return Super ? Super : Qnil;
}

void rb_include_module(VALUE Klass, VALUE Module) {
  RHEAP_API();
  Check_Type(Module, T_MODULE);
  classInfo(Klass)->Included.push_back(Module);
}

void rb_extend_object(VALUE V, VALUE Module) {
  RHEAP_API();
  rb_include_module(singletonClass(V), Module);
}

void(rb_define_method)(VALUE Klass, const char *Name, rb_method_func Func,
                       int Arity) {
  RHEAP_API();
  addMethod(Klass, rb_intern(Name), Func, Arity);
}

void(rb_define_method_id)(VALUE Klass, ID Name, rb_method_func Func,
                          int Arity) {
  RHEAP_API();
  addMethod(Klass, Name, Func, Arity);
}

void(rb_define_private_method)(VALUE Klass, const char *Name,
                               rb_method_func Func, int Arity) {
  RHEAP_API();
  addMethod(Klass, rb_intern(Name), Func, Arity);
}

void(rb_define_protected_method)(VALUE Klass, const char *Name,
                                 rb_method_func Func, int Arity) {
  RHEAP_API();
  addMethod(Klass, rb_intern(Name), Func, Arity);
}

void(rb_define_singleton_method)(VALUE V, const char *Name, rb_method_func Func,
                                 int Arity) {
  RHEAP_API();
  addMethod(singletonClass(V), rb_intern(Name), Func, Arity);
}

void(rb_define_module_function)(VALUE Module, const char *Name,
                                rb_method_func Func, int Arity) {
  RHEAP_API();
  addMethod(Module, rb_intern(Name), Func, Arity);
  addMethod(singletonClass(Module), rb_intern(Name), Func, Arity);
}

void(rb_define_global_function)(const char *Name, rb_method_func Func,
                                int Arity) {
  RHEAP_API();
  (rb_define_module_function)(rb_mKernel, Name, Func, Arity);
}

void rb_define_alloc_func(VALUE Klass, rb_alloc_func_t Func) {
  RHEAP_API();
  classInfo(Klass)->Allocator = Func;
  classInfo(Klass)->NoAllocator = false;
}

void rb_undef_alloc_func(VALUE Klass) {
  RHEAP_API();
  classInfo(Klass)->NoAllocator = true;
}

void rb_define_alias(VALUE Klass, const char *Name, const char *OldName) {
  RHEAP_API();
  ID Old = rb_intern(OldName);
  for (VALUE C = Klass; C; C = classInfo(C)->Super) {
    auto It = classInfo(C)->Methods.find(Old);
    if (It == classInfo(C)->Methods.end())
      continue;
    Method Copy = It->second;
    classInfo(Klass)->Methods[rb_intern(Name)] = Copy;
    return;
  }
  rb_raise(rb_eNameError, "undefined method '%s' for class '%s'", OldName,
           rb_class2name(Klass));
}

void rb_undef_method(VALUE Klass, const char *Name) {
  RHEAP_API();
  classInfo(Klass)->Methods[rb_intern(Name)] = {};
}

void rb_define_attr(VALUE Klass, const char *Name, int Read, int Write) {
  RHEAP_API();
  ID Variable = rb_intern((std::string("@") + Name).c_str());
  if (Read)
    classInfo(Klass)->Methods[rb_intern(Name)] = {nullptr, 0, Variable};
  if (Write)
    classInfo(Klass)->Methods[rb_intern((std::string(Name) + "=").c_str())] = {
        nullptr, 1, Variable};
}

void rb_define_const(VALUE Klass, const char *Name, VALUE V) {
  RHEAP_API();
  rb_const_set(Klass, rb_intern(Name), V);
}

void rb_define_global_const(const char *Name, VALUE V) {
  RHEAP_API();
  rb_define_const(rb_cObject, Name, V);
}
