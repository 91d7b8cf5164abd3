//===- Object.cpp - Objects and their variables ---------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "api/Call.h"
#include "heap/Heap.h"
#include "judge/Judge.h"
#include "model/Hash.h"
#include "model/Ivars.h"
#include "model/String.h"

#include <unordered_map>

using namespace rheap;

// Classes of objects

VALUE rb_class_real(VALUE Klass) {
  RHEAP_API_ON(Klass);
  while (Klass && (flagsOf(Klass) & FL_SINGLETON))
    Klass = classInfo(Klass)->Super;
  return Klass;
}

VALUE rb_obj_class(VALUE V) {
  RHEAP_API_ON(V);
  return rb_class_real(rb_class_of(V));
}

const char *rb_class2name(VALUE Klass) {
  RHEAP_API_ON(Klass);
  Klass = rb_class_real(Klass);
  if (!Klass)
    return "(hidden)";
  const std::string &Name = classInfo(Klass)->Name;
  return Name.empty() ? "(anonymous)" : Name.c_str();
}

const char *rb_obj_classname(VALUE V) {
  RHEAP_API_ON(V);
  return rb_class2name(rb_class_of(V));
}

VALUE rb_class_name(VALUE Klass) {
  RHEAP_API_ON(Klass);
  return rb_str_new_cstr(rb_class2name(Klass));
}

VALUE rb_class_path(VALUE Klass) {
  RHEAP_API_ON(Klass);
  return rb_class_name(Klass);
}

VALUE rb_obj_is_kind_of(VALUE V, VALUE Klass) {
  RHEAP_API_ON(V);
  return RBOOL(inherits(rb_class_of(V), Klass));
}

VALUE rb_obj_is_instance_of(VALUE V, VALUE Klass) {
  RHEAP_API_ON(V);
  return RBOOL(rb_obj_class(V) == Klass);
}

// Making objects

VALUE rb_obj_alloc(VALUE Klass) {
  RHEAP_API_ON(Klass);
  rb_alloc_func_t Allocate = findAllocator(Klass);
  if (!Allocate)
    rb_raise(rb_eTypeError, "allocator undefined for %s", rb_class2name(Klass));
  return Allocate(Klass);
}

void rb_obj_call_init(VALUE V, int Argc, const VALUE *Argv) {
  RHEAP_API_ON(V);
  const Block *Given = Current->Top ? Current->Top->Given : nullptr;
  callMethod(V, Id.Initialize, Argc, Argv, Given);
}

VALUE rb_class_new_instance(int Argc, const VALUE *Argv, VALUE Klass) {
  RHEAP_API();
  VALUE V = rb_obj_alloc(Klass);
  rb_obj_call_init(V, Argc, Argv);
  return V;
}

VALUE rb_obj_dup(VALUE V) {
  RHEAP_API_ON(V);
  if (RB_SPECIAL_CONST_P(V))
    return V;
  switch (typeOf(V)) {
  case T_STRING:
    return rb_str_dup(V);
  case T_ARRAY:
    return rb_ary_dup(V);
  case T_HASH:
    return rb_hash_dup(V);
  case T_OBJECT: {
    VALUE Copy = rb_obj_alloc(rb_obj_class(V));
    if (const IvarTable *T = findIvars(V))
      makeIvars(Copy) = *T;
    return Copy;
  }
  default:
    rb_raise(rb_eTypeError, "can't dup %s", rb_obj_classname(V));
  }
}

VALUE rb_obj_init_copy(VALUE V, VALUE Original) {
  RHEAP_API_ON(V);
  rb_check_frozen(V);
  if (rb_obj_class(V) != rb_obj_class(Original))
    rb_raise(rb_eTypeError, "initialize_copy should take same class object");
  return V;
}

VALUE rb_obj_instance_variables(VALUE V) {
  RHEAP_API_ON(V);
  VALUE Names = rb_ary_new();
  std::vector<ID> Found;
  if (const IvarTable *T = findIvars(V))
    for (const auto &[Name, Value] : T->entries())
      // What the runtime keeps there itself has no @.
      if (*rb_id2name(Name) == '@')
        Found.push_back(Name);
  for (ID Name : Found)
    rb_ary_push(Names, ID2SYM(Name));
  return Names;
}

VALUE rb_any_to_s(VALUE V) {
  RHEAP_API_ON(V);
  return rb_sprintf("#<%s>", rb_obj_classname(V));
}

VALUE rb_obj_id(VALUE V) {
  RHEAP_API_ON(V);
  if (RB_SPECIAL_CONST_P(V))
    return RB_LONG2NUM(long(V));
  // Addresses change, so ids are given out.
  static long Next = 8;
  ID Name = rb_intern("__id__");
  VALUE Known = rb_attr_get(V, Name);
  if (!NIL_P(Known))
    return Known;
  VALUE New = RB_INT2FIX(Next);
  Next += 8;
  makeIvars(V).set(Name, New);
  return New;
}

// Comparing

VALUE rb_equal(VALUE Left, VALUE Right) {
  RHEAP_API_ON(Left);
  if (Left == Right)
    return Qtrue;
  return RBOOL(RTEST(callMethod(Left, Id.Equal, 1, &Right)));
}

int rb_eql(VALUE Left, VALUE Right) {
  RHEAP_API_ON(Left);
  return sameKey(Left, Right);
}

VALUE rb_hash(VALUE V) {
  RHEAP_API_ON(V);
  return RB_INT2FIX(long(hashValue(V) >> 2));
}

// Converting

VALUE rb_check_convert_type(VALUE V, int Type, const char *, const char *Name) {
  RHEAP_API_ON(V);
  if (RB_TYPE_P(V, Type))
    return V;
  VALUE Result = rb_check_funcall(V, rb_intern(Name), 0, nullptr);
  if (Result == Qundef || NIL_P(Result))
    return Qnil;
  if (!RB_TYPE_P(Result, Type))
    rb_unexpected_type(Result, Type);
  return Result;
}

VALUE rb_convert_type(VALUE V, int Type, const char *TypeName,
                      const char *Name) {
  RHEAP_API_ON(V);
  if (RB_TYPE_P(V, Type))
    return V;
  VALUE Result = rb_check_funcall(V, rb_intern(Name), 0, nullptr);
  if (Result == Qundef) {
    const char *From = V == Qnil     ? "nil"
                       : V == Qtrue  ? "true"
                       : V == Qfalse ? "false"
                                     : rb_obj_classname(V);
    rb_raise(rb_eTypeError, "no implicit conversion of %s into %s", From,
             TypeName);
  }
  return Result;
}

// Instance variables

VALUE rb_attr_get(VALUE V, ID Name) {
  RHEAP_API_ON(V);
  if (RB_SPECIAL_CONST_P(V))
    return Qnil;
  const IvarTable *T = findIvars(V);
  VALUE Found = T ? T->get(Name) : Qundef;
  return Found == Qundef ? Qnil : Found;
}

VALUE rb_ivar_get(VALUE V, ID Name) {
  RHEAP_API_ON(V);
  return rb_attr_get(V, Name);
}

VALUE rb_ivar_set(VALUE V, ID Name, VALUE Value) {
  RHEAP_API_ON(V);
  RHEAP_API_VALUE(Value);
  rb_check_frozen(V);
  makeIvars(V).set(Name, Value);
  return Value;
}

VALUE rb_ivar_defined(VALUE V, ID Name) {
  RHEAP_API_ON(V);
  const IvarTable *T = RB_SPECIAL_CONST_P(V) ? nullptr : findIvars(V);
  return RBOOL(T && T->get(Name) != Qundef);
}

VALUE rb_iv_get(VALUE V, const char *Name) {
  RHEAP_API_ON(V);
  return rb_ivar_get(V, rb_intern(Name));
}

VALUE rb_iv_set(VALUE V, const char *Name, VALUE Value) {
  RHEAP_API_ON(V);
  return rb_ivar_set(V, rb_intern(Name), Value);
}

// Class variables and constants

static VALUE *findClassVariable(VALUE Klass, ID Name) {
  for (VALUE C = Klass; C; C = classInfo(C)->Super) {
    auto &Table = classInfo(C)->ClassVariables;
    if (auto It = Table.find(Name); It != Table.end())
      return &It->second;
  }
  return nullptr;
}

VALUE rb_cvar_get(VALUE Klass, ID Name) {
  RHEAP_API_ON(Klass);
  VALUE *Found = findClassVariable(Klass, Name);
  if (!Found)
    rb_raise(rb_eNameError, "uninitialized class variable %s in %s",
             rb_id2name(Name), rb_class2name(Klass));
  return *Found;
}

void rb_cvar_set(VALUE Klass, ID Name, VALUE V) {
  RHEAP_API_ON(Klass);
  if (VALUE *Found = findClassVariable(Klass, Name))
    *Found = V;
  else
    classInfo(Klass)->ClassVariables[Name] = V;
}

VALUE rb_cvar_defined(VALUE Klass, ID Name) {
  RHEAP_API_ON(Klass);
  return RBOOL(findClassVariable(Klass, Name) != nullptr);
}

VALUE rb_cv_get(VALUE Klass, const char *Name) {
  RHEAP_API_ON(Klass);
  return rb_cvar_get(Klass, rb_intern(Name));
}

void rb_cv_set(VALUE Klass, const char *Name, VALUE V) {
  RHEAP_API_ON(Klass);
  rb_cvar_set(Klass, rb_intern(Name), V);
}

void rb_define_class_variable(VALUE Klass, const char *Name, VALUE V) {
  RHEAP_API_ON(Klass);
  rb_cv_set(Klass, Name, V);
}

static VALUE *findConstant(VALUE Klass, ID Name) {
  for (VALUE C = Klass; C; C = classInfo(C)->Super) {
    auto &Table = classInfo(C)->Constants;
    if (auto It = Table.find(Name); It != Table.end())
      return &It->second;
  }
  auto &Top = classInfo(rb_cObject)->Constants;
  auto It = Top.find(Name);
  return It == Top.end() ? nullptr : &It->second;
}

void rb_const_set(VALUE Klass, ID Name, VALUE V) {
  RHEAP_API_ON(Klass);
  RHEAP_API_VALUE(V);
  classInfo(Klass)->Constants[Name] = V;
}

VALUE rb_const_get(VALUE Klass, ID Name) {
  RHEAP_API_ON(Klass);
  VALUE *Found = findConstant(Klass, Name);
  if (!Found)
    rb_raise(rb_eNameError, "uninitialized constant %s", rb_id2name(Name));
  return *Found;
}

VALUE rb_const_get_at(VALUE Klass, ID Name) {
  RHEAP_API_ON(Klass);
  return rb_const_get(Klass, Name);
}

int rb_const_defined(VALUE Klass, ID Name) {
  RHEAP_API_ON(Klass);
  return findConstant(Klass, Name) != nullptr;
}

VALUE rb_path2class(const char *Path) {
  RHEAP_API();
  VALUE C = rb_cObject;
  for (const char *P = Path; *P;) {
    const char *End = strstr(P, "::");
    size_t Len = End ? size_t(End - P) : strlen(P);
    C = rb_const_get(C, rb_intern2(P, long(Len)));
    P += Len + (End ? 2 : 0);
  }
  return C;
}

VALUE rb_path_to_class(VALUE Path) {
  RHEAP_API_ON(Path);
  return rb_path2class(StringValueCStr(Path));
}

// Global variables: an address in C, or a place here.

namespace {

struct GlobalVariable {
  VALUE *Address = nullptr;
  VALUE Own = Qnil;
};

GlobalVariable &globalVariable(const char *Name) {
  static auto *Table = new std::unordered_map<ID, GlobalVariable>;
  ID Key = rb_intern(*Name == '$' ? Name + 1 : Name);
  auto [It, New] = Table->try_emplace(Key);
  // The elements of this map stay where they are.
  if (New) {
    It->second.Address = &It->second.Own;
    heap().RootSet.registerAddress(&It->second.Own);
  }
  return It->second;
}

} // namespace

VALUE rb_gv_get(const char *Name) {
  RHEAP_API();
  return *globalVariable(Name).Address;
}

VALUE rb_gv_set(const char *Name, VALUE V) {
  RHEAP_API();
  return *globalVariable(Name).Address = V;
}

void rb_define_variable(const char *Name, VALUE *Address) {
  RHEAP_API();
  globalVariable(Name).Address = Address;
  heap().RootSet.registerAddress(Address);
}
