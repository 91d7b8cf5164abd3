//===- ModelFile.cpp - Reading the model's files --------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "api/ModelFile.h"

#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLTraits.h"

using namespace gvlsan;

namespace {

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
    {"same", CallbackState::Same},         {"held", CallbackState::Held},
    {"released", CallbackState::Released}, {"region", CallbackState::Region},
    {"either", CallbackState::Either},     {"thread", CallbackState::Thread},
};

constexpr Phrase<Result> ResultPhrases[] = {
    {"string", Result::String},
    {"static string", Result::StaticString},
    {"array", Result::Array},
    {"object", Result::Object},
    {"bytes", Result::Bytes},
    {"bytes at", Result::BytesAt},
    {"value at", Result::ValueAt},
    {"length", Result::Length},
    {"data", Result::Data},
    {"element", Result::Element},
    {"argument", Result::Argument},
    {"converted", Result::Converted},
    {"callback", Result::Callback},
    {"heap", Result::Heap},
    {"zero heap", Result::ZeroHeap},
    {"stack", Result::Stack},
    {"lock state", Result::LockState},
    {"frozen", Result::FrozenState},
    {"slot", Result::Slot},
    {"flags", Result::Flags},
};

constexpr Phrase<Effect> EffectPhrases[] = {
    {"freezes", Effect::Freezes},
    {"hides", Effect::Hides},
    {"locks", Effect::Locks},
    {"unlocks", Effect::Unlocks},
    {"resizes", Effect::Resizes},
    {"grows", Effect::Grows},
    {"registers", Effect::Registers},
    {"roots", Effect::Roots},
    {"marks movable", Effect::MarksMovable},
    {"changes", Effect::Changes},
    {"acquires", Effect::Acquires},
    {"gives back", Effect::GivesBack},
    {"joins", Effect::Joins},
};

constexpr Phrase<Collects> CollectsPhrases[] = {
    {"false", Collects::Never},
    {"seldom", Collects::Seldom},
    {"true", Collects::Often},
};

/// The first three say who holds the result; the others what it is.
constexpr const char *HoldingWords[] = {"fresh",  "maybe fresh", "kept",
                                        "frozen", "hidden",      "shared"};

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
  if (Last == "result" || (!Last.empty() && !Last.getAsInteger(10, Number)))
    Words = Front;
}

} // namespace

LLVM_YAML_IS_SEQUENCE_VECTOR(Callback)
LLVM_YAML_IS_SEQUENCE_VECTOR(model::Row)
LLVM_YAML_IS_SEQUENCE_VECTOR(model::LimitsRow)
LLVM_YAML_IS_SEQUENCE_VECTOR(model::Group)

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
    Io.mapOptional("locked", C.Locked);
  }
};

template <> struct MappingTraits<SlotFields> {
  static void mapping(IO &Io, SlotFields &F) {
    Io.mapRequired("bytes", F.Bytes);
    Io.mapRequired("length", F.Length);
    Io.mapRequired("flags", F.Flags);
    Io.mapRequired("embed_flag", F.EmbedFlag);
  }
};

template <> struct MappingTraits<model::DataTypeRow> {
  static void mapping(IO &Io, model::DataTypeRow &R) {
    Io.mapRequired("flags", R.Flags);
    Io.mapRequired("embeddable", R.Embeddable);
  }
};

template <> struct MappingTraits<model::LimitsRow> {
  static void mapping(IO &Io, model::LimitsRow &R) {
    Io.mapRequired("since", R.Since);
    Io.mapRequired("always", R.Always);
    Io.mapRequired("never", R.Never);
  }
  static std::string validate(IO &, model::LimitsRow &R) {
    unsigned Version;
    return parseRuby(R.Since, Version) ? "" : "no Ruby version: " + R.Since;
  }
};

template <> struct ScalarEnumerationTraits<Collects> {
  static void enumeration(IO &Io, Collects &C) {
    for (const auto &P : CollectsPhrases)
      Io.enumCase(C, P.Words, P.Value);
  }
};

static void mapEffects(IO &Io, model::Effects &E) {
  Io.mapOptional("gc", E.Gc);
  Io.mapOptional("ruby", E.Ruby);
  Io.mapOptional("raises", E.Raises);
  Io.mapOptional("result", E.Result);
  Io.mapOptional("keeps", E.Keeps);
  Io.mapOptional("early", E.Early);
  Io.mapOptional("reallocates", E.Reallocates);
}

/// \returns what is wrong with \p E, or nothing.
static std::string validateEffects(const model::Effects &E,
                                   const std::string &Of) {
  for (const std::string &Word : E.Result.value_or(std::vector<std::string>()))
    if (!llvm::is_contained(HoldingWords, llvm::StringRef(Word)))
      return "unknown result '" + Word + "' of " + Of;
  for (llvm::StringRef Word : E.Keeps.value_or(std::vector<std::string>())) {
    unsigned Number;
    Word.consume_back("+");
    if (Word.getAsInteger(10, Number))
      return "'" + Word.str() + "' of " + Of +
             " is no argument that it keeps; 2 is, and 2+ from there on";
  }
  return {};
}

template <> struct MappingTraits<model::Group> {
  static void mapping(IO &Io, model::Group &G) {
    mapEffects(Io, G.Also);
    Io.mapRequired("functions", G.Functions);
  }
  static std::string validate(IO &, model::Group &G) {
    return validateEffects(G.Also, "a group");
  }
};

template <> struct MappingTraits<model::Row> {
  static void mapping(IO &Io, model::Row &R) {
    Io.mapRequired("name", R.Name);
    Io.mapOptional("as", R.Shown);
    Io.mapOptional("lock", R.Lock);
    mapEffects(Io, R.Also);
    Io.mapOptional("returns", R.Returns);
    Io.mapOptional("effect", R.Does);
    Io.mapOptional("fills", R.Fills);
    Io.mapOptional("rooted", R.Rooted);
    Io.mapOptional("immortal", R.Immortal);
    Io.mapOptional("marks", R.Marks);
    Io.mapOptional("locates", R.Locates);
    Io.mapOptional("number", R.Number);
    Io.mapOptional("struct", R.Struct);
    Io.mapOptional("dmark", R.StructMark);
    Io.mapOptional("dfree", R.StructFree);
    Io.mapOptional("stores", R.Stores);
    Io.mapOptional("table", R.Table, -1);
    Io.mapOptional("sweep", R.Sweepable);
    Io.mapOptional("takes_lock", R.TakesLock);
    Io.mapOptional("tells_thread", R.TellsThread);
    Io.mapOptional("transient", R.Transient);
    Io.mapOptional("kernel", R.Kernel);
    Io.mapOptional("size", R.Size);
    Io.mapOptional("text", R.Text);
    Io.mapOptional("like", R.Like);
    Io.mapOptional("type", R.Type);
    Io.mapOptional("method", R.Method);
    Io.mapOptional("shares", R.Shares);
    Io.mapOptional("shares_from", R.SharesFrom);
    Io.mapOptional("into", R.Into);
    Io.mapOptional("under", R.Under);
    Io.mapOptional("reachable", R.Reachable);
    Io.mapOptional("reads", R.Reads);
    Io.mapOptional("writes", R.Writes);
    Io.mapOptional("calls", R.Calls);
  }
  static std::string validate(IO &, model::Row &R) {
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
    return validateEffects(R.Also, R.Name);
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

template <> struct MappingTraits<model::Document> {
  static void mapping(IO &Io, model::Document &D) {
    // The options of a user file are read elsewhere (analysis/UserFile.h).
    Io.mapOptional("profile", D.Skipped);
    Io.mapOptional("ruby", D.Skipped);
    Io.mapOptional("severity", D.Skipped);
    Io.mapOptional("ignore", D.SkippedList);
    Io.mapOptional("slots", D.Slots);
    Io.mapOptional("wrappers", D.Wrappers);
    Io.mapOptional("pinned constants", D.PinnedConstants);
    Io.mapOptional("pinned scopes", D.PinnedScopes);
    Io.mapOptional("keeper words", D.KeeperWords);
    Io.mapOptional("transient words", D.TransientWords);
    Io.mapOptional("embedding", D.Embedding);
    Io.mapOptional("data_type", D.DataType);
    Io.mapOptional("slot_fields", D.Fields);
    Io.mapOptional("declared", D.Declared);
    Io.mapOptional("functions", D.Functions);
    Io.mapOptional("groups", D.Groups);
    Io.mapOptional("amend", D.Amend);
    Io.mapOptional("described by", D.Described);
  }
};

} // namespace llvm::yaml

void model::apply(const Effects &E, FunctionFacts &F) {
  if (E.Gc) {
    F.MayCollect = *E.Gc != Collects::Never;
    F.SeldomCollects = *E.Gc == Collects::Seldom;
  }
  F.CallsRuby = E.Ruby.value_or(F.CallsRuby);
  F.Raises = E.Raises.value_or(F.Raises);
  F.Reallocates = E.Reallocates.value_or(F.Reallocates);
  F.Early.insert(F.Early.end(), E.Early.begin(), E.Early.end());
  for (llvm::StringRef Word : E.Result.value_or(std::vector<std::string>())) {
    F.Held = Word == "fresh"         ? Holding::Fresh
             : Word == "maybe fresh" ? Holding::MaybeFresh
             : Word == "kept"        ? Holding::Kept
                                     : F.Held;
    F.Frozen |= Word == "frozen";
    F.Hidden |= Word == "hidden";
    F.Shared |= Word == "shared";
  }
  if (E.Keeps) {
    F.Keeps.clear();
    F.KeepsFrom = -1;
    F.KeepsTold = true;
    for (llvm::StringRef Word : *E.Keeps) {
      bool AndMore = Word.consume_back("+");
      int Number = -1;
      Word.getAsInteger(10, Number);
      if (AndMore)
        F.KeepsFrom = Number;
      else
        F.Keeps.push_back(Number);
    }
  }
}

FunctionFacts model::factsOf(const Row &R) {
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
  F.Sweepable = R.Sweepable;
  F.TakesLock = R.TakesLock;
  F.TellsThread = R.TellsThread;
  F.Transient = R.Transient;
  F.Struct = R.Struct;
  F.StructMark = R.StructMark;
  F.StructFree = R.StructFree;
  if (R.Stores.size() == 2) {
    F.StoresTo = R.Stores[0];
    F.StoresWhat = R.Stores[1];
  }
  F.Table = R.Table;
  F.Immortal = R.Immortal;
  F.Curated = true;
  apply(R.Also, F);
  F.Rooted = R.Rooted;
  F.Kernel = R.Kernel;
  F.FillsArguments = !R.Fills.empty();
  F.Size = R.Size;
  F.Text = R.Text;
  F.Like = R.Like;
  F.Type = R.Type;
  F.Method = R.Method;
  F.Shares = R.Shares;
  F.SharesFrom = R.SharesFrom;
  F.Into = R.Into;
  F.Under = R.Under;
  F.Reachable = R.Reachable;
  F.Reads = R.Reads;
  F.Writes = R.Writes;
  F.Calls = R.Calls;
  return F;
}

bool model::read(llvm::StringRef Name, llvm::StringRef Yaml, Document &Out,
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
  In >> Out;
  return !In.error();
}
