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
  if (Facts.Frozen && T.Way != Touch::Read &&
      (T.Way == Touch::Write || Opts.Profile == Strict))
    report(F, S, RuleId::R3,
           T.Certain && T.Way == Touch::Write ? Severity::Error
                                              : Severity::Warning,
           E,
           Of + ", which is frozen, " +
               (T.Way == Touch::Write ? "are" : "may be") + " written" +
               (T.By.empty() ? "" : " by " + T.By.str()) + " without the GVL",
           "unchanged", originOf(O, A.Via), A.Via);
  Embedding Where = embedding(S, O);
  if (Where == Embedding::No) {
    if (Opts.Profile == Bounce)
      report(F, S, RuleId::R1_c, Severity::Warning, E,
             Of + " are used without the GVL; only copies in C memory may be",
             "", originOf(O, A.Via));
    else if (mayEmbedAgain(Facts, Table.owner(O).Kind))
      report(F, S, RuleId::R2_r, Severity::Warning, E,
             Of + " are used without the GVL; they are not embedded now, but "
                  "compaction may embed them again and free this buffer",
             "in place", originOf(O, A.Via), A.Via);
    return;
  }
  bool Sure = Where == Embedding::Yes && T.Certain;
  std::string What = Of + ", which " +
                     (Where == Embedding::Yes ? "are" : "may be") +
                     " embedded in its slot, are ";
  if (T.Kernel)
    report(F, S, RuleId::K1, Sure ? Severity::Error : Severity::Warning, E,
           What + "handed to the kernel by " + T.By.str() +
               " without the GVL: EFAULT while compaction protects the page",
           "kernel-safe", originOf(O, A.Via), A.Via);
  else
    report(
        F, S, RuleId::R1_e, Sure ? Severity::Error : Severity::Warning, E,
        What +
            (T.By.empty() ? std::string("used") : "handed to " + T.By.str()) +
            " without the GVL",
        "kernel-safe", originOf(O, A.Via), A.Via);
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

void Interpreter::judgeStruct(Frame &F, State &S, OwnerId O, const Expr *E,
                              const Touch &T) {
  SeenAccesses.insert(E);
  F.Accesses.insert({O, 0, T.Way == Touch::Write, E});
  ObjectFacts Facts = factsOf(S, O);
  if (Facts.Struct == ObjectFacts::NotInSlot)
    return;
  bool Sure = Facts.Struct == ObjectFacts::InSlot && T.Certain;
  std::string What = "the struct of " + describe(O) + ", which " +
                     (Sure ? "is" : "may be") +
                     " embedded in its slot (RUBY_TYPED_EMBEDDABLE), is ";
  report(F, S, T.Kernel ? RuleId::K1 : RuleId::R1_t,
         Sure ? Severity::Error : Severity::Warning, E,
         What +
             (T.By.empty() ? std::string("used") : "handed to " + T.By.str()) +
             " without the GVL",
         "kernel-safe", originOf(O, 0));
}

void Interpreter::judgeAccess(Frame &F, State &S, const Value &Address,
                              const Expr *E, const Touch &T) {
  if (!isReleased(S))
    return;
  Touch Here = T;
  // One of several pointers is not followed for certain.
  Here.Certain &= Address.size() == 1;
  Touch Inner = Here;
  Inner.Certain = false;
  for (const Atom &A : Address) {
    if (A.Kind == AtomKind::Bytes) {
      judgeBytes(F, S, A, E, Here);
    } else if (A.Kind == AtomKind::Address) {
      const Place &Root = Table[Table[A.Id].Root];
      if (Root.Kind == PlaceKind::Data)
        judgeStruct(F, S, Root.Index, E, Here);
      noteUse(F, A.Id, E, T);
      // A function that is handed a struct follows the pointers in it.
      if (!T.By.empty())
        for (const auto &[Root, P, Holds] : cellsNear(S, A.Id))
          if (Table.isWithin(P, A.Id))
            for (const Atom &Behind : *Holds)
              if (Behind.Kind == AtomKind::Bytes)
                judgeBytes(F, S, Behind, E, Inner);
    }
  }
}
