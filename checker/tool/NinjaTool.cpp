//===- NinjaTool.cpp - `gvlsan ninja` -------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/IndexFile.h"
#include "tool/Steps.h"
#include "tool/Unit.h"

#include "llvm/Support/Path.h"

using namespace gvlsan;
using llvm::StringRef;

static const char Help[] =
    "usage: gvlsan ninja [-p DIR] -o FOLDER/build.ninja [OPTIONS]\n\n"
    "Writes a build file for the sources of a compile_commands.json. `ninja "
    "-C\n"
    "FOLDER` then judges each source in a step of its own, round by round, "
    "and\n"
    "leaves what `gvlsan check --format=json` prints in findings.json. A "
    "round\n"
    "in which nothing new is learnt costs one look.\n\n"
    "  -o FILE             the build file to write\n"
    "  -p DIR              folder that holds compile_commands.json (default:\n"
    "                      the present one)\n"
    "  --root=DIR          names in summaries are relative to it (default: "
    "the\n"
    "                      folder of -p)\n"
    "  --rounds=N          how often sources may learn of each other before "
    "the\n"
    "                      last step does the rest itself (default: 2)\n"
    "  --launcher=COMMAND  put before each step that judges a source\n"
    "  --profile=PROFILE, --ruby=VERSION, --model=FILE\n"
    "                      as for `gvlsan check`\n\n"
    "Exit: 0 written, 2 a file cannot be read or written, 64 usage.\n";

/// As ninja and the shell behind it take a word.
static std::string quoted(StringRef Word) {
  std::string Out = "'";
  for (char C : Word) {
    if (C == '\'')
      Out += "'\\''";
    else if (C == '$')
      Out += "$$";
    else
      Out += C;
  }
  return Out + "'";
}

/// As a path in a build statement.
static std::string escaped(StringRef Path) {
  std::string Out;
  for (char C : Path) {
    if (C == ' ' || C == '$' || C == ':')
      Out += '$';
    Out += C;
  }
  return Out;
}

int main(int Argc, const char **Argv) {
  std::string Output, Folder, Root, Rounds = "2", Launcher, Profile, Ruby,
                                    Model, Error;
  StepLine Line{"gvlsan ninja",
                Help,
                {{"o", &Output},
                 {"p", &Folder},
                 {"root", &Root},
                 {"rounds", &Rounds},
                 {"launcher", &Launcher},
                 {"profile", &Profile},
                 {"ruby", &Ruby},
                 {"model", &Model}}};
  if (auto Code = Line.parse(Argc, Argv))
    return *Code;
  SettingsReader Checked;
  if (!readSettings({{"profile", &Profile}, {"ruby", &Ruby}, {"model", &Model}},
                    Checked, Error))
    return Line.fail(Error, Usage);
  unsigned N;
  if (StringRef(Rounds).getAsInteger(10, N) || N == 0)
    return Line.fail("'" + Rounds + "' is no value of --rounds", Usage);
  if (Output.empty() || !Line.Paths.empty())
    return Line.fail("-o is needed, and nothing but options", Usage);
  Folder = absoluteFolder(Folder);
  Root = Root.empty() ? Folder : absoluteFolder(Root);
  std::vector<Batch> Batches;
  if (!findSources({}, nullptr, Folder, Batches, Error))
    return Line.fail(Error);

  llvm::SmallString<256> Database(Folder), Self(Argv[0]);
  llvm::sys::path::append(Database, "compile_commands.json");
  (void)llvm::sys::fs::make_absolute(Self);
  auto Tool = [&](StringRef Verb) {
    llvm::SmallString<256> Path(llvm::sys::path::parent_path(Self));
    llvm::sys::path::append(Path, "gvlsan-" + Verb);
    return quoted(Path);
  };
  std::string Common = " --root=" + quoted(Root);
  std::string Judging = Common;
  if (!Profile.empty())
    Judging += " --profile=" + Profile;
  if (!Ruby.empty())
    Judging += " --ruby=" + Ruby;
  if (!Model.empty()) {
    llvm::SmallString<256> Path(Model);
    (void)llvm::sys::fs::make_absolute(Path);
    Judging += " --model=" + quoted(Path);
  }
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  Out << "# Made by `gvlsan ninja`.\n"
      << "rule summarize\n  command = "
      << (Launcher.empty() ? "" : Launcher + " ") << Tool("summarize")
      << " $source -o $out -p " << quoted(Folder) << Judging
      << " --depfile=$out.d $more\n"
      << "  description = judge $source $round\n"
      << "  depfile = $out.d\n  deps = gcc\n  restat = 1\n"
      << "rule link\n  command = " << Tool("link") << Common
      << " -o $out $in > $out.log\n"
      << "  description = link $round\n  restat = 1\n"
      // Findings are no failure of the build.
      << "rule check\n  command = " << Tool("check") << Judging
      << " --format=json $in > $out.new; code=$$?; "
         "if [ $$code -le 1 ]; then mv $out.new $out; else exit $$code; fi\n"
      << "  description = check\n";
  std::vector<Unit> Units = unitsOf(Batches);
  auto Summary = [&](unsigned Round, size_t I) {
    return std::to_string(Round) + "/" + std::to_string(I) + "-" +
           escaped(llvm::sys::path::filename(Units[I].Source)) + ".gvlsum";
  };
  for (unsigned Round = 0; Round < N; ++Round) {
    std::string Index = std::to_string(Round) + ".gvlidx";
    std::string Before =
        Round ? std::to_string(Round - 1) + ".gvlidx" : std::string();
    for (size_t I = 0; I < Units.size(); ++I) {
      Out << "build " << Summary(Round, I) << ": summarize "
          << escaped(Units[I].Source) << " | " << escaped(Database);
      if (Round)
        Out << " " << Before << " " << Summary(Round - 1, I);
      Out << "\n  source = " << quoted(Units[I].Source) << "\n  round = (round "
          << Round + 1 << ")\n";
      if (Round)
        Out << "  more = --index=" << Before
            << " --previous=" << quoted(Summary(Round - 1, I)) << "\n";
    }
    // The last step joins the last round itself.
    if (Round + 1 == N)
      break;
    Out << "build " << Index << ": link";
    for (size_t I = 0; I < Units.size(); ++I)
      Out << " " << Summary(Round, I);
    Out << "\n  round = " << Round + 1 << "\n";
  }
  Out << "build findings.json: check";
  for (size_t I = 0; I < Units.size(); ++I)
    Out << " " << Summary(N - 1, I);
  Out << "\ndefault findings.json\n";
  if (!writeFile(Output, Text, /*OnlyChanges=*/true, Error))
    return Line.fail(Error);
  return Clean;
}
