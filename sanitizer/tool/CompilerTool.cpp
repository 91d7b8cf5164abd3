//===- CompilerTool.cpp - gvlsan cc and gvlsan c++ ------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Drop-ins for CC and CXX: clang with the pass, and with the fallback library
/// when it links.
///
//===----------------------------------------------------------------------===//

#include "Executable.h"
#include "PassNote.h"

#include "pass/PassVersion.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

using namespace gvlsan;

namespace {

constexpr int ExitWrongObject = 1;
constexpr int ExitNotFound = 127;

constexpr char Verb[] = GVLSAN_VERB;
constexpr char DriverMode[] = "--driver-mode=" GVLSAN_DRIVER_MODE;
constexpr char Major[] = GVLSAN_LLVM_MAJOR;

[[noreturn]] void fail(int Status, const std::string &Message) {
  std::fprintf(stderr, "gvlsan %s: error: %s\n", Verb, Message.c_str());
  std::exit(Status);
}

void printHelp() {
  std::printf("usage: gvlsan %s CLANG-ARGUMENTS\n"
              "\n"
              "Compiles as clang does, with a check of every access that runs "
              "without the GVL,\n"
              "and links what such code needs. For CC and CXX. With -v it says "
              "which of the\n"
              "objects that it links are not instrumented.\n"
              "\n"
              "GVLSAN_CLANG names the clang, which must be of version %s.\n"
              "`clang-%s --help` lists the arguments.\n"
              "\n"
              "Exit: clang's; 1 also for an object that another version of the "
              "pass built;\n"
              "127 no clang.\n",
              Verb, Major, Major);
}

/// The major version that \p Clang says of itself; empty when it says nothing.
std::string majorVersionOf(const std::string &Clang) {
  std::string Quoted;
  for (char C : Clang)
    Quoted += C == '\'' ? std::string("'\\''") : std::string(1, C);
  std::FILE *Pipe = popen(("'" + Quoted + "' -dumpversion").c_str(), "r");
  char Text[32] = "";
  if (Pipe) {
    if (!std::fgets(Text, sizeof(Text), Pipe))
      Text[0] = '\0';
    pclose(Pipe);
  }
  return std::string(Text, std::strspn(Text, "0123456789"));
}

/// A clang that the pass can be loaded into. Dies when there is none.
std::string findClang() {
  if (const char *User = std::getenv("GVLSAN_CLANG"); User && *User) {
    std::string Clang = findExecutable(User);
    if (Clang.empty())
      fail(ExitNotFound,
           std::string("GVLSAN_CLANG=") + User + ": there is no such program");
    if (std::string Version = majorVersionOf(Clang); Version != Major)
      fail(ExitNotFound,
           "GVLSAN_CLANG=" + std::string(User) + " is " +
               (Version.empty() ? "no clang" : "version " + Version) +
               "; the pass is built for clang " + Major);
    return Clang;
  }
  if (std::string Clang = findExecutable(std::string("clang-") + Major);
      !Clang.empty())
    return Clang;
  std::string Clang = GVLSAN_LLVM_TOOLS "/clang";
  if (access(Clang.c_str(), X_OK) == 0)
    return Clang;
  fail(ExitNotFound, std::string("clang ") + Major +
                         " is not installed; install clang-" + Major +
                         ", or name one with GVLSAN_CLANG");
}

bool endsWithAnyOf(std::string_view Name,
                   std::initializer_list<std::string_view> Suffixes) {
  return std::any_of(Suffixes.begin(), Suffixes.end(),
                     [&](std::string_view S) { return Name.ends_with(S); });
}

/// Whether these arguments make clang link.
bool links(int Argc, char **Argv) {
  bool HasInput = false;
  for (int I = 1; I < Argc; ++I) {
    std::string_view A = Argv[I];
    for (std::string_view Stops :
         {"-c", "-S", "-E", "-M", "-MM", "-fsyntax-only", "--version", "--help",
          "-r"})
      if (A == Stops)
        return false;
    HasInput |= A == "-" || A[0] != '-';
  }
  return HasInput;
}

/// Looks at the objects that are about to be linked.
void checkObjects(int Argc, char **Argv) {
  bool IsVerbose = false;
  unsigned Instrumented = 0;
  std::vector<const char *> Plain;
  for (int I = 1; I < Argc; ++I) {
    std::string_view A = Argv[I];
    IsVerbose |= A == "-v";
    // Compiled and linked at once.
    if (endsWithAnyOf(A, {".c", ".cc", ".cpp", ".cxx", ".C", ".i", ".ii"}))
      ++Instrumented;
    if (!endsWithAnyOf(A, {".o", ".lo", ".obj"}) ||
        (I > 1 && !std::strcmp(Argv[I - 1], "-o")))
      continue;
    std::optional<unsigned> Version = passVersionOf(Argv[I]);
    if (!Version)
      continue;
    if (!*Version)
      Plain.push_back(Argv[I]);
    else if (*Version == GVLSAN_PASS_VERSION)
      ++Instrumented;
    else
      fail(ExitWrongObject,
           std::string(A) + " was built by version " +
               std::to_string(*Version) + " of the pass, and this is version " +
               std::to_string(GVLSAN_PASS_VERSION) + ": build it again");
  }
  if (IsVerbose && Instrumented)
    for (const char *Object : Plain)
      std::fprintf(stderr,
                   "gvlsan %s: note: %s is not instrumented: its own accesses "
                   "are not checked\n",
                   Verb, Object);
}

/// The runtime is for the programs that the compiler makes, not for it.
void leaveRuntime(const std::string &Runtime) {
  const char *Preload = std::getenv("LD_PRELOAD");
  if (!Preload)
    return;
  std::string Rest = Preload;
  size_t At = Rest.find(Runtime);
  if (At == std::string::npos)
    return;
  Rest.erase(At, Runtime.size() + (At + Runtime.size() < Rest.size()));
  if (Rest.empty())
    unsetenv("LD_PRELOAD");
  else
    setenv("LD_PRELOAD", Rest.c_str(), 1);
}

} // namespace

int main(int Argc, char **Argv) {
  if (Argc == 2 && !std::strcmp(Argv[1], "--help")) {
    printHelp();
    return 0;
  }
  std::string Lib = libraryFolder();
  leaveRuntime(Lib + "/libgvlsan-rt.so");
  std::string Clang = findClang();
  std::string Plugin = "-fpass-plugin=" + Lib + "/libgvlsan-pass.so";
  std::string Fallback = Lib + "/libgvlsan-fallback.a";
  std::vector<const char *> Args = {
      Clang.c_str(), DriverMode, Plugin.c_str(),
      // Reports show whole stacks, which are unwound without frame pointers.
      "-g", "-fno-optimize-sibling-calls",
      // Extensions are built with the flags of the compiler that built Ruby.
      // And are right for it: what GCC warns of is no error.
      "-Qunused-arguments", "-Wno-unknown-warning-option",
      "-Wno-error=incompatible-function-pointer-types",
      "-Wno-error=int-conversion", "-Wno-error=implicit-function-declaration",
      "-Wno-error=implicit-int", "-Wno-ignored-optimization-argument"};
  Args.insert(Args.end(), Argv + 1, Argv + Argc);
  if (links(Argc, Argv)) {
    checkObjects(Argc, Argv);
    // Not to be taken for a source, whatever -x has said.
    Args.insert(Args.end(), {"-x", "none", "-Wl,--whole-archive",
                             Fallback.c_str(), "-Wl,--no-whole-archive",
                             // Not to be bound to the fallback by -Bsymbolic.
                             "-Wl,--export-dynamic-symbol=__gvlsan_*"});
  }
  Args.push_back(nullptr);
  execv(Clang.c_str(), const_cast<char *const *>(Args.data()));
  fail(ExitNotFound, "cannot run " + Clang + ": " + std::strerror(errno));
}
