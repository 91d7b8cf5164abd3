//===- Interpreter.h - Abstract execution ------------------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Runs functions on abstract states, callees in the context of their callers.
/// A call is run once for each different context: lock, arguments, the memory
/// that they reach, and the objects that the callers keep alive.
///
/// The parts: Interpreter.cpp runs functions, Expressions.cpp and Calls.cpp
/// evaluate, Memory.cpp loads and stores, Judge.cpp decides the rules,
/// Summary.cpp and Flows.cpp join files.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_INTERPRETER_H
#define GVLSAN_ANALYSIS_INTERPRETER_H

#include "analysis/Contracts.h"
#include "analysis/Engine.h"
#include "analysis/Program.h"
#include "analysis/State.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Expr.h"
#include "clang/AST/ExprCXX.h"

#include <map>
#include <set>
#include <vector>

namespace gvlsan {

/// How memory is followed.
struct Touch {
  /// Code out of sight is not known to write through a pointer that it could
  /// write through.
  enum Direction : uint8_t { Read, Write, Unknown } Way = Read;
  /// The function that follows it; empty when the code itself does.
  llvm::StringRef By = "";
  bool Kernel = false;
  /// Whether it is followed for certain.
  bool Certain = true;
  /// Whether a pointer to the same bytes that is up to date may be meant.
  bool Refreshed = false;
};

/// A use, without the lock, of memory that an object owns.
struct Access {
  OwnerId Owner;
  /// Where the pointer was taken, as an index into Places; 0 for the struct of
  /// a T_DATA.
  uint32_t Via;
  bool Writes;
  const clang::Expr *Where;
  /// Not the struct of a T_DATA itself, but what a pointer in it leads to.
  bool Behind = false;

  friend bool operator<(const Access &A, const Access &B) {
    return std::tie(A.Owner, A.Behind, A.Via, A.Writes) <
           std::tie(B.Owner, B.Behind, B.Via, B.Writes);
  }
};

/// How a frame was entered.
enum class Entry : uint8_t { Root, Call, Callback };

/// A function that is run, and how the lock is as it is entered.
using Activity = std::pair<const clang::FunctionDecl *, Lock>;

/// One activation of a function.
struct Frame {
  const clang::FunctionDecl *Function;
  Entry How = Entry::Root;
  /// The call that entered it; null for a root.
  const clang::Expr *Site = nullptr;
  /// For a callback: what it is to the caller ("region", "unblock function").
  std::string As;
  bool ChangedLock = false;
  /// The last call in it that left the lock, of a function declared to do so.
  const clang::Expr *ReleasedAt = nullptr;
  /// Whether the caller released the lock for it and waits.
  bool Region = false;
  /// Whether code in another file calls it, now or later.
  bool HandedOn = false;
  /// Whether it, or a frame that it was entered from, is such a region.
  bool InRegion = false;
  /// Whether nothing shows for certain that it runs.
  bool Presumed = false;
  /// When it stands for a function of another file: what that does.
  const RegionUse *Foreign = nullptr;
  /// For a root that another file calls without the lock: how it came to that.
  const ReleasedCall *EnteredBy = nullptr;
  const Frame *Caller = nullptr;
  Body *Code = nullptr;
  clang::ASTContext *Context = nullptr;
  Value This;
  Value Returned;
  llvm::DenseMap<const clang::Expr *, Value> Values;
  /// Owners that the frames outside keep live and in place during this one.
  std::set<OwnerId> HeldOutside;
  std::set<Access> Accesses;
  unsigned Depth = 0;
  /// Those of the frames down to this one that are of the system's templates.
  unsigned SystemDepth = 0;
  /// The state of the lock when it was entered.
  Lock Entered = Lock::Held;
  /// Functions under way that were called again meanwhile.
  std::set<Activity> Awaits;
};

/// What running a function in one context came to.
struct Outcome {
  bool Returns = false;
  State Exit;
  Value Returned;
  std::set<Access> Accesses;
};

class Interpreter {
public:
  Interpreter(clang::ASTContext &Context, const ApiModel &Model,
              const Options &Opts, Program &Code, Analysis &Out)
      : Context(Context), Model(Model), Opts(Opts), Code(Code), Out(Out),
        Limits(Model.embedLimits(Opts.Ruby)), Table(Context) {}

  /// Runs \p F with unknown arguments.
  /// \param Entered the call in another file that enters it, if any.
  /// \param Presumed whether nothing shows for certain that it runs so.
  void runRoot(const clang::FunctionDecl *F, Lock Gvl, llvm::StringRef As,
               const ReleasedCall *Entered = nullptr, bool Presumed = false);

  /// Runs \p F as what a library keeps with its objects of type \p Type, when
  /// a region of any file calls the library with one.
  /// \param Knowing whether some function that is given such an object takes
  /// the lock: who wrote it knows which ones a region comes to.
  void runKept(const clang::FunctionDecl *F, const std::string &Type,
               bool Knowing);

  /// Runs the functions that are stored in \p Pointer, which another file calls
  /// without the lock.
  void runStored(const clang::ValueDecl *Pointer, const ReleasedCall &Call);

  /// Runs \p F for what it leaves for its callers, when another file asks.
  void runForFlows(const clang::FunctionDecl *F);

  /// Whether \p F was run, in whatever context, without the lock.
  bool ranReleased(const clang::FunctionDecl *F) const {
    return RanReleased.contains(F->getCanonicalDecl());
  }

  bool ran(const clang::FunctionDecl *F) const {
    return Ran.contains(F->getCanonicalDecl());
  }

  void finish();

private:
  // Interpreter.cpp
  Outcome run(Frame &F, State Entry);
  void runBlock(Frame &F, const clang::CFGBlock &Block, State &S);
  void propagate(Frame &F, const clang::CFGBlock &Block, const State &S,
                 llvm::function_ref<void(const clang::CFGBlock *, State)> To);
  /// Narrows \p S by \p Condition being \p Taken. \returns whether it can be.
  bool assume(Frame &F, State &S, const clang::Expr *Condition, bool Taken);
  void assumeComparison(Frame &F, State &S, const clang::BinaryOperator &B,
                        bool Taken);
  void assumeLength(State &S, OwnerId O, clang::BinaryOperatorKind Op,
                    int64_t N);

  // Contexts.cpp
  /// What distinguishes one run of a function from another.
  struct CallContext {
    State Entry;
    Value This;
    /// Owners that are held outside, of those that it can meet.
    std::set<OwnerId> Held, Visible;
  };
  Outcome enter(Frame &Caller, State &S, const clang::FunctionDecl *Callee,
                const clang::Expr *Site, llvm::ArrayRef<Value> Arguments,
                Entry How, Lock Gvl, const Callback *As, Value This = {});
  void passArguments(const State &S, State &Entry,
                     const clang::FunctionDecl *Callee,
                     llvm::ArrayRef<Value> Arguments);
  /// Does to \p S what the function of \p Inner, entered with \p Entry, did to
  /// memory that both see.
  void takeOver(State &S, const Frame &Inner, const State &Entry,
                const Outcome &Result);
  /// Runs \p Inner in the context \p Start, or one that covers it, which \p
  /// Start then is; or remembers what that came to.
  Outcome runIn(Frame &Inner, Frame &Caller, CallContext &Start);
  /// Whether so many contexts without objects were run already that \p Start,
  /// another such, need not be told apart.
  bool isPlain(const CallContext &Start, const Activity &Key);
  /// Runs \p Inner with unknown memory, once for the numbers and functions that
  /// it is given. What its arguments lead to may be changed in \p S.
  Outcome runPlain(Frame &Inner, Frame &Caller, State &S,
                   const CallContext &Start, const clang::Expr *Site,
                   llvm::ArrayRef<Value> Arguments);
  /// The same for a function that is under way: what is known of it so far.
  Outcome runAgain(Frame &Caller, CallContext &Start, const Activity &Key);
  /// Runs \p F until nothing changes that calls which lead back to it are
  /// given.
  Outcome runCycle(Frame &F, CallContext &Start);
  static void await(Frame &F, const std::set<Activity> &Functions);
  /// Makes \p Into cover \p From. \returns whether it did not.
  bool widen(CallContext &Into, const CallContext &From);
  bool join(State &Into, const State &From);
  bool join(Outcome &Into, const Outcome &From);
  /// Whether a call of \p Callee cannot matter to any rule: the lock is held,
  /// it reaches no region and takes no pointer, and the caller's own memory and
  /// its result are none of its business.
  bool isIrrelevant(const clang::FunctionDecl *Callee, const State &S,
                    llvm::ArrayRef<Value> Arguments, const Value &This) const;
  bool overBudget(const clang::FunctionDecl *F, llvm::StringRef Why);

  // Expressions.cpp
  void visit(Frame &F, State &S, const clang::Stmt *Statement);
  Value valueOf(Frame &F, State &S, const clang::Expr *E);
  Value evaluate(Frame &F, State &S, const clang::Expr *E);
  Value evaluateCast(Frame &F, State &S, const clang::CastExpr &E);
  Value evaluateUnary(Frame &F, State &S, const clang::UnaryOperator &E);
  Value evaluateBinary(Frame &F, State &S, const clang::BinaryOperator &E);
  Value evaluateMember(Frame &F, State &S, const clang::MemberExpr &E);
  Value index(const Value &Base, const Value &Index);
  void initialise(Frame &F, State &S, PlaceId P, const clang::Expr *Init);
  void declare(Frame &F, State &S, const clang::VarDecl *V);

  // Calls.cpp
  Value evaluateCall(Frame &F, State &S, const clang::CallExpr &E);
  /// Whether the function of \p F makes the call \p E with the lock only.
  bool isChosenByLock(const Frame &F, const clang::CallExpr &E);
  Value evaluateConstruct(Frame &F, State &S, const clang::CXXConstructExpr &E);
  /// Where the variadic arguments of \p F's function are kept, all as one; 0
  /// when it has none.
  PlaceId variadicPart(const clang::FunctionDecl *F);
  /// Where a va_list at \p List keeps what va_start gave it.
  PlaceId variadicList(const Atom &List);
  Value callFunction(Frame &F, State &S, const clang::FunctionDecl *Callee,
                     const clang::Expr &Site,
                     llvm::ArrayRef<const clang::Expr *> ArgExprs,
                     llvm::ArrayRef<Value> Args, Value This);
  /// The same, when annotations have been obeyed.
  Value callBody(Frame &F, State &S, const clang::FunctionDecl *Callee,
                 const clang::Expr &Site,
                 llvm::ArrayRef<const clang::Expr *> ArgExprs,
                 llvm::ArrayRef<Value> Args, Value This);
  Value callKnown(Frame &F, State &S, const FunctionFacts &Facts,
                  const clang::Expr &Site,
                  llvm::ArrayRef<const clang::Expr *> ArgExprs,
                  llvm::ArrayRef<Value> Args);
  Value callUnknown(Frame &F, State &S, const clang::FunctionDecl *Callee,
                    const clang::Expr &Site,
                    llvm::ArrayRef<const clang::Expr *> ArgExprs,
                    llvm::ArrayRef<Value> Args);
  // Flows.cpp
  /// The addresses of what \p Path leads to from \p Pointer, which points to
  /// a \p Pointee; pointers on the way are followed.
  Value alongPath(State &S, const Value &Pointer, clang::QualType Pointee,
                  llvm::ArrayRef<std::string> Path);
  /// The question for the flows of \p F, as files put it to each other.
  static std::string flowsOf(const clang::FunctionDecl *F);
  /// What \p A is to the caller of the present root. \returns whether it is
  /// anything.
  bool describeFlow(const Atom &A, const State &S, Flow &New) const;
  /// Notes what the present root leaves for its callers in other files.
  void noteFlows(const Outcome &Result);
  /// Puts in place what \p Callee, a function of another file, leaves.
  /// \returns what is known of its result; empty when nothing is.
  Value applyFlows(Frame &F, State &S, const clang::FunctionDecl *Callee,
                   const clang::Expr &Site,
                   llvm::ArrayRef<const clang::Expr *> ArgExprs,
                   llvm::ArrayRef<Value> Args);

  // Summary.cpp
  /// Judges what \p Callee, a function of another file, does without the lock.
  void applySummary(Frame &F, State &S, const clang::FunctionDecl *Callee,
                    const clang::Expr &Site,
                    llvm::ArrayRef<const clang::Expr *> ArgExprs,
                    llvm::ArrayRef<Value> Args);
  /// The summary of the present root, when another file may call it.
  FunctionSummary *summary();
  /// The parameter of the present root that \p P is, or lies behind.
  /// \param [out] Path the fields in between.
  int parameterBehind(PlaceId P, std::vector<std::string> &Path) const;
  void noteUse(const Frame &F, PlaceId Followed, const clang::Expr *E,
               const Touch &T);
  /// What \p Pointer, of value \p Held, leads to is called without the lock.
  /// For other files: that those who set a C global or a field call what they
  /// set, and, when not all that it may be is known, which pointer is called.
  void notePointerCall(const Frame &F, Lock Gvl, const clang::Expr &Pointer,
                       const Value &Held, const clang::Expr &Site);
  void noteSetters(const clang::ValueDecl *Pointer);
  /// Remembers that what is linked as \p Name is called without the lock.
  void noteReleased(const std::string &Name, const Frame &F, Lock Gvl,
                    const clang::Expr &Site, std::string Step);
  void noteCallback(const Value &Function, const Value &Data);
  /// Remembers that \p Callee, a library's function, is called without the lock
  /// on objects of its own.
  void noteLibraryCall(const Frame &F, const State &S,
                       const clang::FunctionDecl *Callee,
                       const clang::Expr &Site);
  /// \p Callee may keep pointers that it is given in a struct together with an
  /// object of its own.
  void noteKept(State &S, llvm::ArrayRef<const clang::Expr *> ArgExprs,
                llvm::ArrayRef<Value> Args);
  /// Remembers that \p Callee, a function of another file, is called without
  /// the lock.
  void noteReleasedCall(const Frame &F, const State &S,
                        const clang::FunctionDecl *Callee,
                        const clang::Expr &Site);
  /// \p N as other files can tell it.
  Told tell(const Note &N) const;
  /// What can be called by calling \p V: functions, and objects with their
  /// call operators.
  struct Target {
    const clang::FunctionDecl *Function;
    Value This;
  };
  llvm::SmallVector<Target, 2> targetsOf(State &S, const Value &V);
  Value runCallback(Frame &F, State &S, const FunctionFacts &Facts,
                    const Callback &C, const clang::Expr &Site,
                    llvm::ArrayRef<const clang::Expr *> ArgExprs,
                    llvm::ArrayRef<Value> Args);
  Value resultOf(Frame &F, State &S, const FunctionFacts &Facts,
                 const clang::Expr &Site, llvm::ArrayRef<Value> Args,
                 llvm::ArrayRef<Value> CallbackResults);
  void applyEffect(Frame &F, State &S, const FunctionFacts &Facts,
                   const clang::Expr &Site, llvm::ArrayRef<Value> Args,
                   const Value &Result);
  /// \p Site may come across every object that was made and not hidden.
  void exposeUnhidden(State &S, const clang::Expr &Site);
  /// Pointers to the bytes of \p O in memory were taken before it changed.
  void makeStale(State &S, OwnerId O);
  /// Notes which arguments Ruby code reaches from now on.
  void applySharing(State &S, const FunctionFacts &Facts,
                    const clang::Expr &Site, llvm::ArrayRef<Value> Args);
  /// Whether the name at \p Name makes a variable that Ruby code can read.
  bool isRubyName(const Value &Name) const;
  bool isReachable(const State &S, OwnerId O) const;
  /// Other threads were waited for: nothing runs beside any more.
  void waited(State &S) const;
  Value freshObject(Frame &F, State &S, const FunctionFacts &Facts,
                    const clang::Expr &Site, llvm::ArrayRef<Value> Args);
  int64_t textLength(const Value &V) const;
  /// What the type at \p Type says of where the struct of a T_DATA lives.
  ObjectFacts::Lives structPlace(const Value &Type) const;
  /// Everything that memory at \p V leads to is known to code out of sight.
  void escape(State &S, const Value &V, bool MayChange, const clang::Expr *By,
              clang::QualType Pointer);

  // Contracts.cpp
  /// Judges a call of \p Callee by what annotations say of it.
  /// \returns the state of the lock in its body.
  Lock obey(Frame &F, State &S, const Contract &Said,
            const clang::FunctionDecl &Callee, const clang::Expr &Site);
  /// The state of the lock after a call of a function of which \p Said is said.
  static void settle(State &S, const Contract &Said);
  /// Judges the use of a variable or field that the lock guards.
  void judgeGuarded(Frame &F, State &S, const clang::Expr &E);

  // Memory.cpp
  Value load(Frame &F, State &S, const Value &Address, clang::QualType Type,
             const clang::Expr *E);
  Value loadPlace(State &S, PlaceId P);
  /// What was stored at \p P; null when nothing was.
  const Value *stored(const State &S, PlaceId P) const {
    const Cell *At = S.Memory.find({Table[P].Root, P});
    return At ? At->Holds : nullptr;
  }
  void assign(State &S, PlaceId P, const Value &V) {
    S.Memory.put({Table[P].Root, P, Stored.intern(V)});
  }
  /// All cells below the root of \p P. They stay valid until \p S changes.
  llvm::ArrayRef<Cell> cellsNear(const State &S, PlaceId P) const {
    PlaceId Root = Table[P].Root;
    return S.Memory.range({Root, 0}, {Root + 1, 0});
  }
  /// The initial value of \p P, computed once.
  const Value *initial(PlaceId P);
  Value initialValue(PlaceId P);
  Value symbolic(PlaceId P);
  Value anyStored(const clang::ValueDecl *Pointer);
  void store(Frame &F, State &S, const Value &Address, const Value &V,
             clang::QualType Type);
  void storePlace(State &S, PlaceId P, const Value &V, bool Strong);
  void copyAggregate(State &S, PlaceId From, PlaceId To);
  void forget(State &S, PlaceId P);
  ObjectFacts factsOf(const State &S, OwnerId O) const;
  /// Lets \p Change change the facts of \p O.
  void changeFacts(State &S, OwnerId O,
                   llvm::function_ref<void(ObjectFacts &)> Change) const {
    ObjectFacts Facts = factsOf(S, O);
    Change(Facts);
    S.Facts.put({O, Facts});
  }
  ObjectFacts factsOfGlobal(const clang::VarDecl *V) const;
  /// Object atoms as owners.
  static llvm::SmallVector<OwnerId, 2> objectsIn(const Value &V);
  /// What an API function that takes VALUE* is given: the VALUE there.
  Value valueBehind(Frame &F, State &S, const Value &Pointer);

  // Judge.cpp
  enum class Embedding { No, Maybe, Yes };
  Embedding embedding(const State &S, OwnerId O) const;
  bool isReleased(const State &S) const { return S.Gvl != Lock::Held; }
  void judgeAccess(Frame &F, State &S, const Value &Address,
                   const clang::Expr *E, const Touch &T);
  /// Judges one pointer to the bytes of an object.
  void judgeBytes(Frame &F, State &S, const Atom &A, const clang::Expr *E,
                  const Touch &T);
  bool mayEmbedAgain(const ObjectFacts &Facts, ObjectKind Kind) const;
  /// Code out of sight follows the pointers in memory at \p P.
  void judgeBehind(Frame &F, State &S, PlaceId P, const clang::Expr *E,
                   const Touch &T, unsigned Pointers);
  /// Memory at \p P, when it is what a pointer in the struct of a T_DATA leads
  /// to, is used.
  void noteOwned(Frame &F, PlaceId P, const clang::Expr *E, const Touch &T);
  /// Judges the struct of the T_DATA \p O.
  void judgeStruct(Frame &F, State &S, OwnerId O, const clang::Expr *E,
                   const Touch &T);
  void judgeMember(Frame &F, State &S, const clang::MemberExpr &E,
                   const Value &Base);
  void judgeApiCall(Frame &F, State &S, const FunctionFacts &Facts,
                    const clang::Expr &Site, llvm::ArrayRef<Value> Args);
  /// Judges rule 2 for what the region entered at \p Site has used.
  /// \param Before the state when it was entered.
  void judgeOwners(Frame &F, const State &Before, State &S,
                   const clang::Expr &Site, const std::set<Access> &Used);
  /// Rule 2 for what keeps the bytes of \p A's owner unchanged.
  void judgeSharing(Frame &F, const State &Before, const clang::Expr &Site,
                    const Access &A);
  /// Since when Ruby code reaches \p O, and how it does; an invalid place
  /// when nothing shows that it does, or when the object cannot be changed.
  Note sharing(const State &S, OwnerId O) const;
  /// What proves that nobody changes the contents of \p O.
  bool isUnchanged(const ObjectFacts &Facts) const;
  /// Rules 2.b and 4 between a thread that was started and its starter.
  void judgeBeside(Frame &F, State &S, OwnerId O, uint32_t Via,
                   const clang::Expr *E, const Touch &T);
  void judgeChange(Frame &F, State &S, OwnerId O, const clang::Expr &Site,
                   llvm::StringRef By);
  /// The owners that \p F and its callers keep on the machine stack across the
  /// call \p Site.
  std::set<OwnerId> heldAcross(Frame &F, const State &S,
                               const clang::Expr *Site);
  bool isKept(const State &S, OwnerId O) const;
  /// Whether the call that returned \p O may have made it.
  bool mayBeNew(OwnerId O) const;
  void report(Frame &F, const State &S, RuleId Rule, Severity Level,
              const clang::Expr *Where, std::string Message,
              std::string Missing, std::vector<Note> Before,
              uint32_t Pointer = 0, std::vector<FixIt> FixIts = {});
  /// The guard that keeps \p O over the call \p Site, as far as a variable of
  /// \p F holds it.
  std::vector<FixIt> guardOver(const Frame &F, const State &S, OwnerId O,
                               const clang::Expr &Site);
  std::vector<Note> storyOf(const Frame &F) const;
  std::vector<Note> originOf(OwnerId O, uint32_t Via) const;
  std::string describe(OwnerId O) const;
  std::string source(const clang::Expr *E) const;
  clang::SourceLocation inFile(clang::SourceLocation Loc) const;

  clang::ASTContext &Context;
  const ApiModel &Model;
  const Options &Opts;
  Program &Code;
  Analysis &Out;
  const EmbedLimits Limits;
  Places Table;
  Values Stored;
  std::vector<const Value *> Initials;

  /// A context that was run.
  struct Memo {
    /// Below which root, as a number.
    unsigned Below;
    CallContext Start;
    Outcome Result;
    /// When it rests on what was known of the functions that it awaits: the
    /// round in which that was.
    unsigned Round;
    std::set<Activity> Awaits;
  };
  std::map<Activity, std::vector<Memo>> Memos;
  /// With unknown memory.
  std::map<Activity, Memo> PlainMemos;
  bool holds(const Memo &M) const;
  /// A function that was called while it was under way.
  struct Met {
    CallContext Widened;
    Outcome Known;
  };
  struct {
    std::map<Activity, Met> Met;
    bool Changed = false;
    /// Whether calls that lead back count as unknown.
    bool Unsettled = false;
    unsigned Round = 1;
  } Cycle;
  /// Rounds of cycles after which nothing changed any more.
  std::set<unsigned> Settled;
  llvm::DenseMap<const clang::FunctionDecl *,
                 llvm::DenseSet<const clang::CallExpr *>>
      ChosenByLock;
  unsigned Roots = 0;
  llvm::DenseSet<const clang::FunctionDecl *> RanReleased, Ran, FlowsNoted;
  /// Blocks visited, weighted with the size of their states, below the present
  /// root.
  unsigned Steps = 0;
  /// Of them, those in templates of the system's.
  unsigned SystemSteps = 0;
  /// The same below all roots so far.
  unsigned UnitSteps = 0;
  bool GivenUp = false;
  /// The first call in a region of a library on an object, by its type.
  std::map<std::string, ReleasedCall> LibraryCalls;
  const clang::FunctionDecl *Root = nullptr;
  Lock RootGvl = Lock::Held;
  bool RootPresumed = false;

  std::map<std::tuple<unsigned, unsigned, const clang::FunctionDecl *>,
           unsigned>
      Reported;
  llvm::DenseSet<const clang::Expr *> SeenApiCalls, SeenRegionApiCalls,
      SeenBorrows, SeenAccesses;
  /// Owners about whose memory something else was reported.
  llvm::DenseSet<OwnerId> Accused;
  /// Whether any thread was started on an object's memory.
  bool AnyLent = false;
  std::set<std::pair<const clang::Expr *, const clang::FunctionDecl *>>
      SeenRegions, SeenUnresolved;
};

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_INTERPRETER_H
