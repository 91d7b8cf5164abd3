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

SourceLocation Interpreter::inFile(SourceLocation Loc) const {
  return Context.getSourceManager().getFileLoc(Loc);
}

std::string Interpreter::source(const Expr *E) const {
  return sourceText(Context, E);
}

std::string Interpreter::describe(OwnerId O) const {
  const Owner &Object = Table.owner(O);
  std::string Kind = Object.Kind == ObjectKind::Array    ? "the Array"
                     : Object.Kind == ObjectKind::String ? "the String"
                                                         : "the object";
  if (Object.At) {
    std::string Name = Table.describe(Object.At);
    if (!Name.empty())
      return "'" + Name + "'";
  }
  if (Object.Site) {
    std::string Text = source(Object.Site);
    if (!Text.empty())
      return Kind + " from '" + Text + "'";
  }
  return Kind;
}

std::vector<Note> Interpreter::originOf(OwnerId O, uint32_t Via) const {
  std::vector<Note> Story;
  const Owner &Object = Table.owner(O);
  if (Object.Site)
    Story.push_back({inFile(Object.Site->getExprLoc()),
                     Object.From == Origin::Fresh ? "the owner is made here"
                     : Object.From == Origin::Element
                         ? "the owner is read from another object here"
                         : "the owner comes from here"});
  else if (Object.At && Table[Object.At].Kind == PlaceKind::Variable)
    Story.push_back(
        {inFile(
             static_cast<const VarDecl *>(Table[Object.At].Key)->getLocation()),
         Object.From == Origin::Argument
             ? "the owner is the parameter " + describe(O)
             : "the owner is held by " + describe(O)});
  if (const Expr *Taken = Table.expr(Via))
    Story.push_back({inFile(Taken->getExprLoc()), "the pointer is taken here"});
  return Story;
}

std::vector<Note> Interpreter::storyOf(const Frame &F) const {
  std::vector<Note> Story;
  llvm::SmallVector<const Frame *, 8> Path;
  for (const Frame *At = &F; At; At = At->Caller) {
    Path.push_back(At);
    // Where the lock went is where the story begins.
    if (At->How == Entry::Callback && At->ChangedLock)
      break;
  }
  for (const Frame *At : llvm::reverse(Path)) {
    std::string Name = "'" + At->Function->getNameAsString() + "'";
    if (!At->Site) {
      if (At->Entered)
        for (const Told &Step : At->Entered->Story)
          Story.push_back(
              {{}, Step.Message, Step.File, Step.Line, Step.Column});
      if (!At->As.empty())
        Story.push_back({inFile(At->Function->getLocation()),
                         Name + " runs without the GVL: it is " + At->As});
    } else if (At->How == Entry::Callback && At->ChangedLock)
      Story.push_back({inFile(At->Site->getExprLoc()),
                       At->Region ? "the GVL is released here, for " + Name
                                  : Name + " becomes a " + At->As +
                                        " here, which runs without the GVL"});
    else if (At->How == Entry::Callback)
      Story.push_back(
          {inFile(At->Site->getExprLoc()), Name + " is run from here"});
    else
      Story.push_back(
          {inFile(At->Site->getExprLoc()), Name + " is called here"});
    if (At->ReleasedAt)
      Story.push_back(
          {inFile(At->ReleasedAt->getExprLoc()), "the GVL is released here"});
  }
  return Story;
}

void Interpreter::report(Frame &F, const State &S, RuleId Rule, Severity Level,
                         const Expr *Where, std::string Message,
                         std::string Missing, std::vector<Note> Before,
                         uint32_t Pointer) {
  const RuleInfo &Info = ruleInfo(Rule);
  if (!(Info.Profiles & Opts.Profile) ||
      (Opts.Ruby && !holdsForRuby(Info, Opts.Ruby)))
    return;
  // A signal handler may find the lock held as well; what runs the collector is
  // wrong in it all the same.
  if (S.Gvl == Lock::Either && Rule != RuleId::R1_api)
    Level = Severity::Warning;
  SourceLocation Loc = inFile(Where->getExprLoc());
  Finding New;
  New.Rule = Rule;
  New.Level = Level;
  New.Where = Loc;
  New.Function = F.Function->getQualifiedNameAsString();
  if (F.Foreign) {
    New.Function = F.Foreign->Function;
    New.File = F.Foreign->File;
    New.Line = F.Foreign->Line;
    New.Column = F.Foreign->Column;
  }
  New.Message = std::move(Message);
  New.Missing = std::move(Missing);
  New.Notes = std::move(Before);
  for (Note &N : storyOf(F))
    New.Notes.push_back(std::move(N));
  if (Opts.Explain) {
    New.Facts.push_back(std::string("lock: ") + (S.Gvl == Lock::Held ? "held"
                                                 : S.Gvl == Lock::Released
                                                     ? "released"
                                                     : "either"));
    for (const auto &[P, V] : S.Memory) {
      std::string Name = Table.describe(P);
      if (Name.empty())
        continue;
      std::string Text;
      for (const Atom &A : V) {
        static const char *const Names[] = {
            "unknown",    "number",       "object",     "slot of",
            "bytes of",   "length of",    "address of", "function",
            "lock state", "embed flag of"};
        if (!Text.empty())
          Text += " or ";
        Text += Names[static_cast<unsigned>(A.Kind)];
        if (A.Kind == AtomKind::Int)
          Text += " " + std::to_string(A.Id);
        else if (A.Kind == AtomKind::Address)
          Text += " " + Table.describe(A.Id);
        else if (A.Kind == AtomKind::Function)
          Text += " " + Table.function(A.Id)->getNameAsString();
        else if (A.Kind != AtomKind::Unknown && A.Kind != AtomKind::LockState)
          Text += " " + describe(A.Id);
      }
      New.Facts.push_back(Name + ": " + Text);
    }
  }
  // One report a place and rule, and one a pointer and function: the stronger
  // one stays, and of equals the first in the source. Functions that one macro
  // makes share their places.
  auto Key =
      std::make_tuple(static_cast<unsigned>(Rule),
                      Pointer ? Pointer : Loc.getRawEncoding(), F.Function);
  auto [It, First] = Reported.try_emplace(Key, Out.Findings.size());
  if (First) {
    Out.Findings.push_back(std::move(New));
    return;
  }
  Finding &Old = Out.Findings[It->second];
  const SourceManager &SM = Context.getSourceManager();
  if (Level > Old.Level ||
      (Level == Old.Level && SM.isBeforeInTranslationUnit(Loc, Old.Where)))
    Old = std::move(New);
}

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
        for (const auto &[P, V] : S.Memory)
          if (Table.isWithin(P, A.Id))
            for (const Atom &Behind : V)
              if (Behind.Kind == AtomKind::Bytes)
                judgeBytes(F, S, Behind, E, Inner);
    }
  }
}

/// Whether something other than a frame of the analysed code keeps \p O.
bool Interpreter::isKept(const State &S, OwnerId O) const {
  return Table.owner(O).From == Origin::Argument || factsOf(S, O).Rooted;
}

std::set<OwnerId> Interpreter::heldAcross(Frame &F, const State &S,
                                          const Expr *Site) {
  std::set<OwnerId> Held = F.HeldOutside;
  for (const auto &[P, V] : S.Memory) {
    llvm::SmallVector<OwnerId, 2> Objects = objectsIn(V);
    if (Objects.empty())
      continue;
    const Place &Root = Table[Table[P].Root];
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
        Keeps = S.Escaped.count(Table[P].Root) ||
                Variable->getType().isVolatileQualified() ||
                F.Code->Live->isUsedAfter(Variable, Site);
      else
        // Of an outer frame, which has answered for it, or a captured one.
        Keeps = S.Escaped.count(Table[P].Root);
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
      report(F, S, RuleId::R2_a, Level, &Site, What + Why, Missing, Story);
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
