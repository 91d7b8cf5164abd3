//===- Hash.cpp - Hashes --------------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "model/Hash.h"

#include "gvl/Tag.h"
#include "heap/Heap.h"
#include "judge/Judge.h"

using namespace rheap;

namespace {

HashTable &tableOf(VALUE H) {
  rb_check_type(H, T_HASH);
  return *hashOf(H);
}

HashTable &modifiable(VALUE H) {
  HashTable &T = tableOf(H);
  rb_check_frozen(H);
  return T;
}

} // namespace

VALUE rb_hash_new(void) {
  RHEAP_API();
  VALUE H = heap().allocate(sizeof(RHash), T_HASH | FL_WB_PROTECTED, rb_cHash);
  hashOf(H) = new HashTable;
  return H;
}

VALUE rb_hash_lookup2(VALUE H, VALUE Key, VALUE Fallback) {
  RHEAP_API_ON(H);
  VALUE V = tableOf(H).get(Key);
  return V == Qundef ? Fallback : V;
}

VALUE rb_hash_lookup(VALUE H, VALUE Key) {
  RHEAP_API_ON(H);
  return rb_hash_lookup2(H, Key, Qnil);
}

VALUE rb_hash_aref(VALUE H, VALUE Key) {
  RHEAP_API_ON(H);
  return rb_hash_lookup2(H, Key, Qnil);
}

VALUE rb_hash_fetch(VALUE H, VALUE Key) {
  RHEAP_API_ON(H);
  VALUE V = rb_hash_lookup2(H, Key, Qundef);
  if (V == Qundef)
    rb_raise(rb_eKeyError, "key not found: %" PRIsVALUE, rb_inspect(Key));
  return V;
}

VALUE rb_hash_aset(VALUE H, VALUE Key, VALUE V) {
  RHEAP_API_ON(H);
  RHEAP_API_VALUE(Key);
  RHEAP_API_VALUE(V);
  modifiable(H);
  // A string key must not change behind the hash's back.
  if (isHeapType(Key, T_STRING) && !RB_OBJ_FROZEN(Key))
    Key = rb_str_new_frozen(Key);
  hashOf(H)->set(Key, V);
  return V;
}

VALUE rb_hash_delete(VALUE H, VALUE Key) {
  RHEAP_API_ON(H);
  VALUE V = modifiable(H).remove(Key);
  return V == Qundef ? Qnil : V;
}

VALUE rb_hash_clear(VALUE H) {
  RHEAP_API_ON(H);
  modifiable(H).clear();
  return H;
}

size_t rb_hash_size_num(VALUE H) {
  RHEAP_API_ON(H);
  return tableOf(H).size();
}

VALUE rb_hash_size(VALUE H) {
  RHEAP_API_ON(H);
  return RB_ULONG2NUM(rb_hash_size_num(H));
}

VALUE rb_hash_keys(VALUE H) {
  RHEAP_API_ON(H);
  VALUE A = rb_ary_new_capa(long(rb_hash_size_num(H)));
  for (const HashTable::Entry &E : tableOf(H).entries())
    if (E.Key != Qundef)
      rb_ary_push(A, E.Key);
  return A;
}

VALUE rb_hash_values(VALUE H) {
  RHEAP_API_ON(H);
  VALUE A = rb_ary_new_capa(long(rb_hash_size_num(H)));
  for (const HashTable::Entry &E : tableOf(H).entries())
    if (E.Key != Qundef)
      rb_ary_push(A, E.Value);
  return A;
}

VALUE rb_hash_freeze(VALUE H) {
  RHEAP_API_ON(H);
  return rb_obj_freeze(H);
}

VALUE rb_hash_has_key(VALUE H, VALUE Key) {
  RHEAP_API_ON(H);
  return RBOOL(rb_hash_lookup2(H, Key, Qundef) != Qundef);
}

VALUE rb_hash_dup(VALUE H) {
  RHEAP_API_ON(H);
  return rb_hash_update_by(rb_hash_new(), H, nullptr);
}

VALUE rb_hash_update_by(VALUE H, VALUE Other, rb_hash_update_func *Func) {
  RHEAP_API_ON(H);
  RHEAP_API_VALUE(Other);
  VALUE Keys = rb_hash_keys(Other);
  for (long I = 0; I < RARRAY_LEN(Keys); ++I) {
    VALUE Key = rb_array_aref(Keys, I);
    VALUE V = rb_hash_lookup(Other, Key);
    VALUE Old = Func ? rb_hash_lookup2(H, Key, Qundef) : Qundef;
    rb_hash_aset(H, Key, Old == Qundef ? V : Func(Key, Old, V));
  }
  RB_GC_GUARD(Keys);
  return H;
}

VALUE rb_check_hash_type(VALUE V) {
  RHEAP_API_ON(V);
  return rb_check_convert_type(V, T_HASH, "Hash", "to_hash");
}

void rb_hash_foreach(VALUE H, int (*Func)(VALUE, VALUE, VALUE), VALUE Arg) {
  RHEAP_API_ON(H);
  // The table is C memory of the hash, which the argument keeps in place.
  HashTable &T = tableOf(H);
  ++T.Iterating;
  int State = protect([&] {
    for (size_t I = 0; I < T.entries().size(); ++I) {
      HashTable::Entry E = T.entries()[I];
      if (E.Key == Qundef)
        continue;
      int Answer = Func(E.Key, E.Value, Arg);
      if (Answer == ST_DELETE)
        T.removeAt(I);
      if (Answer == ST_STOP)
        break;
    }
  });
  --T.Iterating;
  RB_GC_GUARD(H);
  if (State)
    jump(State);
}
