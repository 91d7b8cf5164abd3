//===- State.h - The abstract state at a program point -----------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// States are copied at every branch and compared at every join and call, and
/// change little in between. So their tables are sorted arrays that copies
/// share until one of them changes, and values are interned: equal ones have
/// one address.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_STATE_H
#define GVLSAN_ANALYSIS_STATE_H

#include "analysis/Places.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/IntrusiveRefCntPtr.h"
#include "llvm/ADT/STLExtras.h"

#include <unordered_set>
#include <vector>

namespace gvlsan {

/// Entries sorted by their key(), shared by copies until one is changed.
template <typename Entry> class SharedTable {
  struct Storage : llvm::RefCountedBase<Storage> {
    std::vector<Entry> Entries;
  };

public:
  using Key = decltype(std::declval<const Entry &>().key());

  llvm::ArrayRef<Entry> all() const {
    return Data ? llvm::ArrayRef<Entry>(Data->Entries)
                : llvm::ArrayRef<Entry>();
  }
  auto begin() const { return all().begin(); }
  auto end() const { return all().end(); }
  size_t size() const { return all().size(); }
  bool empty() const { return all().empty(); }

  const Entry *find(const Key &K) const {
    const Entry *At = lower(K);
    return At != end() && At->key() == K ? At : nullptr;
  }

  /// The entries from \p From up to, without, \p To.
  llvm::ArrayRef<Entry> range(const Key &From, const Key &To) const {
    return {lower(From), lower(To)};
  }

  /// Inserts \p E, or replaces the entry with its key.
  void put(const Entry &E) {
    const Entry *At = lower(E.key());
    bool Replace = At != end() && At->key() == E.key();
    if (Replace && *At == E)
      return;
    size_t Index = At - begin();
    auto &Entries = own();
    if (Replace)
      Entries[Index] = E;
    else
      Entries.insert(Entries.begin() + Index, E);
  }

  template <typename Predicate> void eraseIf(Predicate Is) {
    if (llvm::any_of(all(), Is))
      llvm::erase_if(own(), Is);
  }

  void eraseRange(const Key &From, const Key &To,
                  llvm::function_ref<bool(const Entry &)> Is) {
    if (!llvm::any_of(range(From, To), Is))
      return;
    size_t First = lower(From) - begin(), Last = lower(To) - begin();
    auto &Entries = own();
    Entries.erase(
        std::remove_if(Entries.begin() + First, Entries.begin() + Last, Is),
        Entries.begin() + Last);
  }

  /// Joins \p Other entry by entry. \p Both is given what the two tables have
  /// for a key, one of them perhaps null, and returns what this one is to have.
  /// \returns whether anything changed.
  template <typename Join> bool merge(const SharedTable &Other, Join Both) {
    if (Data == Other.Data)
      return false;
    std::vector<Entry> Result;
    Result.reserve(std::max(size(), Other.size()));
    const Entry *A = begin(), *B = Other.begin();
    bool Changed = false;
    while (A != end() || B != Other.end()) {
      bool HasA = A != end() && (B == Other.end() || A->key() <= B->key());
      bool HasB = B != Other.end() && (A == end() || B->key() <= A->key());
      Result.push_back(Both(HasA ? A : nullptr, HasB ? B : nullptr));
      Changed |= !HasA || !(Result.back() == *A);
      A += HasA;
      B += HasB;
    }
    if (Changed)
      take(std::move(Result));
    return Changed;
  }

  /// Replaces everything by \p Entries, which are sorted.
  void take(std::vector<Entry> Entries) {
    Data = llvm::makeIntrusiveRefCnt<Storage>();
    Data->Entries = std::move(Entries);
  }

  friend bool operator==(const SharedTable &A, const SharedTable &B) {
    return A.Data == B.Data || A.all() == B.all();
  }

private:
  const Entry *lower(const Key &K) const {
    return std::lower_bound(
        begin(), end(), K,
        [](const Entry &E, const Key &K) { return E.key() < K; });
  }

  std::vector<Entry> &own() {
    if (!Data || Data->UseCount() > 1) {
      auto Copy = llvm::makeIntrusiveRefCnt<Storage>();
      if (Data)
        Copy->Entries = Data->Entries;
      Data = std::move(Copy);
    }
    return Data->Entries;
  }

  llvm::IntrusiveRefCntPtr<Storage> Data;
};

/// Every value that the analysis has put into memory, once.
class Values {
public:
  const Value *intern(const Value &V) { return &*Known.insert(V).first; }

  const Value *join(const Value *A, const Value *B) {
    if (A == B)
      return A;
    const Value *&Result = Joined[{A, B}];
    if (!Result) {
      Value Both = *A;
      Both.join(*B);
      Result = intern(Both);
    }
    return Result;
  }

private:
  struct Hash {
    size_t operator()(const Value &V) const {
      llvm::hash_code Code(V.size());
      for (const Atom &A : V)
        Code = llvm::hash_combine(Code, A.Kind, A.Stale, A.Via, A.Id);
      return Code;
    }
  };
  std::unordered_set<Value, Hash> Known;
  llvm::DenseMap<std::pair<const Value *, const Value *>, const Value *> Joined;
};

/// Of the thread that runs the code. A signal handler starts as Either.
enum class Lock : uint8_t { Held, Released, Either };

/// What was stored in a place. Those below one root are neighbours.
struct Cell {
  PlaceId Root, Place;
  const Value *Holds;

  std::pair<PlaceId, PlaceId> key() const { return {Root, Place}; }
  friend bool operator==(const Cell &, const Cell &) = default;
};

struct OwnerFacts {
  OwnerId Owner;
  ObjectFacts Facts;

  OwnerId key() const { return Owner; }
  friend bool operator==(const OwnerFacts &, const OwnerFacts &) = default;
};

struct EscapedPlace {
  PlaceId Place;

  PlaceId key() const { return Place; }
  friend bool operator==(const EscapedPlace &, const EscapedPlace &) = default;
};

struct State {
  Lock Gvl = Lock::Held;
  /// Mutexes that are held for certain.
  uint8_t Mutexes = 0;
  /// A place without an entry has its initial value.
  SharedTable<Cell> Memory;
  /// What differs from the facts an owner was made with.
  SharedTable<OwnerFacts> Facts;
  /// Variables whose address is known to code out of sight: their memory has
  /// to be kept up to date at every call.
  SharedTable<EscapedPlace> Escaped;

  bool isEscaped(PlaceId P) const { return Escaped.find(P) != nullptr; }

  friend bool operator==(const State &, const State &) = default;
};

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_STATE_H
