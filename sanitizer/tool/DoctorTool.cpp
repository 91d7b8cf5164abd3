//===- DoctorTool.cpp - gvlsan doctor -------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Says what works on this machine, and why not what does not. Everything is
/// tried, not looked up: the runtime is loaded into the ruby, and a violation
/// of the rules made on purpose.
///
//===----------------------------------------------------------------------===//

#include "Executable.h"
#include "Probes.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

using namespace gvlsan;

namespace {

constexpr int ExitUsage = 64;

[[noreturn]] void fail(const std::string &Message) {
  std::fprintf(stderr, "gvlsan doctor: error: %s\n", Message.c_str());
  std::exit(ExitUsage);
}

void printHelp() {
  std::puts("usage: gvlsan doctor [--ruby=PATH]\n"
            "\n"
            "Says what of gvlsan works on this machine, and why not what does "
            "not: the\n"
            "ruby, the runtime in it, the compilers, the symbolizer, and what "
            "the kernel\n"
            "offers. Everything is tried.\n"
            "\n"
            "  --ruby=PATH  the ruby to ask (default: the one on PATH)\n"
            "  --help       this text\n"
            "\n"
            "Exit: 0, whatever works; 64 bad usage.");
}

/// What a command came to.
struct Outcome {
  int Status = -1;  ///< -1: it could not be run, or was killed
  std::string Text; ///< both its outputs
};

Outcome capture(const std::vector<std::string> &Command) {
  int Pipe[2];
  Outcome Out;
  if (pipe2(Pipe, O_CLOEXEC) != 0)
    return Out;
  pid_t Child = fork();
  if (Child == 0) {
    std::vector<const char *> Args;
    Args.reserve(Command.size() + 1);
    for (const std::string &A : Command)
      Args.push_back(A.c_str());
    Args.push_back(nullptr);
    int Null = open("/dev/null", O_RDONLY);
    dup2(Null, STDIN_FILENO);
    dup2(Pipe[1], STDOUT_FILENO);
    dup2(Pipe[1], STDERR_FILENO);
    execvp(Args[0], const_cast<char *const *>(Args.data()));
    _exit(127);
  }
  close(Pipe[1]);
  char Buffer[4096];
  ssize_t N;
  while ((N = read(Pipe[0], Buffer, sizeof(Buffer))) > 0 ||
         (N < 0 && errno == EINTR))
    if (N > 0)
      Out.Text.append(Buffer, static_cast<size_t>(N));
  close(Pipe[0]);
  int Status = 0;
  if (Child > 0 && waitpid(Child, &Status, 0) == Child && WIFEXITED(Status))
    Out.Status = WEXITSTATUS(Status);
  return Out;
}

/// What stands between \p Before and \p After in \p Text.
std::string between(const std::string &Text, std::string_view Before,
                    std::string_view After) {
  size_t Begin = Text.find(Before);
  if (Begin == std::string::npos)
    return {};
  Begin += Before.size();
  return Text.substr(Begin, Text.find(After, Begin) - Begin);
}

std::string firstLine(const std::string &Text) {
  return Text.substr(0, Text.find('\n'));
}

/// The line of \p Text that has \p Word, or the first.
std::string lineWith(const std::string &Text, std::string_view Word) {
  size_t At = Text.find(Word);
  if (At == std::string::npos)
    return firstLine(Text);
  size_t Begin = Text.rfind('\n', At) + 1;
  return Text.substr(Begin, Text.find('\n', Begin) - Begin);
}

class Doctor {
public:
  explicit Doctor(std::string Ruby) : Ruby(std::move(Ruby)) {}

  void examine() {
    section("Ruby");
    bool Found = ruby();
    bool Live = Found && runtime();
    section("Reports");
    if (Live)
      report();
    symbolizer();
    say("snapshots", probeSnapshots());
    say("reads of heap memory", probeMemoryReads());
    section("Building");
    for (const char *Verb : {"cc", "c++"})
      compiler(Verb);
    checker();
    section("Modes of gvlsan run");
    if (Found)
      for (const char *Mode : {"calls", "seal", "uffd", "pkey"})
        mode(Mode);
    section("What the kernel offers");
    say("protected pages", probeProtectedPages());
    say("userfaultfd", probeUserfaultfd());
    say("protection keys", probeProtectionKeys());
    say("syscall dispatch", probeSyscallDispatch());
    say("io_uring", probeIoUring());
  }

private:
  static void section(const char *Title) { std::printf("%s\n", Title); }

  static void say(const std::string &What, const Answer &A) {
    std::printf("  [%s] %-22s %s\n", A.Works ? "ok" : "--", What.c_str(),
                A.Why.c_str());
  }

  bool ruby() {
    std::string Path = findExecutable(Ruby);
    if (Path.empty()) {
      say("ruby", {false, Ruby + ": not found"});
      return false;
    }
    constexpr char Script[] =
        "print RUBY_VERSION, ' ', RbConfig::CONFIG['ENABLE_SHARED']";
    Outcome O = capture({Path, "--disable-gems", "-rrbconfig", "-e", Script});
    std::string Version = O.Text.substr(0, O.Text.find(' '));
    if (O.Status != 0) {
      say("ruby", {false, Path + ": " + firstLine(O.Text)});
      return false;
    }
    say("ruby", {true, Version + ", " + Path});
    bool IsShared = O.Text.ends_with(" yes");
    say("libruby",
        {true, IsShared ? "dynamically linked"
                        : "part of the program: extensions' calls are led to "
                          "the runtime by their import tables"});
    std::string Why = whyNotPreloadable(Path);
    if (!Why.empty())
      say("preloading", {false, Path + " " + Why});
    return Why.empty();
  }

  std::vector<std::string> run(std::vector<std::string> Options,
                               const char *Script) const {
    std::vector<std::string> Command = {libraryFolder() + "/gvlsan-run"};
    for (std::string &O : Options)
      Command.push_back(std::move(O));
    for (const char *A : {"--", Ruby.c_str(), "--disable-gems", "-e", Script})
      Command.emplace_back(A);
    return Command;
  }

  bool runtime() {
    Outcome O = capture(run({"--stats"}, "1"));
    std::string Heap = between(O.Text, "stats: heap ", ",");
    if (O.Status != 0 || Heap.empty()) {
      say("runtime", {false, O.Text.empty() ? "it does not start"
                                            : lineWith(O.Text, "error")});
      return false;
    }
    say("runtime", {true, "loaded; its interceptors are live; heap " + Heap});
    std::string Api = between(O.Text, "API functions checked ", " in ");
    say("C API", {!Api.empty(),
                  "functions that need the lock: " + Api + " are checked"});
    return true;
  }

  void report() {
    // stat(2) of a path that is embedded in its slot, without the lock.
    Outcome O =
        capture(run({"--no-default-suppressions"}, "File.stat('/' + '')"));
    bool Reported =
        O.Status == 66 &&
        O.Text.find("SUMMARY: GvlSanitizer: K1") != std::string::npos;
    say("a violation",
        {Reported,
         Reported ? "made on purpose, and reported"
                  : "made on purpose, and not reported: " + firstLine(O.Text)});
    bool Symbolised = O.Text.find("in rb_nogvl") != std::string::npos;
    bool Described = O.Text.find("The slot holds: String") != std::string::npos;
    if (Reported)
      say("its report",
          {Symbolised && Described,
           std::string(Symbolised ? "names functions" : "has no names") +
               (Described ? ", describes the slot"
                          : ", cannot describe the slot")});
  }

  void mode(const std::string &Mode) const {
    Outcome O = capture(run({"--mode=" + Mode}, "1"));
    say(Mode,
        {O.Status == 0, O.Status == 0 ? "starts" : lineWith(O.Text, "error")});
  }

  static void symbolizer() {
    const char *User = std::getenv("GVLSAN_SYMBOLIZER_PATH");
    std::string Path;
    if (User) {
      Path = findExecutable(User);
    } else {
      for (const char *Name :
           {"llvm-symbolizer", "llvm-symbolizer-" GVLSAN_LLVM_MAJOR,
            GVLSAN_LLVM_TOOLS "/llvm-symbolizer"})
        if (Path.empty())
          Path = findExecutable(Name);
    }
    if (Path.empty())
      say("symbolizer",
          {false, std::string(User ? User : "llvm-symbolizer") +
                      ": not found; without it reports have no source lines "
                      "(install llvm-" GVLSAN_LLVM_MAJOR
                      ", or name one in GVLSAN_SYMBOLIZER_PATH)"});
    else
      say("symbolizer", {true, Path});
  }

  static void compiler(const std::string &Verb) {
    Outcome O = capture({libraryFolder() + "/gvlsan-" + Verb, "--version"});
    say("gvlsan " + Verb,
        {O.Status == 0,
         O.Text.empty() ? "it does not start" : lineWith(O.Text, "error")});
  }

  static void checker() {
    std::string Tool = libraryFolder() + "/gvlsan-check";
    if (access(Tool.c_str(), X_OK) != 0)
      return say("gvlsan check", {false, "is not installed"});
    Outcome O = capture({Tool, "--help"});
    say("gvlsan check",
        {O.Status == 0, O.Status == 0 ? "starts" : firstLine(O.Text)});
  }

  std::string Ruby;
};

} // namespace

int main(int Argc, char **Argv) {
  std::string Ruby = "ruby";
  for (int I = 1; I < Argc; ++I) {
    std::string_view A = Argv[I];
    if (A == "--help" || A == "-h") {
      printHelp();
      return 0;
    }
    if (A.starts_with("--ruby=") && A.size() > 7)
      Ruby = A.substr(7);
    else
      fail("unknown argument '" + std::string(A) +
           "'; `gvlsan doctor --help` explains it");
  }
  Doctor(Ruby).examine();
  return 0;
}
