//===- Call.cpp - Calling methods and blocks ------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "api/Call.h"

#include "gvl/Gvl.h"
#include "judge/Judge.h"
#include "judge/Visibility.h"
#include "model/Array.h"

#include <cstdarg>
#include <utility>

using namespace rheap;

namespace {

template <size_t> using ValueFor = VALUE;

template <size_t... I>
VALUE callWith(rb_method_func Func, VALUE Self, const VALUE *Argv,
               std::index_sequence<I...>) {
  using Exact = VALUE (*)(VALUE, ValueFor<I>...);
  return reinterpret_cast<Exact>(Func)(Self, Argv[I]...);
}

/// The function for each arity that CRuby knows.
template <size_t N> VALUE callFixed(rb_method_func F, VALUE S, const VALUE *A) {
  return callWith(F, S, A, std::make_index_sequence<N>{});
}

template <size_t... N>
VALUE callByArity(std::index_sequence<N...>, rb_method_func Func, VALUE Self,
                  int Argc, const VALUE *Argv) {
  using Caller = VALUE (*)(rb_method_func, VALUE, const VALUE *);
  static constexpr Caller Callers[] = {callFixed<N>...};
  return Callers[Argc](Func, Self, Argv);
}

VALUE invoke(const Method &M, VALUE Self, int Argc, const VALUE *Argv) {
  if (M.Attribute) {
    rb_check_arity(Argc, M.Arity, M.Arity);
    return M.Arity ? rb_ivar_set(Self, M.Attribute, Argv[0])
                   : rb_attr_get(Self, M.Attribute);
  }
  if (M.Arity == -1)
    return reinterpret_cast<VALUE (*)(int, const VALUE *, VALUE)>(M.Func)(
        Argc, Argv, Self);
  if (M.Arity == -2)
    return reinterpret_cast<VALUE (*)(VALUE, VALUE)>(M.Func)(
        Self, rb_ary_new_from_values(Argc, Argv));
  rb_check_arity(Argc, M.Arity, M.Arity);
  return callByArity(std::make_index_sequence<16>{}, M.Func, Self, Argc, Argv);
}

VALUE callBlock(const Block &B, int Argc, const VALUE *Argv) {
  if (Judging)
    makeVisible(Qnil, Argc, Argv);
  const Block *Outer = std::exchange(Current->Running, &B);
  VALUE Result = B.Func(Argc ? Argv[0] : Qnil, B.Argument, Argc, Argv, Qnil);
  Current->Running = Outer;
  return Result;
}

} // namespace

namespace rheap {

VALUE callFound(const Lookup &Found, VALUE Self, ID Name, int Argc,
                const VALUE *Argv, const Block *Given) {
  Method M = *Found.M;
  Frame F = {Current->Top, Self, Name, Found.Owner, Given, Argc, Argv};
  Current->Top = &F;
  bool ToExtension = Judging && isExtensionCode(M.Func);
  if (ToExtension)
    makeVisible(Self, Argc, Argv);
  VALUE Result = invoke(M, Self, Argc, Argv);
  if (ToExtension)
    makeVisible(Result);
  Current->Top = F.Outer;
  // Ruby code between two C functions is where threads take turns.
  checkInterrupts();
  return Result;
}

VALUE callMethod(VALUE Self, ID Name, int Argc, const VALUE *Argv,
                 const Block *Given) {
  Lookup Found = findMethod(Self, Name);
  if (!Found.M)
    rb_raise(rb_eNoMethodError, "undefined method '%s' for an instance of %s",
             rb_id2name(Name), rb_obj_classname(Self));
  return callFound(Found, Self, Name, Argc, Argv, Given);
}

} // namespace rheap

VALUE rb_funcallv(VALUE Self, ID Name, int Argc, const VALUE *Argv) {
  RHEAP_API_ON(Self);
  return callMethod(Self, Name, Argc, Argv);
}

VALUE rb_funcallv_public(VALUE Self, ID Name, int Argc, const VALUE *Argv) {
  RHEAP_API_ON(Self);
  return callMethod(Self, Name, Argc, Argv);
}

VALUE rb_funcall(VALUE Self, ID Name, int Argc, ...) {
  RHEAP_API_ON(Self);
  VALUE Argv[16];
  if (Argc < 0 || Argc > 16)
    rb_raise(rb_eArgError, "rb_funcall takes at most 16 arguments");
  va_list Args;
  va_start(Args, Argc);
  for (int I = 0; I < Argc; ++I)
    Argv[I] = va_arg(Args, VALUE);
  va_end(Args);
  return callMethod(Self, Name, Argc, Argv);
}

VALUE rb_check_funcall(VALUE Self, ID Name, int Argc, const VALUE *Argv) {
  RHEAP_API_ON(Self);
  Lookup Found = findMethod(Self, Name);
  return Found.M ? callFound(Found, Self, Name, Argc, Argv, nullptr) : Qundef;
}

VALUE rb_call_super(int Argc, const VALUE *Argv) {
  RHEAP_API();
  Frame *F = Current->Top;
  if (!F)
    rb_raise(rb_eRuntimeError, "super called outside of method");
  Lookup Found = findSuperMethod(F->Self, F->Name, F->Owner);
  if (!Found.M)
    rb_raise(rb_eNoMethodError,
             "super: no superclass method '%s' for an instance of %s",
             rb_id2name(F->Name), rb_obj_classname(F->Self));
  return callFound(Found, F->Self, F->Name, Argc, Argv, F->Given);
}

VALUE rb_current_receiver(void) {
  RHEAP_API();
  if (!Current->Top)
    rb_raise(rb_eRuntimeError, "no self, no life");
  return Current->Top->Self;
}

int rb_respond_to(VALUE V, ID Name) {
  RHEAP_API_ON(V);
  return findMethod(V, Name).M != nullptr;
}

int rb_obj_respond_to(VALUE V, ID Name, int) {
  RHEAP_API_ON(V);
  return rb_respond_to(V, Name);
}

int rb_method_boundp(VALUE Klass, ID Name, int) {
  RHEAP_API_ON(Klass);
  for (VALUE C = Klass; C; C = classInfo(C)->Super)
    if (classInfo(C)->Methods.count(Name))
      return 1;
  return 0;
}

// Blocks

int rb_block_given_p(void) {
  RHEAP_API();
  return Current->Top && Current->Top->Given;
}

void rb_need_block(void) {
  RHEAP_API();
  if (!rb_block_given_p())
    rb_raise(rb_eLocalJumpError, "no block given (yield)");
}

VALUE rb_yield_values2(int Argc, const VALUE *Argv) {
  RHEAP_API();
  rb_need_block();
  // The block runs in the frame it was made in.
  Frame *F = Current->Top;
  Current->Top = F->Outer;
  VALUE Result = callBlock(*F->Given, Argc, Argv);
  Current->Top = F;
  checkInterrupts();
  return Result;
}

VALUE rb_yield(VALUE V) {
  RHEAP_API_ON(V);
  return V == Qundef ? rb_yield_values2(0, nullptr) : rb_yield_values2(1, &V);
}

VALUE rb_yield_values(int N, ...) {
  RHEAP_API();
  VALUE Argv[16];
  if (N < 0 || N > 16)
    rb_raise(rb_eArgError, "rb_yield_values takes at most 16 values");
  va_list Args;
  va_start(Args, N);
  for (int I = 0; I < N; ++I)
    Argv[I] = va_arg(Args, VALUE);
  va_end(Args);
  return rb_yield_values2(N, Argv);
}

VALUE rb_block_call(VALUE V, ID Name, int Argc, const VALUE *Argv,
                    rb_block_call_func_t Func, VALUE Argument) {
  RHEAP_API_ON(V);
  Block B = {Func, Argument, true};
  VALUE Result = Qnil;
  int State = protect([&] { Result = callMethod(V, Name, Argc, Argv, &B); });
  if (State == JumpBreak && Current->Target == &B)
    return std::exchange(Current->Thrown, Qnil);
  if (State)
    jump(State);
  return Result;
}

void rb_iter_break_value(VALUE V) {
  RHEAP_API_ON(V);
  if (!Current->Running || !Current->Running->Breakable)
    rb_raise(rb_eLocalJumpError, "break from proc-closure");
  Current->Target = Current->Running;
  Current->Thrown = V;
  jump(JumpBreak);
}

void rb_iter_break(void) {
  RHEAP_API();
  rb_iter_break_value(Qnil);
}

VALUE rb_each(VALUE V) {
  RHEAP_API_ON(V);
  const Block *Given = Current->Top ? Current->Top->Given : nullptr;
  return callMethod(V, Id.Each, 0, nullptr, Given);
}

// Procs

namespace {

const rb_data_type_t ProcType = {
    "proc",
    {[](void *Data) { rb_gc_mark(static_cast<Block *>(Data)->Argument); },
     RUBY_DEFAULT_FREE,
     nullptr,
     nullptr,
     {}},
    nullptr,
    nullptr,
    RUBY_TYPED_FREE_IMMEDIATELY};

VALUE newProc(Block B) {
  Block *Copy;
  VALUE P = TypedData_Make_Struct(rb_cProc, Block, &ProcType, Copy);
  *Copy = B;
  Copy->Breakable = false;
  return P;
}

Block blockOf(VALUE Proc) {
  return *static_cast<Block *>(rb_check_typeddata(Proc, &ProcType));
}

} // namespace

VALUE rb_proc_new(rb_block_call_func_t Func, VALUE Argument) {
  RHEAP_API();
  return newProc({Func, Argument, false});
}

VALUE rb_block_proc(void) {
  RHEAP_API();
  rb_need_block();
  return newProc(*Current->Top->Given);
}

VALUE rb_obj_is_proc(VALUE V) {
  RHEAP_API_ON(V);
  return RBOOL(rb_typeddata_is_kind_of(V, &ProcType));
}

VALUE rb_proc_call(VALUE Proc, VALUE Args) {
  RHEAP_API_ON(Proc);
  Check_Type(Args, T_ARRAY);
  VALUE Result =
      callBlock(blockOf(Proc), int(aryLen(Args)), rb_array_const_ptr(Args));
  RB_GC_GUARD(Proc);
  RB_GC_GUARD(Args);
  return Result;
}

VALUE rb_proc_call_kw(VALUE Proc, VALUE Args, int) {
  RHEAP_API_ON(Proc);
  return rb_proc_call(Proc, Args);
}

VALUE rb_funcall_with_block(VALUE Self, ID Name, int Argc, const VALUE *Argv,
                            VALUE Proc) {
  RHEAP_API_ON(Self);
  if (NIL_P(Proc))
    return callMethod(Self, Name, Argc, Argv);
  Block B = blockOf(Proc);
  return callMethod(Self, Name, Argc, Argv, &B);
}

VALUE rb_require(const char *Feature) {
  RHEAP_API();
  rb_raise(rb_eLoadError, "cannot load such file -- %s", Feature);
}
