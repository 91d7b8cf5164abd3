//===- ApiModel.cpp - Reading the model -----------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "api/ApiModel.h"

#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLTraits.h"

#include <optional>

using namespace gvlsan;

namespace {

/// As it stands in the file; ApiModel::add turns the phrases into facts.
struct Row {
  std::string Name, Shown, Lock = "needs", Returns, Does, Fills, Marks;
  bool MayCollect = false, Rooted = false, Immortal = false, Kernel = false;
  int Size = -1, Text = -1, Like = -1, Locates = -1, Number = -1;
  int Struct = -1, StructMark = -1, StructFree = -1, StructType = -1;
  std::vector<int> Stores;
  std::vector<int> Reads, Writes, Keeps;
  std::vector<Callback> Calls;
};

struct ModelDocument {
  std::vector<std::string> Slots, PinnedConstants, PinnedScopes;
  /// Functions of which nothing is known but that the headers declare them.
  std::vector<std::string> Declared;
  std::vector<Row> Functions;
  /// What these rows say is added to what is known already.
  std::vector<Row> Amend;
  std::optional<DataTypeModel> DataType;
};

template <typename T> struct Phrase {
  const char *Words;
  T Value;
};

constexpr Phrase<LockNeed> LockPhrases[] = {
    {"needs", LockNeed::Needs},       {"accessor", LockNeed::Accessor},
    {"free", LockNeed::Free},         {"none", LockNeed::None},
    {"doubtful", LockNeed::Doubtful}, {"signal", LockNeed::Signal},
};

constexpr Phrase<CallbackState> StatePhrases[] = {
    {"same", CallbackState::Same},
    {"held", CallbackState::Held},
    {"released", CallbackState::Released},
};

constexpr Phrase<Result> ResultPhrases[] = {
    {"string", Result::String},     {"static string", Result::StaticString},
    {"array", Result::Array},       {"object", Result::Object},
    {"bytes", Result::Bytes},       {"bytes at", Result::BytesAt},
    {"value at", Result::ValueAt},  {"length", Result::Length},
    {"data", Result::Data},         {"element", Result::Element},
    {"argument", Result::Argument}, {"callback", Result::Callback},
    {"heap", Result::Heap},         {"zero heap", Result::ZeroHeap},
    {"stack", Result::Stack},       {"lock state", Result::LockState},
    {"slot", Result::Slot},         {"flags", Result::Flags},
};

constexpr Phrase<Effect> EffectPhrases[] = {
    {"freezes", Effect::Freezes},     {"hides", Effect::Hides},
    {"locks", Effect::Locks},         {"unlocks", Effect::Unlocks},
    {"resizes", Effect::Resizes},     {"grows", Effect::Grows},
    {"registers", Effect::Registers}, {"roots", Effect::Roots},
};

constexpr Phrase<Marking> MarkPhrases[] = {
    {"pinned", Marking::Pinned},
    {"movable", Marking::Movable},
    {"all pinned", Marking::Pinned},
    {"all movable", Marking::Movable},
};

template <typename T, size_t N>
bool lookUp(const Phrase<T> (&Table)[N], llvm::StringRef Words, T &Out) {
  for (const Phrase<T> &P : Table)
    if (Words == P.Words) {
      Out = P.Value;
      return true;
    }
  return false;
}

/// Splits "bytes at 0" into the words and the number; "result" counts as none.
void splitNumber(llvm::StringRef &Words, int &Number) {
  auto [Front, Last] = Words.rsplit(' ');
  if (Last == "result")
    Words = Front;
  else if (!Last.empty() && !Last.getAsInteger(10, Number))
    Words = Front;
}

} // namespace

LLVM_YAML_IS_SEQUENCE_VECTOR(Callback)
LLVM_YAML_IS_SEQUENCE_VECTOR(Row)

namespace llvm::yaml {

template <> struct ScalarEnumerationTraits<CallbackState> {
  static void enumeration(IO &Io, CallbackState &S) {
    for (const auto &P : StatePhrases)
      Io.enumCase(S, P.Words, P.Value);
  }
};

template <> struct MappingTraits<Callback> {
  static void mapping(IO &Io, Callback &C) {
    Io.mapRequired("fn", C.Function);
    Io.mapOptional("field", C.Fields);
    Io.mapOptional("data", C.Data);
    Io.mapOptional("under", C.Under);
    Io.mapOptional("as", C.As);
  }
};

template <> struct MappingTraits<Row> {
  static void mapping(IO &Io, Row &R) {
    Io.mapRequired("name", R.Name);
    Io.mapOptional("as", R.Shown);
    Io.mapOptional("lock", R.Lock);
    Io.mapOptional("gc", R.MayCollect);
    Io.mapOptional("returns", R.Returns);
    Io.mapOptional("effect", R.Does);
    Io.mapOptional("fills", R.Fills);
    Io.mapOptional("rooted", R.Rooted);
    Io.mapOptional("immortal", R.Immortal);
    Io.mapOptional("keeps", R.Keeps);
    Io.mapOptional("marks", R.Marks);
    Io.mapOptional("locates", R.Locates);
    Io.mapOptional("number", R.Number);
    Io.mapOptional("struct", R.Struct);
    Io.mapOptional("dmark", R.StructMark);
    Io.mapOptional("dfree", R.StructFree);
    Io.mapOptional("type", R.StructType);
    Io.mapOptional("stores", R.Stores);
    Io.mapOptional("kernel", R.Kernel);
    Io.mapOptional("size", R.Size);
    Io.mapOptional("text", R.Text);
    Io.mapOptional("like", R.Like);
    Io.mapOptional("reads", R.Reads);
    Io.mapOptional("writes", R.Writes);
    Io.mapOptional("calls", R.Calls);
  }
  static std::string validate(IO &, Row &R) {
    auto Knows = [](const auto &Table, llvm::StringRef Words) {
      int Number = -1;
      splitNumber(Words, Number);
      for (const auto &P : Table)
        if (Words == P.Words)
          return true;
      return Words.empty();
    };
    if (!Knows(LockPhrases, R.Lock))
      return "unknown lock '" + R.Lock + "' of " + R.Name;
    if (!Knows(ResultPhrases, R.Returns))
      return "unknown result '" + R.Returns + "' of " + R.Name;
    if (!Knows(EffectPhrases, R.Does))
      return "unknown effect '" + R.Does + "' of " + R.Name;
    if (!R.Stores.empty() && R.Stores.size() != 2)
      return "stores of " + R.Name + " needs two arguments: where and what";
    if (!Knows(MarkPhrases, R.Marks))
      return "unknown mark '" + R.Marks + "' of " + R.Name;
    return {};
  }
};

template <> struct MappingTraits<DataTypeModel> {
  static void mapping(IO &Io, DataTypeModel &D) {
    Io.mapRequired("record", D.Record);
    Io.mapRequired("mark", D.Mark);
    Io.mapRequired("free", D.Free);
    Io.mapRequired("compact", D.Compact);
    Io.mapRequired("flags", D.Flags);
    Io.mapRequired("immediate", D.Immediate);
    Io.mapRequired("listed", D.Listed);
  }
};

template <> struct MappingTraits<ModelDocument> {
  static void mapping(IO &Io, ModelDocument &D) {
    Io.mapOptional("slots", D.Slots);
    Io.mapOptional("pinned constants", D.PinnedConstants);
    Io.mapOptional("pinned scopes", D.PinnedScopes);
    Io.mapOptional("declared", D.Declared);
    Io.mapOptional("functions", D.Functions);
    Io.mapOptional("amend", D.Amend);
    Io.mapOptional("data type", D.DataType);
  }
};

} // namespace llvm::yaml

static FunctionFacts factsOf(const Row &R) {
  FunctionFacts F;
  F.Name = R.Name;
  F.Shown = R.Shown.empty() ? R.Name : R.Shown;
  lookUp(LockPhrases, R.Lock, F.Lock);
  llvm::StringRef Words = R.Returns;
  splitNumber(Words, F.ReturnsArg);
  lookUp(ResultPhrases, Words, F.Returns);
  Words = R.Does;
  splitNumber(Words, F.DoesTo);
  lookUp(EffectPhrases, Words, F.Does);
  Words = R.Marks;
  splitNumber(Words, F.MarksArg);
  lookUp(MarkPhrases, Words, F.Marks);
  F.MarksMany = Words.starts_with("all ");
  F.Locates = R.Locates;
  F.Number = R.Number;
  F.Struct = R.Struct;
  F.StructMark = R.StructMark;
  F.StructFree = R.StructFree;
  F.StructType = R.StructType;
  if (R.Stores.size() == 2) {
    F.StoresTo = R.Stores[0];
    F.StoresWhat = R.Stores[1];
  }
  F.Keeps = R.Keeps;
  F.Immortal = R.Immortal;
  F.MayCollect = R.MayCollect;
  F.Rooted = R.Rooted;
  F.Kernel = R.Kernel;
  F.FillsArguments = !R.Fills.empty();
  F.Size = R.Size;
  F.Text = R.Text;
  F.Like = R.Like;
  F.Reads = R.Reads;
  F.Writes = R.Writes;
  F.Calls = R.Calls;
  return F;
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
  if (!More.Keeps.empty())
    Keeps = More.Keeps;
  if (More.Number >= 0)
    Number = More.Number;
  if (More.Struct >= 0 || More.StructMark >= 0 || More.StructType >= 0) {
    Struct = More.Struct;
    StructMark = More.StructMark;
    StructFree = More.StructFree;
    StructType = More.StructType;
  }
  if (More.StoresTo >= 0) {
    StoresTo = More.StoresTo;
    StoresWhat = More.StoresWhat;
  }
  Immortal |= More.Immortal;
  Rooted |= More.Rooted;
}

bool ApiModel::add(llvm::StringRef Name, llvm::StringRef Yaml,
                   std::string &Error) {
  struct Sink {
    llvm::StringRef Name;
    std::string &Error;
  } S{Name, Error};
  auto Handler = [](const llvm::SMDiagnostic &D, void *Context) {
    auto &S = *static_cast<Sink *>(Context);
    if (S.Error.empty())
      S.Error =
          (S.Name + ":" + llvm::Twine(D.getLineNo()) + ": " + D.getMessage())
              .str();
  };
  llvm::yaml::Input In(Yaml, nullptr, Handler, &S);
  ModelDocument D;
  In >> D;
  if (In.error())
    return false;
  for (const std::string &Slot : D.Slots)
    Slots.insert(Slot);
  for (const std::string &Constant : D.PinnedConstants)
    PinnedConstants.insert(Constant);
  for (const std::string &Scope : D.PinnedScopes)
    PinnedScopes.insert(Scope);
  for (const std::string &Function : D.Declared) {
    FunctionFacts F;
    F.Name = F.Shown = Function;
    F.MayCollect = true;
    Functions.try_emplace(Function, std::move(F));
  }
  for (const Row &R : D.Functions)
    Functions.insert_or_assign(R.Name, factsOf(R));
  if (D.DataType)
    DataType = *D.DataType;
  for (const Row &R : D.Amend) {
    auto [It, New] = Functions.try_emplace(R.Name);
    if (New) {
      It->second.Name = It->second.Shown = R.Name;
      It->second.MayCollect = true;
      It->second.Partial = true;
    }
    It->second.amend(factsOf(R));
  }
  return true;
}

namespace {
struct BuiltinFile {
  const char *Name;
  llvm::StringRef Text;
};
constexpr BuiltinFile BuiltinFiles[] = {
#include "BuiltinModel.inc"
};
} // namespace

ApiModel ApiModel::builtin() {
  ApiModel Model;
  for (const BuiltinFile &File : BuiltinFiles) {
    std::string Error;
    if (!Model.add(File.Name, File.Text, Error))
      llvm::report_fatal_error(llvm::Twine("built-in API model: ") + Error);
  }
  return Model;
}
