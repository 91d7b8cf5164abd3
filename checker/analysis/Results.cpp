//===- Results.cpp - What functions of the model return and change ------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Interpreter.h"

using namespace clang;
using namespace gvlsan;

int64_t Interpreter::textLength(const Value &V) const {
  const Atom *A = V.single();
  if (!A || A->Kind != AtomKind::Address)
    return -1;
  PlaceId P = A->Id;
  if (Table[P].Kind == PlaceKind::Element && Table[P].Index == 0)
    P = Table[P].Parent;
  const Place &At = Table[P];
  if (At.Kind == PlaceKind::Literal)
    if (const auto *Text =
            dyn_cast<StringLiteral>(static_cast<const Expr *>(At.Key)))
      return Text->getByteLength();
  // A local array that holds a text is at least no longer than itself.
  return -1;
}

Value Interpreter::freshObject(Frame &F, State &S, const FunctionFacts &Facts,
                               const Expr &Site, llvm::ArrayRef<Value> Args) {
  ObjectKind Kind = Facts.Returns == Result::Array    ? ObjectKind::Array
                    : Facts.Returns == Result::Object ? ObjectKind::Other
                                                      : ObjectKind::String;
  OwnerId O = Table.made(Origin::Fresh, Kind, &Site, F.Site);
  ObjectFacts Known;
  Known.Rooted = Facts.Rooted;
  int64_t Size;
  // Without memory to stand on, it is an ordinary string of that size.
  Known.External = Known.Static =
      Facts.Returns == Result::StaticString &&
      !(Facts.Text >= 0 && Facts.Text < static_cast<int>(Args.size()) &&
        Args[Facts.Text].isInteger(Size) && Size == 0);
  if (Facts.Size >= 0 && Facts.Size < static_cast<int>(Args.size()) &&
      Args[Facts.Size].isInteger(Size)) {
    if (Kind == ObjectKind::Array)
      Size *= Context.getTypeSizeInChars(Context.VoidPtrTy).getQuantity();
    Known.MinSize = Known.MaxSize = Size;
  } else if (Facts.Size >= 0 && Facts.Size < static_cast<int>(Args.size())) {
    // As long as another object that is known to be long.
    const Atom *A = Args[Facts.Size].single();
    if (A && A->Kind == AtomKind::Length) {
      ObjectFacts Other = factsOf(S, A->Id);
      Known.MinSize = Other.MinSize;
    } else if (A && A->Kind == AtomKind::Unknown) {
      Known.MinSize = 0;
    }
  } else if (Facts.Text >= 0 && Facts.Text < static_cast<int>(Args.size())) {
    if (int64_t Length = textLength(Args[Facts.Text]); Length >= 0)
      Known.MinSize = Known.MaxSize = Length;
  }
  if (Facts.Like >= 0 && Facts.Like < static_cast<int>(Args.size())) {
    // A copy of a long string is long; of an external one, it shares or copies.
    bool All = !Args[Facts.Like].empty(), First = true;
    for (OwnerId Other : objectsIn(Args[Facts.Like])) {
      ObjectFacts Theirs = factsOf(S, Other);
      Theirs.External = Theirs.Static = false;
      Theirs.Struct = ObjectFacts::NotInSlot;
      Theirs.Shared = Theirs.Changed = Theirs.Lent = 0;
      Theirs.LentForWriting = false;
      Theirs.Frozen = Theirs.Locked = Theirs.Hidden = Theirs.Rooted = false;
      if (First)
        Known = Theirs;
      else
        Known.meet(Theirs);
      First = false;
    }
    if (!All)
      Known = {};
  }
  if (Facts.Type >= 0 && Facts.Type < static_cast<int>(Args.size()) &&
      Known.MinSize < Limits.Never)
    Known.Struct = structPlace(Args[Facts.Type]);
  S.Facts.put({O, Known});
  return Value::object(O);
}

ObjectFacts::Lives Interpreter::structPlace(const Value &Type) const {
  auto Result = ObjectFacts::NotInSlot;
  bool First = true;
  for (const Atom &A : Type) {
    auto Here = ObjectFacts::NotInSlot;
    if (A.Kind == AtomKind::Address &&
        Table[A.Id].Kind == PlaceKind::Variable) {
      const auto *V = static_cast<const VarDecl *>(Table[A.Id].Key);
      if (Code.isEmbeddable(V))
        Here = Code.isMadeEmbedded(V)     ? ObjectFacts::InSlot
               : V->isExternallyVisible() ? ObjectFacts::MaybeInSlot
                                          : ObjectFacts::NotInSlot;
      else if (!V->getAnyInitializer())
        Here = ObjectFacts::Unseen;
    }
    if (!First && Here != Result)
      return ObjectFacts::MaybeInSlot;
    Result = Here;
    First = false;
  }
  return Result;
}

Value Interpreter::resultOf(Frame &F, State &S, const FunctionFacts &Facts,
                            const Expr &Site, llvm::ArrayRef<Value> Args,
                            llvm::ArrayRef<Value> CallbackResults) {
  auto Arg = [&](int I) {
    return I >= 0 && I < static_cast<int>(Args.size()) ? Args[I] : Value();
  };
  auto Map = [&](const Value &V, AtomKind To, uint32_t Via) {
    Value Result;
    // Taking a pointer without the lock is reported where it is taken.
    bool Reported = To == AtomKind::Bytes && isReleased(S);
    for (const Atom &A : V)
      if ((A.Kind == AtomKind::Object || A.Kind == AtomKind::Slot) &&
          !Reported) {
        Result.add({To, Via, A.Id});
      } else {
        Result.add({});
      }
    if (To == AtomKind::Bytes && SeenBorrows.insert(&Site).second)
      ++Out.Stats.Borrows;
    return Result;
  };
  switch (Facts.Returns) {
  case Result::String:
  case Result::StaticString:
  case Result::Array:
  case Result::Object:
    return freshObject(F, S, Facts, Site, Args);
  case Result::Bytes:
    return Map(Arg(Facts.ReturnsArg), AtomKind::Bytes, Table.expr(&Site));
  case Result::BytesAt:
    return Map(valueBehind(F, S, Arg(Facts.ReturnsArg)), AtomKind::Bytes,
               Table.expr(&Site));
  case Result::ValueAt:
    return valueBehind(F, S, Arg(Facts.ReturnsArg));
  case Result::Length:
    return Map(Arg(Facts.ReturnsArg), AtomKind::Length, 0);
  case Result::Slot:
    return Map(Arg(Facts.ReturnsArg), AtomKind::Slot, 0);
  case Result::Data: {
    Value Result;
    auto Lives = structPlace(Arg(Facts.Type));
    for (const Atom &A : Arg(Facts.ReturnsArg))
      if (A.Kind == AtomKind::Object) {
        Result.add({AtomKind::Address, 0, Table.data(A.Id)});
        if (Lives != ObjectFacts::NotInSlot)
          changeFacts(S, A.Id,
                      [&](ObjectFacts &Facts) { Facts.Struct = Lives; });
      } else {
        Result.add({});
      }
    if (SeenBorrows.insert(&Site).second)
      ++Out.Stats.Borrows;
    return Result;
  }
  case Result::Element: {
    Value Result;
    for (const Atom &A : Arg(Facts.ReturnsArg)) {
      OwnerId Keeper = A.Kind == AtomKind::Object ? A.Id : 0;
      OwnerId O = Table.made(Origin::Element, ObjectKind::Unknown, &Site,
                             F.Site, Keeper);
      bool Shared = Facts.Rooted || Facts.Reachable ||
                    (Facts.Under >= 0 && isRubyName(Arg(Facts.Under)));
      if (Facts.Rooted || (Shared && Keeper && isReachable(S, Keeper)))
        changeFacts(S, O, [&](ObjectFacts &Known) {
          Known.Rooted |= Facts.Rooted;
          Known.Shared = Table.expr(&Site);
        });
      Result.add({AtomKind::Object, 0, O});
    }
    return Result;
  }
  case Result::Argument:
    return Arg(Facts.ReturnsArg);
  case Result::Converted: {
    Value Result = Arg(Facts.ReturnsArg);
    Result.join(Value::object(
        Table.made(Origin::Returned, ObjectKind::Unknown, &Site, F.Site)));
    return Result;
  }
  case Result::Callback:
    if (Facts.ReturnsArg >= 0 &&
        Facts.ReturnsArg < static_cast<int>(CallbackResults.size()) &&
        !CallbackResults[Facts.ReturnsArg].empty())
      return CallbackResults[Facts.ReturnsArg];
    break;
  case Result::Heap:
  case Result::ZeroHeap: {
    PlaceId P = Table.heap(&Site, F.Site);
    forget(S, P);
    return Value::address(P);
  }
  case Result::Stack:
    return Value::address(Table.temporary(&Site));
  case Result::LockState:
    return Atom{AtomKind::LockState, 0, 0};
  case Result::FrozenState: {
    Value Of = Arg(Facts.ReturnsArg);
    const Atom *A = Of.single();
    return A && A->Kind == AtomKind::Object
               ? Value(Atom(AtomKind::FrozenFlag, 0, A->Id))
               : Value::unknown();
  }
  case Result::Flags: {
    int64_t Mask;
    Value Of = Arg(Facts.ReturnsArg);
    const Atom *A = Of.single();
    if (A && A->Kind == AtomKind::Object && Arg(1).isInteger(Mask) &&
        Mask == Model.slotFields().EmbedFlag)
      return Atom{AtomKind::EmbedFlag, 0, A->Id};
    return Value::unknown();
  }
  case Result::Unknown:
    break;
  }
  if (isValueType(Site.getType()))
    return Value::object(
        Table.made(Origin::Returned, ObjectKind::Unknown, &Site, F.Site));
  if (Site.getType()->isRecordType())
    return Value::address(Table.temporary(&Site));
  return Value::unknown();
}

void Interpreter::applyEffect(Frame &F, State &S, const FunctionFacts &Facts,
                              const Expr &Site, llvm::ArrayRef<Value> Args,
                              const Value &Result) {
  switch (Facts.Does) {
  case Effect::None:
  case Effect::Registers:
  case Effect::MarksMovable:
    return;
  case Effect::Acquires:
    waited(S);
    S.Mutexes = std::min(S.Mutexes + 1, 255);
    return;
  case Effect::GivesBack:
    S.Mutexes = std::max(S.Mutexes - 1, 0);
    return;
  case Effect::Joins:
    waited(S);
    return;
  default:
    break;
  }
  Value On = Facts.DoesTo < 0                               ? Result
             : Facts.DoesTo < static_cast<int>(Args.size()) ? Args[Facts.DoesTo]
                                                            : Value();
  int64_t Size = -1;
  if (Facts.Size >= 0 && Facts.Size < static_cast<int>(Args.size()))
    Args[Facts.Size].isInteger(Size);
  bool Certain = On.single() != nullptr;
  for (OwnerId O : objectsIn(On)) {
    ObjectFacts Known = factsOf(S, O);
    switch (Facts.Does) {
    case Effect::Freezes:
      Known.Frozen |= Certain;
      break;
    case Effect::Hides:
      Known.Hidden |= Certain;
      break;
    case Effect::Locks:
      Known.Locked |= Certain;
      break;
    case Effect::Unlocks:
      Known.Locked = false;
      break;
    case Effect::Roots:
      Known.Rooted |= Certain;
      break;
    case Effect::Changes:
      Known.MaxSize = INT64_MAX;
      break;
    case Effect::Resizes:
      Known.External = Known.Static = false;
      Known.MinSize = Certain && Size >= 0 ? Size : 0;
      Known.MaxSize = INT64_MAX;
      break;
    case Effect::Grows:
      if (Certain && Size >= 0)
        Known.MinSize = std::max(Known.MinSize, Size);
      Known.MaxSize = INT64_MAX;
      break;
    default:
      break;
    }
    if (Facts.Does == Effect::Changes || Facts.Does == Effect::Resizes ||
        Facts.Does == Effect::Grows) {
      judgeChange(F, S, O, Site, Facts.Shown);
      if (F.InRegion && S.Gvl == Lock::Held) {
        Known.Changed = Table.expr(&Site);
        makeStale(S, O);
      }
    }
    S.Facts.put({O, Known});
  }
}

void Interpreter::exposeUnhidden(State &S, const Expr &Site) {
  llvm::SmallVector<OwnerId, 4> Exposed;
  for (const OwnerFacts &K : S.Facts)
    if (Table.owner(K.Owner).From == Origin::Fresh && !K.Facts.Hidden &&
        !K.Facts.Exposed)
      Exposed.push_back(K.Owner);
  for (OwnerId O : Exposed)
    changeFacts(S, O,
                [&](ObjectFacts &Facts) { Facts.Exposed = Table.expr(&Site); });
}

bool Interpreter::isRubyName(const Value &Name) const {
  const Atom *A = Name.single();
  if (!A || A->Kind != AtomKind::Address)
    return false;
  PlaceId P = A->Id;
  if (Table[P].Kind == PlaceKind::Element)
    P = Table[P].Parent;
  if (Table[P].Kind != PlaceKind::Literal)
    return false;
  const auto *Text =
      dyn_cast<StringLiteral>(static_cast<const Expr *>(Table[P].Key));
  return Text && Text->getCharByteWidth() == 1 &&
         Text->getString().starts_with("@");
}

bool Interpreter::isReachable(const State &S, OwnerId O) const {
  return factsOf(S, O).Shared || Table.owner(O).From == Origin::Argument;
}

void Interpreter::applySharing(State &S, const FunctionFacts &Facts,
                               const Expr &Site, llvm::ArrayRef<Value> Args) {
  if (Facts.Shares.empty() && Facts.SharesFrom < 0)
    return;
  auto Is = [&](int I, auto Test) {
    return I < 0 || (I < static_cast<int>(Args.size()) && Test(Args[I]));
  };
  if (!Is(Facts.Into,
          [&](const Value &V) {
            return llvm::any_of(objectsIn(V), [&](OwnerId Keeper) {
              return isReachable(S, Keeper);
            });
          }) ||
      !Is(Facts.Under, [&](const Value &V) { return isRubyName(V); }))
    return;
  for (int I = 0; I < static_cast<int>(Args.size()); ++I)
    if (llvm::is_contained(Facts.Shares, I) ||
        (Facts.SharesFrom >= 0 && I >= Facts.SharesFrom))
      for (OwnerId O : objectsIn(Args[I]))
        changeFacts(S, O, [&](ObjectFacts &Known) {
          if (!Known.Shared)
            Known.Shared = Table.expr(&Site);
        });
}

void Interpreter::waited(State &S) const {
  if (!AnyLent)
    return;
  SharedTable<OwnerFacts> All = S.Facts;
  for (const OwnerFacts &K : All)
    if (K.Facts.Lent)
      changeFacts(S, K.Owner, [](ObjectFacts &Facts) {
        Facts.Lent = 0;
        Facts.LentForWriting = false;
      });
}

void Interpreter::makeStale(State &S, OwnerId O) {
  SharedTable<Cell> All = S.Memory;
  for (const Cell &C : All) {
    if (llvm::none_of(*C.Holds, [&](const Atom &A) {
          return A.Kind == AtomKind::Bytes && A.Id == O && !A.Stale;
        }))
      continue;
    Value After;
    for (Atom A : *C.Holds) {
      A.Stale |= A.Kind == AtomKind::Bytes && A.Id == O;
      After.add(A);
    }
    assign(S, C.Place, After);
  }
}
