//===- Executable.cpp - Can the runtime be loaded into it? ----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Executable.h"

#include <climits>
#include <cstdlib>
#include <cstring>
#include <elf.h>
#include <fstream>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <vector>

namespace gvlsan {

static bool isExecutableFile(const std::string &Path) {
  struct stat S;
  return stat(Path.c_str(), &S) == 0 && S_ISREG(S.st_mode) &&
         access(Path.c_str(), X_OK) == 0;
}

std::string findExecutable(const std::string &Command) {
  if (Command.find('/') != std::string::npos)
    return access(Command.c_str(), F_OK) == 0 ? Command : std::string();
  const char *Path = std::getenv("PATH");
  std::string Folders = Path ? Path : "/usr/bin:/bin";
  for (size_t Begin = 0; Begin <= Folders.size();) {
    size_t End = std::min(Folders.find(':', Begin), Folders.size());
    std::string Folder = Folders.substr(Begin, End - Begin);
    std::string File = (Folder.empty() ? "." : Folder) + "/" + Command;
    if (isExecutableFile(File))
      return File;
    Begin = End + 1;
  }
  return {};
}

/// The program of a `#!` line; `env` is followed to what it will run.
static std::string interpreterOf(const std::string &FirstLine) {
  std::vector<std::string> Words;
  for (size_t I = 2; I < FirstLine.size();) {
    size_t Begin = FirstLine.find_first_not_of(" \t\r", I);
    if (Begin == std::string::npos)
      break;
    size_t End =
        std::min(FirstLine.find_first_of(" \t\r", Begin), FirstLine.size());
    Words.push_back(FirstLine.substr(Begin, End - Begin));
    I = End;
  }
  if (Words.empty())
    return {};
  bool IsEnv = Words[0].size() >= 4 &&
               Words[0].compare(Words[0].size() - 4, 4, "/env") == 0;
  if (IsEnv)
    for (size_t I = 1; I < Words.size(); ++I)
      if (Words[I][0] != '-' && Words[I].find('=') == std::string::npos)
        return findExecutable(Words[I]);
  return Words[0];
}

static std::string judge(const std::string &Path, int Depth) {
  struct stat S;
  std::ifstream File(Path, std::ios::binary);
  Elf64_Ehdr Header = {};
  if (Depth > 4 || stat(Path.c_str(), &S) != 0 ||
      !File.read(reinterpret_cast<char *>(&Header), 2))
    return {};
  bool Other = (S.st_mode & S_ISUID && S.st_uid != geteuid()) ||
               (S.st_mode & S_ISGID && S.st_gid != getegid());
  if (Other || getxattr(Path.c_str(), "security.capability", nullptr, 0) > 0)
    return "runs with the rights of another user: the loader ignores "
           "LD_PRELOAD for it";
  if (std::memcmp(&Header, "#!", 2) == 0) {
    File.seekg(0);
    std::string Line;
    std::getline(File, Line);
    std::string Interpreter = interpreterOf(Line);
    return Interpreter.empty() ? std::string() : judge(Interpreter, Depth + 1);
  }
  File.seekg(0);
  if (!File.read(reinterpret_cast<char *>(&Header), sizeof(Header)) ||
      std::memcmp(Header.e_ident, ELFMAG, SELFMAG) != 0)
    return {};
  Elf64_Ehdr Ours;
  std::ifstream Self("/proc/self/exe", std::ios::binary);
  Self.read(reinterpret_cast<char *>(&Ours), sizeof(Ours));
  if (Header.e_ident[EI_CLASS] != Ours.e_ident[EI_CLASS] ||
      Header.e_machine != Ours.e_machine)
    return "is built for another processor than the runtime";
  for (unsigned I = 0; I < Header.e_phnum; ++I) {
    Elf64_Phdr P;
    File.seekg(static_cast<std::streamoff>(Header.e_phoff +
                                           Elf64_Off(I) * Header.e_phentsize));
    if (!File.read(reinterpret_cast<char *>(&P), sizeof(P)))
      return {};
    if (P.p_type == PT_INTERP)
      return {};
  }
  return "is statically linked: the runtime cannot be loaded into it";
}

std::string whyNotPreloadable(const std::string &Path) {
  return judge(Path, 0);
}

} // namespace gvlsan

std::string gvlsan::libraryFolder() {
  char Path[PATH_MAX];
  ssize_t N = readlink("/proc/self/exe", Path, sizeof(Path) - 1);
  std::string Self(Path, N > 0 ? static_cast<size_t>(N) : 0);
  return Self.substr(0, Self.rfind('/'));
}
