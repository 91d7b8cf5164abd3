//===- Value.h - Abstract values ---------------------------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What an expression may evaluate to: a small set of atoms. A glvalue is
/// represented by its address, so that one type serves both.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_VALUE_H
#define GVLSAN_ANALYSIS_VALUE_H

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <algorithm>
#include <cstdint>
#include <tuple>

namespace gvlsan {

using OwnerId = uint32_t;
using PlaceId = uint32_t;

enum class AtomKind : uint8_t {
  Unknown,
  /// The integer Id.
  Int,
  /// The VALUE of owner Id.
  Object,
  /// A field, or the whole, of the slot of owner Id.
  Slot,
  /// A pointer to the bytes (or elements) of owner Id, embedded or external;
  /// Via says where it was taken.
  Bytes,
  /// The length of owner Id.
  Length,
  /// The address of place Id.
  Address,
  /// The function with index Id.
  Function,
  /// Whether the thread holds the lock.
  LockState,
  /// Whether owner Id is frozen.
  FrozenFlag,
  /// Whether the NOEMBED (of an Array: EMBED) flag of owner Id is set.
  EmbedFlag,
};

struct Atom {
  AtomKind Kind = AtomKind::Unknown;
  /// Of a pointer: code with the lock has changed the owner since, inside the
  /// region that uses it.
  bool Stale = false;
  /// Index of the expression that took a pointer; 0: none.
  uint32_t Via = 0;
  int64_t Id = 0;

  Atom() = default;
  Atom(AtomKind Kind, uint32_t Via, int64_t Id)
      : Kind(Kind), Via(Via), Id(Id) {}

  friend bool operator==(const Atom &A, const Atom &B) {
    return A.Kind == B.Kind && A.Stale == B.Stale && A.Id == B.Id &&
           A.Via == B.Via;
  }
  friend bool operator<(const Atom &A, const Atom &B) {
    return std::tie(A.Kind, A.Id, A.Via, A.Stale) <
           std::tie(B.Kind, B.Id, B.Via, B.Stale);
  }
};

/// A set of atoms; empty for what no path has computed.
class Value {
public:
  Value() = default;
  Value(Atom A) { Atoms.push_back(A); }

  static Value unknown() { return Value(Atom{}); }
  static Value integer(int64_t N) { return Atom(AtomKind::Int, 0, N); }
  static Value object(OwnerId O) { return Atom(AtomKind::Object, 0, O); }
  static Value address(PlaceId P) { return Atom(AtomKind::Address, 0, P); }

  auto begin() const { return Atoms.begin(); }
  auto end() const { return Atoms.end(); }
  bool empty() const { return Atoms.empty(); }
  size_t size() const { return Atoms.size(); }

  /// The one atom of a value that has one, else nullptr.
  const Atom *single() const { return Atoms.size() == 1 ? &Atoms[0] : nullptr; }

  /// Whether it is exactly the integer \p N.
  bool isInteger(int64_t &N) const {
    if (Atoms.size() != 1 || Atoms[0].Kind != AtomKind::Int)
      return false;
    N = Atoms[0].Id;
    return true;
  }

  bool has(const Atom &A) const {
    return std::binary_search(Atoms.begin(), Atoms.end(), A);
  }

  /// \returns whether \p A was new. Beyond MaxAtoms, integers are given up
  /// first: nothing is judged by them alone.
  bool add(const Atom &A) {
    auto It = std::lower_bound(Atoms.begin(), Atoms.end(), A);
    if (It != Atoms.end() && *It == A)
      return false;
    if (Atoms.size() >= MaxAtoms) {
      bool New = dropIntegers();
      if (A.Kind == AtomKind::Int || Atoms.size() >= 4 * MaxAtoms)
        return New;
      It = std::lower_bound(Atoms.begin(), Atoms.end(), A);
      if (It != Atoms.end() && *It == A)
        return New;
    }
    Atoms.insert(It, A);
    return true;
  }

  /// \returns whether anything was new.
  bool join(const Value &Other) {
    bool Changed = false;
    for (const Atom &A : Other.Atoms)
      Changed |= add(A);
    return Changed;
  }

  friend bool operator==(const Value &A, const Value &B) {
    return A.Atoms == B.Atoms;
  }

private:
  static constexpr size_t MaxAtoms = 8;

  bool dropIntegers() {
    size_t Before = Atoms.size();
    llvm::erase_if(Atoms,
                   [](const Atom &A) { return A.Kind == AtomKind::Int; });
    if (Atoms.size() == Before)
      return false;
    if (Atoms.empty() || Atoms[0].Kind != AtomKind::Unknown)
      Atoms.insert(Atoms.begin(), Atom{});
    return true;
  }

  llvm::SmallVector<Atom, 2> Atoms;
};

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_VALUE_H
