//===- BuildTool.cpp - gvlsan gem, rake and bundle ------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Runs gem, rake or bundle so that what it compiles is compiled by `gvlsan cc`
/// and what it runs is run by `gvlsan run`. Nothing in the gem changes.
///
//===----------------------------------------------------------------------===//

#include "Executable.h"

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <unistd.h>
#include <vector>

using namespace gvlsan;

namespace {

enum Exit : int { ExitUsage = 64, ExitIncomplete = 69 };

constexpr char Command[] = GVLSAN_COMMAND;

[[noreturn]] void fail(int Status, const std::string &Message) {
  std::fprintf(stderr, "gvlsan %s: error: %s\n", Command, Message.c_str());
  std::exit(Status);
}

void printHelp() {
  std::printf(
      "usage: gvlsan %1$s ARGUMENTS\n"
      "\n"
      "Runs `%1$s ARGUMENTS` with CC and CXX set to `gvlsan cc` and `gvlsan "
      "c++`, for\n"
      "mkmf too, and with the sanitizer in every Ruby process that it starts, "
      "as\n"
      "`gvlsan run` does. GVLSAN_OPTIONS holds the sanitizer's flags.\n"
      "\n"
      "Only what is compiled meanwhile is instrumented: not extensions that "
      "are\n"
      "installed already, nor those of a gem that comes compiled (`gem "
      "install\n"
      "--platform=ruby`, BUNDLE_FORCE_RUBY_PLATFORM=1 ask for its sources).\n"
      "\n"
      "Exit: the command's own status; 66 when any process of it reported\n"
      "something (GVLSAN_OPTIONS=exitcode=N changes it); 64 bad usage; 69 the\n"
      "command cannot be watched; 126 not executable; 127 not found.\n"
      "\n"
      "`%1$s --help` explains %1$s.\n",
      Command);
}

/// Makefiles and RUBYOPT take white space for the end of a word.
std::string checked(const std::string &Path, int AccessMode) {
  if (Path.find_first_of(" \t") != std::string::npos)
    fail(ExitIncomplete, "there is white space in the path " + Path +
                             ", which makefiles and RUBYOPT cannot hold; "
                             "install gvlsan in another folder");
  if (access(Path.c_str(), AccessMode) != 0)
    fail(ExitIncomplete, "cannot use " + Path + ": " + std::strerror(errno) +
                             "; is the installation complete?");
  return Path;
}

} // namespace

int main(int Argc, char **Argv) {
  if (Argc == 2 &&
      (!std::strcmp(Argv[1], "--help") || !std::strcmp(Argv[1], "-h"))) {
    printHelp();
    return 0;
  }
  if (Argc < 2 && std::strcmp(Command, "rake") != 0)
    fail(ExitUsage, std::string("what shall ") + Command + " do? `gvlsan " +
                        Command + " --help`");

  std::string Library = libraryFolder();
  std::string Share = Library + "/../../share/gvlsan";
  if (char Resolved[PATH_MAX]; realpath(Share.c_str(), Resolved))
    Share = Resolved;
  setenv("CC", checked(Library + "/gvlsan-cc", X_OK).c_str(), 1);
  setenv("CXX", checked(Library + "/gvlsan-c++", X_OK).c_str(), 1);
  std::string RubyOpt = "-r" + checked(Share + "/ruby/compilers.rb", R_OK);
  if (const char *User = std::getenv("RUBYOPT"); User && *User)
    RubyOpt += std::string(" ") + User;
  setenv("RUBYOPT", RubyOpt.c_str(), 1);

  std::string Run = checked(Library + "/gvlsan-run", X_OK);
  std::vector<const char *> Args = {"run", "--", Command};
  Args.insert(Args.end(), Argv + 1, Argv + Argc);
  Args.push_back(nullptr);
  execv(Run.c_str(), const_cast<char *const *>(Args.data()));
  fail(ExitIncomplete, "cannot run " + Run + ": " + std::strerror(errno));
}
