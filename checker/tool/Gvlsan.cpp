//===- Gvlsan.cpp - The driver --------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// `gvlsan VERB ...` runs lib/gvlsan/gvlsan-VERB of its own prefix. The driver
/// links nothing, so that `gvlsan run` costs no more than its exec.
///
//===----------------------------------------------------------------------===//

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <string>
#include <unistd.h>

namespace {

constexpr int ExitUsage = 64;

struct Verb {
  const char *Name;
  const char *Help;
};

constexpr Verb Verbs[] = {
    {"check", "find rule violations in C and C++ sources"},
    {"summarize", "judge one source, and say what others need to know of it"},
    {"link", "join what the sources say of each other"},
    {"ninja", "write a build file that does all that with ninja"},
    {"run", "run a command under the sanitizer"},
    {"cc", "the C compiler, with every access of an extension checked"},
    {"c++", "the C++ compiler, likewise"},
    {"gem", "run gem: what it compiles and runs is checked"},
    {"rake", "run rake, likewise"},
    {"bundle", "run bundle, likewise"},
    {"report", "merge the findings of many runs, and convert them"},
    {"doctor", "say what works on this machine, and why not what does not"},
    {"init", "set a project up: a CI workflow, Rake tasks, a configuration"},
    {"rules", "list the rules, or explain one"},
};

void printHelp(std::FILE *Out) {
  std::fputs("usage: gvlsan VERB [ARGUMENTS]\n\n"
             "Enforces the GVL and compaction rules of Ruby C extensions.\n\n",
             Out);
  for (const Verb &V : Verbs)
    std::fprintf(Out, "  %-9s %s\n", V.Name, V.Help);
  std::fputs("\n`gvlsan VERB --help` explains one verb.\n", Out);
}

/// The prefix this program is installed in: the folder above its own.
std::string prefix() {
  char Path[PATH_MAX];
  ssize_t N = readlink("/proc/self/exe", Path, sizeof(Path) - 1);
  if (N < 0)
    return {};
  std::string Prefix(Path, static_cast<size_t>(N));
  for (int I = 0; I < 2; ++I)
    Prefix.resize(Prefix.find_last_of('/'));
  return Prefix;
}

} // namespace

int main(int Argc, char **Argv) {
  if (Argc < 2) {
    printHelp(stderr);
    return ExitUsage;
  }
  std::string Name = Argv[1];
  if (Name == "--help" || Name == "-h" || Name == "help") {
    printHelp(stdout);
    return 0;
  }
  if (Name == "--version") {
    std::printf("gvlsan %s\n", GVLSAN_VERSION);
    return 0;
  }
  for (const Verb &V : Verbs) {
    if (Name != V.Name)
      continue;
    std::string Tool = prefix() + "/lib/gvlsan/gvlsan-" + Name;
    Argv[1] = Tool.data();
    execv(Tool.c_str(), Argv + 1);
    std::fprintf(stderr,
                 "gvlsan: error: cannot run %s: %s; is the installation "
                 "complete?\n",
                 Tool.c_str(), std::strerror(errno));
    return ExitUsage;
  }
  std::fprintf(stderr,
               "gvlsan: error: unknown verb '%s'; `gvlsan --help` lists them\n",
               Name.c_str());
  return ExitUsage;
}
