//===- Class.h - Classes and modules ----------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_MODEL_CLASS_H
#define RHEAP_MODEL_CLASS_H

#include "heap/Slot.h"
#include "model/Ivars.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace rheap {

struct Method {
  rb_method_func Func = nullptr; ///< null: undefined on purpose
  int Arity = 0;
  /// Set for attr_reader and attr_writer: the variable's name.
  ID Attribute = 0;
};

/// What a T_CLASS or T_MODULE slot points to.
struct ClassInfo {
  std::string Name; ///< empty: anonymous
  VALUE Super = 0;
  VALUE Singleton = 0; ///< the class of this class's own methods, made late
  VALUE Attached = 0;  ///< of a singleton class: its one object
  std::vector<VALUE> Included;
  std::unordered_map<ID, Method> Methods;
  std::unordered_map<ID, VALUE> Constants;
  std::unordered_map<ID, VALUE> ClassVariables;
  IvarTable Ivars;
  rb_alloc_func_t Allocator = nullptr;
  bool NoAllocator = false;

  template <class Fn> void eachReference(Fn Visit) {
    Visit(Super);
    Visit(Singleton);
    Visit(Attached);
    for (VALUE &M : Included)
      Visit(M);
    for (auto &[Name, V] : Constants)
      Visit(V);
    for (auto &[Name, V] : ClassVariables)
      Visit(V);
    Ivars.eachReference(Visit);
  }
};

struct RClass {
  RBasic basic;
  ClassInfo *Info;
};

inline ClassInfo *&classInfo(VALUE C) {
  return reinterpret_cast<RClass *>(C)->Info;
}

VALUE newClass(VALUE Super, std::string Name);
VALUE newModule(std::string Name);
/// Made on demand.
VALUE singletonClass(VALUE V);

/// A method and the class or module it was found in.
struct Lookup {
  const Method *M = nullptr;
  VALUE Owner = 0;
};
Lookup findMethod(VALUE Receiver, ID Name);
/// The next one after \p Owner, for rb_call_super.
Lookup findSuperMethod(VALUE Receiver, ID Name, VALUE Owner);

/// Whether instances of \p C have \p Ancestor among their classes and modules.
bool inherits(VALUE C, VALUE Ancestor);
rb_alloc_func_t findAllocator(VALUE C);

} // namespace rheap

#endif // RHEAP_MODEL_CLASS_H
