//===- Hash.cpp - The entries of a T_HASH ---------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "model/Hash.h"

#include "heap/Heap.h"
#include "model/Array.h"
#include "model/Number.h"
#include "model/String.h"

#include <bit>
#include <cstring>

namespace rheap {
namespace {

constexpr size_t NotFound = size_t(-1);

uint64_t mix(uint64_t H) {
  H ^= H >> 32;
  H *= 0x9e3779b97f4a7c15;
  return H ^ (H >> 29);
}

} // namespace

uint64_t hashValue(VALUE V) {
  if (RB_SPECIAL_CONST_P(V))
    return mix(V);
  switch (typeOf(V)) {
  case T_STRING: {
    uint64_t H = 0xcbf29ce484222325;
    for (long I = 0; I < strLen(V); ++I)
      H = (H ^ uint8_t(strPtr(V)[I])) * 0x100000001b3;
    return mix(H);
  }
  case T_FLOAT:
    return mix(std::bit_cast<uint64_t>(floatOf(V)));
  case T_BIGNUM:
    return mix(bignumOf(V).Magnitude);
  case T_ARRAY: {
    uint64_t H = uint64_t(aryLen(V));
    for (long I = 0; I < aryLen(V); ++I)
      H = mix(H ^ hashValue(readElement(V, I)));
    return H;
  }
  default:
    return mix(V);
  }
}

bool sameKey(VALUE A, VALUE B) {
  if (A == B)
    return true;
  if (RB_SPECIAL_CONST_P(A) || RB_SPECIAL_CONST_P(B) || typeOf(A) != typeOf(B))
    return false;
  switch (typeOf(A)) {
  case T_STRING:
    return sameBytes(A, B);
  case T_FLOAT:
    return floatOf(A) == floatOf(B);
  case T_BIGNUM:
    return bignumOf(A).Magnitude == bignumOf(B).Magnitude &&
           bignumOf(A).Negative == bignumOf(B).Negative;
  case T_ARRAY:
    if (aryLen(A) != aryLen(B))
      return false;
    for (long I = 0; I < aryLen(A); ++I)
      if (!sameKey(readElement(A, I), readElement(B, I)))
        return false;
    return true;
  default:
    return false;
  }
}

void HashTable::insertIndex(size_t I) {
  size_t Mask = Index.size() - 1;
  size_t At = hashValue(Entries[I].Key) & Mask;
  while (Index[At] != Empty)
    At = (At + 1) & Mask;
  Index[At] = uint32_t(I + 1);
}

void HashTable::reindex() {
  if (!Iterating)
    std::erase_if(Entries, [](const Entry &E) { return E.Key == Qundef; });
  Index.assign(std::bit_ceil(Entries.size() * 2 + 8), Empty);
  for (size_t I = 0; I < Entries.size(); ++I)
    if (Entries[I].Key != Qundef)
      insertIndex(I);
  Epoch = heap().NumCompactions.load(std::memory_order_relaxed);
}

size_t HashTable::find(VALUE Key) {
  if (Epoch != heap().NumCompactions.load(std::memory_order_relaxed) ||
      Index.empty())
    reindex();
  size_t Mask = Index.size() - 1;
  for (size_t At = hashValue(Key) & Mask; Index[At] != Empty;
       At = (At + 1) & Mask) {
    size_t I = Index[At] - 1;
    if (Entries[I].Key != Qundef && sameKey(Entries[I].Key, Key))
      return I;
  }
  return NotFound;
}

VALUE HashTable::get(VALUE Key) {
  size_t I = find(Key);
  return I == NotFound ? Qundef : Entries[I].Value;
}

void HashTable::set(VALUE Key, VALUE V) {
  size_t I = find(Key);
  if (I != NotFound) {
    Entries[I].Value = V;
    return;
  }
  if (Iterating)
    rb_raise(rb_eRuntimeError,
             "can't add a new key into hash during iteration");
  Entries.push_back({Key, V});
  ++Live;
  if (Entries.size() * 2 > Index.size())
    reindex();
  else
    insertIndex(Entries.size() - 1);
}

void HashTable::removeAt(size_t I) {
  if (Entries[I].Key == Qundef)
    return;
  Entries[I] = {Qundef, Qundef};
  --Live;
}

VALUE HashTable::remove(VALUE Key) {
  size_t I = find(Key);
  if (I == NotFound)
    return Qundef;
  VALUE V = Entries[I].Value;
  removeAt(I);
  return V;
}

void HashTable::clear() {
  for (size_t I = 0; I < Entries.size(); ++I)
    removeAt(I);
  if (!Iterating)
    reindex();
}

} // namespace rheap
