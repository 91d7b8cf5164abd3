//===- Class.cpp - Classes and modules ------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "model/Class.h"

namespace rheap {

static VALUE newModuleSlot(VALUE Type, VALUE Klass, std::string Name) {
  VALUE C = heap().allocate(sizeof(RClass), Type | FL_WB_PROTECTED, Klass);
  classInfo(C) = new ClassInfo;
  classInfo(C)->Name = std::move(Name);
  return C;
}

VALUE newClass(VALUE Super, std::string Name) {
  VALUE C = newModuleSlot(T_CLASS, rb_cClass, std::move(Name));
  classInfo(C)->Super = Super;
  return C;
}

VALUE newModule(std::string Name) {
  return newModuleSlot(T_MODULE, rb_cModule, std::move(Name));
}

static bool isClassOrModule(VALUE V) {
  return isHeapType(V, T_CLASS) || isHeapType(V, T_MODULE);
}

VALUE singletonClass(VALUE V) {
  if (RB_SPECIAL_CONST_P(V))
    rb_raise(rb_eTypeError, "can't define singleton");
  if (isClassOrModule(V)) {
    if (!classInfo(V)->Singleton) {
      VALUE S = newClass(0, "#<Class:" + classInfo(V)->Name + ">");
      flagsOf(S) |= FL_SINGLETON;
      classInfo(S)->Attached = V;
      classInfo(V)->Singleton = S;
    }
    return classInfo(V)->Singleton;
  }
  VALUE C = klassOf(V);
  if (flagsOf(C) & FL_SINGLETON)
    return C;
  VALUE S = newClass(C, classInfo(C)->Name);
  flagsOf(S) |= FL_SINGLETON;
  classInfo(S)->Attached = V;
  klassOf(V) = S;
  heap().written(V);
  return S;
}

namespace {

/// Calls \p F with the classes and modules that are asked for a method of
/// \p Receiver, in order, until it answers true.
template <class Fn> bool eachModuleOf(VALUE C, Fn &F) {
  if (F(C))
    return true;
  const auto &Included = classInfo(C)->Included;
  for (size_t I = Included.size(); I-- > 0;)
    if (eachModuleOf(Included[I], F))
      return true;
  return false;
}

template <class Fn> bool eachAncestor(VALUE C, Fn &F) {
  for (; C; C = classInfo(C)->Super)
    if (eachModuleOf(C, F))
      return true;
  return false;
}

template <class Fn> void eachResponder(VALUE Receiver, Fn F) {
  if (isClassOrModule(Receiver))
    // Class methods are inherited along the classes.
    for (VALUE C = Receiver; C; C = classInfo(C)->Super)
      if (VALUE S = classInfo(C)->Singleton)
        if (eachModuleOf(S, F))
          return;
  eachAncestor(rb_class_of(Receiver), F);
}

} // namespace

Lookup findMethod(VALUE Receiver, ID Name) {
  Lookup Found;
  eachResponder(Receiver, [&](VALUE C) {
    auto It = classInfo(C)->Methods.find(Name);
    if (It == classInfo(C)->Methods.end())
      return false;
    if (It->second.Func || It->second.Attribute)
      Found = {&It->second, C};
    return true;
  });
  return Found;
}

Lookup findSuperMethod(VALUE Receiver, ID Name, VALUE Owner) {
  Lookup Found;
  bool Past = false;
  eachResponder(Receiver, [&](VALUE C) {
    if (C == Owner) {
      Past = true;
      return false;
    }
    if (!Past)
      return false;
    auto It = classInfo(C)->Methods.find(Name);
    if (It == classInfo(C)->Methods.end())
      return false;
    if (It->second.Func || It->second.Attribute)
      Found = {&It->second, C};
    return true;
  });
  return Found;
}

bool inherits(VALUE C, VALUE Ancestor) {
  auto Is = [Ancestor](VALUE M) { return M == Ancestor; };
  return eachAncestor(C, Is);
}

rb_alloc_func_t findAllocator(VALUE C) {
  for (; C; C = classInfo(C)->Super) {
    if (classInfo(C)->NoAllocator)
      return nullptr;
    if (classInfo(C)->Allocator)
      return classInfo(C)->Allocator;
  }
  return nullptr;
}

} // namespace rheap
