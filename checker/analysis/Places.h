//===- Places.h - Memory places and heap objects -----------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Interned names for the two things that abstract values point to: places
/// (C memory: variables, their fields and elements, structs behind pointers)
/// and owners (objects of the Ruby heap). One table serves one translation
/// unit; numbers are given in the order of discovery, so that runs repeat.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_PLACES_H
#define GVLSAN_ANALYSIS_PLACES_H

#include "analysis/Value.h"

#include "clang/AST/ASTContext.h"
#include "llvm/ADT/DenseMap.h"

#include <climits>
#include <string>
#include <vector>

namespace gvlsan {

enum class PlaceKind : uint8_t {
  Variable,
  /// The struct that a T_DATA wraps.
  Data,
  /// Memory from malloc and its kin, by the call.
  Heap,
  /// A temporary or the storage of a compound literal, by the expression.
  Temporary,
  Literal,
  /// What an unknown pointer (the parent) points to.
  Pointee,
  /// The C++ object of the method where the analysis began, by its class.
  Self,
  Field,
  /// An element with a known index, or (index -1) any.
  Element,
  /// What a library was given to keep with an object of its own (the parent).
  Kept,
};

struct Place {
  PlaceKind Kind;
  PlaceId Parent = 0;
  /// The nearest place at or above this one that is not a part of another one
  /// (field, element, kept).
  PlaceId Root = 0;
  const void *Key = nullptr;
  int64_t Index = 0;
  clang::QualType Type;
  unsigned Depth = 0;
};

enum class Origin : uint8_t {
  /// A parameter of the function where the analysis began: a method's argument
  /// or self. Live and in place.
  Argument,
  /// Made by the call at Site.
  Fresh,
  /// Kept by another object (instance variable, element): live, movable.
  Element,
  /// Read from C memory that the analysis did not see filled.
  Field,
  /// Returned by a function out of sight.
  Returned,
};

enum class ObjectKind : uint8_t { Unknown, String, Array, Other };

/// What is known of an object at a point of the program.
struct ObjectFacts {
  /// Bounds of its capacity in bytes.
  int64_t MinSize = 0, MaxSize = INT64_MAX;
  bool External = false;
  /// Its bytes are not its own, so that no compaction embeds them again.
  bool Static = false;
  bool Frozen = false, Locked = false, Hidden = false, Rooted = false;
  /// Of a T_DATA: whether its struct may live in the slot. Unseen: the type is
  /// defined out of sight.
  enum Lives : uint8_t {
    NotInSlot,
    Unseen,
    MaybeInSlot,
    InSlot
  } Struct = NotInSlot;

  // What happened on some path: expressions, 0 for none.
  /// Ruby code can reach it since then.
  uint32_t Shared = 0;
  /// Before it was hidden, this may have shown it to Ruby code or the
  /// collector.
  uint32_t Exposed = 0;
  /// Code that held the lock inside a region changed it there.
  uint32_t Changed = 0;
  /// A thread that was started there uses its memory, and was not waited for.
  uint32_t Lent = 0;
  bool LentForWriting = false;

  friend bool operator==(const ObjectFacts &, const ObjectFacts &) = default;

  /// Keeps what both say. \returns whether this changed.
  bool meet(const ObjectFacts &O) {
    ObjectFacts Old = *this;
    MinSize = std::min(MinSize, O.MinSize);
    MaxSize = std::max(MaxSize, O.MaxSize);
    External &= O.External;
    Static &= O.Static;
    Frozen &= O.Frozen;
    Locked &= O.Locked;
    Hidden &= O.Hidden;
    Rooted &= O.Rooted;
    auto Some = [](uint32_t A, uint32_t B) {
      return A && B ? std::min(A, B) : std::max(A, B);
    };
    Shared = Some(Shared, O.Shared);
    Exposed = Some(Exposed, O.Exposed);
    Changed = Some(Changed, O.Changed);
    Lent = Some(Lent, O.Lent);
    LentForWriting |= O.LentForWriting;
    if (Struct != O.Struct)
      Struct = std::max(Struct, O.Struct) == Unseen ? Unseen : MaybeInSlot;
    return !(*this == Old);
  }
};

struct Owner {
  Origin From;
  ObjectKind Kind = ObjectKind::Unknown;
  /// The expression that made or read it; for an argument, null.
  const clang::Expr *Site = nullptr;
  /// The place it was first read from, for Argument and Field.
  PlaceId At = 0;
  /// The object that keeps it, for Element.
  OwnerId Keeper = 0;
};

class Places {
public:
  explicit Places(clang::ASTContext &Context) : Context(Context) {
    All.resize(1);
    Owners.resize(1);
    Exprs.push_back(nullptr);
    Functions.push_back(nullptr);
  }

  const Place &operator[](PlaceId P) const { return All[P]; }
  const Owner &owner(OwnerId O) const { return Owners[O]; }

  PlaceId variable(const clang::VarDecl *V) {
    return intern(PlaceKind::Variable, 0, V->getCanonicalDecl(), 0,
                  V->getType());
  }
  /// Makes \p V, until it is released, the place that each variable was which
  /// was given the role \p N before: what is known of functions that were run
  /// on those holds for it as well.
  /// \returns what \p V was before.
  PlaceId assume(unsigned N, const clang::VarDecl *V);
  void release(const clang::VarDecl *V, PlaceId Before);
  PlaceId data(OwnerId O) {
    return intern(PlaceKind::Data, 0, nullptr, O, Context.VoidTy);
  }
  PlaceId heap(const clang::Expr *Call, const clang::Expr *Outer) {
    return intern(PlaceKind::Heap, 0, Call, expr(Outer), Context.VoidTy);
  }
  PlaceId temporary(const clang::Expr *E) {
    return intern(PlaceKind::Temporary, 0, E, 0, E->getType());
  }
  PlaceId literal(const clang::Expr *E) {
    return intern(PlaceKind::Literal, 0, E, 0, E->getType());
  }
  PlaceId field(PlaceId P, const clang::FieldDecl *F) {
    return intern(PlaceKind::Field, P, F->getCanonicalDecl(), 0, F->getType());
  }
  /// \param Index -1 for an unknown one.
  PlaceId element(PlaceId P, int64_t Index);
  PlaceId pointee(PlaceId P);
  PlaceId self(const clang::CXXMethodDecl *Method) {
    return intern(PlaceKind::Self, 0, Method->getParent()->getCanonicalDecl(),
                  0, Method->getThisType()->getPointeeType());
  }
  PlaceId kept(PlaceId P) {
    return intern(PlaceKind::Kept, P, nullptr, 0, Context.VoidTy);
  }

  /// \p P with everything at and above \p From replaced by \p To; \p P lies at
  /// or below \p From.
  PlaceId rebase(PlaceId P, PlaceId From, PlaceId To);
  bool isWithin(PlaceId P, PlaceId Outer) const;

  /// An object made by the call \p Site. \param Outer the call that the frame
  /// was entered by: a helper called twice makes two objects.
  /// \param Keeper the object that keeps it; of an Argument, the place that it
  /// was stored in.
  OwnerId made(Origin From, ObjectKind Kind, const clang::Expr *Site,
               const clang::Expr *Outer, OwnerId Keeper = 0);
  /// The object that \p P held before the analysis began.
  OwnerId heldBy(PlaceId P, Origin From);

  uint32_t expr(const clang::Expr *E);
  const clang::Expr *expr(uint32_t I) const { return Exprs[I]; }
  uint32_t function(const clang::FunctionDecl *F);
  const clang::FunctionDecl *function(int64_t I) const { return Functions[I]; }

  bool isVariable(PlaceId P, const clang::VarDecl *V) const {
    return All[P].Kind == PlaceKind::Variable &&
           All[P].Key == V->getCanonicalDecl();
  }

  /// As a reader would write it: `args.buffer`.
  std::string describe(PlaceId P) const;

private:
  PlaceId intern(PlaceKind Kind, PlaceId Parent, const void *Key, int64_t Index,
                 clang::QualType Type);

  clang::ASTContext &Context;
  std::vector<Place> All;
  /// By role.
  std::vector<PlaceId> Roles;
  std::vector<Owner> Owners;
  std::vector<const clang::Expr *> Exprs;
  std::vector<const clang::FunctionDecl *> Functions;
  llvm::DenseMap<std::tuple<unsigned, PlaceId, const void *, int64_t>, PlaceId>
      Known;
  llvm::DenseMap<std::tuple<unsigned, const void *, uint32_t, uint32_t>,
                 OwnerId>
      KnownOwners;
  llvm::DenseMap<const clang::Expr *, uint32_t> ExprIds;
  llvm::DenseMap<const clang::FunctionDecl *, uint32_t> FunctionIds;
};

/// Whether \p T is VALUE (or ID's like spelled through a typedef of it).
bool isValueType(clang::QualType T);

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_PLACES_H
