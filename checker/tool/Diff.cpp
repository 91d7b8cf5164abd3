//===- Diff.cpp - What changed since a revision ---------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/Diff.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Program.h"

#include <climits>

using namespace gvlsan;
using llvm::StringRef;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

/// Runs git in \p Folder. \returns its output, or nothing, with what it said in
/// \p Error.
static std::optional<std::string>
git(StringRef Folder, llvm::ArrayRef<StringRef> Arguments, std::string &Error) {
  llvm::ErrorOr<std::string> Program = llvm::sys::findProgramByName("git");
  if (!Program) {
    Error = "git is not installed";
    return std::nullopt;
  }
  llvm::SmallString<128> Out, Err;
  if (fs::createTemporaryFile("gvlsan-diff", "out", Out) ||
      fs::createTemporaryFile("gvlsan-diff", "err", Err)) {
    Error = "no temporary file can be made";
    return std::nullopt;
  }
  llvm::FileRemover RemoveOut(Out), RemoveErr(Err);
  // Names are printed as they are, and no setting of the user's matters.
  llvm::SmallVector<StringRef, 16> All{
      *Program,        "-C", Folder, "-c", "core.quotePath=false", "-c",
      "diff.external="};
  All.append(Arguments.begin(), Arguments.end());
  std::optional<StringRef> Redirects[] = {StringRef(""), StringRef(Out),
                                          StringRef(Err)};
  int Code = llvm::sys::ExecuteAndWait(*Program, All, std::nullopt, Redirects);
  auto Text = [](StringRef File) {
    auto Buffer = llvm::MemoryBuffer::getFile(File);
    return Buffer ? (*Buffer)->getBuffer().str() : std::string();
  };
  if (Code == 0)
    return Text(Out);
  Error = StringRef(Text(Err)).split('\n').first.str();
  return std::nullopt;
}

bool ChangedLines::read(StringRef Folder, StringRef Revision,
                        std::string &Error) {
  std::string Why;
  auto Failed = [&] {
    Error = ("cannot compare with '" + Revision + "': " + Why).str();
    return false;
  };
  // A revision that begins with a dash would be an option.
  auto Commit = git(Folder,
                    {"rev-parse", "--verify", "--quiet", "--end-of-options",
                     (Revision + "^{commit}").str()},
                    Why);
  if (!Commit) {
    if (Why.empty())
      Why = "git knows no such revision";
    return Failed();
  }
  auto Top = git(Folder, {"rev-parse", "--show-toplevel"}, Why);
  if (!Top)
    return Failed();
  StringRef Root = StringRef(*Top).rtrim();
  auto Diff = git(Root,
                  {"diff", "-U0", "--no-color", "--no-ext-diff", "--no-prefix",
                   "--no-renames", StringRef(*Commit).rtrim(), "--"},
                  Why);
  // What git does not know yet is new from its first line.
  auto Untracked =
      git(Root, {"ls-files", "--others", "--exclude-standard"}, Why);
  if (!Diff || !Untracked)
    return Failed();
  parse(*Diff, Root);
  llvm::SmallVector<StringRef> Names;
  StringRef(*Untracked).split(Names, '\n', -1, /*KeepEmpty=*/false);
  for (StringRef Name : Names)
    Ranges[(Root + "/" + Name).str()] = {{1, UINT_MAX}};
  return true;
}

void ChangedLines::parse(StringRef Diff, StringRef Top) {
  std::string File;
  while (!Diff.empty()) {
    StringRef Line;
    std::tie(Line, Diff) = Diff.split('\n');
    if (Line.consume_front("+++ ")) {
      // A name with a space has a tab behind it.
      File = (Top + "/" + Line.split('\t').first).str();
      continue;
    }
    // @@ -12,3 +14,2 @@; a number that is left out is 1.
    if (!Line.consume_front("@@ -"))
      continue;
    Line = Line.split('+').second;
    unsigned First = 0, Count = 1;
    if (Line.consumeInteger(10, First))
      continue;
    if (Line.consume_front(","))
      Line.consumeInteger(10, Count);
    // Lines were removed behind this one: both neighbours are concerned.
    if (Count == 0)
      Ranges[File].emplace_back(First, First + 1);
    else
      Ranges[File].emplace_back(First, First + Count - 1);
  }
}

bool ChangedLines::any(StringRef File, unsigned First, unsigned Last) const {
  auto It = Ranges.find(File.str());
  return It != Ranges.end() && llvm::any_of(It->second, [&](const auto &R) {
           return R.first <= Last && First <= R.second;
         });
}

void gvlsan::keepChanged(const ChangedLines &Changed, StringRef Root,
                         Summary &S) {
  auto IsOn = [&](StringRef File, unsigned First, unsigned Last) {
    llvm::SmallString<256> Path(File), Real;
    if (!path::is_absolute(Path)) {
      Path = Root;
      path::append(Path, File);
    }
    if (fs::real_path(Path, Real))
      Real = Path;
    return Changed.any(Real, First, Last);
  };
  std::erase_if(S.Reports, [&](const Report &R) {
    unsigned First = R.FirstLine ? R.FirstLine : R.At.Line;
    unsigned Last = R.LastLine ? R.LastLine : R.At.Line;
    if (IsOn(R.At.File, First, Last) ||
        llvm::any_of(R.Notes, [&](const Located &N) {
          return IsOn(N.File, N.Line, N.Line);
        }))
      return false;
    ++S.Unchanged;
    return true;
  });
}
