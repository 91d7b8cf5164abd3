//===- LinkTool.cpp - `gvlsan link` ---------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/IndexFile.h"
#include "tool/Rounds.h"
#include "tool/Steps.h"
#include "tool/SummaryFile.h"

using namespace gvlsan;

static const char Help[] =
    "usage: gvlsan link FILE.gvlsum... -o EXT.gvlidx [--root=DIR]\n\n"
    "Joins what the sources of an extension say of each other, and prints "
    "what\n"
    "that is. It says which sources would learn something new: summarize "
    "those\n"
    "again with --index, and link once more; or leave that to `gvlsan check`,\n"
    "which takes summaries and does it.\n\n"
    "  -o FILE             the index to write; left as it is when it would "
    "not\n"
    "                      change\n"
    "  --root=DIR          names in it are relative to this (default: the\n"
    "                      present folder)\n\n"
    "Exit: 0 written, 2 a file cannot be read or written, 64 usage.\n";

static std::string count(size_t N, llvm::StringRef What) {
  return (llvm::Twine(N) + " " + What + (N == 1 ? "" : "s")).str();
}

int main(int Argc, const char **Argv) {
  std::string Output, Root, Made, Error;
  StepLine Line{"gvlsan link", Help, {{"o", &Output}, {"root", &Root}}};
  if (auto Code = Line.parse(Argc, Argv))
    return *Code;
  if (Line.Paths.empty() || Output.empty())
    return Line.fail("summaries and -o are needed", Usage);
  Root = absoluteFolder(Root);
  std::vector<Unit> Units;
  if (!readSummaries(Line.Paths, Root, Units, Made, Error))
    return Line.fail(Error);
  Joined All = joinAll(Units);
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  writeIndex(All, Root, Output, Out);
  if (!writeFile(Output, Text, /*OnlyChanges=*/true, Error))
    return Line.fail(Error);

  llvm::outs() << "gvlsan link: " << count(Units.size(), "summary file") << "; "
               << count(All.Others.size(), "function")
               << " with a region behind parameters, "
               << count(All.Entered.size(), "function")
               << " entered without the lock, "
               << count(All.Known.size(), "fact") << " of rules; ";
  std::vector<std::string> Again;
  for (const Unit &U : Units)
    if (!isSettled(U, All, Root))
      Again.push_back(archive::relativeTo(Root, U.Source));
  if (Again.empty()) {
    llvm::outs() << "settled\n";
    return Clean;
  }
  llvm::outs() << count(Again.size(), "source") << " would learn more:\n";
  for (const std::string &Source : Again)
    llvm::outs() << "  " << Source << '\n';
  return Clean;
}
