//===- Collector.cpp - Findings beyond their unit -------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/Collector.h"

#include "analysis/CodeVisitor.h"
#include "analysis/IndexFile.h"
#include "tool/Nolint.h"

#include "clang/Basic/SourceManager.h"
#include "llvm/Support/MemoryBuffer.h"

#include <set>

using namespace clang;
using namespace gvlsan;

/// The same as isSuppressed, for a place of another unit, which the result
/// depends on from then on.
static bool isSuppressedIn(const std::string &File, unsigned Line, RuleId Rule,
                           Judgement &Into) {
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  Into.Reads.insert({File, Buffer ? contentHash((*Buffer)->getBuffer()) : ""});
  return Buffer && isSuppressed((*Buffer)->getBuffer(), Line, Rule);
}

static Located locate(const SourceManager &SM, SourceLocation Loc,
                      const std::string &Message) {
  PresumedLoc P = SM.getPresumedLoc(Loc);
  if (P.isInvalid())
    return {"<unknown>", 0, 0, Message};
  llvm::SmallString<256> File(P.getFilename());
  if (OptionalFileEntryRef Entry = SM.getFileEntryRefForID(SM.getFileID(Loc)))
    if (StringRef Real = Entry->getFileEntry().tryGetRealPathName();
        !Real.empty())
      File = Real;
  return {File.str().str(), P.getLine(), P.getColumn(), Message};
}

static bool isSuppressedHere(const SourceManager &SM, const Finding &F,
                             Judgement &Into) {
  if (!F.File.empty() && isSuppressedIn(F.File, F.Line, F.Rule, Into))
    return true;
  return gvlsan::isSuppressed(SM.getBufferData(SM.getFileID(F.Where)),
                              SM.getSpellingLineNumber(F.Where), F.Rule);
}

namespace {

/// Finds the lines of the function that a place lies in.
class Functions : public CodeVisitor<Functions> {
public:
  Functions(const ASTContext &Context, llvm::ArrayRef<Finding> Findings)
      : CodeVisitor(Context), SM(Context.getSourceManager()) {
    std::set<FileID> Files;
    for (const Finding &F : Findings)
      Files.insert(SM.getFileID(SM.getFileLoc(F.Where)));
    for (Decl *D : Context.getTranslationUnitDecl()->decls())
      if (Files.contains(SM.getFileID(SM.getFileLoc(D->getBeginLoc()))))
        TraverseDecl(D);
  }

  bool VisitFunctionDecl(FunctionDecl *F) {
    if (F->doesThisDeclarationHaveABody() &&
        !SM.isInSystemHeader(F->getLocation()))
      All.push_back(
          {SM.getFileLoc(F->getBeginLoc()), SM.getFileLoc(F->getEndLoc())});
    return true;
  }

  void lines(SourceLocation Where, unsigned &First, unsigned &Last) const {
    // The innermost is visited last.
    for (const SourceRange &R : llvm::reverse(All))
      if (SM.isPointWithin(Where, R.getBegin(), R.getEnd())) {
        First = SM.getPresumedLineNumber(R.getBegin());
        Last = SM.getPresumedLineNumber(R.getEnd());
        return;
      }
  }

private:
  const SourceManager &SM;
  std::vector<SourceRange> All;
};

} // namespace

void gvlsan::collect(const ASTContext &Context, const Analysis &Result,
                     Judgement &Into) {
  const SourceManager &SM = Context.getSourceManager();
  Into.Stats.add(Result.Stats);
  Into.Tells.add(Result);
  if (Result.Findings.empty())
    return;
  Functions In(Context, Result.Findings);
  for (const Finding &F : Result.Findings) {
    if (isSuppressedHere(SM, F, Into)) {
      ++Into.Suppressed;
      continue;
    }
    Report R{F.Rule,     F.Level,   locate(SM, F.Where, F.Message),
             F.Function, F.Missing, {},
             F.Facts};
    In.lines(F.Where, R.FirstLine, R.LastLine);
    for (const FixIt &Fix : F.FixIts) {
      Located At = locate(SM, Fix.Where, "");
      R.Edits.push_back({{At.File, At.Line, At.Column, ""}, Fix.Insert});
    }
    if (!F.File.empty())
      R.At = {F.File, F.Line, F.Column, F.Message};
    for (const Note &N : F.Notes)
      R.Notes.push_back(N.File.empty()
                            ? locate(SM, N.Where, N.Message)
                            : Located{N.File, N.Line, N.Column, N.Message});
    Into.Reports.push_back(std::move(R));
  }
}
