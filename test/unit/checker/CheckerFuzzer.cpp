//===- CheckerFuzzer.cpp - libFuzzer on the checker ----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// The input is a source, as SourceMaker makes it; one in sixteen is taken as
// the text itself. It is judged in each profile. It must parse, unless it is
// taken as it is; what is found must lie somewhere; and the same must be found
// once more where the source lies elsewhere in memory. GVLSAN_FUZZ_SHOW in the
// environment prints each source.
//
//===----------------------------------------------------------------------===//

#include "SourceMaker.h"
#include "analysis/Engine.h"

#include "clang/AST/ASTContext.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/ASTUnit.h"
#include "clang/Tooling/Tooling.h"

#include <cstdio>
#include <cstdlib>

using namespace clang;
using namespace gvlsan;

namespace {

[[noreturn]] void fail(const fuzz::Source &S, const char *What) {
  fprintf(stderr, "%s\nchecker fuzzer: %s\n", S.Text.c_str(), What);
  abort();
}

struct KeepFirst : DiagnosticConsumer {
  void HandleDiagnostic(DiagnosticsEngine::Level Level,
                        const Diagnostic &Info) override {
    DiagnosticConsumer::HandleDiagnostic(Level, Info);
    if (Level < DiagnosticsEngine::Error || !First.empty())
      return;
    llvm::SmallString<128> Text;
    Info.FormatDiagnostic(Text);
    if (Info.hasSourceManager())
      First = "line " +
              std::to_string(Info.getSourceManager().getPresumedLineNumber(
                  Info.getLocation())) +
              ": ";
    First += Text.str();
  }
  std::string First;
};

/// Printed at the end, so that a run that judged nothing can be told.
struct Tally {
  ~Tally() {
    fprintf(stderr, "checker fuzzer: %u sources judged, %u findings\n", Sources,
            Findings);
  }
  unsigned Sources = 0, Findings = 0;
} Total;

std::unique_ptr<ASTUnit> parse(const fuzz::Source &S, KeepFirst &Errors) {
  return tooling::buildASTFromCodeWithArgs(
      S.Text, {S.IsCxx ? "-std=c++20" : "-std=gnu11", "-w"},
      S.IsCxx ? "fuzz.cpp" : "fuzz.c", "gvlsan",
      std::make_shared<PCHContainerOperations>(),
      tooling::getClangStripDependencyFileAdjuster(), {}, &Errors);
}

/// What was found, in one text.
std::string described(const Analysis &A, const fuzz::Source &S,
                      const SourceManager &SM) {
  std::string Text;
  for (const Finding &F : A.Findings) {
    if (F.Where.isInvalid() || F.Where.isMacroID() || F.Message.empty())
      fail(S, "a finding lies nowhere, or says nothing");
    Text += F.Where.printToString(SM) + ruleInfo(F.Rule).Name + F.Message;
    for (const Note &N : F.Notes) {
      if (N.Message.empty() || (N.Where.isInvalid() && N.File.empty()))
        fail(S, "a note lies nowhere, or says nothing");
      Text += N.Where.printToString(SM) + N.Message;
    }
    for (const FixIt &Fix : F.FixIts)
      if (Fix.Where.isInvalid() || Fix.Where.isMacroID())
        fail(S, "an edit lies nowhere");
  }
  return Text;
}

/// What is found, in one text.
std::string judge(const fuzz::Source &S, ASTContext &Context, Profile P) {
  static const ApiModel Model = ApiModel::builtin();
  Options Opts;
  Opts.Profile = P;
  Opts.Explain = P == Strict;
  Analysis A = analyse(Context, Model, Opts);
  Total.Findings += A.Findings.size();
  return described(A, S, Context.getSourceManager());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  static const bool Show = std::getenv("GVLSAN_FUZZ_SHOW");
  fuzz::Source S = fuzz::makeSource(Data, Size);
  if (Show)
    fprintf(stderr, "%s\n", S.Text.c_str());
  // What other files say is no part of the input.
  StringRef Text = S.Text;
  if (S.IsRaw && (Text.contains("include") || Text.contains("embed")))
    return 0;
  KeepFirst Errors;
  std::unique_ptr<ASTUnit> Ast = parse(S, Errors);
  if (!Ast || Errors.getNumErrors()) {
    if (!S.IsRaw)
      fail(S, ("it does not parse: " + Errors.First).c_str());
    return 0;
  }
  ++Total.Sources;
  std::unique_ptr<ASTUnit> Again = parse(S, Errors);
  for (Profile P : {Practical, Strict, Bounce})
    if (judge(S, Ast->getASTContext(), P) !=
        judge(S, Again->getASTContext(), P))
      fail(S, "two judgements differ");
  return 0;
}
