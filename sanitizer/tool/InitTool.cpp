//===- InitTool.cpp - gvlsan init -----------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Puts the files of share/gvlsan/init where a project has them.
///
//===----------------------------------------------------------------------===//

#include "Executable.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

using namespace gvlsan;
namespace fs = std::filesystem;

namespace {

enum Exit : int { ExitFailed = 1, ExitUsage = 64 };

struct Template {
  const char *Name; ///< below share/gvlsan/init
  const char *Path; ///< below the project
  const char *For;
};

constexpr Template Templates[] = {
    {"gvlsan.yml", ".github/workflows/gvlsan.yml",
     "checks every push and pull request on GitHub"},
    {"gvlsan.yaml", ".gvlsan.yaml", "tells the checker about this project"},
    {"gvlsan.rake", "rakelib/gvlsan.rake",
     "the tasks gvlsan:check and gvlsan:test"},
};

[[noreturn]] void fail(int Status, const std::string &Message) {
  std::fprintf(stderr, "gvlsan init: error: %s\n", Message.c_str());
  std::exit(Status);
}

void printHelp() {
  std::puts("usage: gvlsan init [--force] [FOLDER]\n"
            "\n"
            "Sets the project in FOLDER (default: here) up:\n");
  for (const Template &T : Templates)
    std::printf("  %-29s %s\n", T.Path, T.For);
  std::puts("\nA file that is there stays as it is, and that is said.\n"
            "\n"
            "  --force  write it anew; what was there is kept beside it as "
            "FILE.orig\n"
            "  --help   this text\n"
            "\n"
            "Exit: 0; 1 a file could not be written; 64 bad usage.");
}

std::string read(const fs::path &Path) {
  std::ifstream In(Path, std::ios::binary);
  std::ostringstream Text;
  Text << In.rdbuf();
  if (!In)
    fail(ExitFailed, "cannot read " + Path.string() + ": " +
                         std::strerror(errno) +
                         "; is the installation complete?");
  return Text.str();
}

/// Writes the file as a whole or not at all.
void write(const fs::path &Path, const std::string &Text) {
  std::error_code EC;
  fs::create_directories(Path.parent_path(), EC);
  fs::path Temporary = Path;
  Temporary += ".new";
  std::ofstream Out(Temporary, std::ios::binary);
  Out << Text;
  Out.close();
  int Error = errno;
  if (Out)
    fs::rename(Temporary, Path, EC);
  if (Out && !EC)
    return;
  std::string Why = EC ? EC.message() : std::strerror(Error);
  std::error_code Ignored;
  fs::remove(Temporary, Ignored);
  fail(ExitFailed, "cannot write " + Path.string() + ": " + Why);
}

void place(const Template &T, const fs::path &Project, bool Force) {
  fs::path Path = Project / T.Path;
  std::string Text =
      read(fs::path(libraryFolder()) / "../../share/gvlsan/init" / T.Name);
  const char *Did = "wrote";
  if (fs::exists(Path)) {
    if (read(Path) == Text) {
      std::printf("%s is up to date\n", T.Path);
      return;
    }
    if (!Force) {
      std::printf("kept %s as it is (--force writes it anew)\n", T.Path);
      return;
    }
    std::error_code EC;
    fs::rename(Path, Path.string() + ".orig", EC);
    if (EC)
      fail(ExitFailed,
           "cannot write " + Path.string() + ".orig: " + EC.message());
    Did = "overwrote (what was there is in FILE.orig)";
  }
  write(Path, Text);
  std::printf("%s %s: %s\n", Did, T.Path, T.For);
}

} // namespace

int main(int Argc, char **Argv) {
  bool Force = false;
  std::string Folder;
  for (int I = 1; I < Argc; ++I) {
    std::string_view A = Argv[I];
    if (A == "--help" || A == "-h") {
      printHelp();
      return 0;
    }
    if (A == "--force")
      Force = true;
    else if (A.starts_with("-") || !Folder.empty())
      fail(ExitUsage, "unknown argument '" + std::string(A) +
                          "'; `gvlsan init --help` explains it");
    else
      Folder = A;
  }
  if (Folder.empty())
    Folder = ".";
  if (std::error_code EC; !fs::is_directory(Folder, EC))
    fail(ExitUsage, Folder + ": there is no such folder");
  for (const Template &T : Templates)
    place(T, Folder, Force);
  return 0;
}
