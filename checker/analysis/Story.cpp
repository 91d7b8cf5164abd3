//===- Story.cpp - Telling findings -------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Interpreter.h"
#include "analysis/SourceText.h"

#include "clang/Basic/SourceManager.h"

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
    // Where the lock went is where the story begins, unless another file began
    // it.
    if (At->How == Entry::Callback && At->ChangedLock &&
        !(At->HandedOn && At->Caller && At->Caller->EnteredBy))
      break;
  }
  for (const Frame *At : llvm::reverse(Path)) {
    std::string Name = "'" + At->Function->getNameAsString() + "'";
    if (At->Site) {
      SourceLocation Where = inFile(At->Site->getExprLoc());
      if (At->Foreign)
        Story.push_back({Where, Name +
                                    " is called here, which releases the GVL "
                                    "for '" +
                                    At->Foreign->Function + "'"});
      else if (At->How == Entry::Callback && At->ChangedLock)
        // A function of Ruby's has no frame of its own.
        Story.push_back(
            {Where,
             At->HandedOn && At->Caller && At->Function == At->Caller->Function
                 ? "what is handed over here is called without the GVL"
             : At->HandedOn
                 ? Name + " is handed over here, and called without the GVL"
             : At->Region ? "the GVL is released here, for " + Name
                          : Name + " becomes a " + At->As +
                                " here, which runs without the GVL"});
      else if (At->How == Entry::Callback)
        Story.push_back({Where, Name + " is run from here"});
      else
        Story.push_back({Where, Name + " is called here"});
    } else {
      if (At->EnteredBy)
        for (const Told &Step : At->EnteredBy->Story)
          Story.push_back(
              {{}, Step.Message, Step.File, Step.Line, Step.Column});
      if (!At->As.empty())
        Story.push_back({inFile(At->Function->getLocation()),
                         Name + " runs without the GVL: it is " + At->As});
    }
    if (At->ReleasedAt)
      Story.push_back(
          {inFile(At->ReleasedAt->getExprLoc()), "the GVL is released here"});
  }
  return Story;
}

void Interpreter::report(Frame &F, const State &S, RuleId Rule, Severity Level,
                         const Expr *Where, std::string Message,
                         std::string Missing, std::vector<Note> Before,
                         uint32_t Pointer, std::vector<FixIt> FixIts) {
  const RuleInfo &Info = ruleInfo(Rule);
  if (!(Info.Profiles & Opts.Profile) ||
      (Opts.Ruby && !holdsForRuby(Info, Opts.Ruby)))
    return;
  for (const Frame *At = &F; At; At = At->Caller)
    if (At->Presumed)
      Level = Severity::Warning;
  // A signal handler may find the lock held as well; what runs the collector is
  // wrong in it all the same.
  if (S.Gvl == Lock::Either && Rule != RuleId::R1_api)
    Level = Severity::Warning;
  SourceLocation Loc = inFile(Where->getExprLoc());
  Finding New;
  New.Rule = Rule;
  New.Level = Level;
  New.Where = Loc;
  New.Function = qualifiedName(F.Function);
  if (F.Foreign) {
    New.Function = F.Foreign->Function;
    New.File = F.Foreign->File;
    New.Line = F.Foreign->Line;
    New.Column = F.Foreign->Column;
  }
  New.Message = std::move(Message);
  New.Missing = std::move(Missing);
  New.FixIts = std::move(FixIts);
  New.Notes = std::move(Before);
  for (Note &N : storyOf(F))
    New.Notes.push_back(std::move(N));
  if (Opts.Explain) {
    New.Facts.push_back(std::string("lock: ") + (S.Gvl == Lock::Held ? "held"
                                                 : S.Gvl == Lock::Released
                                                     ? "released"
                                                     : "either"));
    for (const auto &[Root, P, Holds] : S.Memory) {
      std::string Name = Table.describe(P);
      if (Name.empty())
        continue;
      std::string Text;
      for (const Atom &A : *Holds) {
        static const char *const Names[] = {
            "unknown",    "number",         "object",       "slot of",
            "bytes of",   "length of",      "address of",   "function",
            "lock state", "frozen flag of", "embed flag of"};
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
  // That a library runs a function at all here is a guess: one finding says it.
  if (RootPresumed && !Reported.count(Key) &&
      !Reported.try_emplace({~0U, 0U, Root}, Out.Findings.size()).second)
    return;
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
