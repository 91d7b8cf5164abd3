//===- Collector.cpp - Findings beyond their unit -------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/Collector.h"

#include "tool/Nolint.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace clang;
using namespace gvlsan;

Collector::Collector() {
  llvm::sys::fs::current_path(WorkingFolder);
  WorkingFolder += '/';
}

/// The same as isSuppressed, for a place of another unit.
static bool isSuppressedIn(const std::string &File, unsigned Line,
                           RuleId Rule) {
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  return Buffer && isSuppressed((*Buffer)->getBuffer(), Line, Rule);
}

void Collector::take(ASTContext &Context, const Analysis &Result) {
  const SourceManager &SM = Context.getSourceManager();
  Into->Stats.add(Result.Stats);
  for (const auto &[Name, Summary] : Result.Summaries) {
    Into->Summaries[Name].Uses.insert(Summary.Uses.begin(), Summary.Uses.end());
    Into->Summaries[Name].Callbacks.insert(Summary.Callbacks.begin(),
                                           Summary.Callbacks.end());
  }
  Into->Calls.insert(Result.Calls.begin(), Result.Calls.end());
  for (const auto &[Name, Call] : Result.Released)
    Into->Released[Name].merge(Call);
  Into->Reaches.insert(Result.Reaches.begin(), Result.Reaches.end());
  Into->Told.insert(Result.Told.begin(), Result.Told.end());
  Into->Asked.insert(Result.Asked.begin(), Result.Asked.end());
  for (const Finding &F : Result.Findings) {
    Report R{F.Rule,     F.Level,   locate(SM, F.Where, F.Message),
             F.Function, F.Missing, {},
             F.Facts};
    if (!F.File.empty()) {
      R.At = {shorten(F.File), F.Line, F.Column, F.Message};
      if (isSuppressedIn(F.File, F.Line, F.Rule)) {
        ++Into->Suppressed;
        continue;
      }
    }
    FileID File = SM.getFileID(F.Where);
    if (isSuppressed(SM.getBufferData(File), SM.getSpellingLineNumber(F.Where),
                     F.Rule)) {
      ++Into->Suppressed;
      continue;
    }
    for (const Note &N : F.Notes)
      R.Notes.push_back(N.File.empty() ? locate(SM, N.Where, N.Message)
                                       : Located{shorten(N.File), N.Line,
                                                 N.Column, N.Message});
    Into->Reports.push_back(std::move(R));
  }
}

std::string Collector::shorten(StringRef File) const {
  File.consume_front(WorkingFolder);
  return File.str();
}

Located Collector::locate(const SourceManager &SM, SourceLocation Loc,
                          const std::string &Message) const {
  PresumedLoc P = SM.getPresumedLoc(Loc);
  if (P.isInvalid())
    return {"<unknown>", 0, 0, Message};
  llvm::SmallString<256> File(P.getFilename());
  if (OptionalFileEntryRef Entry = SM.getFileEntryRefForID(SM.getFileID(Loc)))
    if (StringRef Real = Entry->getFileEntry().tryGetRealPathName();
        !Real.empty())
      File = Real;
  return {shorten(File), P.getLine(), P.getColumn(), Message};
}
