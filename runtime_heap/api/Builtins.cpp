//===- Builtins.cpp - Methods that are there without an extension ---------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "api/Call.h"
#include "api/Startup.h"

#include "gvl/Gvl.h"
#include "heap/Heap.h"
#include "model/Array.h"
#include "model/Hash.h"
#include "model/Number.h"
#include "model/String.h"

#include "rheap/internal.h"

using namespace rheap;

namespace {

// Object

VALUE objectInitialize(int, const VALUE *, VALUE Self) { return Self; }
VALUE objectEqual(VALUE Self, VALUE Other) { return RBOOL(Self == Other); }
VALUE objectClass(VALUE Self) { return rb_obj_class(Self); }
VALUE objectIsNil(VALUE Self) { return RBOOL(NIL_P(Self)); }
VALUE objectInspect(VALUE Self) { return rb_obj_as_string(Self); }
VALUE objectRespondsTo(VALUE Self, VALUE Name) {
  return RBOOL(rb_respond_to(Self, rb_to_id(Name)));
}
VALUE objectExtend(VALUE Self, VALUE Module) {
  rb_extend_object(Self, Module);
  return Self;
}
VALUE kernelRaise(int Argc, const VALUE *Argv, VALUE) {
  rb_check_arity(Argc, 1, 2);
  if (isHeapType(Argv[0], T_STRING))
    rb_exc_raise(rb_exc_new_str(rb_eRuntimeError, Argv[0]));
  if (isHeapType(Argv[0], T_CLASS))
    rb_exc_raise(rb_class_new_instance(Argc - 1, Argv + 1, Argv[0]));
  rb_exc_raise(Argv[0]);
}

VALUE nilToS(VALUE) { return rb_str_new_cstr(""); }
VALUE nilInspect(VALUE) { return rb_str_new_cstr("nil"); }
VALUE trueToS(VALUE) { return rb_str_new_cstr("true"); }
VALUE falseToS(VALUE) { return rb_str_new_cstr("false"); }

// Class and Module

VALUE classNew(int Argc, const VALUE *Argv, VALUE Self) {
  return rb_class_new_instance(Argc, Argv, Self);
}
VALUE moduleName(VALUE Self) { return rb_class_name(Self); }

// Exception

VALUE exceptionInitialize(int Argc, const VALUE *Argv, VALUE Self) {
  rb_check_arity(Argc, 0, 1);
  rb_ivar_set(Self, Id.Message, Argc ? Argv[0] : Qnil);
  return Self;
}
VALUE exceptionMessage(VALUE Self) {
  VALUE Message = rb_attr_get(Self, Id.Message);
  return NIL_P(Message) ? rb_class_name(rb_obj_class(Self))
                        : rb_obj_as_string(Message);
}
VALUE exceptionErrno(VALUE Self) { return rb_attr_get(Self, Id.Errno); }

// Numbers and symbols

VALUE integerToS(VALUE Self) { return rb_fix2str(Self, 10); }
VALUE integerPlus(VALUE Self, VALUE Other) {
  return rb_ll2inum(NUM2LL(Self) + NUM2LL(Other));
}
VALUE integerMinus(VALUE Self, VALUE Other) {
  return rb_ll2inum(NUM2LL(Self) - NUM2LL(Other));
}
VALUE integerTimes(VALUE Self, VALUE Other) {
  long long Product;
  if (__builtin_mul_overflow(NUM2LL(Self), NUM2LL(Other), &Product))
    rb_raise(rb_eRangeError, "integer does not fit 64 bits");
  return rb_ll2inum(Product);
}
VALUE numberEqual(VALUE Self, VALUE Other) {
  return RBOOL(sameKey(Self, Other));
}
VALUE integerToInt(VALUE Self) { return Self; }
VALUE floatToS(VALUE Self) { return rb_sprintf("%.17g", rb_float_value(Self)); }
VALUE symbolToS(VALUE Self) { return rb_sym2str(Self); }
VALUE symbolInspect(VALUE Self) {
  return rb_sprintf(":%" PRIsVALUE, rb_sym2str(Self));
}

// String

VALUE stringToS(VALUE Self) { return Self; }
VALUE stringIndex(VALUE Self, VALUE I) {
  return rb_str_substr(Self, NUM2LONG(I), 1);
}
VALUE stringClear(VALUE Self) { return rb_str_resize(Self, 0); }
VALUE stringInitialize(int Argc, const VALUE *Argv, VALUE Self) {
  rb_check_arity(Argc, 0, 1);
  return Argc ? rb_str_replace(Self, Argv[0]) : Self;
}
VALUE stringAllocate(VALUE Klass) { return newString(Klass, "", 0); }

// Array and Hash

VALUE arrayAllocate(VALUE Klass) { return newArray(Klass, 0); }
VALUE arrayLength(VALUE Self) { return RB_LONG2NUM(aryLen(Self)); }
VALUE arrayIndex(VALUE Self, VALUE I) {
  return rb_ary_entry(Self, NUM2LONG(I));
}
VALUE arrayStore(VALUE Self, VALUE I, VALUE V) {
  rb_ary_store(Self, NUM2LONG(I), V);
  return V;
}
VALUE arrayEqual(VALUE Self, VALUE Other) {
  if (!isHeapType(Other, T_ARRAY) || aryLen(Self) != aryLen(Other))
    return Qfalse;
  for (long I = 0; I < aryLen(Self) && I < aryLen(Other); ++I)
    if (!RTEST(rb_equal(readElement(Self, I), readElement(Other, I))))
      return Qfalse;
  return Qtrue;
}
VALUE arrayJoin(int Argc, const VALUE *Argv, VALUE Self) {
  return rb_ary_join(Self, Argc ? Argv[0] : Qnil);
}
VALUE arrayInspect(VALUE Self) {
  VALUE Out = rb_str_new_cstr("[");
  for (long I = 0; I < aryLen(Self); ++I) {
    if (I)
      rb_str_cat_cstr(Out, ", ");
    rb_str_append(Out, rb_inspect(readElement(Self, I)));
  }
  return rb_str_cat_cstr(Out, "]");
}
VALUE hashAllocate(VALUE Klass) {
  VALUE H = rb_hash_new();
  klassOf(H) = Klass;
  return H;
}
int yieldPair(VALUE Key, VALUE V, VALUE) {
  rb_yield_values(2, Key, V);
  return ST_CONTINUE;
}
VALUE hashMerge(VALUE Self, VALUE Other) {
  return rb_hash_update_by(rb_hash_dup(Self), Other, nullptr);
}
VALUE hashUpdate(VALUE Self, VALUE Other) {
  return rb_hash_update_by(Self, Other, nullptr);
}
VALUE hashEach(VALUE Self) {
  rb_hash_foreach(Self, yieldPair, Qnil);
  return Self;
}

// GC, Process, Thread, Proc

VALUE gcStart(VALUE) { return rb_gc_start(); }
VALUE gcCompact(VALUE) {
  rheap_compact();
  return Qnil;
}
bool isGiven(VALUE Options, const char *Name, VALUE Wanted) {
  VALUE Given = rb_hash_aref(Options, ID2SYM(rb_intern(Name)));
  return Wanted == Qtrue ? RTEST(Given) : Given == Wanted;
}
/// Twice, so that what moved to the front in the first pass has moved again.
VALUE gcVerifyReferences(int Argc, const VALUE *Argv, VALUE) {
  if (Argc && isHeapType(Argv[0], T_HASH)) {
    // Ruby 3.1 has another word for it.
    bool Expand = isGiven(Argv[0], "expand_heap", Qtrue) ||
                  isGiven(Argv[0], "double_heap", Qtrue);
    bool TowardEmpty = isGiven(Argv[0], "toward", ID2SYM(rb_intern("empty")));
    heap().spreadPages(Expand, TowardEmpty);
  }
  rheap_compact();
  rheap_compact();
  return Qnil;
}
VALUE gcStat(int Argc, const VALUE *Argv, VALUE) {
  if (Argc && RB_SYMBOL_P(Argv[0]))
    return RB_ULONG2NUM(rb_gc_stat(Argv[0]));
  VALUE H = Argc ? Argv[0] : rb_hash_new();
  rb_gc_stat(H);
  return H;
}
VALUE gcCount(VALUE) { return RB_ULONG2NUM(rb_gc_count()); }
VALUE gcStress(VALUE, VALUE On) {
  heap().setStress(RTEST(On) ? Stress::Collect : Stress::Nothing);
  return On;
}
VALUE gcSetAutoCompact(VALUE, VALUE On) {
  heap().AutoCompact = RTEST(On);
  return On;
}
VALUE gcAutoCompact(VALUE) { return RBOOL(heap().AutoCompact); }
VALUE gcEnable(VALUE) { return rb_gc_enable(); }
VALUE gcDisable(VALUE) { return rb_gc_disable(); }
VALUE processPid(VALUE) { return RB_INT2FIX(getpid()); }
VALUE threadJoin(VALUE Self) {
  joinThread(threadOf(Self));
  return Self;
}
VALUE threadValue(VALUE Self) { return joinThread(threadOf(Self)); }
VALUE threadKill(VALUE Self) { return rb_thread_kill(Self); }
VALUE threadWakeup(VALUE Self) { return rb_thread_wakeup(Self); }
VALUE threadIsAlive(VALUE Self) { return RBOOL(!threadOf(Self)->Dead); }
VALUE threadPass(VALUE) {
  rb_thread_schedule();
  return Qnil;
}
VALUE procCall(VALUE Self, VALUE Args) { return rb_proc_call(Self, Args); }

struct Builtin {
  const VALUE *Klass;
  const char *Name;
  rb_method_func Func;
  int Arity;
};

#define F(Function) RUBY_METHOD_FUNC(Function)

const Builtin Instance[] = {
    {&rb_cBasicObject, "initialize", F(objectInitialize), -1},
    {&rb_cBasicObject, "==", F(objectEqual), 1},
    {&rb_cBasicObject, "equal?", F(objectEqual), 1},
    {&rb_mKernel, "class", F(objectClass), 0},
    {&rb_mKernel, "nil?", F(objectIsNil), 0},
    {&rb_mKernel, "to_s", F(rb_any_to_s), 0},
    {&rb_mKernel, "inspect", F(objectInspect), 0},
    {&rb_mKernel, "hash", F(rb_hash), 0},
    {&rb_mKernel, "object_id", F(rb_obj_id), 0},
    {&rb_mKernel, "dup", F(rb_obj_dup), 0},
    {&rb_mKernel, "freeze", F(rb_obj_freeze), 0},
    {&rb_mKernel, "frozen?", F(rb_obj_frozen_p), 0},
    {&rb_mKernel, "is_a?", F(rb_obj_is_kind_of), 1},
    {&rb_mKernel, "kind_of?", F(rb_obj_is_kind_of), 1},
    {&rb_mKernel, "respond_to?", F(objectRespondsTo), 1},
    {&rb_mKernel, "extend", F(objectExtend), 1},
    {&rb_mKernel, "raise", F(kernelRaise), -1},
    {&rb_cNilClass, "to_s", F(nilToS), 0},
    {&rb_cNilClass, "inspect", F(nilInspect), 0},
    {&rb_cTrueClass, "to_s", F(trueToS), 0},
    {&rb_cFalseClass, "to_s", F(falseToS), 0},
    {&rb_cClass, "new", F(classNew), -1},
    {&rb_cClass, "allocate", F(rb_obj_alloc), 0},
    {&rb_cModule, "name", F(moduleName), 0},
    {&rb_cModule, "to_s", F(moduleName), 0},
    {&rb_eException, "initialize", F(exceptionInitialize), -1},
    {&rb_eException, "message", F(exceptionMessage), 0},
    {&rb_eException, "to_s", F(exceptionMessage), 0},
    {&rb_eSystemCallError, "errno", F(exceptionErrno), 0},
    {&rb_cInteger, "to_s", F(integerToS), 0},
    {&rb_cInteger, "to_i", F(integerToInt), 0},
    {&rb_cInteger, "to_int", F(integerToInt), 0},
    {&rb_cInteger, "+", F(integerPlus), 1},
    {&rb_cInteger, "-", F(integerMinus), 1},
    {&rb_cInteger, "*", F(integerTimes), 1},
    {&rb_cNumeric, "==", F(numberEqual), 1},
    {&rb_cFloat, "to_s", F(floatToS), 0},
    {&rb_cSymbol, "to_s", F(symbolToS), 0},
    {&rb_cSymbol, "inspect", F(symbolInspect), 0},
    {&rb_cString, "initialize", F(stringInitialize), -1},
    {&rb_cString, "to_s", F(stringToS), 0},
    {&rb_cString, "to_str", F(stringToS), 0},
    {&rb_cString, "to_sym", F(rb_str_intern), 0},
    {&rb_cString, "inspect", F(rb_str_inspect), 0},
    {&rb_cString, "==", F(rb_str_equal), 1},
    {&rb_cString, "length", F(rb_str_length), 0},
    {&rb_cString, "size", F(rb_str_length), 0},
    {&rb_cString, "bytesize", F(rb_str_length), 0},
    {&rb_cString, "+", F(rb_str_plus), 1},
    {&rb_cString, "*", F(rb_str_times), 1},
    {&rb_cString, "<<", F(rb_str_concat), 1},
    {&rb_cString, "replace", F(rb_str_replace), 1},
    {&rb_cString, "clear", F(stringClear), 0},
    {&rb_cString, "[]", F(stringIndex), 1},
    {&rb_cArray, "length", F(arrayLength), 0},
    {&rb_cArray, "size", F(arrayLength), 0},
    {&rb_cArray, "push", F(rb_ary_push), 1},
    {&rb_cArray, "<<", F(rb_ary_push), 1},
    {&rb_cArray, "pop", F(rb_ary_pop), 0},
    {&rb_cArray, "shift", F(rb_ary_shift), 0},
    {&rb_cArray, "clear", F(rb_ary_clear), 0},
    {&rb_cArray, "[]", F(arrayIndex), 1},
    {&rb_cArray, "[]=", F(arrayStore), 2},
    {&rb_cArray, "each", F(rb_ary_each), 0},
    {&rb_cArray, "join", F(arrayJoin), -1},
    {&rb_cArray, "include?", F(rb_ary_includes), 1},
    {&rb_cArray, "==", F(arrayEqual), 1},
    {&rb_cArray, "to_a", F(stringToS), 0},
    {&rb_cArray, "to_s", F(arrayInspect), 0},
    {&rb_cArray, "inspect", F(arrayInspect), 0},
    {&rb_cHash, "[]", F(rb_hash_aref), 1},
    {&rb_cHash, "[]=", F(rb_hash_aset), 2},
    {&rb_cHash, "fetch", F(rb_hash_fetch), 1},
    {&rb_cHash, "delete", F(rb_hash_delete), 1},
    {&rb_cHash, "size", F(rb_hash_size), 0},
    {&rb_cHash, "length", F(rb_hash_size), 0},
    {&rb_cHash, "keys", F(rb_hash_keys), 0},
    {&rb_cHash, "values", F(rb_hash_values), 0},
    {&rb_cHash, "clear", F(rb_hash_clear), 0},
    {&rb_cHash, "each", F(hashEach), 0},
    {&rb_cHash, "key?", F(rb_hash_has_key), 1},
    {&rb_cHash, "merge", F(hashMerge), 1},
    {&rb_cHash, "merge!", F(hashUpdate), 1},
    {&rb_cHash, "update", F(hashUpdate), 1},
    {&rb_cThread, "join", F(threadJoin), 0},
    {&rb_cThread, "value", F(threadValue), 0},
    {&rb_cThread, "kill", F(threadKill), 0},
    {&rb_cThread, "wakeup", F(threadWakeup), 0},
    {&rb_cThread, "alive?", F(threadIsAlive), 0},
    {&rb_cProc, "call", F(procCall), -2},
};

const Builtin Singleton[] = {
    {&rb_mGC, "start", F(gcStart), 0},
    {&rb_mGC, "compact", F(gcCompact), 0},
    {&rb_mGC, "verify_compaction_references", F(gcVerifyReferences), -1},
    {&rb_mGC, "stat", F(gcStat), -1},
    {&rb_mGC, "count", F(gcCount), 0},
    {&rb_mGC, "stress=", F(gcStress), 1},
    {&rb_mGC, "auto_compact", F(gcAutoCompact), 0},
    {&rb_mGC, "auto_compact=", F(gcSetAutoCompact), 1},
    {&rb_mGC, "enable", F(gcEnable), 0},
    {&rb_mGC, "disable", F(gcDisable), 0},
    {&rb_mProcess, "pid", F(processPid), 0},
    {&rb_cThread, "pass", F(threadPass), 0},
};

#undef F

} // namespace

void rheap::defineBuiltins() {
  for (const Builtin &B : Instance)
    rb_define_method(*B.Klass, B.Name, B.Func, B.Arity);
  for (const Builtin &B : Singleton)
    rb_define_singleton_method(*B.Klass, B.Name, B.Func, B.Arity);
  rb_define_alloc_func(rb_cString, stringAllocate);
  rb_define_alloc_func(rb_cArray, arrayAllocate);
  rb_define_alloc_func(rb_cHash, hashAllocate);
}
