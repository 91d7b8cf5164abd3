//===- Unit.cpp - What one source came to ---------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/Unit.h"

#include "analysis/Archive.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <map>

using namespace gvlsan;

/// What tells findings of one rule in one place apart: for the rules about an
/// object's memory, which object; several can be used by one call.
static std::string subject(const Report &R) {
  bool IsAboutOwner =
      R.Rule == RuleId::R1_e || R.Rule == RuleId::K1 || R.Rule == RuleId::R2_a;
  if (!IsAboutOwner || R.Notes.empty())
    return R.Function;
  const Located &Origin = R.Notes.front();
  return R.Function + " " + Origin.File + ":" + std::to_string(Origin.Line) +
         ":" + std::to_string(Origin.Column);
}

std::vector<Unit> gvlsan::unitsOf(const std::vector<Batch> &Batches) {
  std::vector<Unit> Units;
  for (const Batch &B : Batches)
    for (const std::string &Source : B.Sources) {
      llvm::SmallString<256> File(Source);
      (void)llvm::sys::fs::make_absolute(File);
      llvm::sys::path::remove_dots(File, /*remove_dot_dot=*/true);
      Unit U{File.str().str(), {}};
      for (const clang::tooling::CompileCommand &C :
           B.Database->getCompileCommands(File)) {
        Command New{C.Directory, C.CommandLine};
        // A file that a database lists twice is compiled once.
        if (!llvm::is_contained(U.Commands, New))
          U.Commands.push_back(std::move(New));
      }
      Units.push_back(std::move(U));
    }
  return Units;
}

bool gvlsan::assignSettings(std::vector<Unit> &Units, SettingsReader &Reader,
                            std::string &Error) {
  for (Unit &U : Units) {
    U.Set = Reader.settingsFor(U.Source, Error);
    if (!U.Set)
      return false;
  }
  return true;
}

static void shorten(Report &R, llvm::StringRef Root) {
  auto Shorten = [&](std::string &File) {
    File = archive::relativeTo(Root, File);
  };
  Shorten(R.At.File);
  for (Located &N : R.Notes)
    Shorten(N.File);
  for (SourceEdit &E : R.Edits)
    Shorten(E.Where.File);
}

Summary gvlsan::merge(const std::vector<Unit> &Units, llvm::StringRef Root) {
  // Of equals the first stays: that must not depend on how units are ordered.
  std::vector<const Unit *> Ordered;
  for (const Unit &U : Units)
    Ordered.push_back(&U);
  llvm::sort(Ordered, [](const Unit *A, const Unit *B) {
    return A->Source < B->Source;
  });
  Summary Result;
  // Functions that one macro makes share their places.
  std::map<std::tuple<std::string, unsigned, unsigned, RuleId, std::string>,
           size_t>
      Seen;
  for (const Unit *U : Ordered) {
    const Judgement &J = U->Judged;
    ++Result.Files;
    Result.NotAnalysed += !J.Analysed;
    Result.Suppressed += J.Suppressed;
    Result.Stats.add(J.Stats);
    for (const Report &R : J.Reports) {
      if (!U->Set->reports(R.Level, R.At.File)) {
        ++Result.Hidden;
        continue;
      }
      auto [It, New] = Seen.try_emplace(
          {R.At.File, R.At.Line, R.At.Column, R.Rule, subject(R)},
          Result.Reports.size());
      if (New)
        Result.Reports.push_back(R);
      else if (R.Level > Result.Reports[It->second].Level)
        Result.Reports[It->second] = R;
    }
  }
  for (Report &R : Result.Reports)
    shorten(R, Root);
  llvm::sort(Result.Reports, [](const Report &A, const Report &B) {
    auto Key = [](const Report &R) {
      return std::make_tuple(llvm::StringRef(R.At.File), R.At.Line, R.At.Column,
                             R.Rule, subject(R));
    };
    return Key(A) < Key(B);
  });
  return Result;
}
