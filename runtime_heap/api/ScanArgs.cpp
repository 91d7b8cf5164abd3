//===- ScanArgs.cpp - rb_scan_args ----------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "judge/Judge.h"
#include "model/Array.h"
#include "model/Hash.h"

#include <cstdarg>

using namespace rheap;

namespace {

/// What a format asks for.
struct ArgumentFormat {
  int Lead = 0, Optional = 0, Trail = 0;
  bool Rest = false, Keywords = false, Block = false;
};

ArgumentFormat parse(const char *P) {
  ArgumentFormat F;
  const char *Format = P;
  auto Digit = [&](int &Out) {
    if (*P < '0' || *P > '9')
      return false;
    Out = *P++ - '0';
    return true;
  };
  if (Digit(F.Lead) && Digit(F.Optional))
    Digit(F.Trail);
  if (*P == '*') {
    F.Rest = true;
    ++P;
    Digit(F.Trail);
  }
  if (*P == ':') {
    F.Keywords = true;
    ++P;
  }
  if (*P == '&') {
    F.Block = true;
    ++P;
  }
  if (*P)
    rb_fatal("bad scan arg format: %s", Format);
  return F;
}

void store(va_list Args, VALUE V) {
  if (VALUE *Place = va_arg(Args, VALUE *))
    *Place = V;
}

} // namespace

int rb_scan_args(int Argc, const VALUE *Argv, const char *Format, ...) {
  RHEAP_API();
  ArgumentFormat F = parse(Format);
  VALUE Keywords = Qnil;
  int N = Argc;
  if (F.Keywords && N > F.Lead + F.Trail && isHeapType(Argv[N - 1], T_HASH))
    Keywords = rb_obj_is_kind_of(Argv[N - 1], rb_cHash) ? Argv[--N] : Qnil;
  rb_check_arity(N, F.Lead + F.Trail,
                 F.Rest ? UNLIMITED_ARGUMENTS : F.Lead + F.Optional + F.Trail);
  va_list Args;
  va_start(Args, Format);
  int Next = 0;
  for (int I = 0; I < F.Lead; ++I)
    store(Args, Argv[Next++]);
  for (int I = 0; I < F.Optional; ++I)
    store(Args, Next < N - F.Trail ? Argv[Next++] : Qnil);
  if (F.Rest) {
    int Count = N - F.Trail - Next;
    store(Args, rb_ary_new_from_values(Count, Argv + Next));
    Next += Count;
  }
  for (int I = 0; I < F.Trail; ++I)
    store(Args, Argv[Next++]);
  if (F.Keywords)
    store(Args, Keywords);
  if (F.Block)
    store(Args, rb_block_given_p() ? rb_block_proc() : Qnil);
  va_end(Args);
  return Argc;
}

void rb_error_arity(int Argc, int Min, int Max) {
  if (Max == Min)
    rb_raise(rb_eArgError, "wrong number of arguments (given %d, expected %d)",
             Argc, Min);
  if (Max == UNLIMITED_ARGUMENTS)
    rb_raise(rb_eArgError, "wrong number of arguments (given %d, expected %d+)",
             Argc, Min);
  rb_raise(rb_eArgError,
           "wrong number of arguments (given %d, expected %d..%d)", Argc, Min,
           Max);
}

int rb_keyword_given_p(void) {
  RHEAP_API();
  return 0;
}

int rb_get_kwargs(VALUE Hash, const ID *Table, int Required, int Optional,
                  VALUE *Values) {
  RHEAP_API();
  int Total = Required + (Optional < 0 ? -Optional - 1 : Optional), Found = 0;
  for (int I = 0; I < Total; ++I) {
    VALUE V = NIL_P(Hash) ? Qundef
                          : rb_hash_lookup2(Hash, rb_id2sym(Table[I]), Qundef);
    if (V == Qundef && I < Required)
      rb_raise(rb_eArgError, "missing keyword: :%s", rb_id2name(Table[I]));
    Found += V != Qundef;
    if (Values)
      Values[I] = V;
  }
  if (Optional >= 0 && !NIL_P(Hash) && rb_hash_size_num(Hash) > size_t(Found))
    rb_raise(rb_eArgError, "unknown keyword");
  return Found;
}
