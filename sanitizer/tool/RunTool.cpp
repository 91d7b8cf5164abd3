//===- RunTool.cpp - gvlsan run -------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Runs a command with the runtime preloaded. Everything that can be wrong with
/// the options is said here, before the command has begun.
///
//===----------------------------------------------------------------------===//

#include "Convert.h"
#include "Executable.h"
#include "Launch.h"

#include "rules/Catalogue.h"

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>

using namespace gvlsan;

namespace {

enum Exit : int {
  ExitIncomplete = 2,
  ExitUsage = 64,
  ExitUnwatchable = 69,
  ExitNotExecutable = 126,
  ExitNotFound = 127,
};

struct Options {
  bool DefaultSuppressions = true;
  bool Stats = false;
  bool HaltOnError = false;
  bool TraceAllocations = false;
  bool RawSyscalls = false;
  std::string Suppressions, LogPath, Json, Format, Output, Mode;
  char **Command = nullptr;
};

[[noreturn]] void fail(int Status, const std::string &Message) {
  std::fprintf(stderr, "gvlsan run: error: %s\n", Message.c_str());
  std::exit(Status);
}

void printHelp() {
  std::puts(
      "usage: gvlsan run [OPTIONS] -- COMMAND [ARGUMENTS]\n"
      "\n"
      "Runs COMMAND with the sanitizer in every Ruby process that it starts.\n"
      "\n"
      "  --no-default-suppressions  report the known findings of Ruby's own "
      "core\n"
      "                             too, instead of counting them\n"
      "  --mode=MODE                calls (default): what libc, the C API and "
      "code built\n"
      "                             by `gvlsan cc` are given. seal: also what "
      "any other\n"
      "                             code touches while nobody holds the lock. "
      "uffd: the\n"
      "                             kernel, too (needs userfaultfd). pkey: as "
      "seal, but\n"
      "                             also while another thread holds the lock "
      "(needs the\n"
      "                             processor's protection keys)\n"
      "  --raw-syscalls             also system calls that are made past libc "
      "(needs the\n"
      "                             kernel's Syscall User Dispatch)\n"
      "  --suppressions=FILE        do not report what FILE lists: lines\n"
      "                             RULE:PATTERN, a function, module or libc "
      "call\n"
      "  --log-path=PATH            write reports to PATH.PID, not to stderr\n"
      "  --json=FILE                add each report to FILE as a line of JSON\n"
      "  --format=FORMAT            when the command has ended, write what was "
      "found,\n"
      "                             each finding once: text, json, sarif or "
      "github\n"
      "                             (annotations of GitHub Actions)\n"
      "  --output=FILE              to FILE; without it text and github go to "
      "stderr\n"
      "  --trace-allocations        say in reports where the object was "
      "allocated (slow)\n"
      "  --halt-on-error            end the process at its first report\n"
      "  --stats                    say at exit what was looked at\n"
      "  --help                     this text\n"
      "\n"
      "GVLSAN_OPTIONS holds further flags; GVLSAN_OPTIONS=help=1 lists them.\n"
      "\n"
      "Exit: the command's own status; 66 when it, or any process it started,\n"
      "reported something before it ended (GVLSAN_OPTIONS=exitcode=N changes "
      "it);\n"
      "2 --output cannot be written; 64 bad usage; 69 the command cannot be "
      "watched;\n"
      "126 not executable; 127 not found.");
}

/// Commands change their folder; files named on the command line stay.
std::string absolute(const std::string &Path) {
  if (Path.empty() || Path[0] == '/')
    return Path;
  char Here[PATH_MAX];
  return getcwd(Here, sizeof(Here)) ? std::string(Here) + "/" + Path : Path;
}

bool takeValue(std::string_view Argument, std::string_view Name,
               std::string &Value) {
  if (Argument.substr(0, Name.size()) != Name)
    return false;
  Value = Argument.substr(Name.size());
  if (Value.empty())
    fail(ExitUsage, std::string(Name) + " needs a value");
  return true;
}

Options parse(int Argc, char **Argv) {
  Options O;
  for (int I = 1; I < Argc; ++I) {
    std::string_view A = Argv[I];
    if (A == "--") {
      if (I + 1 == Argc)
        fail(ExitUsage, "no command after `--`");
      O.Command = Argv + I + 1;
      return O;
    }
    if (A == "--help" || A == "-h") {
      printHelp();
      std::exit(0);
    }
    if (A == "--no-default-suppressions")
      O.DefaultSuppressions = false;
    else if (A == "--stats")
      O.Stats = true;
    else if (A == "--trace-allocations")
      O.TraceAllocations = true;
    else if (A == "--raw-syscalls")
      O.RawSyscalls = true;
    else if (A == "--halt-on-error")
      O.HaltOnError = true;
    else if (takeValue(A, "--suppressions=", O.Suppressions) ||
             takeValue(A, "--log-path=", O.LogPath) ||
             takeValue(A, "--json=", O.Json) ||
             takeValue(A, "--format=", O.Format) ||
             takeValue(A, "--mode=", O.Mode) ||
             takeValue(A, "--output=", O.Output))
      continue;
    else if (!A.empty() && A[0] == '-')
      fail(ExitUsage, "unknown option '" + std::string(A) +
                          "'; `gvlsan run --help` lists them");
    else
      fail(ExitUsage, "put `--` before the command: gvlsan run [OPTIONS] -- " +
                          std::string(A) + " ...");
  }
  fail(ExitUsage, "no command: gvlsan run [OPTIONS] -- COMMAND");
}

/// Whether --format and --output ask for something that there can be.
void checkFormat(Options &O) {
  if (O.Format.empty() && O.Output.empty())
    return;
  if (O.Format.empty())
    O.Format = "text";
  bool Known = false;
  for (const char *Format : {"text", "json", "sarif", "github"})
    Known |= O.Format == Format;
  if (!Known)
    fail(ExitUsage, "unknown format '" + O.Format +
                        "'; it is one of text, json, sarif, github");
  if (O.Output.empty() && O.Format != "github" && O.Format != "text")
    fail(ExitUsage, "--format=" + O.Format +
                        " needs --output=FILE: the command's own output goes "
                        "everywhere else");
  if (!O.Json.empty())
    fail(ExitUsage, "--format and --output do not go with --json: convert its "
                    "file with `gvlsan report`");
}

void checkMode(const std::string &Mode) {
  if (!Mode.empty() && Mode != "calls" && Mode != "seal" && Mode != "uffd" &&
      Mode != "pkey")
    fail(ExitUsage,
         "unknown mode '" + Mode + "'; it is one of calls, seal, uffd, pkey");
}

void checkSuppressions(const std::string &Path) {
  std::ifstream File(Path);
  if (!File)
    fail(ExitUsage, "cannot read the suppressions in " + Path + ": " +
                        std::strerror(errno));
  std::string Line;
  for (int Number = 1; std::getline(File, Line); ++Number) {
    size_t Begin = Line.find_first_not_of(" \t\r");
    if (Begin == std::string::npos || Line[Begin] == '#')
      continue;
    size_t Colon = Line.find(':', Begin);
    std::string Rule = Line.substr(Begin, Colon - Begin);
    std::string Where = Path + ":" + std::to_string(Number) + ": ";
    if (Colon == std::string::npos || Colon + 1 == Line.size())
      fail(ExitUsage,
           Where + "a suppression is RULE:PATTERN, not '" + Line + "'");
    if (!findRule(Rule.c_str()))
      fail(ExitUsage,
           Where + "no rule '" + Rule + "'; `gvlsan rules` lists them");
  }
}

/// A file is made beside nothing: only its folder can be asked beforehand.
void checkWritable(const std::string &Path, const char *Option) {
  std::string Folder = Path.substr(0, Path.rfind('/'));
  if (Folder.empty())
    Folder = "/";
  if (access(Folder.c_str(), W_OK | X_OK) != 0)
    fail(ExitUsage, std::string(Option) + ": cannot write to " + Folder + ": " +
                        std::strerror(errno));
}

/// flag="value", quoted so that a path may hold the separators.
void addFlag(std::string &Flags, const char *Name, const std::string &Value) {
  char Quote = Value.find('"') == std::string::npos ? '"' : '\'';
  if (!Flags.empty())
    Flags += ':';
  Flags += std::string(Name) + "=" + Quote + Value + Quote;
}

std::string flagsFor(const Options &O, const std::string &Share,
                     const std::string &CounterPath) {
  std::string Flags;
  if (O.DefaultSuppressions)
    addFlag(Flags, "default_suppressions", Share + "/suppressions");
  // What the user says comes later, and the last word holds.
  if (const char *User = std::getenv("GVLSAN_OPTIONS"); User && *User) {
    if (!Flags.empty())
      Flags += ':';
    Flags += User;
  }
  if (!O.Suppressions.empty())
    addFlag(Flags, "suppressions", O.Suppressions);
  if (!O.LogPath.empty())
    addFlag(Flags, "log_path", O.LogPath);
  if (!O.Json.empty())
    addFlag(Flags, "json_path", O.Json);
  if (!O.Mode.empty())
    addFlag(Flags, "mode", O.Mode);
  if (O.HaltOnError)
    addFlag(Flags, "halt_on_error", "1");
  if (O.TraceAllocations)
    addFlag(Flags, "trace_allocations", "1");
  if (O.RawSyscalls)
    addFlag(Flags, "raw_syscalls", "1");
  if (O.Stats)
    addFlag(Flags, "stats", "1");
  addFlag(Flags, "root_pid", std::to_string(getpid()));
  addFlag(Flags, "run_file", CounterPath);
  return Flags;
}

} // namespace

int main(int Argc, char **Argv) {
  Options O = parse(Argc, Argv);
  O.Suppressions = absolute(O.Suppressions);
  O.LogPath = absolute(O.LogPath);
  O.Json = absolute(O.Json);
  O.Output = absolute(O.Output);
  checkFormat(O);
  checkMode(O.Mode);
  if (!O.Suppressions.empty())
    checkSuppressions(O.Suppressions);
  if (!O.LogPath.empty())
    checkWritable(O.LogPath, "--log-path");
  if (!O.Json.empty())
    checkWritable(O.Json, "--json");
  if (!O.Output.empty())
    checkWritable(O.Output, "--output");

  std::string Library = libraryFolder();
  std::string Runtime = Library + "/libgvlsan-rt.so";
  if (access(Runtime.c_str(), R_OK) != 0)
    fail(ExitUnwatchable, "no runtime at " + Runtime + ": " +
                              std::strerror(errno) +
                              "; is the installation complete?");
  std::string Program = findExecutable(O.Command[0]);
  if (Program.empty())
    fail(ExitNotFound, std::string(O.Command[0]) + ": command not found");
  if (std::string Why = whyNotPreloadable(Program); !Why.empty())
    fail(ExitUnwatchable, Program + " " + Why);

  std::string Preload = Runtime;
  if (const char *User = std::getenv("LD_PRELOAD"); User && *User)
    Preload += std::string(":") + User;
  setenv("LD_PRELOAD", Preload.c_str(), 1);
  std::string Share = Library + "/../../share/gvlsan";
  if (char Resolved[PATH_MAX]; realpath(Share.c_str(), Resolved))
    Share = Resolved;

  if (O.TraceAllocations) {
    std::string Options = "-r" + Share + "/ruby/trace-allocations.rb";
    if (const char *User = std::getenv("RUBYOPT"); User && *User)
      Options += std::string(" ") + User;
    setenv("RUBYOPT", Options.c_str(), 1);
  }

  ReportCounter Counter;
  std::optional<RunLog> Log;
  if (!O.Format.empty() && !Counter.path().empty()) {
    Log.emplace();
    O.Json = Log->path();
  }
  if (Counter.path().empty() || (Log && Log->path().empty()))
    fail(ExitUnwatchable,
         std::string("cannot make a file in TMPDIR or /tmp: ") +
             std::strerror(errno));
  int WaitStatus = 0;
  int Side = runAsChild(WaitStatus);
  if (Side < 0) {
    int Error = errno;
    Counter.finish();
    fail(ExitUnwatchable,
         std::string("cannot make a process: ") + std::strerror(Error));
  }
  if (Side > 0) {
    int Override = Counter.finish();
    if (!Counter.sawHeap())
      std::fputs("gvlsan run: warning: nothing was checked: no process of this "
                 "run was a Ruby that the runtime was loaded into\n",
                 stderr);
    if (Log && !Log->convert(O.Format, O.Output) && !Override &&
        WIFEXITED(WaitStatus) && WEXITSTATUS(WaitStatus) == 0)
      Override = ExitIncomplete;
    endLike(WaitStatus, Override);
  }
  setenv("GVLSAN_OPTIONS", flagsFor(O, Share, Counter.path()).c_str(), 1);
  execvp(O.Command[0], O.Command);
  fail(errno == ENOENT ? ExitNotFound : ExitNotExecutable,
       std::string("cannot run ") + O.Command[0] + ": " + std::strerror(errno));
}
