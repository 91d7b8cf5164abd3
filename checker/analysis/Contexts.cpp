//===- Contexts.cpp - Entering functions ----------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// A function is run once for each context that it can tell apart: what of the
// caller's state it can see. What it came to is remembered.
//
// A call of a function that is being run already is given what is known of that
// function so far, which at first is nothing; its arguments widen the context
// of the activation that is under way. When the outermost function of the cycle
// ends, and anything became known that an activation had not been given, the
// cycle is run again.
//
//===----------------------------------------------------------------------===//

#include "analysis/Interpreter.h"
#include "analysis/SourceText.h"

#include "llvm/Support/Debug.h"

#define DEBUG_TYPE "gvlsan-engine"

using namespace clang;
using namespace gvlsan;

/// Frames on top of each other before a callee counts as unknown.
static constexpr unsigned MaxFrames = 24;
/// Templates of the system's are there for what they do with the extension's
/// own code and pointers, which they come to soon.
static constexpr unsigned MaxSystemFrames = 10, MaxSystemSteps = 6000;
/// Contexts of one function that are told apart. Those below other roots, whose
/// objects are others, make room first.
static constexpr unsigned MaxMemos = 16;
/// Contexts without any objects of a function that runs without the lock,
/// before what it is given is taken for unknown.
static constexpr unsigned MaxPlainMemos = 4;
/// Times that a cycle of calls is run before calls that lead back into it count
/// as unknown.
static constexpr unsigned MaxRounds = 4;

/// Whether the variable at \p Root outlives a call of another function.
static bool isGlobal(const Place &Root) {
  return Root.Kind == PlaceKind::Variable &&
         static_cast<const VarDecl *>(Root.Key)->hasGlobalStorage();
}

/// The part of \p S that a callee which is given \p Arguments can see.
static State visiblePart(const Places &Table, const State &S,
                         llvm::ArrayRef<Value> Arguments, const Value &This,
                         std::set<OwnerId> &Owners) {
  std::set<PlaceId> Roots;
  llvm::SmallVector<PlaceId, 16> Work;
  auto Reach = [&](const Value &V) {
    for (const Atom &A : V)
      switch (A.Kind) {
      case AtomKind::Address:
        if (PlaceId Root = Table[A.Id].Root; Roots.insert(Root).second)
          Work.push_back(Root);
        break;
      case AtomKind::Object:
      case AtomKind::Slot:
      case AtomKind::Bytes:
      case AtomKind::Length:
      case AtomKind::EmbedFlag:
      case AtomKind::FrozenFlag: {
        Owners.insert(A.Id);
        PlaceId Data = const_cast<Places &>(Table).data(A.Id);
        if (Roots.insert(Data).second)
          Work.push_back(Data);
        break;
      }
      default:
        break;
      }
  };
  for (const Value &V : Arguments)
    Reach(V);
  Reach(This);
  // What an unknown pointer of the callee's leads to, it can meet.
  std::vector<std::pair<PlaceId, PlaceId>> Behind;
  for (const Cell *C = S.Memory.begin(); C != S.Memory.end();) {
    PlaceId Root = C->Root;
    const Place &At = Table[Root];
    if (isGlobal(At) && Roots.insert(Root).second)
      Work.push_back(Root);
    if (At.Kind == PlaceKind::Pointee)
      Behind.emplace_back(Table[At.Parent].Root, Root);
    while (C != S.Memory.end() && C->Root == Root)
      ++C;
  }
  llvm::sort(Behind);
  while (!Work.empty()) {
    PlaceId Root = Work.pop_back_val();
    if (Table[Root].Kind == PlaceKind::Data)
      Owners.insert(Table[Root].Index);
    for (auto It = llvm::lower_bound(Behind, std::make_pair(Root, PlaceId(0)));
         It != Behind.end() && It->first == Root; ++It)
      if (Roots.insert(It->second).second)
        Work.push_back(It->second);
    for (const Cell &C : S.Memory.range({Root, 0}, {Root + 1, 0}))
      Reach(*C.Holds);
  }
  State Seen;
  Seen.Gvl = S.Gvl;
  Seen.Mutexes = S.Mutexes;
  Seen.Memory = S.Memory;
  Seen.Memory.eraseIf([&](const Cell &C) { return !Roots.count(C.Root); });
  Seen.Facts = S.Facts;
  Seen.Facts.eraseIf(
      [&](const OwnerFacts &K) { return !Owners.count(K.Owner); });
  Seen.Escaped = S.Escaped;
  Seen.Escaped.eraseIf(
      [&](const EscapedPlace &E) { return !Roots.count(E.Place); });
  return Seen;
}

bool Interpreter::isIrrelevant(const FunctionDecl *Callee, const State &S,
                               llvm::ArrayRef<Value> Arguments,
                               const Value &This) const {
  if (S.Gvl != Lock::Held || Code.reachesRegion(Callee) ||
      Code.borrows(Callee) || !This.empty())
    return false;
  QualType Type = Callee->getReturnType();
  if (Type->isAnyPointerType() || Type->isReferenceType() ||
      Type->isRecordType() || isValueType(Type))
    return false;
  for (const Value &V : Arguments)
    for (const Atom &A : V)
      if (A.Kind == AtomKind::Address) {
        PlaceKind Kind = Table[Table[A.Id].Root].Kind;
        if (Kind != PlaceKind::Pointee && Kind != PlaceKind::Data &&
            Kind != PlaceKind::Self && Kind != PlaceKind::Literal)
          return false;
      }
  return true;
}

/// What running a function came to either time.
bool Interpreter::join(Outcome &Into, const Outcome &From) {
  bool Changed = false;
  if (From.Returns && !Into.Returns) {
    Into.Exit = From.Exit;
    Into.Returns = Changed = true;
  } else if (From.Returns) {
    Changed |= join(Into.Exit, From.Exit);
  }
  Value Before = Into.Returned;
  Into.Returned.join(From.Returned);
  Changed |= !(Into.Returned == Before);
  for (const Access &A : From.Accesses)
    Changed |= Into.Accesses.insert(A).second;
  return Changed;
}

bool Interpreter::widen(CallContext &Into, const CallContext &From) {
  bool Changed = join(Into.Entry, From.Entry);
  Value Before = Into.This;
  Into.This.join(From.This);
  Changed |= !(Into.This == Before);
  // An owner is held when each context that can meet it holds it.
  Changed |= std::erase_if(Into.Held, [&](OwnerId O) {
    return From.Visible.count(O) && !From.Held.count(O);
  });
  for (OwnerId O : From.Held)
    if (!Into.Visible.count(O))
      Changed |= Into.Held.insert(O).second;
  for (OwnerId O : From.Visible)
    Changed |= Into.Visible.insert(O).second;
  return Changed;
}

void Interpreter::passArguments(const State &S, State &Entry,
                                const FunctionDecl *Callee,
                                llvm::ArrayRef<Value> Arguments) {
  for (unsigned I = 0; I < Callee->getNumParams(); ++I) {
    const ParmVarDecl *Param = Callee->getParamDecl(I);
    PlaceId P = Table.variable(Param);
    forget(Entry, P);
    Entry.Escaped.eraseIf([&](const EscapedPlace &E) { return E.Place == P; });
    if (I >= Arguments.size())
      continue;
    if (Param->getType()->isRecordType()) {
      for (const Atom &A : Arguments[I])
        if (A.Kind == AtomKind::Address) {
          for (const auto &[Root, Q, Holds] : cellsNear(S, A.Id))
            if (Table.isWithin(Q, A.Id)) {
              PlaceId To = Table.rebase(Q, A.Id, P);
              Entry.Memory.put({Table[To].Root, To, Holds});
            }
        } else if (A.Kind == AtomKind::Slot) {
          Value Slot = loadPlace(Entry, P);
          Slot.add(A);
          assign(Entry, P, Slot);
        }
      continue;
    }
    assign(Entry, P, Arguments[I].empty() ? Value::unknown() : Arguments[I]);
  }
  if (PlaceId Part = variadicPart(Callee)) {
    Value Rest;
    for (unsigned I = Callee->getNumParams(); I < Arguments.size(); ++I)
      Rest.join(Arguments[I]);
    if (!Rest.empty())
      assign(Entry, Part, Rest);
  }
}

void Interpreter::takeOver(State &S, const Frame &Inner, const State &Entry,
                           const Outcome &Result) {
  auto IsLocal = [&](PlaceId Outermost) {
    const Place &Root = Table[Outermost];
    if (Root.Kind != PlaceKind::Variable || isGlobal(Root))
      return false;
    return static_cast<const VarDecl *>(Root.Key)->getDeclContext() ==
           Inner.Function;
  };
  // What the callee left as it found it stays as the caller has it: where
  // contexts were joined, it found more than this one's.
  SharedTable<Cell> Left = Result.Exit.Memory;
  Left.eraseIf([&](const Cell &C) {
    const Cell *Found = Entry.Memory.find(C.key());
    return IsLocal(C.Root) || (Found && *Found == C);
  });
  SharedTable<OwnerFacts> Learnt = Result.Exit.Facts;
  Learnt.eraseIf([&](const OwnerFacts &K) {
    const OwnerFacts *Found = Entry.Facts.find(K.key());
    return Found && *Found == K;
  });
  // Pointers that the callee could not see.
  if (Inner.InRegion)
    for (const OwnerFacts &K : Learnt)
      if (K.Facts.Changed && K.Facts.Changed != factsOf(S, K.Owner).Changed)
        makeStale(S, K.Owner);
  S.Memory.merge(
      Left, [](const Cell *Old, const Cell *New) { return New ? *New : *Old; });
  S.Facts.merge(Learnt, [](const OwnerFacts *Old, const OwnerFacts *New) {
    return New ? *New : *Old;
  });
  for (const EscapedPlace &E : Result.Exit.Escaped)
    if (!IsLocal(E.Place) && !Entry.isEscaped(E.Place))
      S.Escaped.put(E);
}

Outcome Interpreter::runCycle(Frame &F, CallContext &Start) {
  const Activity Key{F.Function, Start.Entry.Gvl};
  F.Entered = Start.Entry.Gvl;
  auto Once = [&] {
    if (auto It = Cycle.Met.find(Key); It != Cycle.Met.end()) {
      widen(Start, It->second.Widened);
      F.This = Start.This;
      F.HeldOutside = Start.Held;
    }
    F.Values.clear();
    F.Returned = Value();
    F.Accesses.clear();
    F.Awaits.clear();
    Outcome Result = run(F, Start.Entry);
    if (F.Awaits.erase(Key))
      Cycle.Changed |= join(Cycle.Met[Key].Known, Result);
    return Result;
  };
  std::set<Activity> Outside;
  for (const auto &[Other, What] : Cycle.Met)
    Outside.insert(Other);
  bool ChangedOutside = Cycle.Changed, UnsettledOutside = Cycle.Unsettled;
  Outcome Result = Once();
  // It is in no cycle, or in one that began outside.
  if (Cycle.Met.size() == Outside.size() || !F.Awaits.empty())
    return Result;
  for (unsigned Round = 1; Cycle.Changed && !GivenUp; ++Round) {
    Cycle.Unsettled |= Round == MaxRounds;
    Cycle.Changed = false;
    ++Cycle.Round;
    LLVM_DEBUG(llvm::dbgs()
               << "again " << F.Function->getNameAsString()
               << (Cycle.Unsettled ? ", for the last time" : "") << "\n");
    Result = Once();
    if (Cycle.Unsettled)
      break;
  }
  Cycle.Unsettled = UnsettledOutside;
  if (!F.Awaits.empty()) {
    Cycle.Changed = true;
    return Result;
  }
  Cycle.Changed = ChangedOutside;
  Settled.insert(Cycle.Round++);
  std::erase_if(Cycle.Met,
                [&](const auto &M) { return !Outside.count(M.first); });
  return Result;
}

void Interpreter::await(Frame &F, const std::set<Activity> &Functions) {
  F.Awaits.insert(Functions.begin(), Functions.end());
}

bool Interpreter::holds(const Memo &M) const {
  // Others were found on the way to what a cycle comes to.
  return !M.Round || M.Round == Cycle.Round || Settled.count(M.Round);
}

Outcome Interpreter::runIn(Frame &Inner, Frame &Caller, CallContext &Start) {
  const Activity Key{Inner.Function, Start.Entry.Gvl};
  std::vector<Memo> &Known = Memos[Key];
  std::erase_if(Known, [&](const Memo &M) { return !holds(M); });
  auto Look = [&]() -> const Memo * {
    for (const Memo &M : Known)
      if (M.Start.Entry == Start.Entry && M.Start.Held == Start.Held &&
          M.Start.This == Start.This)
        return &M;
    return nullptr;
  };
  const Memo *Found = Look();
  // Beyond a number of contexts, all further ones are seen as one.
  if (!Found && Known.size() >= MaxMemos && Known.front().Below == Roots) {
    widen(Start, Known.back().Start);
    Inner.This = Start.This;
    Inner.HeldOutside = Start.Held;
    Found = Look();
  }
  if (Found) {
    if (Found->Round == Cycle.Round)
      await(Caller, Found->Awaits);
    return Found->Result;
  }
  LLVM_DEBUG(
      llvm::dbgs() << "enter " << Inner.Function->getNameAsString() << " from "
                   << Caller.Function->getNameAsString()
                   << (Start.Entry.Gvl == Lock::Held ? " held" : " released")
                   << "\n");
  Outcome Result = runCycle(Inner, Start);
  await(Caller, Inner.Awaits);
  std::vector<Memo> &Again = Memos[Key];
  if (!GivenUp) {
    if (Again.size() >= MaxMemos)
      Again.erase(Again.front().Below == Roots ? Again.end() - 1
                                               : Again.begin());
    Again.push_back({Roots, Start, Result,
                     Inner.Awaits.empty() ? 0 : Cycle.Round,
                     std::move(Inner.Awaits)});
  }
  return Result;
}

bool Interpreter::isPlain(const CallContext &Start, const Activity &Key) {
  // Of a method or a lambda more than the arguments matter.
  if (Key.second == Lock::Held || !Start.Visible.empty() ||
      !Start.This.empty() || isa<CXXMethodDecl>(Key.first))
    return false;
  unsigned Plain = 0;
  for (const Memo &M : Memos[Key]) {
    if (M.Start.Entry == Start.Entry)
      return false;
    Plain += M.Start.Visible.empty();
  }
  return Plain >= MaxPlainMemos || PlainMemos.count(Key);
}

Outcome Interpreter::runPlain(Frame &Inner, Frame &Caller, State &S,
                              const CallContext &Start, const Expr *Site,
                              llvm::ArrayRef<Value> Arguments) {
  CallContext Plain;
  Plain.Entry.Gvl = Start.Entry.Gvl;
  Plain.Entry.Mutexes = Start.Entry.Mutexes;
  for (unsigned I = 0; I < Inner.Function->getNumParams(); ++I) {
    // What decides about the way, and what is called.
    Value Kept;
    for (const Atom &A : I < Arguments.size() ? Arguments[I] : Value())
      if (A.Kind == AtomKind::Int || A.Kind == AtomKind::Function)
        Kept.add(A);
    if (!Kept.empty() && Kept.size() == Arguments[I].size())
      assign(Plain.Entry, Table.variable(Inner.Function->getParamDecl(I)),
             Kept);
  }
  const Activity Key{Inner.Function, Plain.Entry.Gvl};
  auto Known = PlainMemos.find(Key);
  bool IsNew = Known == PlainMemos.end() || !holds(Known->second);
  if (!IsNew && !widen(Known->second.Start, Plain)) {
    if (Known->second.Round == Cycle.Round)
      await(Caller, Known->second.Awaits);
  } else {
    if (!IsNew)
      Plain = Known->second.Start;
    Outcome Result = runCycle(Inner, Plain);
    await(Caller, Inner.Awaits);
    PlainMemos[Key] = {Roots, Plain, std::move(Result),
                       Inner.Awaits.empty() ? 0 : Cycle.Round,
                       std::move(Inner.Awaits)};
  }
  Outcome Result = PlainMemos[Key].Result;
  for (const Value &V : Arguments)
    escape(S, V, true, Site, {});
  Result.Returned = Value::unknown();
  return Result;
}

Outcome Interpreter::runAgain(Frame &Caller, CallContext &Start,
                              const Activity &Key) {
  auto [At, New] = Cycle.Met.try_emplace(Key, Met{Start, {}});
  Cycle.Changed |= New || widen(At->second.Widened, Start);
  Start = At->second.Widened;
  Caller.Awaits.insert(Key);
  return At->second.Known;
}

Outcome Interpreter::enter(Frame &Caller, State &S, const FunctionDecl *Callee,
                           const Expr *Site, llvm::ArrayRef<Value> Arguments,
                           Entry How, Lock Gvl, const Callback *As,
                           Value This) {
  Outcome Result;
  if (How == Entry::Call && isIrrelevant(Callee, S, Arguments, This)) {
    Result.Returns = true;
    Result.Returned = Value::unknown();
    return Result;
  }
  if (How == Entry::Callback && Gvl == Lock::Released && Site &&
      contractOf(Callee).Requires) {
    report(Caller, S, RuleId::R1_api, Severity::Error, Site,
           Callee->getNameAsString() +
               " is run without the GVL, which it is declared to require",
           "", {});
    Gvl = Lock::Held;
  }
  Body *Code = this->Code.body(Callee);
  bool Recursive = false;
  for (const Frame *F = &Caller; F; F = F->Caller)
    Recursive |= F->Function == Callee && F->Code == Code && F->Entered == Gvl;
  bool IsInside =
      Code && Code->IsSystem &&
      (Caller.SystemDepth >= MaxSystemFrames || SystemSteps > MaxSystemSteps);
  if (!Code || IsInside || (Recursive && Cycle.Unsettled) ||
      Caller.Depth >= MaxFrames) {
    for (const Value &V : Arguments)
      escape(S, V, true, Site, {});
    if (isValueType(Callee->getReturnType()) && Site)
      Result.Returned = Value::object(
          Table.made(Origin::Returned, ObjectKind::Unknown, Site, Caller.Site));
    else
      Result.Returned = Value::unknown();
    Result.Returns = true;
    if (!Code)
      overBudget(Callee, "no control flow graph can be built");
    else if (!Recursive && !IsInside)
      overBudget(Callee, "too many calls on top of each other");
    return Result;
  }

  Frame Inner;
  Inner.Function = Callee;
  Inner.How = How;
  Inner.Site = Site ? Site : Caller.Site;
  if (As) {
    Inner.As = As->As;
    Inner.Region = As->isRegion();
    Inner.HandedOn = As->HandedOn;
  }
  Inner.InRegion = Caller.InRegion || Inner.Region;
  Inner.ChangedLock = Gvl != S.Gvl;
  Inner.Caller = &Caller;
  Inner.Code = Code;
  Inner.This = This;
  Inner.Depth = Caller.Depth + 1;
  Inner.SystemDepth = Caller.SystemDepth + Code->IsSystem;
  if (Site)
    Inner.HeldOutside = heldAcross(Caller, S, Site);
  else
    Inner.HeldOutside = Caller.HeldOutside;

  // A lambda sees its function's variables.
  const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
  bool All = Method && Method->getParent()->isLambda();
  CallContext Start;
  Start.Entry = All ? S : visiblePart(Table, S, Arguments, This, Start.Visible);
  Start.Entry.Gvl = Gvl;
  if (As && As->Under != CallbackState::Same)
    Start.Entry.Mutexes = 0;
  if (As && As->Locked)
    ++Start.Entry.Mutexes;
  Start.This = std::move(This);
  passArguments(S, Start.Entry, Callee, Arguments);
  // Only what the callee can meet distinguishes its contexts.
  for (OwnerId O : Inner.HeldOutside)
    if (All || Start.Visible.count(O))
      Start.Held.insert(O);

  Ran.insert(Callee->getCanonicalDecl());
  if (Gvl != Lock::Held)
    RanReleased.insert(Callee->getCanonicalDecl());

  if (!Recursive && isPlain(Start, {Callee, Gvl})) {
    Result = runPlain(Inner, Caller, S, Start, Site, Arguments);
    Caller.Accesses.insert(Result.Accesses.begin(), Result.Accesses.end());
    if (!As && Result.Returns)
      S.Mutexes = Result.Exit.Mutexes;
    return Result;
  }
  Result = Recursive ? runAgain(Caller, Start, {Callee, Gvl})
                     : runIn(Inner, Caller, Start);
  Caller.Accesses.insert(Result.Accesses.begin(), Result.Accesses.end());
  if (!Result.Returns)
    return Result;
  Lock Before = S.Gvl;
  takeOver(S, Inner, Start.Entry, Result);
  S.Gvl = Before;
  if (!As)
    S.Mutexes = Result.Exit.Mutexes;
  return Result;
}
