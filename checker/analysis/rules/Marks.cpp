//===- Marks.cpp - C1: references of C structs ----------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Every field of a C struct behind an object that holds another object is
/// marked: pinned, or movable and updated when it moves.
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

/// A write of an object to a field.
struct Store {
  const FunctionDecl *In = nullptr;
  const Expr *Target = nullptr;
  const Expr *Value = nullptr;
  SourceLocation Where;
  unsigned Order = 0;
};

/// How the object that a field holds stands to the struct's own object.
enum class Tie { None, Kept, Self };

class Judge {
public:
  explicit Judge(RuleUnit &Unit)
      : Unit(Unit), Seen(Unit.inventory()), From(Unit.origins()), Types(Seen),
        Reader(Seen) {}

  void run() {
    Unit.looked("T_DATA types (C1, D1)", Types.All.size());
    collectMarks();
    collectRecords();
    for (const DataType &T : Types.All)
      judgePairs(T);
    collectStores();
    collectWalked();
    for (const FieldDecl *F : StoredFields)
      judgeField(F);
    for (const Call &C : Seen.Calls)
      judgeTable(C);
  }

private:
  bool marksAll(const MarkSummary &S) {
    return llvm::any_of(S.All, [](const Shown &M) {
      return !M.Field && M.Parameter == 0 && M.Many;
    });
  }

  /// What any function of the unit marks, whoever runs it: a mark function is
  /// not written for nothing.
  void collectMarks() {
    for (const FunctionDecl *F : Seen.Code.definitions()) {
      const MarkSummary &Summary = Reader.summary(F);
      for (const Shown &S : Summary.All)
        if (S.Field && !S.Elements)
          note(S.Field, S.Located);
      if (F->isExternallyVisible() && !Summary.All.empty())
        Unit.tell(shows(qualifiedName(F)));
    }
    for (const DataType &T : Types.All) {
      if (T.List)
        for (const FieldDecl *F : listed(T)) {
          note(F, false);
          note(F, true);
        }
      if (T.Mark.Function && Seen.Code.ownDefinition(T.Mark.Function) &&
          marksAll(Reader.summary(T.Mark.Function)))
        for (const RecordDecl *R : T.Records)
          for (const FieldDecl *F : R->fields())
            note(F->getCanonicalDecl(), false);
    }
    noteRanges();
    for (const Call &C : Seen.Calls) {
      const FunctionFacts *Facts = Seen.facts(C);
      if (!Facts || Facts->DoesTo < 0 ||
          Facts->DoesTo >= static_cast<int>(C.Expr->getNumArgs()) ||
          (Facts->Does != Effect::Registers && Facts->Does != Effect::Roots))
        continue;
      for (const FieldDecl *F :
           Reader.fieldsOf(C.Expr->getArg(Facts->DoesTo)).Fields)
        note(F, false);
    }
  }

  /// What mark functions, or what they run, hand to any function: a table goes
  /// to one that calls back for each entry.
  void collectWalked() {
    llvm::SetVector<const FunctionDecl *> Reached;
    for (const DataType &T : Types.All)
      for (const DataFunction *Does : {&T.Mark, &T.Compact})
        if (Does->Function)
          Reached.insert(Does->Function->getCanonicalDecl());
    for (unsigned I = 0; I < Reached.size(); ++I)
      for (unsigned Index : Seen.callsIn(Reached[I])) {
        const Call &C = Seen.Calls[Index];
        if (C.Callee)
          Reached.insert(C.Callee->getCanonicalDecl());
        for (const Expr *Arg : C.Expr->arguments()) {
          if (const FunctionDecl *Handed = functionIn(Arg))
            Reached.insert(Handed->getCanonicalDecl());
          for (const FieldDecl *F : Reader.fieldsOf(Arg).Fields)
            if (pointedRecord(F->getType()) && Walked.insert(F).second)
              Unit.tell("C1 walks " + fieldName(F));
        }
      }
  }

  void note(const FieldDecl *F, bool IsLocated) {
    (IsLocated ? Located : Marked).insert(F);
    Unit.tell((IsLocated ? "C1 located " : "C1 marked ") + fieldName(F));
  }

  /// From one field's address to another's: all between.
  void noteRanges() {
    for (const Call &C : Seen.Calls) {
      const FunctionFacts *Facts = Seen.facts(C);
      if (!Facts || Facts->Marks == Marking::None || !Facts->MarksMany ||
          Facts->MarksArg + 1 >= static_cast<int>(C.Expr->getNumArgs()))
        continue;
      FieldSet Begin = Reader.fieldsOf(C.Expr->getArg(Facts->MarksArg));
      FieldSet End = Reader.fieldsOf(C.Expr->getArg(Facts->MarksArg + 1));
      for (const FieldDecl *B : Begin.Fields)
        for (const FieldDecl *E : End.Fields)
          if (B->getParent() == E->getParent())
            for (const FieldDecl *F : B->getParent()->fields())
              if (F->getFieldIndex() >= B->getFieldIndex() &&
                  F->getFieldIndex() <= E->getFieldIndex())
                note(F->getCanonicalDecl(), false);
    }
  }

  llvm::SmallVector<const FieldDecl *, 8> listed(const DataType &T) {
    llvm::SmallVector<const FieldDecl *, 8> Fields;
    for (unsigned I : Seen.assignmentsTo(T.List)) {
      FieldSet Named = Reader.fieldsOf(Seen.Assignments[I].Value);
      Fields.append(Named.Fields.begin(), Named.Fields.end());
    }
    return Fields;
  }

  bool isLocated(const FieldDecl *F) {
    return Located.contains(F) || Unit.known("C1 located " + fieldName(F));
  }
  bool isMarked(const FieldDecl *F) {
    return Marked.contains(F) || Unit.known("C1 marked " + fieldName(F));
  }

  /// Movable, and not updated by this type's own function.
  void judgePairs(const DataType &T) {
    const FunctionDecl *Mark = T.Mark.Function;
    if (!Mark || !Seen.Code.ownDefinition(Mark) || T.Compact.Unresolved)
      return;
    const FunctionDecl *Compact = T.Compact.Function;
    bool Sees = !Compact || Seen.Code.ownDefinition(Compact);
    const MarkSummary &Marks = Reader.summary(Mark);
    llvm::DenseSet<const FieldDecl *> Updated, Pinned, Done;
    if (Compact && Sees)
      for (const Shown &S : Reader.summary(Compact).All)
        if (S.Field && S.Located)
          Updated.insert(S.Field);
    bool Asks = Compact && (!Sees || !Reader.summary(Compact).Foreign.empty());
    for (const Shown &S : Marks.All)
      if (S.Field && S.How == Marking::Pinned)
        Pinned.insert(S.Field);
    for (const Shown &S : Marks.All) {
      if (!S.Field || S.Elements || S.How != Marking::Movable ||
          Pinned.contains(S.Field) || Updated.contains(S.Field) ||
          !Done.insert(S.Field).second)
        continue;
      if (Asks && Unit.known("C1 located " + fieldName(S.Field)))
        continue;
      if (!Reported.insert({S.Site, S.Field}).second)
        continue;
      Finding F;
      F.Rule = RuleId::C1;
      F.Level = Severity::Error;
      F.Where = S.Site->getExprLoc();
      F.Function = functionAround(S.Site);
      F.Missing = "in place";
      F.Message = "'" + S.Field->getNameAsString() +
                  "' is marked movable, and " +
                  (Compact ? "dcompact does not update it"
                           : T.name() + " has no dcompact that updates it") +
                  ": it is stale once the object has moved";
      F.Notes.push_back({T.Where, "the type is described here"});
      if (Compact)
        F.Notes.push_back(
            {Compact->getLocation(), "dcompact is this function"});
      Unit.report(std::move(F));
    }
  }

  std::string functionAround(const CallExpr *Site) {
    for (const Call &C : Seen.Calls)
      if (C.Expr == Site && C.In)
        return qualifiedName(C.In);
    return "";
  }

  /// The structs behind objects, with those that lie within them, and those
  /// they point to that live in C memory of their own.
  void collectRecords() {
    llvm::SmallPtrSet<const RecordDecl *, 8> Allocated;
    for (const Assignment &A : Seen.Assignments) {
      const auto *Call = dyn_cast<CallExpr>(valueOf(A.Value));
      const FunctionDecl *Callee = Call ? calleeOf(Call) : nullptr;
      const FunctionFacts *Facts = Callee ? Seen.Code.facts(Callee) : nullptr;
      if (Facts && (Facts->Returns == Result::Heap ||
                    Facts->Returns == Result::ZeroHeap))
        if (const RecordDecl *R = pointedRecord(
                A.Target ? A.Target->getType() : A.Variable->getType()))
          Allocated.insert(R);
    }
    for (unsigned I = 0; I < Types.All.size(); ++I)
      for (const RecordDecl *R : Types.All[I].Records) {
        enter(R, static_cast<int>(I), Allocated, 0);
        Wrapped.insert(R);
        Unit.tell("C1 wrapped " + R->getNameAsString());
      }
    for (const FunctionDecl *F : Seen.Code.definitions())
      for (const Decl *D : F->decls())
        if (const auto *V = dyn_cast<VarDecl>(D))
          if (V->hasLocalStorage())
            enterFrame(V->getType()->getAsRecordDecl(), 0);
  }

  /// With what lies in a struct, or is reached from it.
  void enterFrame(const RecordDecl *R, unsigned Depth) {
    R = R ? R->getDefinition() : nullptr;
    if (!R || Depth > 4 || !OnStack.insert(R).second)
      return;
    for (const FieldDecl *F : R->fields()) {
      QualType T = F->getType();
      while (const auto *Array = T->getAsArrayTypeUnsafe())
        T = Array->getElementType();
      if (const RecordDecl *Inner = T->getAsRecordDecl())
        enterFrame(Inner, Depth + 1);
      else if (const RecordDecl *Pointed = pointedRecord(T);
               Pointed && !Wrapped.contains(Pointed))
        enterFrame(Pointed, Depth + 1);
    }
  }

  void enter(const RecordDecl *R, int Type,
             const llvm::SmallPtrSetImpl<const RecordDecl *> &Allocated,
             unsigned Depth) {
    if (!R || Depth > 4 || Seen.Model.isSlot(R->getName()) ||
        !Behind.try_emplace(R, Type).second)
      return;
    for (const FieldDecl *F : R->fields()) {
      QualType T = F->getType();
      while (const auto *Array = T->getAsArrayTypeUnsafe())
        T = Array->getElementType();
      if (const RecordDecl *Inner = T->getAsRecordDecl())
        enter(Inner->getDefinition(), Type, Allocated, Depth + 1);
      else if (const RecordDecl *Pointed = pointedRecord(T);
               Pointed && Allocated.contains(Pointed))
        enter(Pointed, Type, Allocated, Depth + 1);
    }
  }

  static const FieldDecl *objectField(const Expr *Target,
                                      bool &ThroughPointer) {
    const FieldDecl *Field = nullptr;
    ThroughPointer = false;
    for (const Expr *E = Target->IgnoreParenCasts();;) {
      if (const auto *Element = dyn_cast<ArraySubscriptExpr>(E)) {
        E = Element->getBase()->IgnoreParenCasts();
        // An element of memory of its own is not the struct's.
        if (!E->getType()->isArrayType())
          return nullptr;
      } else if (const auto *Member = dyn_cast<MemberExpr>(E)) {
        const auto *F = dyn_cast<FieldDecl>(Member->getMemberDecl());
        if (!F)
          return nullptr;
        if (!Field)
          Field = F->getCanonicalDecl();
        if (Member->isArrow()) {
          ThroughPointer = true;
          return Field;
        }
        E = Member->getBase()->IgnoreParenCasts();
      } else {
        return Field;
      }
    }
  }

  void addStore(const Expr *Target, Store S) {
    bool ThroughPointer = false;
    const FieldDecl *F = objectField(Target, ThroughPointer);
    // A struct in the frame is scanned with it.
    if (!F || !ThroughPointer)
      return;
    S.Target = Target;
    if (Stores[F].empty())
      StoredFields.push_back(F);
    Stores[F].push_back(S);
  }

  void collectStores() {
    for (const Assignment &A : Seen.Assignments)
      if (A.Target && isValueType(A.Target->getType()))
        addStore(A.Target, {A.In, nullptr, A.Value, A.Where, A.Order});
    for (const Call &C : Seen.Calls) {
      const FunctionFacts *Facts = Seen.facts(C);
      if (!Facts || Facts->StoresTo < 0 ||
          std::max(Facts->StoresTo, Facts->StoresWhat) >=
              static_cast<int>(C.Expr->getNumArgs()))
        continue;
      const auto *Address = dyn_cast<UnaryOperator>(
          C.Expr->getArg(Facts->StoresTo)->IgnoreParenCasts());
      if (Address && Address->getOpcode() == UO_AddrOf)
        addStore(Address->getSubExpr(),
                 {C.In, nullptr, C.Expr->getArg(Facts->StoresWhat),
                  C.Expr->getExprLoc(), C.Order});
    }
  }

  void judgeField(const FieldDecl *F) {
    const auto *R = cast<RecordDecl>(F->getParent());
    auto It = Behind.find(R);
    if (It == Behind.end())
      return;
    Unit.looked("fields of C structs that hold objects (C1)");
    if (isMarked(F) || isHandledOutOfSight(Types.All[It->second]))
      return;
    for (const Store &S : Stores[F])
      if (judgeStore(F, S, Types.All[It->second]))
        return;
  }

  /// The mark function, or somebody that it hands the struct to, is in a file
  /// that is not looked at: nothing can be said of what is not marked.
  bool isHandledOutOfSight(const DataType &T) {
    const FunctionDecl *Mark = T.Mark.Function;
    if (!Mark)
      return T.Mark.Unresolved && !T.List;
    if (!Seen.Code.ownDefinition(Mark))
      return !Unit.known(shows(qualifiedName(Mark)));
    const MarkSummary &Marks = Reader.summary(Mark);
    return llvm::any_of(Marks.Foreign, [&](const std::string &Name) {
      return !Unit.known(shows(Name));
    });
  }

  static std::string shows(const std::string &Name) {
    return "C1 shows " + Name;
  }

  /// Objects that are put into a table of the struct, which no mark function
  /// looks into.
  void judgeTable(const Call &C) {
    const FunctionFacts *Facts = Seen.facts(C);
    int N = Facts ? Facts->Table : -1;
    if (N < 0 || N >= static_cast<int>(C.Expr->getNumArgs()))
      return;
    for (const FieldDecl *F : Reader.fieldsOf(C.Expr->getArg(N)).Fields) {
      auto It = Behind.find(cast<RecordDecl>(F->getParent()));
      if (It == Behind.end())
        continue;
      Unit.looked("objects in C tables (C1)");
      const DataType &T = Types.All[It->second];
      if (isHandledOutOfSight(T) || isWalked(F))
        continue;
      for (unsigned I = N + 1; I < C.Expr->getNumArgs(); ++I)
        if (reportTable(F, C, C.Expr->getArg(I), T))
          break;
    }
  }

  bool reportTable(const FieldDecl *F, const Call &C, const Expr *Item,
                   const DataType &T) {
    const Expr *Object = Item->IgnoreParenCasts();
    if (!isValueType(Object->getType()))
      return false;
    OriginSet Objects = From.of(Object);
    const ObjectOrigin *Weakest = Objects.weakest();
    if (!Weakest || Weakest->From == Standing::Stored ||
        llvm::any_of(Objects.Through,
                     [&](const VarDecl *V) { return From.isRooted(V); }) ||
        !Tables.insert(F).second)
      return false;
    bool Kept =
        Weakest->From == Standing::Kept || Weakest->From == Standing::Rooted ||
        llvm::any_of(Objects.Through,
                     [&](const VarDecl *V) { return From.isKept(V, C.In); });
    bool Certain = !Kept && (Weakest->From == Standing::Fresh ||
                             Weakest->From == Standing::Given);
    Finding Out;
    Out.Rule = RuleId::C1;
    Out.Level = Certain ? Severity::Error : Severity::Warning;
    Out.Where = Item->getExprLoc();
    Out.Function = C.In ? qualifiedName(C.In) : "";
    Out.Missing = Kept ? "in place" : "live";
    Out.Message =
        "the table '" + F->getNameAsString() +
        "' of the struct behind an object is given " + describe(*Weakest) +
        (Kept ? ", which lives but may be moved: nothing marks or updates "
                "what is in the table"
              : ", and nothing marks what is in the table: it may be freed or "
                "moved");
    noteType(Out, T);
    Out.Notes.push_back({F->getLocation(), "the table is declared here"});
    Unit.report(std::move(Out));
    return true;
  }

  bool isWalked(const FieldDecl *F) {
    return Walked.contains(F) || isMarked(F) ||
           Unit.known("C1 walks " + fieldName(F));
  }

  bool judgeStore(const FieldDecl *F, const Store &S, const DataType &T) {
    OriginSet Objects = From.of(S.Value);
    const ObjectOrigin *Weakest = Objects.weakest();
    if (!Weakest || Weakest->From == Standing::Stored || isTakenBack(F, S) ||
        isFrameStruct(F, S))
      return false;
    Tie With = tieOf(S, Objects, *Weakest);
    if (isLocated(F)) {
      // Live by somebody else, and updated.
      if (With != Tie::None)
        return false;
    } else if (!isRead(F)) {
      return false;
    }
    bool Certain =
        Weakest->From == Standing::Fresh || Weakest->From == Standing::Given;
    Finding Out;
    Out.Rule = RuleId::C1;
    Out.Level = Certain ? Severity::Error : Severity::Warning;
    Out.Where = S.Where;
    Out.Function = S.In ? qualifiedName(S.In) : "";
    Out.Missing = With == Tie::None ? "live" : "in place";
    Out.Message =
        "'" + F->getNameAsString() + "' of the struct behind an object holds ";
    if (With == Tie::Self)
      Out.Message +=
          "that object itself, which may be moved: neither dmark pins "
          "it nor dcompact updates it";
    else if (With == Tie::Kept || Weakest->From == Standing::Rooted)
      Out.Message += "an object that is kept live elsewhere, and may be moved: "
                     "neither dmark pins it nor dcompact updates it";
    else if (isLocated(F))
      Out.Message += describe(*Weakest) +
                     ", which dcompact updates and dmark does not mark: it may "
                     "be freed";
    else
      Out.Message += describe(*Weakest) +
                     ", and nothing marks it: it may be freed or moved";
    noteType(Out, T);
    Out.Notes.push_back({F->getLocation(), "the field is declared here"});
    Unit.report(std::move(Out));
    return true;
  }

  void noteType(Finding &Out, const DataType &T) {
    if (T.Mark.Function)
      Out.Notes.push_back({T.Mark.Function->getLocation(),
                           "dmark of " + T.name() + " is this function"});
    else
      Out.Notes.push_back({T.Where, T.name() + " has no dmark"});
  }

  /// The function that stores it also takes it back.
  bool isTakenBack(const FieldDecl *F, const Store &S) {
    const FunctionDecl *Own = S.In ? Seen.Code.ownDefinition(S.In) : nullptr;
    return llvm::any_of(Stores[F], [&](const Store &Other) {
      return Other.In == S.In && Other.Order > S.Order && Own &&
             !areExclusive(Unit.Context, Own->getBody(), S.Where,
                           Other.Where) &&
             !From.of(Other.Value).weakest();
    });
  }

  /// Structs of this kind live in frames too, and nothing shows that this one
  /// is an object's.
  bool isFrameStruct(const FieldDecl *F, const Store &S) {
    const auto *R = cast<RecordDecl>(F->getParent());
    if (!OnStack.contains(R))
      return false;
    const VarDecl *Base = baseOf(S.Target);
    if (!Base)
      return true;
    return !llvm::any_of(Seen.assignmentsTo(Base), [&](unsigned I) {
      return Types.typeOf(Seen.Assignments[I].Value) >= 0;
    });
  }

  Tie tieOf(const Store &S, const OriginSet &Objects, const ObjectOrigin &O) {
    if (const VarDecl *Base = baseOf(S.Target))
      if (llvm::any_of(Objects.Through, [&](const VarDecl *V) {
            return Types.isStructOf(Base, V);
          }))
        return Tie::Self;
    // Made around this very struct, and put there at once.
    if (const auto *Call =
            O.Site ? dyn_cast<CallExpr>(valueOf(O.Site)) : nullptr) {
      const FunctionDecl *Callee = calleeOf(Call);
      const FunctionFacts *Facts = Callee ? Seen.Code.facts(Callee) : nullptr;
      int Arg = Facts ? Facts->Struct : -1;
      if (Arg >= 0 && Arg < static_cast<int>(Call->getNumArgs()) &&
          baseOf(S.Target) && baseOf(Call->getArg(Arg)) == baseOf(S.Target))
        return Tie::Self;
    }
    if (O.From == Standing::Kept || O.From == Standing::Rooted)
      return O.From == Standing::Rooted ? Tie::Kept : Tie::None;
    return llvm::any_of(Objects.Through,
                        [&](const VarDecl *V) { return From.isKept(V, S.In); })
               ? Tie::Kept
               : Tie::None;
  }

  /// Read anywhere, in this file or, if its struct is in a header, in another.
  bool isRead(const FieldDecl *F) {
    if (!Seen.Context.getSourceManager().isInMainFile(F->getLocation()))
      return true;
    return Seen.mentions(F) > Stores[F].size() + Seen.comparisons(F);
  }

  RuleUnit &Unit;
  Inventory &Seen;
  Origins &From;
  DataTypes Types;
  MarkReader Reader;
  llvm::DenseSet<const FieldDecl *> Marked, Located, Walked, Tables;
  llvm::DenseSet<const RecordDecl *> OnStack, Wrapped;
  /// The type behind whose objects a struct lies, by index.
  llvm::DenseMap<const RecordDecl *, int> Behind;
  llvm::DenseMap<const FieldDecl *, llvm::SmallVector<Store, 2>> Stores;
  /// In source order.
  std::vector<const FieldDecl *> StoredFields;
  llvm::DenseSet<std::pair<const CallExpr *, const FieldDecl *>> Reported;
};

} // namespace

namespace gvlsan {
void judgeMarks(RuleUnit &Unit) {
  if (Unit.demands(RuleId::C1))
    Judge(Unit).run();
}
} // namespace gvlsan
