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

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <unistd.h>
#include <vector>

using namespace gvlsan;

namespace {

constexpr int ExitNotFound = 127;

/// Whether these arguments make clang link.
bool links(int Argc, char **Argv) {
  bool HasInput = false;
  for (int I = 1; I < Argc; ++I) {
    const char *A = Argv[I];
    for (const char *Stops : {"-c", "-S", "-E", "-M", "-MM", "-fsyntax-only",
                              "--version", "--help", "-r"})
      if (std::strcmp(A, Stops) == 0)
        return false;
    HasInput |= A[0] != '-';
  }
  return HasInput;
}

} // namespace

int main(int Argc, char **Argv) {
  std::string Lib = libraryFolder();
  std::string Plugin = "-fpass-plugin=" + Lib + "/libgvlsan-pass.so";
  std::string Fallback = Lib + "/libgvlsan-fallback.a";
  std::vector<const char *> Args = {
      GVLSAN_COMPILER, Plugin.c_str(),
      // Reports show whole stacks, as with the other sanitizers.
      "-g", "-fno-omit-frame-pointer", "-fno-optimize-sibling-calls",
      // Extensions are built with the flags of the compiler that built Ruby.
      "-Qunused-arguments", "-Wno-unknown-warning-option",
      "-Wno-ignored-optimization-argument"};
  for (int I = 1; I < Argc; ++I)
    Args.push_back(Argv[I]);
  if (links(Argc, Argv))
    for (const char *A :
         {"-Wl,--whole-archive", Fallback.c_str(), "-Wl,--no-whole-archive"})
      Args.push_back(A);
  Args.push_back(nullptr);
  execvp(Args[0], const_cast<char *const *>(Args.data()));
  std::fprintf(stderr, "gvlsan: error: cannot run %s: %s; is it installed?\n",
               Args[0], std::strerror(errno));
  return ExitNotFound;
}
