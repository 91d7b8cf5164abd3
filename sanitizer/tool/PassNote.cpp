//===- PassNote.cpp - Was this object instrumented? -----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "PassNote.h"

#include "pass/PassVersion.h"

#include <cstring>
#include <elf.h>
#include <fstream>
#include <vector>

namespace gvlsan {

namespace {

/// An object file, read piece by piece: every size in it may be wrong.
class ObjectFile {
public:
  explicit ObjectFile(const std::string &Path)
      : File(Path, std::ios::binary | std::ios::ate), End(File.tellg()) {}

  template <typename T> bool read(uint64_t Offset, T *Out, uint64_t Count = 1) {
    if (!File || Offset > End || Count > (End - Offset) / sizeof(T))
      return false;
    File.seekg(static_cast<std::streamoff>(Offset));
    return !!File.read(reinterpret_cast<char *>(Out),
                       static_cast<std::streamsize>(Count * sizeof(T)));
  }

  /// The \p S.sh_size bytes of a section; empty when they are not there.
  std::vector<char> contents(const Elf64_Shdr &S) {
    if (S.sh_offset > End || S.sh_size > End - S.sh_offset)
      return {};
    std::vector<char> Bytes(S.sh_size);
    if (!read(S.sh_offset, Bytes.data(), Bytes.size()))
      Bytes.clear();
    return Bytes;
  }

private:
  std::ifstream File;
  uint64_t End;
};

} // namespace

std::optional<unsigned> passVersionOf(const std::string &Path) {
  ObjectFile File(Path);
  Elf64_Ehdr Header;
  if (!File.read(0, &Header) ||
      std::memcmp(Header.e_ident, ELFMAG, SELFMAG) != 0 ||
      Header.e_ident[EI_CLASS] != ELFCLASS64 || Header.e_type != ET_REL)
    return std::nullopt;
  std::vector<Elf64_Shdr> Sections(Header.e_shnum);
  if (!File.read(Header.e_shoff, Sections.data(), Sections.size()) ||
      Header.e_shstrndx >= Sections.size())
    return std::nullopt;
  std::vector<char> Names = File.contents(Sections[Header.e_shstrndx]);
  Names.push_back('\0');
  for (const Elf64_Shdr &S : Sections) {
    if (S.sh_type != SHT_NOTE || S.sh_name >= Names.size() ||
        std::strcmp(&Names[S.sh_name], GVLSAN_NOTE_SECTION) != 0)
      continue;
    // The version is the last thing in it, also where there are several.
    unsigned Version = 0;
    std::vector<char> Note = File.contents(S);
    if (Note.size() >= sizeof(Version))
      std::memcpy(&Version, Note.data() + Note.size() - sizeof(Version),
                  sizeof(Version));
    return Version;
  }
  return 0;
}

} // namespace gvlsan
