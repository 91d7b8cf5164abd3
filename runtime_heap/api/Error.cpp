//===- Error.cpp - Exceptions ---------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "api/Call.h"
#include "gvl/Thread.h"
#include "judge/Judge.h"
#include "model/Ivars.h"

#include <cstdarg>

using namespace rheap;

namespace {

VALUE newException(VALUE Klass, VALUE Message) {
  VALUE E = rb_obj_alloc(Klass);
  makeIvars(E).set(Id.Message, Message);
  RB_GC_GUARD(Message);
  return E;
}

/// Errno::ENOENT and the others, made when first needed.
VALUE errnoClass(int Error) {
  const char *Name = strerrorname_np(Error);
  char Unknown[32];
  if (!Name) {
    snprintf(Unknown, sizeof(Unknown), "E%d", Error);
    Name = Unknown;
  }
  return rb_define_class_under(rb_mErrno, Name, rb_eSystemCallError);
}

[[noreturn]] void raise(VALUE E) {
  Current->ErrInfo = E;
  jump(JumpRaise);
}

[[noreturn]] void die(const char *Kind, const char *Format, va_list Args) {
  fprintf(stderr, "[%s] ", Kind);
  vfprintf(stderr, Format, Args);
  fputc('\n', stderr);
  abort();
}

} // namespace

VALUE rb_exc_new_str(VALUE Klass, VALUE Message) {
  RHEAP_API();
  StringValue(Message);
  return newException(Klass, Message);
}

VALUE rb_exc_new(VALUE Klass, const char *Ptr, long Len) {
  RHEAP_API();
  return newException(Klass, rb_str_new(Ptr, Len));
}

VALUE rb_exc_new_cstr(VALUE Klass, const char *Message) {
  RHEAP_API();
  return newException(Klass, rb_str_new_cstr(Message));
}

void rb_exc_raise(VALUE E) {
  RHEAP_API();
  if (!RTEST(rb_obj_is_kind_of(E, rb_eException)))
    E = rb_exc_new_cstr(rb_eTypeError, "exception object expected");
  raise(E);
}

void rb_raise(VALUE Klass, const char *Format, ...) {
  RHEAP_API();
  va_list Args;
  va_start(Args, Format);
  VALUE Message = rb_vsprintf(Format, Args);
  va_end(Args);
  raise(newException(Klass, Message));
}

void rb_fatal(const char *Format, ...) {
  RHEAP_API();
  va_list Args;
  va_start(Args, Format);
  VALUE Message = rb_vsprintf(Format, Args);
  va_end(Args);
  raise(newException(rb_eFatal, Message));
}

VALUE rb_syserr_new(int Error, const char *Message) {
  RHEAP_API();
  VALUE Text = Message ? rb_sprintf("%s - %s", strerror(Error), Message)
                       : rb_str_new_cstr(strerror(Error));
  VALUE E = newException(errnoClass(Error), Text);
  makeIvars(E).set(Id.Errno, RB_INT2FIX(Error));
  return E;
}

VALUE rb_syserr_new_str(int Error, VALUE Message) {
  RHEAP_API_ON(Message);
  return rb_syserr_new(Error,
                       NIL_P(Message) ? nullptr : StringValueCStr(Message));
}

void rb_syserr_fail_str(int Error, VALUE Message) {
  RHEAP_API_ON(Message);
  raise(rb_syserr_new_str(Error, Message));
}

void rb_syserr_fail(int Error, const char *Message) {
  RHEAP_API();
  raise(rb_syserr_new(Error, Message));
}

void rb_sys_fail(const char *Message) {
  int Error = errno;
  RHEAP_API();
  raise(rb_syserr_new(Error, Message));
}

void rb_sys_fail_str(VALUE Message) {
  int Error = errno;
  RHEAP_API();
  raise(rb_syserr_new(Error, StringValueCStr(Message)));
}

void rb_notimplement(void) {
  RHEAP_API();
  rb_raise(rb_eNotImpError, "this function is unimplemented on this machine");
}

void rb_invalid_str(const char *Str, const char *Type) {
  RHEAP_API();
  rb_raise(rb_eArgError, "invalid value for %s: \"%s\"", Type, Str);
}

void rb_bug(const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  die("BUG", Format, Args);
}

static void warn(const char *Format, va_list Args) {
  fputs("warning: ", stderr);
  vfprintf(stderr, Format, Args);
  fputc('\n', stderr);
}

void rb_warn(const char *Format, ...) {
  RHEAP_API();
  va_list Args;
  va_start(Args, Format);
  warn(Format, Args);
  va_end(Args);
}

void rb_warning(const char *, ...) {
  RHEAP_API(); // only with -w in CRuby
}

VALUE rb_errinfo(void) {
  RHEAP_API();
  return Current->ErrInfo;
}

void rb_set_errinfo(VALUE E) {
  RHEAP_API();
  if (!NIL_P(E) && !RTEST(rb_obj_is_kind_of(E, rb_eException)))
    rb_raise(rb_eTypeError, "assigning non-exception to $!");
  Current->ErrInfo = E;
}

VALUE rb_protect(VALUE (*Func)(VALUE), VALUE Argument, int *State) {
  RHEAP_API();
  VALUE Result = Qnil;
  int S = protect([&] { Result = Func(Argument); });
  if (State)
    *State = S;
  return S ? Qnil : Result;
}

void rb_jump_tag(int State) {
  RHEAP_API();
  jump(State);
}

VALUE rb_ensure(VALUE (*Body)(VALUE), VALUE Argument, VALUE (*Ensure)(VALUE),
                VALUE EnsureArgument) {
  RHEAP_API();
  VALUE Result = Qnil;
  int State = protect([&] { Result = Body(Argument); });
  VALUE Error = Current->ErrInfo;
  Ensure(EnsureArgument);
  Current->ErrInfo = Error;
  if (State)
    jump(State);
  return Result;
}

/// \p Catches tells by the exception whether it is for \p Rescue.
template <class Fn>
static VALUE rescue(VALUE (*Body)(VALUE), VALUE Argument,
                    VALUE (*Rescue)(VALUE, VALUE), VALUE RescueArgument,
                    Fn Catches) {
  VALUE Result = Qnil;
  VALUE Before = Current->ErrInfo;
  int State = protect([&] { Result = Body(Argument); });
  if (!State)
    return Result;
  VALUE Error = Current->ErrInfo;
  if (State != JumpRaise || !Catches(Error))
    jump(State);
  Result = Rescue ? Rescue(RescueArgument, Error) : Qnil;
  Current->ErrInfo = Before;
  return Result;
}

VALUE rb_rescue(VALUE (*Body)(VALUE), VALUE Argument,
                VALUE (*Rescue)(VALUE, VALUE), VALUE RescueArgument) {
  RHEAP_API();
  return rescue(Body, Argument, Rescue, RescueArgument, [](VALUE Error) {
    return RTEST(rb_obj_is_kind_of(Error, rb_eStandardError));
  });
}

VALUE rb_rescue2(VALUE (*Body)(VALUE), VALUE Argument,
                 VALUE (*Rescue)(VALUE, VALUE), VALUE RescueArgument, ...) {
  RHEAP_API();
  VALUE Classes[32];
  int N = 0;
  va_list Args;
  va_start(Args, RescueArgument);
  while (VALUE Klass = va_arg(Args, VALUE)) {
    if (N == 32)
      rb_raise(rb_eArgError, "rb_rescue2 takes at most 32 classes");
    Classes[N++] = Klass;
  }
  va_end(Args);
  return rescue(Body, Argument, Rescue, RescueArgument, [&](VALUE Error) {
    for (int I = 0; I < N; ++I)
      if (RTEST(rb_obj_is_kind_of(Error, Classes[I])))
        return true;
    return false;
  });
}

int rb_errno(void) { return errno; }
void rb_errno_set(int Error) { errno = Error; }
int *rb_errno_ptr(void) { return &errno; }
