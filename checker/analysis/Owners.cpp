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
        Keeps = (S.isEscaped(RootId) &&
                 Code.text(F.Function).isInScope(Variable, Site)) ||
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
    case PlaceKind::Self:
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

bool Interpreter::mayBeNew(OwnerId O) const {
  const auto *Call = dyn_cast_or_null<CallExpr>(Table.owner(O).Site);
  const FunctionDecl *Callee = Call ? Call->getDirectCallee() : nullptr;
  const FunctionFacts *Facts =
      Callee && !Code.ownDefinition(Callee) ? Code.facts(Callee) : nullptr;
  return Facts && Facts->Held == Holding::MaybeFresh;
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

void Interpreter::judgeOwners(Frame &F, const State &Before, State &S,
                              const Expr &Site, const std::set<Access> &Used) {
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
    // What Ruby code returns may be new, and nobody else's.
    bool MayDie = Bytes || mayBeNew(A.Owner);
    std::string What = describe(A.Owner);
    std::vector<Note> Story = originOf(A.Owner, A.Via);
    Story.push_back({inFile(A.Where->getExprLoc()),
                     "its memory is used here, without the GVL"});
    auto Say = [&](Severity Level, llvm::StringRef Why, const char *Missing) {
      Accused.insert(A.Owner);
      report(F, S, RuleId::R2_a, Level, &Site, What + Why.str(), Missing, Story,
             0, guardOver(F, S, A.Owner, Site));
    };
    switch (Object.From) {
    case Origin::Argument:
      break;
    case Origin::Fresh:
      Say(A.Behind ? Severity::Warning : Severity::Error,
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
      if (MayDie)
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
  Judged.clear();
  for (const Access &A : Used)
    if (A.Via && Judged.insert(A.Owner).second)
      judgeSharing(F, Before, Site, A);
}

bool Interpreter::isUnchanged(const ObjectFacts &Facts) const {
  // A String over static memory gets a buffer of its own before it is changed.
  // By the letter of the rule a lock is not enough: Ruby code must not have
  // seen the object.
  // And it has to be hidden before anything can have come across it.
  bool Demanding = Opts.Profile == Strict;
  return Facts.Frozen || (Facts.Hidden && !(Demanding && Facts.Exposed)) ||
         Facts.Static || (Facts.Locked && !Demanding);
}

Note Interpreter::sharing(const State &S, OwnerId O) const {
  ObjectFacts Facts = factsOf(S, O);
  if (isUnchanged(Facts))
    return {};
  if (Facts.Shared)
    return {inFile(Table.expr(Facts.Shared)->getExprLoc()),
            "Ruby code can reach the owner from here on"};
  const Owner &Object = Table.owner(O);
  if (Object.From != Origin::Argument || !Object.At)
    return {};
  PlaceId Outermost = Table[Object.At].Root;
  // What argv points to.
  if (Table[Outermost].Kind == PlaceKind::Pointee)
    Outermost = Table[Table[Outermost].Parent].Root;
  if (Table[Outermost].Kind != PlaceKind::Variable)
    return {};
  const auto *V = static_cast<const VarDecl *>(Table[Outermost].Key);
  const auto *Function = dyn_cast<FunctionDecl>(V->getDeclContext());
  if (!Function || !(Object.Site || Code.isMethod(Function)))
    return {};
  return {inFile(Object.Site ? Object.Site->getExprLoc() : V->getLocation()),
          "the owner is an argument of a method, which its caller can change"};
}

void Interpreter::judgeSharing(Frame &F, const State &Before, const Expr &Site,
                               const Access &A) {
  OwnerId O = A.Owner;
  bool Demanding = Opts.Profile == Strict;
  // One finding a pointer: another one names this in its notes.
  if ((Accused.contains(O) && !Demanding) || isUnchanged(factsOf(Before, O)))
    return;
  Note How = sharing(Before, O);
  bool Shown = How.Where.isValid();
  if (!Shown && !Demanding)
    return;
  std::vector<Note> Story = originOf(O, A.Via);
  if (Shown)
    Story.push_back(std::move(How));
  if (ObjectFacts Facts = factsOf(Before, O); Facts.Hidden && Facts.Exposed)
    Story.push_back({inFile(Table.expr(Facts.Exposed)->getExprLoc()),
                     "this may have run Ruby code or the collector before it "
                     "was hidden"});
  Story.push_back({inFile(A.Where->getExprLoc()),
                   "its bytes are used here, without the GVL"});
  report(F, Before, RuleId::R2_c, Severity::Warning, &Site,
         Shown ? "Ruby code of another thread can change " + describe(O) +
                     " while the region uses its bytes"
               : "nothing shows that Ruby code cannot change " + describe(O) +
                     " while the region uses its bytes",
         "unchanged", std::move(Story), A.Via);
}

/// Whether \p F is run by a thread that an analysed function started.
static bool isOnThread(const Frame &F) {
  for (const Frame *At = &F; At; At = At->Caller)
    if (At->ChangedLock && !At->Region)
      return true;
  return false;
}

void Interpreter::judgeBeside(Frame &F, State &S, OwnerId O, uint32_t Via,
                              const Expr *E, const Touch &T) {
  ObjectFacts Facts = factsOf(S, O);
  bool Writes = T.Way == Touch::Write;
  if (!Facts.Lent || S.Mutexes || !(Facts.LentForWriting || Writes))
    return;
  // Two threads may have parts of their own.
  if (Opts.Profile != Strict && isOnThread(F))
    return;
  std::vector<Note> Story = originOf(O, Via);
  Story.push_back({inFile(Table.expr(Facts.Lent)->getExprLoc()),
                   std::string("the thread that is started here ") +
                       (Facts.LentForWriting ? "writes" : "reads") + " them"});
  Accused.insert(O);
  report(F, S, RuleId::R4, Severity::Warning, E,
         "bytes of " + describe(O) + " are " + (Writes ? "written" : "used") +
             " while another thread uses them, and no lock that is known "
             "orders the two",
         "unchanged", std::move(Story), Via);
}

void Interpreter::judgeChange(Frame &F, State &S, OwnerId O, const Expr &Site,
                              StringRef By) {
  ObjectFacts Facts = factsOf(S, O);
  if (!Facts.Lent || S.Gvl != Lock::Held)
    return;
  std::vector<Note> Story = originOf(O, 0);
  Story.push_back({inFile(Table.expr(Facts.Lent)->getExprLoc()),
                   "the thread that is started here uses its bytes"});
  Accused.insert(O);
  report(F, S, RuleId::R2_b, Severity::Error, &Site,
         By.str() + " changes " + describe(O) +
             " while another thread uses its bytes",
         "unchanged", std::move(Story));
}
