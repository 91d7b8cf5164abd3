//===- CommandLine.cpp - The options of `gvlsan check` --------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/CommandLine.h"

#include "tool/Cache.h"
#include "tool/Compile.h"
#include "tool/Jobs.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Debug.h"

using namespace gvlsan;
using llvm::StringRef;

const char gvlsan::CheckHelp[] =
    "usage: gvlsan check [OPTIONS] [PATHS...]\n"
    "       gvlsan check [OPTIONS] FILES... -- COMPILER-FLAGS\n\n"
    "Finds violations of the GVL and compaction rules. PATHS are sources,\n"
    "folders that hold a compile_commands.json (by default the present one), "
    "or\n"
    "summaries that `gvlsan summarize` made (*.gvlsum).\n\n"
    "  -p DIR              folder that holds compile_commands.json\n"
    "  --format=FORMAT     text (default); json: one object a line; sarif; "
    "github:\n"
    "                      annotations for GitHub Actions; html: one page\n"
    "  --output=FILE       write there, all or nothing, not to standard "
    "output\n"
    "  --profile=PROFILE   practical (default): what real extensions can be\n"
    "                      held to; strict: unproven cases are reported;\n"
    "                      bounce: only copies in C memory may be used\n"
    "                      without the GVL\n"
    "  --ruby=VERSION      judge for this Ruby (3.1, 3.3), not for every one\n"
    "  --severity=LEVEL    warning (default), or error: only what is shown\n"
    "  --model=FILE        facts about functions of your own; .gvlsan.yaml "
    "beside\n"
    "                      or above a source is read in any case (see\n"
    "                      docs/user-model.md)\n"
    "  --baseline=FILE     report only what FILE does not hold\n"
    "  --write-baseline=FILE   write all findings there, for --baseline\n"
    "  --diff=REV          report only what lies in, or comes from, functions "
    "that\n"
    "                      changed since the git revision REV\n"
    "  -j N                judge N sources at a time (default: one a core)\n"
    "  --cache-dir=DIR     where results are kept, so that what has not "
    "changed\n"
    "                      is not analysed again; empty for nowhere (default:\n"
    "                      $GVLSAN_CACHE_DIR, else gvlsan/check in the user's\n"
    "                      cache)\n"
    "  --index=FILE        what `gvlsan link` made of the other files: each\n"
    "                      source is judged once, with it\n"
    "  --root=DIR          what names in findings, summaries and the index "
    "are\n"
    "                      relative to (default: the present folder)\n"
    "  --stats             say what each rule looked at\n"
    "  --explain           print the abstract state at each finding\n\n"
    "Exit: 0 clean, 1 findings, 2 not everything could be analysed, 64 "
    "usage.\n";

/// Where the value of the option \p Name goes as it is; null for another one.
static std::string *textOption(Request &R, StringRef Name) {
  return llvm::StringSwitch<std::string *>(Name)
      .Case("p", &R.Folder)
      .Case("cache-dir", &R.CacheFolder)
      .Case("index", &R.Index)
      .Case("root", &R.Root)
      .Case("output", &R.Output)
      .Case("baseline", &R.Baseline)
      .Case("write-baseline", &R.NewBaseline)
      .Case("diff", &R.DiffBase)
      .Default(nullptr);
}

bool gvlsan::parseCommandLine(int Argc, const char **Argv, Request &R,
                              std::string &Error) {
  for (int I = 1; I < Argc; ++I) {
    StringRef Arg = Argv[I];
    if (!Arg.starts_with("-") || Arg == "-") {
      R.Paths.push_back(Arg.str());
      continue;
    }
    StringRef Name = Arg.drop_while([](char C) { return C == '-'; });
    StringRef Value;
    bool HasValue = Name.contains('=');
    std::tie(Name, Value) = Name.split('=');
    if (Name == "help" || Name == "h") {
      R.Help = true;
      return true;
    }
    if (!HasValue && (Name == "stats" || Name == "explain")) {
      (Name == "stats" ? R.Stats : R.Settings.Explain) = true;
      continue;
    }
    std::string *Into = textOption(R, Name);
    // Here the index is one for all sources, and more than settings are.
    bool IsSetting =
        Name != "index" && llvm::is_contained(SettingsReader::names(), Name);
    bool TakesValue = Into || IsSetting || Name == "format" || Name == "j" ||
                      Name == "jobs" || Name == "debug-only";
    // -j8
    if (!HasValue && Name.size() > 1 && Name[0] == 'j' &&
        isdigit(static_cast<unsigned char>(Name[1]))) {
      HasValue = TakesValue = true;
      Value = Name.drop_front();
      Name = "j";
    }
    if (!TakesValue) {
      Error = ("unknown option '" + Arg + "'; see `gvlsan check --help`").str();
      return false;
    }
    if (!HasValue) {
      if (++I == Argc) {
        Error =
            ("'" + Arg + "' needs a value; see `gvlsan check --help`").str();
        return false;
      }
      Value = Argv[I];
    }
    bool Known = true;
    if (Into) {
      *Into = Value.str();
      Known = !Value.empty() || Name == "cache-dir";
      R.IsCacheGiven |= Name == "cache-dir";
    } else if (Name == "j" || Name == "jobs") {
      Known = !Value.getAsInteger(10, R.Jobs) && R.Jobs > 0;
    } else if (Name == "format") {
      auto Which = llvm::StringSwitch<std::optional<Format>>(Value)
                       .Case("text", Format::Text)
                       .Case("json", Format::Json)
                       .Case("sarif", Format::Sarif)
                       .Case("github", Format::Github)
                       .Case("html", Format::Html)
                       .Default(std::nullopt);
      Known = Which.has_value();
      R.As = Which.value_or(Format::Text);
    } else if (IsSetting) {
      if (!R.Settings.set(Name, Value, Error)) {
        Error += ", in --" + Name.str();
        return false;
      }
    } else {
#ifndef NDEBUG
      llvm::DebugFlag = true;
      llvm::setCurrentDebugType(Value.str().c_str());
#else
      Error = "--debug-only needs a build with assertions (preset dev)";
      return false;
#endif
    }
    if (!Known) {
      Error = ("'" + Value + "' is no value of --" + Name +
               "; see `gvlsan check --help`")
                  .str();
      return false;
    }
  }
  R.Root = absoluteFolder(R.Root);
  if (R.Jobs == 0)
    R.Jobs = defaultJobs();
  if (!R.IsCacheGiven)
    R.CacheFolder = defaultCacheFolder();
  return true;
}
