//===- Judge.cpp - Deciding the rules -------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Interpreter.h"
#include "analysis/SourceText.h"

#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"

using namespace clang;
using namespace gvlsan;

Interpreter::Embedding Interpreter::embedding(const State &S, OwnerId O) const {
  ObjectFacts Facts = factsOf(S, O);
  if (Facts.External || Facts.MinSize >= Limits.Never)
    return Embedding::No;
  if (Facts.MaxSize <= Limits.Always)
    return Embedding::Yes;
  return Embedding::Maybe;
}

void Interpreter::judgeMember(Frame &F, State &S, const MemberExpr &E,
                              const Value &Base) {
  if (!isReleased(S) || !E.isArrow())
    return;
  const auto *Field = dyn_cast<FieldDecl>(E.getMemberDecl());
  if (!Field || !Model.isSlot(Field->getParent()->getName()))
    return;
  if (Code.ownDefinition(F.Function) == nullptr)
    return;
  SeenAccesses.insert(&E);
  // A macro that users know by its name is an accessor: RTYPEDDATA_DATA.
  const SourceManager &SM = Context.getSourceManager();
  SourceLocation Loc = E.getMemberLoc();
  while (Loc.isMacroID()) {
    StringRef Macro =
        Lexer::getImmediateMacroName(Loc, SM, Context.getLangOpts());
    const FunctionFacts *Facts = Model.find(Macro);
    if (Facts && Facts->Lock == LockNeed::Accessor) {
      report(F, S, RuleId::R1_b, Severity::Error, &E,
             Facts->Shown + " looks into the object's slot without the GVL", "",
             {});
      return;
    }
    Loc = SM.getImmediateMacroCallerLoc(Loc);
  }
  report(F, S, RuleId::R1_a, Severity::Error, &E,
         "'" + Field->getNameAsString() + "' of struct " +
             Field->getParent()->getNameAsString() +
             " is a field of the object's slot; the GVL is not held here",
         "", {});
}

void Interpreter::judgeApiCall(Frame &F, State &S, const FunctionFacts &Facts,
                               const Expr &Site, llvm::ArrayRef<Value> Args) {
  if (Facts.Lock == LockNeed::None)
    return;
  SeenApiCalls.insert(&Site);
  if (!isReleased(S))
    return;
  SeenRegionApiCalls.insert(&Site);
  switch (Facts.Lock) {
  case LockNeed::Accessor: {
    int64_t N;
    // Qnil and small Integers have no slot.
    if (!Args.empty() && Args[0].isInteger(N))
      return;
    report(F, S, RuleId::R1_b, Severity::Error, &Site,
           Facts.Shown + " looks into the object's slot without the GVL", "",
           {});
    return;
  }
  case LockNeed::Signal:
    if (S.Gvl == Lock::Either)
      return;
    [[fallthrough]];
  case LockNeed::Needs:
    report(F, S, RuleId::R1_api,
           S.Gvl == Lock::Either && !Facts.MayCollect ? Severity::Warning
                                                      : Severity::Error,
           &Site,
           Facts.Shown + " is called without the GVL" +
               (Facts.MayCollect ? "; it may run the collector" : ""),
           "", {});
    return;
  case LockNeed::Doubtful:
    report(F, S, RuleId::R1_api, Severity::Warning, &Site,
           Facts.Shown + " is called without the GVL", "", {});
    return;
  case LockNeed::Free:
  case LockNeed::None:
    return;
  }
}

void Interpreter::judgeBytes(Frame &F, State &S, const Atom &A, const Expr *E,
                             const Touch &T) {
  OwnerId O = A.Id;
  SeenAccesses.insert(E);
  F.Accesses.insert({O, A.Via, T.Way == Touch::Write, E});
  ObjectFacts Facts = factsOf(S, O);
  std::string Of = "bytes of " + describe(O);
  auto Say = [&](RuleId Rule, Severity Level, std::string Message,
                 const char *Missing, std::vector<Note> Story) {
    Accused.insert(O);
    report(F, S, Rule, Level, E, std::move(Message), Missing, std::move(Story),
           A.Via);
  };
  auto ErrorIf = [](bool Sure) {
    return Sure ? Severity::Error : Severity::Warning;
  };
  std::vector<Note> Story = originOf(O, A.Via);
  if (A.Stale && Facts.Changed && !T.Refreshed) {
    std::vector<Note> Changed = Story;
    Changed.push_back({inFile(Table.expr(Facts.Changed)->getExprLoc()),
                       "the owner is changed here, inside the region"});
    Say(RuleId::R2_b, ErrorIf(T.Certain),
        Of + " are used through a pointer that was taken before code with the "
             "GVL changed the owner",
        "unchanged", std::move(Changed));
  }
  if (Facts.Lent)
    judgeBeside(F, S, O, A.Via, E, T);
  if (Facts.Frozen && T.Way != Touch::Read &&
      (T.Way == Touch::Write || Opts.Profile == Strict))
    Say(RuleId::R3, ErrorIf(T.Certain && T.Way == Touch::Write),
        Of + ", which is frozen, " +
            (T.Way == Touch::Write ? "are" : "may be") + " written" +
            (T.By.empty() ? "" : " by " + T.By.str()) + " without the GVL",
        "unchanged", Story);
  Embedding Where = embedding(S, O);
  if (Where == Embedding::No) {
    if (Opts.Profile == Bounce)
      Say(RuleId::R1_c, Severity::Warning,
          Of + " are used without the GVL; only copies in C memory may be", "",
          std::move(Story));
    else if (mayEmbedAgain(Facts, Table.owner(O).Kind))
      Say(RuleId::R2_r, Severity::Warning,
          Of + " are used without the GVL; they are not embedded now, but "
               "compaction may embed them again and free this buffer",
          "in place", std::move(Story));
    return;
  }
  bool Sure = Where == Embedding::Yes && T.Certain;
  if (Note How = sharing(S, O); How.Where.isValid()) {
    How.Message += ", so that it is not kept unchanged either (R2.c)";
    Story.push_back(std::move(How));
  }
  std::string What = Of + ", which " +
                     (Where == Embedding::Yes ? "are" : "may be") +
                     " embedded in its slot, are ";
  if (T.Kernel)
    Say(RuleId::K1, ErrorIf(Sure),
        What + "handed to the kernel by " + T.By.str() +
            " without the GVL: EFAULT while compaction protects the page",
        "kernel-safe", std::move(Story));
  else
    Say(RuleId::R1_e, ErrorIf(Sure),
        What +
            (T.By.empty() ? std::string("used") : "handed to " + T.By.str()) +
            " without the GVL",
        "kernel-safe", std::move(Story));
}

/// Whether compaction may put bytes that lie outside the slot back into one.
bool Interpreter::mayEmbedAgain(const ObjectFacts &Facts,
                                ObjectKind Kind) const {
  // Strings came a version later than Arrays.
  static constexpr unsigned StringsSince = 303;
  bool Holds =
      !Opts.Ruby || Opts.Ruby >= StringsSince || Kind != ObjectKind::String;
  return Holds && Facts.External && !Facts.Static &&
         Facts.MinSize < Limits.Never;
}

/// Whether the type of \p E says that several threads access it.
static bool isOrdered(const Expr *E) {
  return E->getType().isVolatileQualified() || E->getType()->isAtomicType();
}

void Interpreter::judgeStruct(Frame &F, State &S, OwnerId O, const Expr *E,
                              const Touch &T) {
  SeenAccesses.insert(E);
  F.Accesses.insert({O, 0, T.Way == Touch::Write, E});
  ObjectFacts Facts = factsOf(S, O);
  std::string Of = "the struct of " + describe(O);
  if (Facts.Frozen && T.Way == Touch::Write)
    report(F, S, RuleId::R2_c, T.Certain ? Severity::Error : Severity::Warning,
           E, Of + ", which is frozen, is changed without the GVL", "unchanged",
           originOf(O, 0));
  else if (Opts.Profile == Strict && T.Way == Touch::Write && !S.Mutexes &&
           Table.owner(O).From == Origin::Argument && !isOrdered(E))
    report(F, S, RuleId::R4, Severity::Warning, E,
           Of + " is changed without the GVL, and nothing that is seen keeps "
                "another thread from doing so as well",
           "unchanged", originOf(O, 0));
  if (Facts.Struct == ObjectFacts::Unseen && Opts.Profile == Strict)
    report(F, S, RuleId::R1_c, Severity::Warning, E,
           Of + " is used without the GVL, and nothing shows that it is C "
                "memory: its type is defined out of sight",
           "kernel-safe", originOf(O, 0));
  if (Facts.Struct <= ObjectFacts::Unseen)
    return;
  bool Sure = Facts.Struct == ObjectFacts::InSlot && T.Certain;
  std::string What = Of + ", which " + (Sure ? "is" : "may be") +
                     " embedded in its slot (RUBY_TYPED_EMBEDDABLE), is ";
  report(F, S, T.Kernel ? RuleId::K1 : RuleId::R1_t,
         Sure ? Severity::Error : Severity::Warning, E,
         What +
             (T.By.empty() ? std::string("used") : "handed to " + T.By.str()) +
             " without the GVL",
         "kernel-safe", originOf(O, 0));
}

/// Whether \p V holds a pointer to the bytes of \p O that is up to date. Where
/// several objects of one type are told apart no longer, old pointers stay
/// beside new ones.
static bool isRefreshed(const Value &V, const Atom &Stale) {
  return llvm::any_of(V, [&](const Atom &A) {
    return A.Kind == AtomKind::Bytes && A.Id == Stale.Id && !A.Stale;
  });
}

void Interpreter::noteOwned(Frame &F, PlaceId P, const Expr *E,
                            const Touch &T) {
  PlaceId At = Table[P].Root;
  while (Table[At].Kind == PlaceKind::Pointee)
    At = Table[Table[At].Parent].Root;
  if (Table[At].Kind == PlaceKind::Data && At != Table[P].Root)
    F.Accesses.insert({static_cast<OwnerId>(Table[At].Index), 0,
                       T.Way == Touch::Write, E, /*Behind=*/true});
}

void Interpreter::judgeBehind(Frame &F, State &S, PlaceId P, const Expr *E,
                              const Touch &T, unsigned Pointers) {
  Touch Inner = T;
  Inner.Certain = false;
  for (const auto &[Root, Q, Holds] : cellsNear(S, P)) {
    if (!Table.isWithin(Q, P))
      continue;
    for (const Atom &A : *Holds)
      if (A.Kind == AtomKind::Bytes) {
        Inner.Refreshed = isRefreshed(*Holds, A);
        judgeBytes(F, S, A, E, Inner);
      } else if (A.Kind == AtomKind::Address) {
        noteOwned(F, A.Id, E, T);
        if (Pointers > 0 && A.Id != P)
          judgeBehind(F, S, A.Id, E, T, Pointers - 1);
      }
  }
}

/// How many pointers are followed of what \p E points to, beyond those that
/// lie there: an array of addresses is given for what is at them.
static unsigned pointersBehind(const Expr *E) {
  QualType Pointee = E->getType()->getPointeeType();
  return !Pointee.isNull() && Pointee->isPointerType() ? 1 : 0;
}

void Interpreter::judgeAccess(Frame &F, State &S, const Value &Address,
                              const Expr *E, const Touch &T) {
  if (!isReleased(S)) {
    if (AnyLent)
      for (const Atom &A : Address)
        if (A.Kind == AtomKind::Bytes)
          judgeBeside(F, S, A.Id, A.Via, E, T);
    return;
  }
  Touch Here = T;
  // One of several pointers is not followed for certain.
  Here.Certain &= Address.size() == 1;
  for (const Atom &A : Address) {
    if (A.Kind == AtomKind::Bytes) {
      Here.Refreshed = isRefreshed(Address, A);
      judgeBytes(F, S, A, E, Here);
    } else if (A.Kind == AtomKind::Address) {
      const Place &Root = Table[Table[A.Id].Root];
      if (Root.Kind == PlaceKind::Data)
        judgeStruct(F, S, Root.Index, E, Here);
      noteOwned(F, A.Id, E, T);
      noteUse(F, A.Id, E, T);
      // A function that is handed a struct follows the pointers in it.
      if (!T.By.empty())
        judgeBehind(F, S, A.Id, E, T, pointersBehind(E));
    }
  }
}
