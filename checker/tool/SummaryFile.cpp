//===- SummaryFile.cpp - A judged source as a file ------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/SummaryFile.h"

#include "tool/JudgementFields.h"

#include "llvm/Support/MemoryBuffer.h"

using namespace gvlsan;
using llvm::StringRef;
namespace json = llvm::json;

namespace gvlsan {

/// The section with what is single.
struct Head {
  std::string Made;
  Unit &U;
  bool empty() const { return false; }
};
template <class A> void fields(A &Ar, Head &V) {
  Ar.path("source", V.U.Source);
  Ar("options", V.Made);
  Ar("facts", V.U.Facts);
  Ar("analysed", V.U.Judged.Analysed);
  Ar.text("error", V.U.Judged.Error);
  Ar("suppressed", V.U.Judged.Suppressed);
  Ar("against", V.U.Judged.Against);
}

} // namespace gvlsan

std::string gvlsan::describe(const Options &Opts) {
  std::string Text = "--profile=";
  Text += Opts.Profile == Strict   ? "strict"
          : Opts.Profile == Bounce ? "bounce"
                                   : "practical";
  if (Opts.Ruby)
    Text += " --ruby=" + std::to_string(Opts.Ruby / 100) + "." +
            std::to_string(Opts.Ruby % 100);
  if (Opts.Explain)
    Text += " --explain";
  return Text;
}

void gvlsan::writeSummary(const Unit &U, StringRef Made, StringRef Root,
                          llvm::raw_ostream &Out) {
  const Judgement &J = U.Judged;
  SectionWriter Write(Out, "gvlsum", Root);
  Write.section("unit", Head{Made.str(), const_cast<Unit &>(U)});
  Write.section("commands", U.Commands);
  Write.section("reads", J.Reads);
  Write.section("summaries", J.Tells.Summaries);
  Write.section("calls", J.Tells.Calls);
  Write.section("released", J.Tells.Released);
  Write.section("reaches", J.Tells.Reaches);
  Write.section("told", J.Tells.Told);
  Write.section("asked", J.Tells.Asked);
  Write.section("statistics", J.Stats);
  for (const Report &R : J.Reports)
    Write.section("report", R);
  Write.finish();
}

bool gvlsan::readSummary(StringRef Text, StringRef Name, StringRef Root,
                         Unit &U, std::string &Made, std::string &Error) {
  Judgement &J = U.Judged;
  return readSections(
      Text, Name, "gvlsum",
      [&](StringRef Section, const json::Value &V) -> std::string {
        json::Object None;
        archive::Reader Read(Root, None);
        if (Section == "unit") {
          Head H{"", U};
          Read.read(V, H, Section);
          Made = H.Made;
        } else if (Section == "commands") {
          Read.read(V, U.Commands, Section);
        } else if (Section == "reads") {
          Read.read(V, J.Reads, Section);
        } else if (Section == "summaries") {
          Read.read(V, J.Tells.Summaries, Section);
        } else if (Section == "calls") {
          Read.read(V, J.Tells.Calls, Section);
        } else if (Section == "released") {
          Read.read(V, J.Tells.Released, Section);
        } else if (Section == "reaches") {
          Read.read(V, J.Tells.Reaches, Section);
        } else if (Section == "told") {
          Read.read(V, J.Tells.Told, Section);
        } else if (Section == "asked") {
          Read.read(V, J.Tells.Asked, Section);
        } else if (Section == "statistics") {
          Read.read(V, J.Stats, Section);
        } else if (Section == "report") {
          Read.read(V, J.Reports.emplace_back(), Section);
        } else {
          return ("'" + Section + "' is no section of a summary").str();
        }
        return Read.Error;
      },
      Error);
}

bool gvlsan::readSummaries(const std::vector<std::string> &Names,
                           StringRef Root, std::vector<Unit> &Units,
                           std::string &Made, std::string &Error) {
  for (const std::string &Name : Names) {
    auto Buffer = llvm::MemoryBuffer::getFile(Name);
    if (!Buffer) {
      Error = "cannot read '" + Name + "': " + Buffer.getError().message() +
              "; make it with `gvlsan summarize`";
      return false;
    }
    std::string With;
    if (!readSummary((*Buffer)->getBuffer(), Name, Root, Units.emplace_back(),
                     With, Error))
      return false;
    if (Name == Names.front())
      Made = With;
    if (Made != With) {
      Error = Name + ": it was made with " + With + ", and " + Names.front() +
              " with " + Made + "; make all of them with the same options";
      return false;
    }
  }
  return true;
}
