//===- Hash.h - The entries of a T_HASH -------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_MODEL_HASH_H
#define RHEAP_MODEL_HASH_H

#include "heap/Slot.h"

#include <cstdint>
#include <vector>

namespace rheap {

/// In order of insertion, with an open-addressing index. Strings, numbers and
/// arrays of them are equal by value, all else by identity; since identity is
/// the address, the index is made anew after objects have moved.
class HashTable {
public:
  /// Qundef when there is none.
  VALUE get(VALUE Key);
  void set(VALUE Key, VALUE V);
  /// The removed value, Qundef when there is none.
  VALUE remove(VALUE Key);
  void clear();
  size_t size() const { return Live; }

  /// Deleted entries have Qundef as their key.
  struct Entry {
    VALUE Key;
    VALUE Value;
  };
  /// For iteration by position, which stays valid while entries are removed.
  const std::vector<Entry> &entries() const { return Entries; }
  void removeAt(size_t I);

  template <class Fn> void eachReference(Fn Visit) {
    for (Entry &E : Entries) {
      Visit(E.Key);
      Visit(E.Value);
    }
  }

  /// While it is iterated nothing may be added.
  unsigned Iterating = 0;

private:
  static constexpr uint32_t Empty = 0;
  size_t find(VALUE Key);
  void reindex();
  void insertIndex(size_t I);

  std::vector<Entry> Entries;
  std::vector<uint32_t> Index; ///< position in Entries + 1
  size_t Live = 0;
  size_t Epoch = 0;
};

struct RHash {
  RBasic basic;
  HashTable *Table;
};

inline HashTable *&hashOf(VALUE V) {
  return reinterpret_cast<RHash *>(V)->Table;
}

uint64_t hashValue(VALUE V);
/// Equal as a hash's keys (eql?).
bool sameKey(VALUE A, VALUE B);

} // namespace rheap

#endif // RHEAP_MODEL_HASH_H
