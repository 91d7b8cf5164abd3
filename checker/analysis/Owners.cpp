//===- Owners.cpp - Judging rule 2 --------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/GuardFix.h"
#include "analysis/Interpreter.h"

#include "clang/Basic/SourceManager.h"

using namespace clang;
using namespace gvlsan;

/// Whether something other than a frame of the analysed code keeps \p O.
bool Interpreter::isKept(const State &S, OwnerId O) const {
  return Table.owner(O).From == Origin::Argument || factsOf(S, O).Rooted;
}

std::set<OwnerId> Interpreter::heldAcross(Frame &F, const State &S,
                                          const Expr *Site) {
  std::set<OwnerId> Held = F.HeldOutside;
  for (const auto &[RootId, P, Holds] : S.Memory) {
    llvm::SmallVector<OwnerId, 2> Objects = objectsIn(*Holds);
    if (Objects.empty())
      continue;
    const Place &Root = Table[RootId];
    bool Keeps = false;
    switch (Root.Kind) {
    case PlaceKind::Variable: {
      const auto *Variable = static_cast<const VarDecl *>(Root.Key);
      if (Variable->hasGlobalStorage())
        Keeps = Code.isRegistered(Variable) || Variable->isExternallyVisible();
      else if (isa<ParmVarDecl>(Variable) && F.How == Entry::Callback &&
               !F.ChangedLock && Variable->getDeclContext() == F.Function)
        // rb_ensure and its kin keep what they hand on.
        Keeps = true;
      else if (Variable->getDeclContext() == F.Function)
        Keeps = S.isEscaped(RootId) ||
                Variable->getType().isVolatileQualified() ||
                F.Code->Live->isUsedAfter(Variable, Site);
      else
        // Of an outer frame, which has answered for it, or a captured one.
        Keeps = S.isEscaped(RootId);
      break;
    }
    case PlaceKind::Temporary:
      Keeps = true;
      break;
    case PlaceKind::Data:
    case PlaceKind::Pointee: {
      // A struct that something marks, presumably in place.
      Keeps = true;
      for (PlaceId At = P; Table[At].Kind == PlaceKind::Field;
           At = Table[At].Parent)
        if (Code.isMarkedMovable(static_cast<const FieldDecl *>(Table[At].Key)))
          Keeps = false;
      break;
    }
    default:
      break;
    }
    if (Keeps)
      Held.insert(Objects.begin(), Objects.end());
  }
  return Held;
}

std::vector<FixIt> Interpreter::guardOver(const Frame &F, const State &S,
                                          OwnerId O, const Expr &Site) {
  const VarDecl *Holder = nullptr;
  const SourceManager &SM = Context.getSourceManager();
  for (const auto &[Root, P, Holds] : S.Memory) {
    const Atom *A = Holds->single();
    if (!A || A->Kind != AtomKind::Object || A->Id != O ||
        Table[P].Kind != PlaceKind::Variable)
      continue;
    const auto *V = static_cast<const VarDecl *>(Table[P].Key);
    if (V->getDeclContext() == F.Function && V->getIdentifier() &&
        (!Holder ||
         SM.isBeforeInTranslationUnit(V->getLocation(), Holder->getLocation())))
      Holder = V;
  }
  if (!Holder || !F.Function->hasBody())
    return {};
  std::optional<FixIt> Fix =
      guardBehind(&Site, Holder, FunctionText(F.Function->getBody()), Context);
  return Fix ? std::vector<FixIt>{std::move(*Fix)} : std::vector<FixIt>();
}

void Interpreter::judgeOwners(Frame &F, State &S, const Expr &Site,
                              const std::set<Access> &Used) {
  if (Used.empty())
    return;
  std::set<OwnerId> Held = heldAcross(F, S, &Site);
  std::set<OwnerId> Judged;
  for (const Access &A : Used) {
    if (!Judged.insert(A.Owner).second || Held.count(A.Owner) ||
        isKept(S, A.Owner))
      continue;
    const Owner &Object = Table.owner(A.Owner);
    bool Bytes = A.Via != 0;
    std::string What = describe(A.Owner);
    std::vector<Note> Story = originOf(A.Owner, A.Via);
    Story.push_back({inFile(A.Where->getExprLoc()),
                     "its memory is used here, without the GVL"});
    auto Say = [&](Severity Level, std::string Why, const char *Missing) {
      report(F, S, RuleId::R2_a, Level, &Site, What + Why, Missing, Story, 0,
             guardOver(F, S, A.Owner, Site));
    };
    switch (Object.From) {
    case Origin::Argument:
      break;
    case Origin::Fresh:
      Say(Severity::Error,
          " owns memory that the region uses, and nothing keeps it live: its "
          "last use is before the region",
          "live");
      break;
    case Origin::Element:
      // The struct of a T_DATA stays where it is when the object moves.
      if (Bytes)
        Say(Severity::Warning,
            " owns memory that the region uses; the object that keeps it "
            "keeps it live, not in place",
            "in place");
      break;
    case Origin::Returned:
      // The struct of an object that a call returned is presumably kept by
      // whatever was asked for it.
      if (Bytes)
        Say(Severity::Warning,
            " owns memory that the region uses, and nothing shows that it "
            "stays live: its last use is before the region",
            "live");
      break;
    case Origin::Field:
      if (Opts.Profile == Strict)
        Say(Severity::Warning,
            " owns memory that the region uses, and nothing shows that it is "
            "marked",
            "live");
      break;
    }
  }
}
