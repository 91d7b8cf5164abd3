//===- UserData.cpp - H1: objects that libraries keep ---------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A VALUE that is turned into a pointer and handed to a C library, in a call
/// or in a field of the library's own struct, is out of the collector's sight:
/// something has to keep the object live and in place.
///
//===----------------------------------------------------------------------===//

#include "analysis/Branches.h"
#include "analysis/DataTypes.h"
#include "analysis/Marking.h"
#include "analysis/Places.h"
#include "analysis/RuleUnit.h"
#include "analysis/SourceText.h"

#include "clang/Basic/SourceManager.h"

using namespace clang;
using namespace gvlsan;

namespace {

/// One object that leaves for a library.
struct Handed {
  const FunctionDecl *In = nullptr;
  const Expr *Object = nullptr;
  SourceLocation Where;
  unsigned Order = 0;
  /// The call, and the function it calls; or the field.
  const CallExpr *Call = nullptr;
  const FunctionDecl *Callee = nullptr;
  const FieldDecl *Field = nullptr;
  /// The local pointer to the struct of Field.
  const VarDecl *Base = nullptr;
  /// The library is told to call a function with it.
  bool HasCallback = false;
  /// The name of the function says that it keeps what it is given.
  bool Keeper = false;
};

class Judge {
public:
  explicit Judge(RuleUnit &Unit)
      : Unit(Unit), Seen(Unit.inventory()), From(Unit.origins()), Types(Seen),
        Reader(Seen), SM(Unit.Context.getSourceManager()) {}

  void run() {
    for (const FunctionDecl *F : Seen.Code.definitions())
      if (F->isExternallyVisible())
        Unit.tell(own(F));
    collectPins();
    for (const Call &C : Seen.Calls)
      readCall(C);
    for (const Assignment &A : Seen.Assignments)
      readAssignment(A);
  }

private:
  static std::string own(const FunctionDecl *F) {
    return "H1 own " + qualifiedName(F);
  }

  /// The VALUE that \p E is when it is a pointer, or nullptr.
  static const Expr *objectIn(const Expr *E) {
    if (!E->getType()->isPointerType())
      return nullptr;
    const Expr *Bare = E->IgnoreParenCasts();
    return isValueType(Bare->getType()) ? Bare : nullptr;
  }

  /// A header in which no declaration knows of objects is a library's.
  bool isLibrary(SourceLocation Loc) {
    Loc = SM.getExpansionLoc(Loc);
    if (Loc.isInvalid() || Seen.Code.isRubyHeader(Loc))
      return false;
    FileID File = SM.getFileID(Loc);
    if (File == SM.getMainFileID())
      return false;
    if (SM.isInSystemHeader(Loc))
      return true;
    if (ValueFiles.empty())
      findValueFiles();
    return !ValueFiles.contains(File);
  }

  void findValueFiles() {
    ValueFiles.insert(SM.getMainFileID());
    for (const Decl *D : Unit.Context.getTranslationUnitDecl()->decls()) {
      bool Knows = false;
      if (const auto *F = dyn_cast<FunctionDecl>(D))
        Knows = isValueType(F->getReturnType()) ||
                llvm::any_of(F->parameters(), [](const ParmVarDecl *P) {
                  return isValueType(P->getType());
                });
      else if (const auto *V = dyn_cast<VarDecl>(D))
        Knows = isValueType(V->getType());
      else if (const auto *R = dyn_cast<RecordDecl>(D))
        Knows = llvm::any_of(R->fields(), [](const FieldDecl *F) {
          return isValueType(F->getType());
        });
      if (Knows)
        ValueFiles.insert(SM.getFileID(SM.getExpansionLoc(D->getLocation())));
    }
  }

  /// What mark functions pin: fields, and what a library's function hands back.
  void collectPins() {
    for (const FunctionDecl *F : Seen.Code.definitions())
      for (const Shown &S : Reader.summary(F).All)
        if (S.Field && S.Elements && S.How == Marking::Pinned)
          pinElements(S.Field);
        else if (S.Field && (S.How == Marking::Pinned || S.Located))
          Pinned.insert(S.Field);
        else if (S.Elements && S.How == Marking::Pinned)
          Unit.tell(pinsElements(F, S.Parameter));
    // Helpers in other files that pin the elements of what they are given.
    for (const Call &C : Seen.Calls)
      if (C.Callee && !Seen.facts(C) && !Seen.Code.ownDefinition(C.Callee) &&
          !SM.isInSystemHeader(C.Callee->getLocation()))
        for (unsigned I = 0; I < C.Expr->getNumArgs(); ++I)
          if (isValueType(C.Expr->getArg(I)->getType()) &&
              Unit.known(pinsElements(C.Callee, I))) {
            FieldSet Given = Reader.fieldsOf(C.Expr->getArg(I));
            for (const FieldDecl *F : Given.Fields)
              pinElements(F);
            for (unsigned P : Given.Parameters)
              if (C.In)
                Unit.tell(pinsElements(C.In, P));
          }
    for (const Call &C : Seen.Calls) {
      const FunctionFacts *Facts = Seen.facts(C);
      if (!Facts || Facts->Marks != Marking::Pinned || Facts->MarksArg < 0 ||
          Facts->MarksArg >= static_cast<int>(C.Expr->getNumArgs()))
        continue;
      const Expr *What = valueOf(C.Expr->getArg(Facts->MarksArg));
      // Perhaps by way of a variable.
      llvm::SmallVector<const Expr *, 4> Sources{What};
      if (const VarDecl *V = spotOf(What).Variable)
        for (unsigned I : Seen.assignmentsTo(V))
          Sources.push_back(valueOf(Seen.Assignments[I].Value));
      for (const Expr *Source : Sources)
        if (const auto *Getter = dyn_cast<CallExpr>(Source))
          if (const FunctionDecl *Callee = calleeOf(Getter);
              Callee && isLibrary(Callee->getLocation())) {
            PinningFunctions.insert(C.In);
            for (const Expr *Arg : Getter->arguments())
              if (Spot Key = spotOf(Arg);
                  Key && Key.Variable->hasGlobalStorage())
                PinnedKeys.insert(Key.Variable);
          }
    }
  }

  static std::string pinsElements(const FunctionDecl *F, unsigned I) {
    return "H1 pins elements " + qualifiedName(F) + " " + std::to_string(I);
  }

  void pinElements(const FieldDecl *F) {
    PinnedElements.insert(F);
    Unit.tell("H1 elements pinned " + fieldName(F));
  }

  /// The function that hands the object over also puts a container into a field
  /// whose elements a mark function pins: it is among them.
  bool isAmongElements(const Handed &H) {
    auto Pins = [&](const Expr *Target) {
      return llvm::any_of(
          Reader.fieldsOf(Target).Fields, [&](const FieldDecl *F) {
            return isValueType(F->getType()) &&
                   (PinnedElements.contains(F) ||
                    Unit.known("H1 elements pinned " + fieldName(F)));
          });
    };
    for (const Assignment &A : Seen.Assignments)
      if (A.In == H.In && A.Target && Pins(A.Target))
        return true;
    return llvm::any_of(Seen.callsIn(H.In), [&](unsigned I) {
      const FunctionFacts *Facts = Seen.facts(Seen.Calls[I]);
      return Facts && Facts->StoresTo >= 0 &&
             Facts->StoresTo <
                 static_cast<int>(Seen.Calls[I].Expr->getNumArgs()) &&
             Pins(Seen.Calls[I].Expr->getArg(Facts->StoresTo));
    });
  }

  void readCall(const Call &C) {
    if (!C.Callee || Seen.Code.ownDefinition(C.Callee) ||
        Seen.Code.facts(C.Callee) || C.Callee->getBuiltinID() ||
        !C.Callee->getIdentifier() || !isLibrary(C.Callee->getLocation()))
      return;
    StringRef Name = C.Callee->getName();
    const FunctionFacts *Facts = Seen.Model.find(Name);
    bool Keeper = Seen.Model.namesKeeper(Name);
    if ((Facts && (Facts->Transient || !Facts->Calls.empty())) ||
        (!Keeper && Seen.Model.namesTransient(Name)))
      return;
    Handed H{C.In, nullptr, {}, C.Order, C.Expr, C.Callee};
    H.Keeper = Keeper;
    for (const Expr *Arg : C.Expr->arguments()) {
      const FunctionDecl *F = functionIn(Arg);
      const Expr *Bare = Arg->IgnoreParenCasts();
      if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(Bare))
        if (!F)
          F = functionIn(Choice->getTrueExpr())
                  ? functionIn(Choice->getTrueExpr())
                  : functionIn(Choice->getFalseExpr());
      H.HasCallback |= F != nullptr || Bare->getType()->isFunctionPointerType();
    }
    for (unsigned I = 0; I < C.Expr->getNumArgs(); ++I) {
      bool Fixed = I < C.Callee->getNumParams();
      H.Object = objectIn(C.Expr->getArg(I));
      // Without a callback, and unless the name says that it keeps it, the
      // library only looks at the address, as for a message.
      if (!H.Object || (Fixed ? !H.HasCallback && !Keeper : !Keeper))
        continue;
      H.Where = C.Expr->getArg(I)->getExprLoc();
      judge(H);
    }
  }

  void readAssignment(const Assignment &A) {
    const auto *Member =
        A.Target ? dyn_cast<MemberExpr>(A.Target->IgnoreParens()) : nullptr;
    const auto *Field =
        Member ? dyn_cast<FieldDecl>(Member->getMemberDecl()) : nullptr;
    if (!Field || !Field->getType()->isVoidPointerType())
      return;
    const Expr *Object = objectIn(A.Value);
    // The frame keeps what a struct of its own holds.
    if (!Object || (spotOf(A.Target) && spotOf(A.Target).Variable &&
                    spotOf(A.Target).Variable->hasLocalStorage()))
      return;
    const RecordDecl *Record = Field->getParent();
    while (const auto *Outer = dyn_cast<RecordDecl>(Record->getDeclContext()))
      Record = Outer;
    if (!isLibrary(Record->getLocation()))
      return;
    Handed H{A.In, Object, A.Value->getExprLoc(), A.Order};
    H.Field = Field->getCanonicalDecl();
    H.Base = baseOf(A.Target);
    H.Keeper = true;
    judge(H);
  }

  void judge(const Handed &H) {
    if (H.Callee && !SM.isInSystemHeader(H.Callee->getLocation()) &&
        Unit.known(own(H.Callee)))
      return;
    Unit.looked("objects handed to libraries as user data (H1)");
    OriginSet Objects = From.of(H.Object);
    const ObjectOrigin *Weakest = Objects.weakest();
    if (!Weakest)
      return;
    if (isPinned(H, Objects) || isAmongElements(H) || isTakenBack(H) ||
        isDoneWithHere(H))
      return;
    // While the library runs, the frame or its caller holds it.
    if (const Call *Run = Unit.Opts.Profile == Strict ? nullptr : onlyRun(H);
        Run && (isCallers(H, H.Object) ||
                (isMadeHere(H.Base) && isUsedAfter(H, *Run))))
      return;
    FieldSet Read = Reader.fieldsOf(H.Object);
    bool FromField = !Read.Fields.empty();
    if (Weakest->From == Standing::Stored && !FromField)
      return;
    report(H, Objects, *Weakest, FromField);
  }

  bool isPinned(const Handed &H, const OriginSet &Objects) {
    if (H.Field && Pinned.contains(H.Field))
      return true;
    FieldSet Read = Reader.fieldsOf(H.Object);
    if (llvm::any_of(Read.Fields, [&](const FieldDecl *F) {
          return Pinned.contains(F) || Unit.known("C1 pinned " + fieldName(F));
        }))
      return true;
    if (H.Call)
      for (const Expr *Arg : H.Call->arguments())
        if (Spot Key = spotOf(Arg); Key && PinnedKeys.contains(Key.Variable))
          return true;
    for (const VarDecl *V : Objects.Through) {
      if (From.isRooted(V) || pinsItself(V))
        return true;
      // The same object is in a field that is pinned.
      for (const Assignment &A : Seen.Assignments)
        if (A.In == H.In && A.Target && spotOf(valueOf(A.Value)).Variable == V)
          for (const FieldDecl *F : Reader.fieldsOf(A.Target).Fields)
            if (Pinned.contains(F))
              return true;
    }
    return false;
  }

  /// The object in \p V is of a type whose mark function pins what the library
  /// hands back: the object itself.
  bool pinsItself(const VarDecl *V) {
    for (unsigned I = 0; I < Types.All.size(); ++I) {
      const DataType &T = Types.All[I];
      if (!T.Mark.Function ||
          !PinningFunctions.contains(T.Mark.Function->getCanonicalDecl()))
        continue;
      if (Types.typeOfObject(V) == static_cast<int>(I) || isOpenedAs(V, I))
        return true;
    }
    return false;
  }

  bool isOpenedAs(const VarDecl *V, unsigned Type) {
    for (const Call &C : Seen.Calls)
      if (Types.openedObject(C.Expr) == V &&
          Types.typeOf(C.Expr) == static_cast<int>(Type))
        return true;
    return false;
  }

  /// The same function puts something else in its place before it returns.
  bool isTakenBack(const Handed &H) {
    if (H.Field) {
      return llvm::any_of(Seen.Assignments, [&](const Assignment &A) {
        return A.In == H.In && A.Order > H.Order && A.Target &&
               Reader.fieldsOf(A.Target).Fields.contains(H.Field) &&
               !objectIn(A.Value) && !excludes(H, A.Where);
      });
    }
    return llvm::any_of(Seen.callsIn(H.In), [&](unsigned I) {
      const Call &C = Seen.Calls[I];
      return C.Callee == H.Callee && C.Order > H.Order &&
             !excludes(H, C.Expr->getExprLoc()) &&
             llvm::none_of(C.Expr->arguments(), [](const Expr *Arg) {
               return objectIn(Arg) != nullptr;
             });
    });
  }

  bool excludes(const Handed &H, SourceLocation Other) {
    const FunctionDecl *Own = H.In ? Seen.Code.ownDefinition(H.In) : nullptr;
    return Own && areExclusive(Unit.Context, Own->getBody(), H.Where, Other);
  }

  /// What is handed the object is made here, and nobody outside gets to know
  /// it: the object outlives it in this frame.
  bool isDoneWithHere(const Handed &H) {
    if (!H.Call)
      return false;
    for (const Expr *Arg : H.Call->arguments()) {
      const auto *Ref = dyn_cast<DeclRefExpr>(Arg->IgnoreParenCasts());
      const auto *V = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
      if (!V || !V->hasLocalStorage() || isa<ParmVarDecl>(V) ||
          !V->getType()->isPointerType())
        continue;
      bool Escapes = false;
      for (const Assignment &A : Seen.Assignments)
        Escapes |= A.In == H.In && A.Target &&
                   spotOf(valueOf(A.Value)).Variable == V->getCanonicalDecl();
      for (unsigned I : Seen.callsIn(H.In)) {
        const FunctionFacts *Facts = Seen.facts(Seen.Calls[I]);
        if (Facts && Facts->Struct >= 0 &&
            Facts->Struct < static_cast<int>(Seen.Calls[I].Expr->getNumArgs()))
          Escapes |= baseOf(Seen.Calls[I].Expr->getArg(Facts->Struct)) ==
                     V->getCanonicalDecl();
      }
      for (const Expr *Returned : Seen.returnsOf(H.In))
        Escapes |= spotOf(valueOf(Returned)).Variable == V->getCanonicalDecl();
      if (isMadeHere(V) && !Escapes)
        return true;
    }
    return false;
  }

  /// Whether the caller holds what \p E is: an argument, or what came with
  /// other arguments in a struct.
  bool isCallers(const Handed &H, const Expr *E, unsigned Depth = 0) {
    E = valueOf(E);
    if (Depth > 4)
      return false;
    if (const auto *Member = dyn_cast<MemberExpr>(E)) {
      const auto *R =
          cast<RecordDecl>(Member->getMemberDecl()->getDeclContext());
      return llvm::none_of(
          Types.All, [&](const DataType &T) { return T.Records.contains(R); });
    }
    const VarDecl *V = spotOf(E).Variable;
    if (!V || !V->hasLocalStorage())
      return false;
    bool Held = isa<ParmVarDecl>(V) || isTakenFromArguments(V, H.In);
    for (unsigned I : Seen.assignmentsTo(V)) {
      const Assignment &A = Seen.Assignments[I];
      if (A.In != H.In || excludes(H, A.Where))
        continue;
      const auto *Call = dyn_cast<CallExpr>(valueOf(A.Value));
      bool ThroughItself =
          Call && llvm::any_of(Call->arguments(), [&](const Expr *Arg) {
            return spotOf(Arg).Variable == V;
          });
      // Its value before is looked at with the other assignments.
      if (ThroughItself ? !handsThrough(Call, V)
                        : !isCallers(H, A.Value, Depth + 1))
        return false;
      Held |= !ThroughItself;
    }
    return Held;
  }

  bool isTakenFromArguments(const VarDecl *V, const FunctionDecl *In) {
    return llvm::any_of(Seen.callsIn(In), [&](unsigned I) {
      const CallExpr *Call = Seen.Calls[I].Expr;
      const FunctionFacts *Facts = Seen.facts(Seen.Calls[I]);
      return Facts && Facts->FillsArguments &&
             llvm::any_of(Call->arguments(), [&](const Expr *Arg) {
               return addressedSpot(Arg).Variable == V;
             });
    });
  }

  /// Whether \p Call returns the argument that is \p V, whatever it does.
  bool handsThrough(const CallExpr *Call, const VarDecl *V) {
    const FunctionDecl *Callee = calleeOf(Call);
    ArrayRef<const Expr *> Returned =
        Callee ? Seen.returnsOf(Callee) : ArrayRef<const Expr *>();
    return !Returned.empty() && llvm::all_of(Returned, [&](const Expr *R) {
      const auto *P = dyn_cast_or_null<ParmVarDecl>(spotOf(R).Variable);
      return P && P->getFunctionScopeIndex() < Call->getNumArgs() &&
             spotOf(Call->getArg(P->getFunctionScopeIndex())).Variable == V;
    });
  }

  /// The library's struct that is told of the object.
  const RecordDecl *handleOf(const Handed &H) {
    auto IsLibrary = [&](const RecordDecl *R) {
      return R && isLibrary(R->getLocation());
    };
    if (H.Field)
      return IsLibrary(H.Field->getParent()) ? H.Field->getParent() : nullptr;
    for (const Expr *Arg : H.Call->arguments())
      if (const RecordDecl *R = pointedRecord(Arg->getType()); IsLibrary(R))
        return R;
    return nullptr;
  }

  /// What runs the library next, if it is called nowhere else: whenever the
  /// library calls back, this function is under way and has handed it an
  /// object.
  const Call *onlyRun(const Handed &H) {
    const RecordDecl *Handle = handleOf(H);
    const Call *Next = nullptr;
    if (Handle)
      for (unsigned I : Seen.callsIn(H.In)) {
        const Call &C = Seen.Calls[I];
        if (C.Order <= H.Order || C.Expr == H.Call || !C.Callee ||
            Seen.facts(C) || (Next && Next->Order < C.Order) ||
            excludes(H, C.Expr->getExprLoc()))
          continue;
        if (llvm::any_of(C.Expr->arguments(), [&](const Expr *Arg) {
              const RecordDecl *R = pointedRecord(Arg->getType());
              return R && declaresSameEntity(R, Handle);
            }))
          Next = &C;
      }
    bool IsOnly = Next && Next->Callee != H.Callee &&
                  llvm::all_of(Seen.Calls, [&](const Call &C) {
                    return C.Callee != Next->Callee || C.In == H.In;
                  });
    return IsOnly ? Next : nullptr;
  }

  /// Whether \p V is a local to which a library's function hands a struct.
  bool isMadeHere(const VarDecl *V) {
    return V && V->hasLocalStorage() && !isa<ParmVarDecl>(V) &&
           llvm::any_of(Seen.assignmentsTo(V), [&](unsigned I) {
             const auto *Maker =
                 dyn_cast<CallExpr>(valueOf(Seen.Assignments[I].Value));
             const FunctionDecl *Callee = Maker ? calleeOf(Maker) : nullptr;
             return Callee && isLibrary(Callee->getLocation()) &&
                    !Seen.Code.facts(Callee);
           });
  }

  /// Whether a variable of the frame still has the object after \p Run.
  bool isUsedAfter(const Handed &H, const Call &Run) {
    const VarDecl *V = spotOf(valueOf(H.Object)).Variable;
    const FunctionDecl *Own = Seen.Code.ownDefinition(H.In);
    if (!V || !V->hasLocalStorage() || !Own)
      return false;
    SourceLocation End = SM.getExpansionLoc(Run.Expr->getEndLoc());
    return V->getType().isVolatileQualified() ||
           llvm::any_of(Seen.Code.text(Own).mentions(V),
                        [&](const DeclRefExpr *Ref) {
                          return SM.isBeforeInTranslationUnit(
                              End, SM.getExpansionLoc(Ref->getLocation()));
                        });
  }

  bool isKept(const Handed &H, const OriginSet &Objects) {
    return llvm::any_of(Objects.Through,
                        [&](const VarDecl *V) { return From.isKept(V, H.In); });
  }

  /// Whether the library's side of the call lives longer than it: a field, a
  /// global, or what the object itself wraps.
  bool outlivesCall(const Handed &H) {
    if (!H.Call)
      return true;
    bool HasHandle = false;
    for (const Expr *Arg : H.Call->arguments()) {
      if (objectIn(Arg) || functionIn(Arg) || !Arg->getType()->isPointerType())
        continue;
      HasHandle = true;
      if (!Reader.fieldsOf(Arg).Fields.empty())
        return true;
      const VarDecl *V = spotOf(Arg).Variable;
      if (V && (V->hasGlobalStorage() ||
                llvm::any_of(Seen.assignmentsTo(V), [&](unsigned I) {
                  return Types.openedObject(Seen.Assignments[I].Value) !=
                         nullptr;
                })))
        return true;
    }
    // Without one the library keeps it for the whole process.
    return !HasHandle;
  }

  void report(const Handed &H, const OriginSet &Objects,
              const ObjectOrigin &Weakest, bool FromField) {
    bool Self = llvm::any_of(
        Objects.Through, [&](const VarDecl *V) { return isReceiver(V, H.In); });
    bool Lives = Self || FromField || isKept(H, Objects) ||
                 Weakest.From == Standing::Kept ||
                 Weakest.From == Standing::Rooted;
    Finding F;
    F.Rule = RuleId::H1;
    bool Certain =
        Weakest.From != Standing::Unknown && H.Keeper && outlivesCall(H);
    F.Level = Certain ? Severity::Error : Severity::Warning;
    F.Where = H.Where;
    F.Function = H.In ? qualifiedName(H.In) : "";
    F.Missing = Lives ? "in place" : "live";
    std::string To = H.Field ? "the field '" + H.Field->getNameAsString() +
                                   "' of a library's struct"
                             : "'" + H.Callee->getNameAsString() + "'";
    F.Message = "an object is handed to " + To + ", which " +
                (Certain ? "keeps" : "may keep") + " it: " +
                (Lives ? "it lives, but may be moved, and nothing pins it"
                       : "nothing keeps it live or in place");
    F.Notes.push_back(
        {H.Field ? H.Field->getLocation() : H.Callee->getLocation(),
         "it is declared here, by a library that knows of no "
         "objects"});
    Unit.report(std::move(F));
  }

  /// The first parameter of a method: its caller holds it.
  bool isReceiver(const VarDecl *V, const FunctionDecl *In) {
    const auto *P = dyn_cast<ParmVarDecl>(V);
    if (P && P->getName() == "self")
      return true;
    // Or an object whose struct is opened or made here.
    for (unsigned I : Seen.callsIn(In)) {
      if (Types.openedObject(Seen.Calls[I].Expr) == V)
        return true;
    }
    return Types.typeOfObject(V) >= 0;
  }

  RuleUnit &Unit;
  Inventory &Seen;
  Origins &From;
  DataTypes Types;
  MarkReader Reader;
  const SourceManager &SM;
  llvm::DenseSet<FileID> ValueFiles;
  llvm::DenseSet<const FieldDecl *> Pinned, PinnedElements;
  llvm::DenseSet<const VarDecl *> PinnedKeys;
  llvm::DenseSet<const FunctionDecl *> PinningFunctions;
};

} // namespace

namespace gvlsan {
void judgeUserData(RuleUnit &Unit) {
  if (Unit.demands(RuleId::H1))
    Judge(Unit).run();
}
} // namespace gvlsan
