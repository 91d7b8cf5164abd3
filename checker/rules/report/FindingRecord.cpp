//===- FindingRecord.cpp - Records as lines of JSON -----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "rules/report/FindingRecord.h"

#include "rules/report/Fingerprint.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace gvlsan;
namespace json = llvm::json;

llvm::StringRef gvlsan::severityName(Severity S) {
  return S == Severity::Error ? "error" : "warning";
}

std::string gvlsan::fingerprintOf(const FindingRecord &F) {
  return llvm::utohexstr(fingerprint(F.Rule->Name, F.At.File.c_str(),
                                     F.Function.c_str(), F.At.Message.c_str()),
                         /*LowerCase=*/true, 16);
}

std::string gvlsan::relativeTo(llvm::StringRef Path, llvm::StringRef Root) {
  while (Root.size() > 1 && Root.ends_with("/"))
    Root = Root.drop_back();
  llvm::SmallString<256> Clean(Path);
  llvm::sys::path::remove_dots(Clean, /*remove_dot_dot=*/true);
  llvm::StringRef Rest = Clean;
  if (!Root.empty() && Rest.consume_front(Root) && Rest.consume_front("/"))
    return Rest.str();
  return Clean.str().str();
}

/// A null and an absent text are the empty one.
static std::string text(const json::Object &O, llvm::StringRef Key) {
  return O.getString(Key).value_or("").str();
}

static unsigned number(const json::Object &O, llvm::StringRef Key) {
  int64_t N = O.getInteger(Key).value_or(0);
  return N > 0 ? static_cast<unsigned>(N) : 0;
}

static SourcePlace place(const json::Object &O) {
  return {text(O, "file"), number(O, "line"), number(O, "column"),
          text(O, "message")};
}

/// Calls \p Each with the objects of the array \p Key.
template <typename Function>
static void forEachObject(const json::Object &O, llvm::StringRef Key,
                          Function Each) {
  if (const json::Array *A = O.getArray(Key))
    for (const json::Value &V : *A)
      if (const json::Object *Item = V.getAsObject())
        Each(*Item);
}

/// What a record's own fields are called; the rest is handed on as it is.
static constexpr llvm::StringLiteral Known[] = {
    "rule",   "severity", "tool",        "file",    "line",
    "column", "function", "message",     "missing", "notes",
    "edits",  "stacks",   "fingerprint", "count"};

std::optional<FindingRecord> gvlsan::readRecord(const json::Object &O,
                                                std::string &Why) {
  FindingRecord F;
  std::optional<llvm::StringRef> Rule = O.getString("rule");
  if (!Rule) {
    Why = "this is no finding: it has no \"rule\"";
    return std::nullopt;
  }
  F.Rule = findRule(Rule->str().c_str());
  if (!F.Rule) {
    Why = "no rule '" + Rule->str() + "'; `gvlsan rules` lists them";
    return std::nullopt;
  }
  F.At = place(O);
  if (F.At.Message.empty()) {
    Why = "this is no finding: it has no \"message\"";
    return std::nullopt;
  }
  std::string Level = text(O, "severity");
  if (Level != "error" && Level != "warning") {
    Why = "the severity is error or warning, not '" + Level + "'";
    return std::nullopt;
  }
  F.Level = Level == "error" ? Severity::Error : Severity::Warning;
  F.Tool = text(O, "tool");
  F.Function = text(O, "function");
  F.Missing = text(O, "missing");
  F.Count = std::max<int64_t>(1, O.getInteger("count").value_or(1));
  forEachObject(O, "notes",
                [&](const json::Object &N) { F.Notes.push_back(place(N)); });
  forEachObject(O, "edits", [&](const json::Object &E) {
    F.Edits.push_back({place(E), text(E, "insert")});
  });
  forEachObject(O, "stacks", [&](const json::Object &S) {
    StackRecord Stack{text(S, "kind"), {}};
    forEachObject(S, "frames", [&](const json::Object &Frame) {
      Stack.Frames.push_back({text(Frame, "function"), text(Frame, "file"),
                              text(Frame, "module"), text(Frame, "offset"),
                              number(Frame, "line")});
    });
    F.Stacks.push_back(std::move(Stack));
  });
  F.Fingerprint = text(O, "fingerprint");
  if (F.Fingerprint.empty())
    F.Fingerprint = fingerprintOf(F);
  for (const auto &[Key, Value] : O)
    if (!llvm::is_contained(Known, llvm::StringRef(Key)))
      F.Details[Key.str()] = Value;
  return F;
}

static void writePlace(json::OStream &J, const SourcePlace &P) {
  J.attribute("file", P.File);
  J.attribute("line", P.Line);
  if (P.Column)
    J.attribute("column", P.Column);
}

static void writeStacks(json::OStream &J, const FindingRecord &F) {
  J.attributeArray("stacks", [&] {
    for (const StackRecord &S : F.Stacks)
      J.object([&] {
        J.attribute("kind", S.Kind);
        J.attributeArray("frames", [&] {
          for (const StackFrame &Frame : S.Frames)
            J.object([&] {
              J.attribute("function", Frame.Function);
              J.attribute("file", Frame.File);
              J.attribute("line", Frame.Line);
              if (!Frame.Module.empty())
                J.attribute("module", Frame.Module);
              if (!Frame.Offset.empty())
                J.attribute("offset", Frame.Offset);
            });
        });
      });
  });
}

void gvlsan::writeRecord(const FindingRecord &F, llvm::raw_ostream &Out) {
  json::OStream J(Out);
  J.object([&] {
    J.attribute("rule", F.Rule->Name);
    J.attribute("severity", severityName(F.Level));
    J.attribute("tool", F.Tool);
    J.attribute("file", F.At.File);
    J.attribute("line", F.At.Line);
    J.attribute("column", F.At.Column);
    J.attribute("function", F.Function);
    J.attribute("message", F.At.Message);
    J.attribute("missing", F.Missing);
    J.attributeArray("notes", [&] {
      for (const SourcePlace &N : F.Notes)
        J.object([&] {
          writePlace(J, N);
          J.attribute("message", N.Message);
        });
    });
    if (!F.Edits.empty())
      J.attributeArray("edits", [&] {
        for (const SourceEdit &E : F.Edits)
          J.object([&] {
            writePlace(J, E.Where);
            J.attribute("insert", E.Insert);
          });
      });
    J.attribute("fingerprint", F.Fingerprint);
    if (F.Count > 1)
      J.attribute("count", static_cast<int64_t>(F.Count));
    // json::Object has no order of its own.
    std::vector<llvm::StringRef> Keys;
    for (const auto &Entry : F.Details)
      Keys.push_back(Entry.first);
    llvm::sort(Keys);
    for (llvm::StringRef Key : Keys)
      J.attribute(Key, *F.Details.get(Key));
    if (!F.Stacks.empty())
      writeStacks(J, F);
  });
  Out << '\n';
}
