//===- Struct.cpp - Objects with named members ----------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "model/Struct.h"

#include "api/Call.h"
#include "heap/Heap.h"
#include "judge/Judge.h"
#include "model/Array.h"
#include "model/String.h"

#include <cstdarg>

using namespace rheap;

namespace {

/// Of the class that rb_struct_define made, or one derived from it.
VALUE membersOf(VALUE Klass) {
  static const ID Members = rb_intern("__members__");
  for (VALUE C = Klass; C; C = classInfo(C)->Super)
    if (VALUE Found = classInfo(C)->Ivars.get(Members); Found != Qundef)
      return Found;
  rb_raise(rb_eTypeError, "uninitialized struct");
}

long indexOfMember(VALUE Self, VALUE Name) {
  VALUE Members = membersOf(rb_obj_class(Self));
  for (long I = 0; I < aryLen(Members); ++I)
    if (readElement(Members, I) == Name)
      return I;
  rb_raise(rb_eNameError, "no member '%" PRIsVALUE "' in struct",
           rb_sym2str(Name));
}

long indexFor(VALUE Self, VALUE Member) {
  if (RB_SYMBOL_P(Member))
    return indexOfMember(Self, Member);
  if (isHeapType(Member, T_STRING))
    return indexOfMember(Self, rb_str_intern(Member));
  long Size = aryLen(structValues(Self)), I = NUM2LONG(Member);
  if (I < 0)
    I += Size;
  if (I < 0 || I >= Size)
    rb_raise(rb_eIndexError, "offset %ld too large for struct(size:%ld)",
             NUM2LONG(Member), Size);
  return I;
}

/// A reader's name is the member's, a writer's has a "=" behind it.
VALUE calledMember(bool IsWriter) {
  VALUE Name = rb_sym2str(ID2SYM(Current->Top->Name));
  if (IsWriter)
    Name = rb_str_substr(Name, 0, strLen(Name) - 1);
  return rb_str_intern(Name);
}

VALUE readMember(VALUE Self) {
  return readElement(structValues(Self),
                     indexOfMember(Self, calledMember(false)));
}

VALUE writeMember(VALUE Self, VALUE V) {
  rb_check_frozen(Self);
  rb_ary_store(structValues(Self), indexOfMember(Self, calledMember(true)), V);
  return V;
}

VALUE allocateStruct(VALUE Klass) {
  long Size = aryLen(membersOf(Klass));
  VALUE Self = heap().allocate(sizeof(RStruct), T_STRUCT, Klass);
  VALUE Values = rb_ary_hidden_new(Size);
  for (long I = 0; I < Size; ++I)
    pushElement(Values, Qnil);
  structValues(Self) = Values;
  RB_GC_GUARD(Self);
  return Self;
}

VALUE initialize(int Argc, const VALUE *Argv, VALUE Self) {
  if (Argc > aryLen(structValues(Self)))
    rb_raise(rb_eArgError, "struct size differs");
  for (int I = 0; I < Argc; ++I)
    rb_ary_store(structValues(Self), I, Argv[I]);
  return Self;
}

VALUE define(VALUE Outer, const char *Name, va_list Names) {
  VALUE Struct = rb_cStruct;
  VALUE Members = rb_ary_new();
  VALUE Klass =
      Name ? rb_define_class_under(Outer, Name, Struct) : rb_class_new(Struct);
  while (const char *Member = va_arg(Names, const char *)) {
    rb_ary_push(Members, ID2SYM(rb_intern(Member)));
    rb_define_method(Klass, Member, RUBY_METHOD_FUNC(readMember), 0);
    std::string Writer = std::string(Member) + "=";
    rb_define_method(Klass, Writer.c_str(), RUBY_METHOD_FUNC(writeMember), 1);
  }
  classInfo(Klass)->Ivars.set(rb_intern("__members__"), Members);
  rb_define_alloc_func(Klass, allocateStruct);
  rb_define_method(Klass, "initialize", RUBY_METHOD_FUNC(initialize), -1);
  rb_define_method(Klass, "[]", RUBY_METHOD_FUNC(rb_struct_aref), 1);
  rb_define_method(Klass, "[]=", RUBY_METHOD_FUNC(rb_struct_aset), 2);
  rb_define_method(Klass, "members", RUBY_METHOD_FUNC(rb_struct_members), 0);
  rb_define_method(Klass, "size", RUBY_METHOD_FUNC(rb_struct_size), 0);
  return Klass;
}

} // namespace

VALUE rb_struct_define(const char *Name, ...) {
  RHEAP_API();
  va_list Names;
  va_start(Names, Name);
  VALUE Klass = define(rb_cStruct, Name, Names);
  va_end(Names);
  return Klass;
}

VALUE rb_struct_define_under(VALUE Outer, const char *Name, ...) {
  RHEAP_API();
  va_list Names;
  va_start(Names, Name);
  VALUE Klass = define(Outer, Name, Names);
  va_end(Names);
  return Klass;
}

VALUE rb_struct_new(VALUE Klass, ...) {
  RHEAP_API();
  VALUE Self = allocateStruct(Klass);
  va_list Values;
  va_start(Values, Klass);
  for (long I = 0, N = aryLen(structValues(Self)); I < N; ++I)
    rb_ary_store(structValues(Self), I, va_arg(Values, VALUE));
  va_end(Values);
  RB_GC_GUARD(Self);
  return Self;
}

VALUE rb_struct_alloc(VALUE Klass, VALUE Values) {
  RHEAP_API();
  return rb_struct_initialize(allocateStruct(Klass), Values);
}

VALUE rb_struct_initialize(VALUE Self, VALUE Values) {
  RHEAP_API_ON(Self);
  return initialize(int(aryLen(Values)), rb_array_const_ptr(Values), Self);
}

VALUE rb_struct_s_members(VALUE Klass) {
  RHEAP_API();
  return rb_ary_dup(membersOf(Klass));
}

VALUE rb_struct_members(VALUE Self) {
  RHEAP_API_ON(Self);
  return rb_struct_s_members(rb_obj_class(Self));
}

VALUE rb_struct_aref(VALUE Self, VALUE Member) {
  RHEAP_API_ON(Self);
  return readElement(structValues(Self), indexFor(Self, Member));
}

VALUE rb_struct_aset(VALUE Self, VALUE Member, VALUE V) {
  RHEAP_API_ON(Self);
  rb_check_frozen(Self);
  rb_ary_store(structValues(Self), indexFor(Self, Member), V);
  return V;
}

VALUE rb_struct_getmember(VALUE Self, ID Name) {
  RHEAP_API_ON(Self);
  return rb_struct_aref(Self, ID2SYM(Name));
}

VALUE rb_struct_size(VALUE Self) {
  RHEAP_API_ON(Self);
  return RB_LONG2NUM(aryLen(structValues(Self)));
}
