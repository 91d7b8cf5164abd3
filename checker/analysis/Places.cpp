//===- Places.cpp - Memory places and heap objects ------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Places.h"

#include "clang/AST/Expr.h"

using namespace clang;
using namespace gvlsan;

bool gvlsan::isValueType(QualType T) {
  while (!T.isNull()) {
    const auto *Typedef = T->getAs<TypedefType>();
    if (!Typedef)
      return false;
    if (Typedef->getDecl()->getName() == "VALUE")
      return true;
    T = Typedef->getDecl()->getUnderlyingType();
  }
  return false;
}

static bool isPart(PlaceKind Kind) {
  return Kind == PlaceKind::Field || Kind == PlaceKind::Element ||
         Kind == PlaceKind::Kept;
}

PlaceId Places::intern(PlaceKind Kind, PlaceId Parent, const void *Key,
                       int64_t Index, QualType Type) {
  auto [It, New] =
      Known.try_emplace({unsigned(Kind), Parent, Key, Index}, All.size());
  if (!New)
    return It->second;
  PlaceId Id = It->second;
  All.push_back({Kind, Parent, isPart(Kind) ? All[Parent].Root : Id, Key, Index,
                 Type, Parent ? All[Parent].Depth + 1 : 0});
  return Id;
}

PlaceId Places::assume(unsigned N, const VarDecl *V) {
  V = V->getCanonicalDecl();
  if (Roles.size() <= N)
    Roles.resize(N + 1);
  if (!Roles[N]) {
    Roles[N] = All.size();
    All.push_back({PlaceKind::Variable, 0, Roles[N], V, 0, V->getType(), 0});
  }
  All[Roles[N]].Key = V;
  PlaceId &Now = Known[{unsigned(PlaceKind::Variable), 0, V, 0}];
  return std::exchange(Now, Roles[N]);
}

void Places::release(const VarDecl *V, PlaceId Before) {
  V = V->getCanonicalDecl();
  if (Before)
    Known[{unsigned(PlaceKind::Variable), 0, V, 0}] = Before;
  else
    Known.erase({unsigned(PlaceKind::Variable), 0, V, 0});
}

PlaceId Places::element(PlaceId P, int64_t Index) {
  QualType Type = All[P].Type;
  if (!Type.isNull())
    if (const ArrayType *Array = Context.getAsArrayType(Type))
      Type = Array->getElementType();
  return intern(PlaceKind::Element, P, nullptr, Index, Type);
}

PlaceId Places::pointee(PlaceId P) {
  QualType Type = All[P].Type;
  if (!Type.isNull() && !Type->getPointeeType().isNull())
    Type = Type->getPointeeType();
  else
    Type = Context.VoidTy;
  return intern(PlaceKind::Pointee, P, nullptr, 0, Type);
}

bool Places::isWithin(PlaceId P, PlaceId Outer) const {
  for (;;) {
    if (P == Outer)
      return true;
    if (!isPart(All[P].Kind))
      return false;
    P = All[P].Parent;
  }
}

PlaceId Places::rebase(PlaceId P, PlaceId From, PlaceId To) {
  if (P == From)
    return To;
  Place Old = All[P];
  return intern(Old.Kind, rebase(Old.Parent, From, To), Old.Key, Old.Index,
                Old.Type);
}

uint32_t Places::expr(const Expr *E) {
  if (!E)
    return 0;
  auto [It, New] = ExprIds.try_emplace(E, Exprs.size());
  if (New)
    Exprs.push_back(E);
  return It->second;
}

uint32_t Places::function(const FunctionDecl *F) {
  F = F->getCanonicalDecl();
  auto [It, New] = FunctionIds.try_emplace(F, Functions.size());
  if (New)
    Functions.push_back(F);
  return It->second;
}

OwnerId Places::made(Origin From, ObjectKind Kind, const Expr *Site,
                     const Expr *Outer, OwnerId Keeper) {
  auto [It, New] = KnownOwners.try_emplace(
      {unsigned(From), Site, expr(Outer), Keeper}, Owners.size());
  if (New)
    // A method's argument that a call stored: Keeper is where.
    Owners.push_back({From, Kind, Site, From == Origin::Argument ? Keeper : 0,
                      From == Origin::Argument ? 0 : Keeper});
  return It->second;
}

OwnerId Places::heldBy(PlaceId P, Origin From) {
  auto [It, New] =
      KnownOwners.try_emplace({unsigned(From), nullptr, P, 0}, Owners.size());
  if (New)
    Owners.push_back({From, ObjectKind::Unknown, nullptr, P, 0});
  return It->second;
}

std::string Places::describe(PlaceId Id) const {
  const Place &P = All[Id];
  switch (P.Kind) {
  case PlaceKind::Variable:
    return static_cast<const VarDecl *>(P.Key)->getNameAsString();
  case PlaceKind::Field: {
    std::string Name = static_cast<const FieldDecl *>(P.Key)->getNameAsString();
    if (Name.empty())
      return describe(P.Parent);
    const Place &Parent = All[P.Parent];
    if (Parent.Kind == PlaceKind::Pointee) {
      std::string Base = describe(Parent.Parent);
      return Base.empty() ? Name : Base + "->" + Name;
    }
    std::string Base = describe(P.Parent);
    return Base.empty() ? Name : Base + "." + Name;
  }
  case PlaceKind::Element: {
    std::string Base = describe(P.Parent);
    if (Base.empty())
      return Base;
    return Base + "[" + (P.Index < 0 ? "..." : std::to_string(P.Index)) + "]";
  }
  case PlaceKind::Pointee: {
    std::string Base = describe(P.Parent);
    return Base.empty() ? Base : "*" + Base;
  }
  default:
    return {};
  }
}
