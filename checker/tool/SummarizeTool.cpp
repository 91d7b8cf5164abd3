//===- SummarizeTool.cpp - `gvlsan summarize` -----------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/IndexFile.h"
#include "tool/Rounds.h"
#include "tool/Steps.h"
#include "tool/SummaryFile.h"

#include "llvm/Support/MemoryBuffer.h"

using namespace clang;
using namespace gvlsan;

static const char Help[] =
    "usage: gvlsan summarize FILE -o FILE.gvlsum [OPTIONS] [-- "
    "COMPILER-FLAGS]\n\n"
    "Judges one source, and writes its findings, what other files need to "
    "know\n"
    "of it, and what is needed to judge it again.\n\n"
    "  -o FILE             the summary to write\n"
    "  -p DIR              folder that holds compile_commands.json\n"
    "  --root=DIR          names in the summary are relative to it (default:\n"
    "                      the present folder)\n"
    "  --index=FILE        what `gvlsan link` made of an earlier round\n"
    "  --previous=FILE     its summary of an earlier round: copied, when the\n"
    "                      index tells this source nothing new\n"
    "  --depfile=FILE      write what was read, as make understands it\n"
    "  --profile=PROFILE, --ruby=VERSION, --model=FILE\n"
    "                      as for `gvlsan check`\n\n"
    "Exit: 0 written, 2 the source or a file cannot be read, 64 usage.\n";

/// As make and ninja read it.
static std::string makeRule(StringRef Target, const std::set<ReadFile> &Reads) {
  auto Escaped = [](StringRef Name) {
    std::string Out;
    for (char C : Name) {
      if (C == ' ' || C == '#')
        Out += '\\';
      else if (C == '$')
        Out += '$';
      Out += C;
    }
    return Out;
  };
  std::string Text = Escaped(Target) + ":";
  for (const ReadFile &R : Reads)
    Text += " \\\n  " + Escaped(R.File);
  return Text + "\n";
}

/// Takes \p U's judgement from \p Previous, when nothing that it depends on has
/// changed.
static bool takePrevious(Unit &U, StringRef Previous, StringRef Made,
                         const Joined &Known, StringRef Root) {
  auto Buffer = llvm::MemoryBuffer::getFile(Previous);
  Unit Old;
  std::string With, Ignored;
  if (!Buffer ||
      !readSummary((*Buffer)->getBuffer(), Previous, Root, Old, With, Ignored))
    return false;
  Contents Files;
  if (With != Made || Old.Facts != U.Set->Facts || Old.Source != U.Source ||
      Old.Commands != U.Commands || !Old.Judged.Analysed ||
      !isSettled(Old, Known, Root) || !Files.areUnchanged(Old.Judged.Reads))
    return false;
  U.Judged = std::move(Old.Judged);
  U.Facts = Old.Facts;
  return true;
}

int main(int Argc, const char **Argv) {
  std::string Error, Output, Folder, Root, Index, Previous, Depfile, Profile,
      Ruby, Model;
  std::shared_ptr<tooling::CompilationDatabase> Fixed =
      tooling::FixedCompilationDatabase::loadFromCommandLine(Argc, Argv, Error);
  StepLine Line{"gvlsan summarize",
                Help,
                {{"o", &Output},
                 {"p", &Folder},
                 {"root", &Root},
                 {"index", &Index},
                 {"previous", &Previous},
                 {"depfile", &Depfile},
                 {"profile", &Profile},
                 {"ruby", &Ruby},
                 {"model", &Model}}};
  if (auto Code = Line.parse(Argc, Argv))
    return *Code;
  RoundsRequest Rounds;
  SettingsReader Reader;
  if (!readSettings({{"profile", &Profile}, {"ruby", &Ruby}, {"model", &Model}},
                    Reader, Error))
    return Line.fail(Error, Usage);
  if (Line.Paths.size() != 1 || Output.empty())
    return Line.fail("one source and -o are needed", Usage);
  Rounds.Root = absoluteFolder(Root);

  Joined Known;
  if (!Index.empty() && !readIndex(Index, Rounds.Root, Known, Error))
    return Line.fail(Error);
  Rounds.Given = &Known;
  std::vector<Batch> Batches;
  if (!findSources(Line.Paths, Fixed, Folder, Batches, Error))
    return Line.fail(Error);
  std::vector<Unit> Units = unitsOf(Batches);
  if (Units.size() != 1)
    return Line.fail("'" + Line.Paths.front() + "' is not one source", Usage);
  if (!assignSettings(Units, Reader, Error))
    return Line.fail(Error);
  Unit &U = Units.front();
  std::string Made = describe(U.Set->Engine);
  if (Previous.empty() || !takePrevious(U, Previous, Made, Known, Rounds.Root))
    judgeAll(Units, Rounds);
  if (!U.Judged.Analysed)
    return Line.fail(U.Judged.Error.empty() ? U.Source + ": cannot be compiled"
                                            : U.Judged.Error);

  std::string Text;
  llvm::raw_string_ostream Out(Text);
  writeSummary(U, Made, Rounds.Root, Out);
  if (!Depfile.empty() && !writeFile(Depfile, makeRule(Output, U.Judged.Reads),
                                     /*OnlyChanges=*/false, Error))
    return Line.fail(Error);
  if (!writeFile(Output, Text, /*OnlyChanges=*/true, Error))
    return Line.fail(Error);
  return Clean;
}
