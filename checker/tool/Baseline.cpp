//===- Baseline.cpp - Findings that are known -----------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/Baseline.h"

#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace gvlsan;
using llvm::StringRef;
namespace json = llvm::json;

static constexpr int Version = 1;

std::string Baseline::textOf(const Summary &S) {
  struct Known {
    FindingRecord First;
    int64_t Count = 0;
  };
  // By what a person looks for; the fingerprint makes the order complete.
  std::map<std::tuple<std::string, std::string, std::string, std::string>,
           Known>
      All;
  for (const Report &R : S.Reports) {
    FindingRecord F = recordOf(R);
    Known &K = All[{F.At.File, F.Function, F.Rule->Name, F.Fingerprint}];
    if (!K.Count++)
      K.First = std::move(F);
  }
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  Out << "{\"gvlsan_baseline\": " << Version << ", \"findings\": [";
  const char *Separator = "\n";
  for (const auto &[Key, K] : All) {
    Out << Separator;
    Separator = ",\n";
    json::OStream J(Out);
    J.object([&, &K = K] {
      J.attribute("fingerprint", K.First.Fingerprint);
      if (K.Count > 1)
        J.attribute("count", K.Count);
      J.attribute("rule", K.First.Rule->Name);
      J.attribute("file", K.First.At.File);
      J.attribute("function", K.First.Function);
      J.attribute("message", K.First.At.Message);
    });
  }
  Out << "\n]}\n";
  return Text;
}

bool Baseline::read(StringRef File, std::string &Error) {
  static const char HowToMakeOne[] = "make one with --write-baseline";
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (!Buffer) {
    Error = ("cannot read '" + File + "': " + Buffer.getError().message() +
             "; " + HowToMakeOne)
                .str();
    return false;
  }
  auto Wrong = [&](const llvm::Twine &What) {
    Error = (File + ": " + What + "; " + HowToMakeOne).str();
    return false;
  };
  llvm::Expected<json::Value> Value = json::parse((*Buffer)->getBuffer());
  if (!Value)
    return Wrong(llvm::toString(Value.takeError()));
  const json::Object *O = Value->getAsObject();
  if (!O || O->getInteger("gvlsan_baseline") != Version ||
      !O->getArray("findings"))
    return Wrong("this is no baseline of version " + llvm::Twine(Version));
  size_t N = 0;
  for (const json::Value &V : *O->getArray("findings")) {
    ++N;
    const json::Object *F = V.getAsObject();
    auto Print = F ? F->getString("fingerprint") : std::nullopt;
    if (!Print)
      return Wrong("finding " + llvm::Twine(N) + " has no fingerprint");
    Known[Print->str()] += F->getInteger("count").value_or(1);
  }
  return true;
}

void Baseline::apply(Summary &S) const {
  std::map<std::string, int64_t> Left = Known;
  std::erase_if(S.Reports, [&](const Report &R) {
    auto It = Left.find(recordOf(R).Fingerprint);
    if (It == Left.end() || It->second == 0)
      return false;
    --It->second;
    ++S.InBaseline;
    return true;
  });
  for (const auto &[Print, Count] : Left)
    S.Gone += Count;
}
