//===- ApiModel.cpp - Joining the model's files, and looking things up ----===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "api/ApiModel.h"

#include "api/ModelFile.h"
#include "llvm/ADT/StringExtras.h"

using namespace gvlsan;

bool gvlsan::parseRuby(llvm::StringRef Text, unsigned &Version) {
  unsigned Major, Minor;
  if (Text.consumeInteger(10, Major) || !Text.consume_front(".") ||
      Text.consumeInteger(10, Minor) ||
      (!Text.empty() && !Text.starts_with(".")))
    return false;
  Version = 100 * Major + Minor;
  return true;
}

void FunctionFacts::amend(const FunctionFacts &More) {
  if (More.Returns != Result::Unknown) {
    Returns = More.Returns;
    ReturnsArg = More.ReturnsArg;
  }
  if (More.Does != Effect::None) {
    Does = More.Does;
    DoesTo = More.DoesTo;
  }
  if (More.Marks != Marking::None) {
    Marks = More.Marks;
    MarksArg = More.MarksArg;
    MarksMany = More.MarksMany;
  }
  if (More.Locates >= 0)
    Locates = More.Locates;
  // What runs in a collection starts none.
  if (More.Marks != Marking::None || More.Locates >= 0)
    MayCollect = false;
  if (More.KeepsTold) {
    for (int Argument : More.Keeps)
      if (!llvm::is_contained(Keeps, Argument))
        Keeps.push_back(Argument);
    if (More.KeepsFrom >= 0)
      KeepsFrom = More.KeepsFrom;
    KeepsTold = true;
  }
  if (More.Number >= 0)
    Number = More.Number;
  if (More.Type >= 0)
    Type = More.Type;
  if (More.Struct >= 0 || More.StructMark >= 0) {
    Struct = More.Struct;
    StructMark = More.StructMark;
    StructFree = More.StructFree;
  }
  if (More.StoresTo >= 0) {
    StoresTo = More.StoresTo;
    StoresWhat = More.StoresWhat;
  }
  if (More.Table >= 0)
    Table = More.Table;
  Sweepable |= More.Sweepable;
  TakesLock |= More.TakesLock;
  TellsThread |= More.TellsThread;
  Transient |= More.Transient;
  Immortal |= More.Immortal;
  Rooted |= More.Rooted;
}

bool ApiModel::add(llvm::StringRef Name, llvm::StringRef Yaml,
                   std::string &Error, bool ByUser) {
  model::Document D;
  if (!model::read(Name, Yaml, D, Error))
    return false;
  for (const std::string &Slot : D.Slots)
    Slots.insert(Slot);
  for (const std::string &Wrapper : D.Wrappers)
    Wrappers.insert(Wrapper);
  for (const std::string &Constant : D.PinnedConstants)
    PinnedConstants.insert(Constant);
  for (const std::string &Scope : D.PinnedScopes)
    PinnedScopes.insert(Scope);
  for (const std::string &Word : D.KeeperWords)
    KeeperWords.insert(Word);
  for (const std::string &Word : D.TransientWords)
    TransientWords.insert(Word);
  if (D.Fields.EmbedFlag)
    Fields = D.Fields;
  if (!D.DataType.Flags.empty()) {
    DataTypeFlags = D.DataType.Flags;
    EmbeddableFlag = D.DataType.Embeddable;
  }
  for (const model::LimitsRow &R : D.Embedding) {
    EmbedLimits L{0, R.Always, R.Never};
    parseRuby(R.Since, L.Since);
    llvm::erase_if(
        Limits, [&](const EmbedLimits &Old) { return Old.Since == L.Since; });
    Limits.insert(
        llvm::upper_bound(Limits, L,
                          [](const EmbedLimits &A, const EmbedLimits &B) {
                            return A.Since < B.Since;
                          }),
        L);
  }
  for (const std::string &Function : D.Declared) {
    FunctionFacts F;
    F.Name = F.Shown = Function;
    F.MayCollect = true;
    Functions.try_emplace(Function, std::move(F));
  }
  for (const model::Row &R : D.Functions) {
    FunctionFacts F = model::factsOf(R);
    F.ByUser = ByUser;
    Functions.insert_or_assign(R.Name, std::move(F));
  }
  for (const model::Group &G : D.Groups)
    for (const std::string &Function : G.Functions) {
      auto [It, New] = Functions.try_emplace(Function);
      if (New) {
        It->second.Name = It->second.Shown = Function;
        It->second.MayCollect = true;
      }
      It->second.Curated = true;
      model::apply(G.Also, It->second);
    }
  if (D.Described)
    DataType = *D.Described;
  for (const model::Row &R : D.Amend) {
    auto [It, New] = Functions.try_emplace(R.Name);
    if (New) {
      It->second.Name = It->second.Shown = R.Name;
      It->second.MayCollect = true;
      It->second.Partial = true;
    }
    It->second.amend(model::factsOf(R));
  }
  return true;
}

EmbedLimits ApiModel::embedLimits(unsigned Ruby) const {
  EmbedLimits Result{0, INT64_MAX, 0};
  for (const EmbedLimits &L : Limits) {
    // Of one Ruby, the last row that is not younger.
    if (Ruby && L.Since <= Ruby)
      Result = L;
    if (!Ruby) {
      Result.Always = std::min(Result.Always, L.Always);
      Result.Never = std::max(Result.Never, L.Never);
    }
  }
  return Result;
}

/// Calls \p Is with the words of \p Name, be it parser_setHandler or
/// ParserSetHandler; \returns whether it says yes to one.
static bool anyWord(llvm::StringRef Name,
                    llvm::function_ref<bool(llvm::StringRef)> Is) {
  std::string Word;
  for (size_t I = 0; I <= Name.size(); ++I) {
    bool Letter = I < Name.size() && llvm::isAlpha(Name[I]);
    bool Begins =
        Letter && llvm::isUpper(Name[I]) && I && llvm::isLower(Name[I - 1]);
    if ((!Letter || Begins) && !Word.empty()) {
      // A library's prefix may be in front: PQsetNoticeReceiver.
      llvm::StringRef Bare = llvm::StringRef(Word).drop_while(
          [](char C) { return llvm::isUpper(C); });
      if (Is(llvm::StringRef(Word).lower()) || (!Bare.empty() && Is(Bare)))
        return true;
      Word.clear();
    }
    if (Letter)
      Word += Name[I];
  }
  return false;
}

bool ApiModel::namesKeeper(llvm::StringRef Name) const {
  return anyWord(Name,
                 [&](llvm::StringRef W) { return KeeperWords.contains(W); });
}

bool ApiModel::namesTransient(llvm::StringRef Name) const {
  return anyWord(Name,
                 [&](llvm::StringRef W) { return TransientWords.contains(W); });
}
