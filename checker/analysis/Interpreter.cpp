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
    SystemSteps += B->IsSystem ? Cost : 0;
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

void Interpreter::runRoot(const FunctionDecl *F, Lock Gvl, StringRef As,
                          const ReleasedCall *Entered, bool Presumed) {
  Frame Outermost;
  Outermost.Function = F;
  Outermost.As = As.str();
  Outermost.EnteredBy = Entered;
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
  Steps = SystemSteps = 0;
  GivenUp = false;
  CallContext Start;
  Start.Entry.Gvl = Gvl;
  if (const auto *Method = dyn_cast<CXXMethodDecl>(F);
      Method && Method->isInstance() && !Method->getParent()->isLambda())
    Outermost.This = Start.This = Value::address(Table.self(Method));
  // Methods are given objects of which nothing is known: what they call is run
  // once on those, whichever method they are an argument of.
  llvm::SmallVector<std::pair<const VarDecl *, PlaceId>, 4> Assumed;
  if (Code.isMethod(F))
    for (const ParmVarDecl *Param : Outermost.Function->parameters())
      if (isValueType(Param->getType()))
        Assumed.emplace_back(Param, Table.assume(Assumed.size(), Param));
  noteFlows(runCycle(Outermost, Start));
  for (const auto &[Param, Before] : Assumed)
    Table.release(Param, Before);
}

void Interpreter::finish() {
  Out.Stats.FunctionsAnalysed = Ran.size();
  Out.Stats.ApiCalls = SeenApiCalls.size();
  Out.Stats.ApiCallsInRegions = SeenRegionApiCalls.size();
  Out.Stats.Accesses = SeenAccesses.size();
}
