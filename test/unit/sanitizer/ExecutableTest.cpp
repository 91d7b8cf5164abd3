//===- ExecutableTest.cpp -------------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Executable.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <elf.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>

using namespace gvlsan;

namespace {

class ExecutableTest : public ::testing::Test {
protected:
  void SetUp() override {
    std::string Name = ::testing::TempDir() + "gvlsan-XXXXXX";
    ASSERT_TRUE(mkdtemp(Name.data()));
    Folder = Name;
  }
  void TearDown() override { std::filesystem::remove_all(Folder); }

  std::string file(const std::string &Name, const std::string &Text,
                   mode_t Mode = 0755) {
    std::string Path = Folder + "/" + Name;
    std::ofstream(Path, std::ios::binary) << Text;
    chmod(Path.c_str(), Mode);
    return Path;
  }

  /// An ELF file with one program header of \p Type.
  static std::string elf(unsigned char Class, Elf64_Half Machine,
                         Elf64_Word Type) {
    Elf64_Ehdr H = {};
    memcpy(H.e_ident, ELFMAG, SELFMAG);
    H.e_ident[EI_CLASS] = Class;
    H.e_machine = Machine;
    H.e_phoff = sizeof(H);
    H.e_phnum = 1;
    H.e_phentsize = sizeof(Elf64_Phdr);
    Elf64_Phdr P = {};
    P.p_type = Type;
    return std::string(reinterpret_cast<char *>(&H), sizeof(H)) +
           std::string(reinterpret_cast<char *>(&P), sizeof(P));
  }

  std::string Folder;
};

#if defined(__x86_64__)
constexpr Elf64_Half Here = EM_X86_64, Elsewhere = EM_AARCH64;
#else
constexpr Elf64_Half Here = EM_AARCH64, Elsewhere = EM_X86_64;
#endif

TEST_F(ExecutableTest, FindsOnPath) {
  std::string Path = file("tool", "#!/bin/sh\n");
  file("text", "", 0644);
  setenv("PATH", ("/nowhere:" + Folder).c_str(), 1);
  EXPECT_EQ(findExecutable("tool"), Path);
  EXPECT_EQ(findExecutable("text"), "");
  EXPECT_EQ(findExecutable("missing"), "");
  EXPECT_EQ(findExecutable(Path), Path);
  EXPECT_EQ(findExecutable(Folder + "/missing"), "");
}

TEST_F(ExecutableTest, DynamicIsFine) {
  EXPECT_EQ(whyNotPreloadable(file("d", elf(ELFCLASS64, Here, PT_INTERP))), "");
  EXPECT_EQ(whyNotPreloadable("/proc/self/exe"), "");
}

TEST_F(ExecutableTest, StaticIsNot) {
  std::string Path = file("s", elf(ELFCLASS64, Here, PT_LOAD));
  EXPECT_NE(whyNotPreloadable(Path).find("statically linked"),
            std::string::npos);
}

TEST_F(ExecutableTest, ScriptsAreFollowed) {
  std::string Static = file("s", elf(ELFCLASS64, Here, PT_LOAD));
  std::string Inner = file("inner", "#! " + Static + " -x\n");
  std::string Outer = file("outer", "#!" + Inner + "\n");
  EXPECT_NE(whyNotPreloadable(Outer).find("statically linked"),
            std::string::npos);
  EXPECT_EQ(whyNotPreloadable(file("sh", "#!/bin/sh\n")), "");
}

TEST_F(ExecutableTest, EnvIsFollowedToItsCommand) {
  file("static-tool", elf(ELFCLASS64, Here, PT_LOAD));
  setenv("PATH", Folder.c_str(), 1);
  EXPECT_NE(whyNotPreloadable(
                file("script", "#!/usr/bin/env -S A=1 static-tool -v\n"))
                .find("statically linked"),
            std::string::npos);
}

TEST_F(ExecutableTest, OtherProcessors) {
  for (auto [Class, Machine] :
       {std::pair<unsigned char, Elf64_Half>{ELFCLASS64, Elsewhere},
        {ELFCLASS32, Here}})
    EXPECT_NE(whyNotPreloadable(file("o", elf(Class, Machine, PT_INTERP)))
                  .find("another processor"),
              std::string::npos);
}

TEST_F(ExecutableTest, WhatCannotBeJudgedIsLeftToExec) {
  EXPECT_EQ(whyNotPreloadable(file("empty", "")), "");
  EXPECT_EQ(whyNotPreloadable(file("short", "\177ELF")), "");
  EXPECT_EQ(whyNotPreloadable(Folder + "/missing"), "");
  // A script that names itself.
  EXPECT_EQ(whyNotPreloadable(file("loop", "#!" + Folder + "/loop\n")), "");
}

} // namespace
