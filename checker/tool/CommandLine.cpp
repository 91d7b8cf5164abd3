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
    "  --format=FORMAT     text (default), or json: one object a line\n"
    "  --profile=PROFILE   practical (default): what real extensions can be\n"
    "                      held to; strict: unproven cases are reported;\n"
    "                      bounce: only copies in C memory may be used\n"
    "                      without the GVL\n"
    "  --ruby=VERSION      judge for this Ruby (3.1, 3.3), not for every one\n"
    "  -j N                judge N sources at a time (default: one a core)\n"
    "  --cache-dir=DIR     where results are kept, so that what has not "
    "changed\n"
    "                      is not analysed again; empty for nowhere (default:\n"
    "                      $GVLSAN_CACHE_DIR, else gvlsan/check in the user's\n"
    "                      cache)\n"
    "  --index=FILE        what `gvlsan link` made of the other files: each\n"
    "                      source is judged once, with it\n"
    "  --root=DIR          what names in findings, summaries and the index are\n"
    "                      relative to (default: the present folder)\n"
    "  --stats             say what each rule looked at\n"
    "  --explain           print the abstract state at each finding\n\n"
    "Exit: 0 clean, 1 findings, 2 not everything could be analysed, 64 "
    "usage.\n";

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
      (Name == "stats" ? R.Stats : R.Explain) = true;
      continue;
    }
    bool TakesValue = Name == "p" || Name == "format" || Name == "profile" ||
                      Name == "ruby" || Name == "debug-only" || Name == "j" ||
                      Name == "jobs" || Name == "cache-dir" ||
                      Name == "index" || Name == "root";
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
    if (Name == "p") {
      R.Folder = Value.str();
    } else if (Name == "j" || Name == "jobs") {
      Known = !Value.getAsInteger(10, R.Jobs) && R.Jobs > 0;
    } else if (Name == "cache-dir") {
      R.CacheFolder = Value.str();
      R.IsCacheGiven = true;
    } else if (Name == "index") {
      R.Index = Value.str();
    } else if (Name == "root") {
      R.Root = Value.str();
    } else if (Name == "format") {
      R.Json = Value == "json";
      Known = R.Json || Value == "text";
    } else if (Name == "profile") {
      auto Which = llvm::StringSwitch<std::optional<Profile>>(Value)
                       .Case("practical", Practical)
                       .Case("strict", Strict)
                       .Case("bounce", Bounce)
                       .Default(std::nullopt);
      Known = Which.has_value();
      R.Engine.Profile = Which.value_or(Practical);
    } else if (Name == "ruby") {
      Known = parseRuby(Value, R.Engine.Ruby);
    } else {
#ifndef NDEBUG
      llvm::DebugFlag = true;
      llvm::setCurrentDebugType(Value.data());
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
  R.Engine.Explain = R.Explain;
  R.Root = absoluteFolder(R.Root);
  if (R.Jobs == 0)
    R.Jobs = defaultJobs();
  if (!R.IsCacheGiven)
    R.CacheFolder = defaultCacheFolder();
  return true;
}
