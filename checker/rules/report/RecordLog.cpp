//===- RecordLog.cpp - Logs of many runs, read and merged -----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "rules/report/RecordLog.h"

#include "llvm/Support/MemoryBuffer.h"

using namespace gvlsan;
namespace json = llvm::json;

/// Adds \p From to \p To: numbers are summed, objects merged, an array gets
/// what it does not hold yet; a text stays when it is the same, else the first
/// does.
static void merge(json::Object &To, const json::Object &From) {
  for (const auto &[Key, Value] : From) {
    json::Value *Old = To.get(Key);
    if (!Old) {
      To[Key.str()] = Value;
    } else if (auto A = Old->getAsInteger(), B = Value.getAsInteger(); A && B) {
      *Old = *A + *B;
    } else if (json::Object *O = Old->getAsObject(); O && Value.getAsObject()) {
      merge(*O, *Value.getAsObject());
    } else if (json::Array *Array = Old->getAsArray();
               Array && Value.getAsArray()) {
      for (const json::Value &Item : *Value.getAsArray())
        if (!llvm::is_contained(*Array, Item))
          Array->push_back(Item);
    }
  }
}

void RecordLog::problem(llvm::StringRef Path, unsigned Line,
                        const llvm::Twine &What) {
  std::string Where = Path.str();
  if (Line)
    Where += ":" + std::to_string(Line);
  Problems.push_back(Where + ": " + What.str());
}

void RecordLog::read(llvm::StringRef Path) {
  auto Buffer = llvm::MemoryBuffer::getFileOrSTDIN(Path, /*IsText=*/true);
  if (!Buffer)
    return problem(Path, 0, "cannot be read: " + Buffer.getError().message());
  ++Logs;
  BadLines = 0;
  llvm::StringRef Rest = (*Buffer)->getBuffer();
  for (unsigned Number = 1; !Rest.empty(); ++Number) {
    auto [Line, After] = Rest.split('\n');
    bool HasEnd = Line.size() < Rest.size();
    Rest = After;
    if (!Line.trim().empty())
      readLine(Line, Path, Number, /*IsCutOff=*/!HasEnd);
  }
  // A file of something else would say so in each of its lines.
  if (BadLines > 1)
    Problems.back() += "; nor " + std::to_string(BadLines - 1) + " later line" +
                       (BadLines > 2 ? "s" : "") + " of it";
}

void RecordLog::readLine(llvm::StringRef Line, llvm::StringRef Path,
                         unsigned Number, bool IsCutOff) {
  auto Bad = [&](const llvm::Twine &What) {
    if (!BadLines++)
      problem(Path, Number, What);
  };
  llvm::Expected<json::Value> Value = json::parse(Line);
  if (!Value) {
    llvm::consumeError(Value.takeError());
    return Bad(IsCutOff ? "the last record is cut off: its process was killed, "
                          "or the disk was full"
                        : "this line is no record: it is not JSON, or was cut "
                          "off when the disk was full");
  }
  const json::Object *O = Value->getAsObject();
  if (!O)
    return Bad("this line is no record: it is not an object");
  if (const json::Object *S = O->getObject("summary")) {
    std::string Tool = S->getString("tool").value_or("checker").str();
    if (const json::Object *Merged = S->getObject("looked_at")) {
      if (const json::Array *Earlier = S->getArray("problems"))
        for (const json::Value &P : *Earlier)
          Problems.push_back(P.getAsString().value_or("").str());
      return merge(Summary, *Merged);
    }
    // Not Object::erase: a copy of the object brings the key back (LLVM 19).
    json::Object Of{{"runs", 1}};
    for (const auto &[Key, Value] : *S)
      if (Key != "tool" && Key != "pid")
        Of[Key.str()] = Value;
    return merge(Summary, json::Object{{Tool, std::move(Of)}});
  }
  std::string Why;
  std::optional<FindingRecord> F = readRecord(*O, Why);
  if (!F)
    return Bad(Why);
  addFinding(std::move(*F));
}

void RecordLog::addFinding(FindingRecord F) {
  Key K{F.At.File, F.At.Line, F.At.Column, F.Rule->Name, F.Fingerprint};
  auto [It, IsNew] = Findings.try_emplace(std::move(K));
  if (!IsNew)
    F.Count += It->second.Count;
  // Of several records the one with a story to tell.
  if (IsNew || F.Stacks.size() > It->second.Stacks.size())
    It->second = std::move(F);
  else
    It->second.Count = F.Count;
}

std::vector<FindingRecord> RecordLog::take() {
  std::vector<FindingRecord> Out;
  Out.reserve(Findings.size());
  for (auto &Entry : Findings)
    Out.push_back(std::move(Entry.second));
  Findings.clear();
  return Out;
}
