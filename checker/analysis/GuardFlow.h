//===- GuardFlow.h - Objects and pointers into them, with the lock
//---------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Follows, through one function, which local holds which object and which
/// pointer leads into which, and at each call that may run the collector asks
/// whether anything still keeps the object. A pointer whose object nothing kept
/// is stale from there on; a use of it is handed to the caller.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_GUARDFLOW_H
#define GVLSAN_ANALYSIS_GUARDFLOW_H

#include "analysis/FunctionText.h"
#include "analysis/Program.h"

#include "clang/Analysis/CFG.h"

#include <map>
#include <set>
#include <vector>

namespace gvlsan {

/// An object that a function sees, or what a pointer parameter leads into.
struct Guarded {
  enum Birth : uint8_t {
    /// A parameter: the caller keeps it.
    Given,
    /// What a pointer parameter leads into: whether anything keeps it is the
    /// caller's affair.
    Behind,
    /// Made here, and held by nothing else.
    Fresh,
    /// Made here on some input.
    MaybeFresh,
  };
  Birth From;
  /// The expression that made it; null for parameters.
  const clang::Expr *Made = nullptr;
  /// The parameter, by its number.
  unsigned Parameter = 0;
  /// Its bytes are memory that does not go with it.
  bool StaticBytes = false;
  /// Known to be a String.
  bool IsString = false;
};

/// Why a pointer is stale.
enum class Stale : uint8_t {
  No,
  /// Nothing kept the object over a call that may run the collector.
  Dead,
  /// A call may have moved the bytes.
  Moved,
};

/// What a local, or a part of an expression, may be.
struct GuardAtom {
  enum Kind : uint8_t { Object, Pointer, Address };
  Kind Is = Object;
  Stale Why = Stale::No;
  /// Of Object and Pointer.
  unsigned Owner = 0;
  /// Where a Pointer was taken.
  const clang::Expr *Taken = nullptr;
  /// The call that made it stale.
  const clang::Expr *Call = nullptr;
  /// Of Address: a local, or else C memory that the call Heap made.
  const clang::VarDecl *Variable = nullptr;
  const clang::Expr *Heap = nullptr;

  friend auto operator<=>(const GuardAtom &, const GuardAtom &) = default;
};

using GuardValue = std::set<GuardAtom>;

/// What callers need to know of a function.
struct GuardSummary {
  struct Result {
    /// A pointer, or else an object.
    bool Pointer = false;
    /// The parameter that it is, or leads into; -1: an object made inside.
    int Parameter = -1;
    bool Certain = false;
    friend auto operator<=>(const Result &, const Result &) = default;
  };
  std::set<Result> Returns;
  /// Pointer parameters that are followed after a call that may run the
  /// collector, with that call and that use.
  std::map<unsigned, std::pair<const clang::Expr *, const clang::Expr *>> Late;
};

/// A use of a stale pointer; or of an object, which then was held by nothing
/// but the C memory that Heap made.
struct StaleUse {
  GuardAtom Pointer;
  const clang::Expr *At;
  const clang::Expr *Heap = nullptr;
};

/// What the flow has to ask about functions.
class GuardOracle {
public:
  virtual ~GuardOracle() = default;
  /// Whether \p Callee, or when it is null what \p Call leads to, may run the
  /// collector.
  virtual Collects collects(const clang::FunctionDecl *Callee,
                            const clang::CallExpr *Call) = 0;
  /// Whether something may refer to argument \p N after a call of \p Callee.
  virtual bool keeps(const clang::FunctionDecl *Callee, unsigned N) = 0;
  /// Whether \p Callee follows its argument \p N after it may have run the
  /// collector.
  virtual bool isLate(const clang::FunctionDecl *Callee, unsigned N) = 0;
  /// Whether \p F, of the struct behind an object, holds that very object.
  virtual bool holdsItself(const clang::FieldDecl *F) = 0;
  /// What an own function returns; null when nothing is known.
  virtual const GuardSummary *summary(const clang::FunctionDecl *Callee) = 0;
};

class GuardFlow {
public:
  /// \param Function a definition.
  GuardFlow(Program &Code, const ApiModel &Model, Body &Graph,
            const FunctionText &Text, const clang::FunctionDecl *Function,
            GuardOracle &Ask);

  /// \returns whether it settled; otherwise nothing was found out.
  bool run();

  const GuardSummary &summary() const { return Summary; }
  llvm::ArrayRef<StaleUse> uses() const { return Uses; }
  unsigned valuesInHeap() const { return InHeap.size(); }
  const Guarded &owner(unsigned I) const { return Owners[I]; }
  /// Every place where a pointer into \p Owner is followed or handed on.
  const std::set<const clang::Expr *> &usesOf(unsigned Owner) const {
    return AllUses[Owner];
  }
  /// The locals that hold \p Owner at some point.
  const std::set<const clang::VarDecl *> &holders(unsigned Owner) const {
    return Holders[Owner];
  }
  unsigned pointersTaken() const { return Taken.size(); }

private:
  /// A local or C memory, or a field of it.
  struct Slot {
    const clang::VarDecl *Variable = nullptr;
    const clang::FieldDecl *Field = nullptr;
    const clang::Expr *Heap = nullptr;
    friend auto operator<=>(const Slot &, const Slot &) = default;
    bool isIn(const GuardAtom &Address) const {
      return Variable == Address.Variable && Heap == Address.Heap;
    }
  };
  struct State {
    std::map<Slot, GuardValue> Memory;
    /// Values of expressions that are not used yet.
    std::map<const clang::Expr *, GuardValue> Pending;
    /// Objects that something else refers to as well.
    std::set<unsigned> Kept;
    /// C memory that others know of, so that something may mark what it holds.
    std::set<const clang::Expr *> KnownHeap;
    friend bool operator==(const State &, const State &) = default;
  };

  static bool join(State &Into, const State &From);

  void transfer(State &S, const clang::Stmt *Element);
  void evaluate(State &S, const clang::Expr *E);
  void declare(State &S, const clang::VarDecl *V);
  void call(State &S, const clang::CallExpr *Call);
  GuardValue resultOf(State &S, const clang::CallExpr *Call,
                      const clang::FunctionDecl *Callee,
                      llvm::ArrayRef<GuardValue> Args);
  /// Whether the function tests the type of what \p V holds.
  bool isTypeTested(const clang::VarDecl *V) const;
  /// Whether \p V begins with what another object keeps: an element, an
  /// instance variable.
  bool isElement(const clang::VarDecl *V) const;
  /// Pointers to the bytes or the struct of \p Objects.
  GuardValue pointersInto(const GuardValue &Objects, const clang::Expr *At);
  GuardValue fromFacts(State &S, const clang::CallExpr *Call,
                       const FunctionFacts &Facts,
                       llvm::ArrayRef<GuardValue> Args);

  /// The value of \p E, which is used up.
  GuardValue take(State &S, const clang::Expr *E);
  GuardValue load(State &S, const clang::Expr *Place);
  GuardValue addressOf(State &S, const clang::Expr *Place);
  void store(State &S, const clang::Expr *Place, const GuardValue &V);
  bool holdsItself(const clang::FieldDecl *F);
  /// Follows the pointers in \p V.
  void use(const GuardValue &V, const clang::Expr *At);
  void keep(State &S, const GuardValue &V);
  /// Uses the objects in the C memory \p V leads to.
  void useHeap(State &S, const GuardValue &V, const clang::Expr *At);
  /// Pointers into objects that nothing keeps go stale at \p Call.
  void collect(State &S, const clang::CallExpr *Call,
               llvm::ArrayRef<GuardValue> Args);
  bool isHeld(const State &S, unsigned Owner, const clang::CallExpr *Call,
              llvm::ArrayRef<GuardValue> Args);
  bool isUsedAfter(const clang::VarDecl *V, const clang::CallExpr *Call);

  unsigned ownerOf(const clang::Expr *Made, Guarded::Birth From);
  GuardAtom object(unsigned Owner) const {
    return {GuardAtom::Object, Stale::No, Owner};
  }
  GuardAtom pointer(unsigned Owner, const clang::Expr *At) {
    Taken.insert(At);
    return {GuardAtom::Pointer, Stale::No, Owner, At};
  }
  /// Whether a pointer into it can go stale at all.
  bool canDie(unsigned Owner) const {
    return Owners[Owner].From != Guarded::Given;
  }
  /// Whether nothing uses the value of \p E.
  bool isDropped(const clang::Expr *E) const;
  void returned(const State &S, const GuardValue &V);

  Program &Code;
  const ApiModel &Model;
  Body &Graph;
  const FunctionText &Text;
  const clang::FunctionDecl *Function;
  GuardOracle &Ask;
  std::vector<Guarded> Owners;
  std::map<std::pair<const clang::Expr *, Guarded::Birth>, unsigned> Known;
  std::vector<std::set<const clang::Expr *>> AllUses;
  std::vector<std::set<const clang::VarDecl *>> Holders;
  std::set<const clang::Expr *> Taken, InHeap;
  /// Locals that a volatile store put into memory.
  std::set<const clang::VarDecl *> InMemory;
  std::map<std::pair<const clang::VarDecl *, const clang::CallExpr *>, bool>
      UsedAfter;
  GuardSummary Summary;
  std::vector<StaleUse> Uses;
  std::set<std::pair<GuardAtom, const clang::Expr *>> SeenUses;
};

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_GUARDFLOW_H
