//===- Interpreter.cpp - Running functions --------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
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
/// Contexts of one function that are told apart. Those below other roots, whose
/// objects are others, make room first.
static constexpr unsigned MaxMemos = 16;

bool Interpreter::join(State &Into, const State &From) {
  bool Changed = false;
  if (From.Mutexes < Into.Mutexes) {
    Into.Mutexes = From.Mutexes;
    Changed = true;
  }
  if (Into.Gvl != From.Gvl && Into.Gvl != Lock::Either) {
    Into.Gvl = Lock::Either;
    Changed = true;
  }
  Changed |= Into.Memory.merge(From.Memory, [&](const Cell *A, const Cell *B) {
    PlaceId P = A ? A->Place : B->Place;
    return Cell{
        A ? A->Root : B->Root, P,
        Stored.join(A ? A->Holds : initial(P), B ? B->Holds : initial(P))};
  });
  Changed |= Into.Facts.merge(From.Facts,
                              [](const OwnerFacts *A, const OwnerFacts *B) {
                                // An owner without facts was not yet made on
                                // that path.
                                OwnerFacts Both = A ? *A : *B;
                                if (A && B)
                                  Both.Facts.meet(B->Facts);
                                return Both;
                              });
  Changed |= Into.Escaped.merge(
      From.Escaped,
      [](const EscapedPlace *A, const EscapedPlace *B) { return A ? *A : *B; });
  return Changed;
}

bool Interpreter::overBudget(const FunctionDecl *F, StringRef Why) {
  Out.Stats.OverBudget.try_emplace(qualifiedName(F), Why.str());
  return true;
}

void Interpreter::assumeComparison(Frame &F, State &S, const BinaryOperator &B,
                                   bool Taken) {
  Value L = valueOf(F, S, B.getLHS()), R = valueOf(F, S, B.getRHS());
  BinaryOperatorKind Op = B.getOpcode();
  int64_t N;
  if (L.isInteger(N)) {
    std::swap(L, R);
    Op = BinaryOperator::reverseComparisonOp(Op);
  }
  if (L.empty() || !R.isInteger(N) ||
      llvm::any_of(L, [](const Atom &A) { return A.Kind != AtomKind::Length; }))
    return;
  if (!Taken)
    Op = BinaryOperator::negateComparisonOp(Op);
  if (N < 0 || N > (int64_t(1) << 48))
    return;
  for (const Atom &A : L)
    assumeLength(S, A.Id, Op, N);
}

void Interpreter::assumeLength(State &S, OwnerId O, BinaryOperatorKind Op,
                               int64_t N) {
  ObjectFacts Known = factsOf(S, O);
  // Elements of an Array are as long as a pointer.
  int64_t Unit = Table.owner(O).Kind == ObjectKind::Array ? 8 : 1;
  switch (Op) {
  case BO_GE:
  case BO_EQ:
    Known.MinSize = std::max(Known.MinSize, N * Unit);
    break;
  case BO_GT:
    Known.MinSize = std::max(Known.MinSize, (N + 1) * Unit);
    break;
  default:
    return;
  }
  S.Facts.put({O, Known});
}

bool Interpreter::assume(Frame &F, State &S, const Expr *Condition,
                         bool Taken) {
  const Expr *E = Condition->IgnoreParenImpCasts();
  if (const auto *Not = dyn_cast<UnaryOperator>(E);
      Not && Not->getOpcode() == UO_LNot)
    return assume(F, S, Not->getSubExpr(), !Taken);
  // __builtin_expect(!!(x), 1), which RB_LIKELY makes.
  if (const auto *Call = dyn_cast<CallExpr>(E))
    if (const FunctionDecl *Callee = Call->getDirectCallee())
      if (Callee->getBuiltinID() == Builtin::BI__builtin_expect)
        return assume(F, S, Call->getArg(0), Taken);
  if (const auto *B = dyn_cast<BinaryOperator>(E)) {
    if (B->isComparisonOp()) {
      assumeComparison(F, S, *B, Taken);
      // has_gvl() == 0, flag != 0
      int64_t N;
      if (B->isEqualityOp() && valueOf(F, S, B->getRHS()).isInteger(N) &&
          N == 0)
        return assume(F, S, B->getLHS(), Taken == (B->getOpcode() == BO_NE));
    }
  }
  Value V = valueOf(F, S, E);
  if (E->isGLValue())
    V = load(F, S, V, E->getType(), E);
  const Atom *A = V.single();
  if (!A)
    return true;
  switch (A->Kind) {
  case AtomKind::LockState:
    if (S.Gvl == Lock::Held && !Taken)
      return false;
    if (S.Gvl == Lock::Released && Taken)
      return false;
    S.Gvl = Taken ? Lock::Held : Lock::Released;
    return true;
  case AtomKind::EmbedFlag: {
    bool EmbedWhenSet = Table.owner(A->Id).Kind == ObjectKind::Array;
    ObjectFacts Known = factsOf(S, A->Id);
    Known.External |= Taken != EmbedWhenSet;
    S.Facts.put({static_cast<OwnerId>(A->Id), Known});
    return true;
  }
  case AtomKind::FrozenFlag:
    changeFacts(S, A->Id, [&](ObjectFacts &Facts) { Facts.Frozen = Taken; });
    return true;
  case AtomKind::Int:
    return Taken == (A->Id != 0);
  default:
    return true;
  }
}

/// Whether control comes back to the condition: what a loop waits for may be
/// changed by someone else.
static bool isLoop(const Stmt *Terminator) {
  return Terminator &&
         (isa<WhileStmt>(Terminator) || isa<DoStmt>(Terminator) ||
          isa<ForStmt>(Terminator) || isa<CXXForRangeStmt>(Terminator));
}

void Interpreter::propagate(
    Frame &F, const CFGBlock &Block, const State &S,
    llvm::function_ref<void(const CFGBlock *, State)> To) {
  if (Block.hasNoReturnElement())
    return;
  const Expr *Condition =
      Block.succ_size() == 2 ? Block.getLastCondition() : nullptr;
  if (!Condition || isa_and_nonnull<SwitchStmt>(Block.getTerminatorStmt())) {
    for (const CFGBlock *Next : Block.succs())
      if (Next)
        To(Next, S);
    return;
  }
  unsigned I = 0;
  for (const CFGBlock *Next : Block.succs()) {
    bool Taken = I++ == 0;
    if (!Next)
      continue;
    State Narrowed = S;
    bool Feasible = assume(F, Narrowed, Condition, Taken);
    if (Feasible || isLoop(Block.getTerminatorStmt()))
      To(Next, std::move(Narrowed));
  }
}

void Interpreter::runBlock(Frame &F, const CFGBlock &Block, State &S) {
  for (const CFGElement &Element : Block) {
    if (auto Statement = Element.getAs<CFGStmt>()) {
      visit(F, S, Statement->getStmt());
    } else if (auto Init = Element.getAs<CFGInitializer>()) {
      const CXXCtorInitializer *I = Init->getInitializer();
      if (const FieldDecl *Field = I->getAnyMember())
        for (const Atom &A : F.This)
          if (A.Kind == AtomKind::Address)
            initialise(F, S, Table.field(A.Id, Field), I->getInit());
    } else if (auto Dtor = Element.getAs<CFGAutomaticObjDtor>()) {
      const CXXDestructorDecl *D = Dtor->getDestructorDecl(Context);
      if (const FunctionDecl *Own = D ? Code.ownDefinition(D) : nullptr)
        enter(F, S, Own, nullptr, {}, Entry::Call, S.Gvl, nullptr,
              Value::address(Table.variable(Dtor->getVarDecl())));
      settle(S, contractOf(D));
    }
  }
}

Outcome Interpreter::run(Frame &F, State Entry) {
  Outcome Result;
  Body *B = F.Code;
  std::vector<std::unique_ptr<State>> In(B->Order.size());
  std::vector<unsigned> Visits(B->Order.size());
  std::set<unsigned> Work;
  auto Reach = [&](const CFGBlock *Block, State S) {
    unsigned Rank = B->Rank[Block->getBlockID()];
    if (!In[Rank]) {
      In[Rank] = std::make_unique<State>(std::move(S));
      Work.insert(Rank);
    } else if (join(*In[Rank], S)) {
      Work.insert(Rank);
    }
  };
  Reach(&B->Graph->getEntry(), std::move(Entry));
  while (!Work.empty() && !GivenUp) {
    unsigned Rank = *Work.begin();
    Work.erase(Work.begin());
    // A block costs what copying its state does.
    unsigned Cost = 1 + In[Rank]->Memory.size() / 32;
    Steps += Cost;
    UnitSteps += Cost;
    if (Steps > Opts.Budget || UnitSteps > Opts.UnitBudget) {
      GivenUp = overBudget(
          Root, Steps > Opts.Budget
                    ? "too many blocks and states in all its contexts"
                    : "its file's other functions used up the budget");
      break;
    }
    if (++Visits[Rank] > 60) {
      overBudget(F.Function, "a loop that does not settle");
      continue;
    }
    const CFGBlock *Block = B->Order[Rank];
    State S = *In[Rank];
    runBlock(F, *Block, S);
    if (Block != &B->Graph->getExit())
      propagate(F, *Block, S, Reach);
  }
  unsigned Exit = B->Rank[B->Graph->getExit().getBlockID()];
  if (In[Exit]) {
    Result.Returns = true;
    Result.Exit = std::move(*In[Exit]);
  }
  Result.Returned = F.Returned;
  Result.Accesses = F.Accesses;
  return Result;
}

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
            Kind != PlaceKind::Literal)
          return false;
      }
  return true;
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
  Body *Code = this->Code.body(Callee);
  bool Recursive = false;
  for (const Frame *F = &Caller; F; F = F->Caller)
    Recursive |= F->Function == Callee && F->Code == Code;
  if (!Code || Recursive || Caller.Depth >= MaxFrames) {
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
    else if (!Recursive)
      overBudget(Callee, "too many calls on top of each other");
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
  Frame Inner;
  Inner.Function = Callee;
  Inner.How = How;
  Inner.Site = Site ? Site : Caller.Site;
  if (As) {
    Inner.As = As->As;
    Inner.Region = As->isRegion();
  }
  Inner.InRegion = Caller.InRegion || Inner.Region;
  Inner.ChangedLock = Gvl != S.Gvl;
  Inner.Caller = &Caller;
  Inner.Code = Code;
  Inner.This = This;
  Inner.Depth = Caller.Depth + 1;
  if (Site)
    Inner.HeldOutside = heldAcross(Caller, S, Site);
  else
    Inner.HeldOutside = Caller.HeldOutside;

  // A lambda sees its function's variables.
  const auto *Method = dyn_cast<CXXMethodDecl>(Callee);
  bool All = Method && Method->getParent()->isLambda();
  std::set<OwnerId> Visible;
  State Entry = All ? S : visiblePart(Table, S, Arguments, This, Visible);
  Entry.Gvl = Gvl;
  if (As && As->Under != CallbackState::Same)
    Entry.Mutexes = 0;
  if (As && As->Locked)
    ++Entry.Mutexes;
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
  // Only what the callee can meet distinguishes its contexts.
  std::set<OwnerId> Held;
  for (OwnerId O : Inner.HeldOutside)
    if (All || Visible.count(O))
      Held.insert(O);

  Ran.insert(Callee->getCanonicalDecl());
  if (Gvl != Lock::Held)
    RanReleased.insert(Callee->getCanonicalDecl());

  std::vector<Memo> &Known = Memos[{Callee, Gvl}];
  const Memo *Found = nullptr;
  auto Look = [&] {
    for (const Memo &M : Known)
      if (M.Entry == Entry && M.HeldOutside == Held && M.This == This)
        Found = &M;
  };
  Look();
  // Beyond a number of contexts, all further ones are seen as one.
  if (!Found && Known.size() >= MaxMemos && Known.front().Below == Roots) {
    Memo &Last = Known.back();
    join(Entry, Last.Entry);
    This.join(Last.This);
    Inner.This = This;
    // An owner is held when each context that can meet it holds it.
    std::erase_if(Held, [&](OwnerId O) {
      return Last.Visible.count(O) && !Last.HeldOutside.count(O);
    });
    for (OwnerId O : Last.HeldOutside)
      if (!Visible.count(O))
        Held.insert(O);
    Visible.insert(Last.Visible.begin(), Last.Visible.end());
    Inner.HeldOutside = Held;
    Look();
  }
  if (Found) {
    Result = Found->Result;
  } else {
    LLVM_DEBUG(llvm::dbgs()
               << "enter " << Callee->getNameAsString() << " from "
               << Caller.Function->getNameAsString()
               << (Gvl == Lock::Held ? " held" : " released") << "\n");
    State Start = Entry;
    Result = run(Inner, std::move(Start));
    std::vector<Memo> &Again = Memos[{Callee, Gvl}];
    Memo New{Roots, Entry, This, std::move(Held), std::move(Visible), Result};
    if (!GivenUp) {
      if (Again.size() >= MaxMemos)
        Again.erase(Again.front().Below == Roots ? Again.end() - 1
                                                 : Again.begin());
      Again.push_back(std::move(New));
    }
  }
  Caller.Accesses.insert(Result.Accesses.begin(), Result.Accesses.end());

  // Take over what the callee did to memory that both see.
  if (!Result.Returns)
    return Result;
  Lock Before = S.Gvl;
  auto IsLocal = [&](PlaceId Outermost) {
    const Place &Root = Table[Outermost];
    if (Root.Kind != PlaceKind::Variable || isGlobal(Root))
      return false;
    return static_cast<const VarDecl *>(Root.Key)->getDeclContext() == Callee;
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
  S.Gvl = Before;
  if (!As)
    S.Mutexes = Result.Exit.Mutexes;
  return Result;
}

void Interpreter::runRoot(const FunctionDecl *F, Lock Gvl, StringRef As,
                          const ReleasedCall *Entered, bool Presumed) {
  Frame Outermost;
  Outermost.Function = F;
  Outermost.As = As.str();
  Outermost.Entered = Entered;
  Outermost.Presumed = Presumed;
  Outermost.Code = Code.body(F);
  if (!Outermost.Code) {
    overBudget(F, "no control flow graph can be built");
    return;
  }
  Ran.insert(F->getCanonicalDecl());
  if (Gvl != Lock::Held)
    RanReleased.insert(F->getCanonicalDecl());
  Root = F;
  RootGvl = Gvl;
  RootPresumed = Presumed;
  ++Roots;
  Steps = 0;
  GivenUp = false;
  State Start;
  Start.Gvl = Gvl;
  noteFlows(run(Outermost, std::move(Start)));
}

void Interpreter::finish() {
  Out.Stats.FunctionsAnalysed = Ran.size();
  Out.Stats.ApiCalls = SeenApiCalls.size();
  Out.Stats.ApiCallsInRegions = SeenRegionApiCalls.size();
  Out.Stats.Accesses = SeenAccesses.size();
}
