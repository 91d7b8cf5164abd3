//===- CheckTool.cpp - `gvlsan check` -------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/Engine.h"
#include "tool/Compile.h"
#include "tool/Nolint.h"
#include "tool/Output.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Debug.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace clang;
using namespace gvlsan;

namespace {

enum Exit { Clean = 0, SomeFindings = 1, Incomplete = 2, Usage = 64 };

constexpr const char Help[] =
    "usage: gvlsan check [OPTIONS] [PATHS...]\n"
    "       gvlsan check [OPTIONS] FILES... -- COMPILER-FLAGS\n\n"
    "Finds violations of the GVL and compaction rules. PATHS are sources, or\n"
    "folders that hold a compile_commands.json; by default the present one.\n\n"
    "  -p DIR              folder that holds compile_commands.json\n"
    "  --format=FORMAT     text (default), or json: one object a line\n"
    "  --profile=PROFILE   practical (default): what real extensions can be\n"
    "                      held to; strict: unproven cases are reported;\n"
    "                      bounce: only copies in C memory may be used\n"
    "                      without the GVL\n"
    "  --ruby=VERSION      judge for this Ruby (3.1, 3.3), not for every one\n"
    "  --stats             say what each rule looked at\n"
    "  --explain           print the abstract state at each finding\n\n"
    "Exit: 0 clean, 1 findings, 2 not everything could be analysed, 64 "
    "usage.\n";

/// The command line.
struct Request {
  std::vector<std::string> Paths;
  std::string Folder;
  bool Json = false, Stats = false, Explain = false, Help = false;
  Options Engine;
};

/// LLVM's own command-line library is not used: libLLVM registers options of
/// its own with it, --stats among them.
/// \returns whether it is understood; otherwise \p Error is one line.
bool parse(int Argc, const char **Argv, Request &R, std::string &Error) {
  for (int I = 1; I < Argc; ++I) {
    StringRef Arg = Argv[I];
    if (!Arg.starts_with("-") || Arg == "-") {
      R.Paths.push_back(Arg.str());
      continue;
    }
    StringRef Name = Arg.drop_while([](char C) { return C == '-'; });
    StringRef Value;
    bool HasValue = Name.contains('=');
    std::tie(Name, Value) = Name.split('=');
    if (Name == "help" || Name == "h") {
      R.Help = true;
      return true;
    }
    if (!HasValue && (Name == "stats" || Name == "explain")) {
      (Name == "stats" ? R.Stats : R.Explain) = true;
      continue;
    }
    bool TakesValue = Name == "p" || Name == "format" || Name == "profile" ||
                      Name == "ruby" || Name == "debug-only";
    if (!TakesValue) {
      Error = ("unknown option '" + Arg + "'; see `gvlsan check --help`").str();
      return false;
    }
    if (!HasValue) {
      if (++I == Argc) {
        Error =
            ("'" + Arg + "' needs a value; see `gvlsan check --help`").str();
        return false;
      }
      Value = Argv[I];
    }
    bool Known = true;
    if (Name == "p") {
      R.Folder = Value.str();
    } else if (Name == "format") {
      R.Json = Value == "json";
      Known = R.Json || Value == "text";
    } else if (Name == "profile") {
      auto Which = llvm::StringSwitch<std::optional<Profile>>(Value)
                       .Case("practical", Practical)
                       .Case("strict", Strict)
                       .Case("bounce", Bounce)
                       .Default(std::nullopt);
      Known = Which.has_value();
      R.Engine.Profile = Which.value_or(Practical);
    } else if (Name == "ruby") {
      Known = parseRuby(Value, R.Engine.Ruby);
    } else {
#ifndef NDEBUG
      llvm::DebugFlag = true;
      llvm::setCurrentDebugType(Value.data());
#else
      Error = "--debug-only needs a build with assertions (preset dev)";
      return false;
#endif
    }
    if (!Known) {
      Error = ("'" + Value + "' is no value of --" + Name +
               "; see `gvlsan check --help`")
                  .str();
      return false;
    }
  }
  R.Engine.Explain = R.Explain;
  return true;
}

/// What one source came to.
struct Unit {
  const Batch *From;
  std::string Source;
  bool Analysed = false;
  std::string Error = {};
  Statistics Stats = {};
  std::vector<Report> Reports = {};
  unsigned Suppressed = 0;
  Index Summaries = {};
  std::set<std::string> Calls = {};
  ReleasedCalls Released = {};
  std::map<std::string, Reach> Reaches = {};
  std::set<std::string> Told = {}, Asked = {};
};

/// Makes findings independent of the translation unit they came from.
class Collector {
public:
  Collector() {
    llvm::sys::fs::current_path(WorkingFolder);
    WorkingFolder += '/';
  }

  /// The unit that is filled next.
  Unit *Into = nullptr;

  void take(ASTContext &Context, const Analysis &Result) {
    const SourceManager &SM = Context.getSourceManager();
    Into->Stats.add(Result.Stats);
    for (const auto &[Name, Summary] : Result.Summaries) {
      Into->Summaries[Name].Uses.insert(Summary.Uses.begin(),
                                        Summary.Uses.end());
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
      if (isSuppressed(SM.getBufferData(File),
                       SM.getSpellingLineNumber(F.Where), F.Rule)) {
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

private:
  std::string shorten(StringRef File) const {
    File.consume_front(WorkingFolder);
    return File.str();
  }

  /// The same for a place of another unit.
  static bool isSuppressedIn(const std::string &File, unsigned Line,
                             RuleId Rule) {
    auto Buffer = llvm::MemoryBuffer::getFile(File);
    return Buffer && isSuppressed((*Buffer)->getBuffer(), Line, Rule);
  }

  Located locate(const SourceManager &SM, SourceLocation Loc,
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

  llvm::SmallString<256> WorkingFolder;
};

/// Remembers the first error of a translation unit, and prints nothing.
class FirstError : public DiagnosticConsumer {
public:
  void HandleDiagnostic(DiagnosticsEngine::Level Level,
                        const Diagnostic &Info) override {
    DiagnosticConsumer::HandleDiagnostic(Level, Info);
    if (Level < DiagnosticsEngine::Error || !Message.empty())
      return;
    llvm::SmallString<128> Text;
    Info.FormatDiagnostic(Text);
    if (Info.getLocation().isValid() && Info.hasSourceManager()) {
      PresumedLoc P =
          Info.getSourceManager().getPresumedLoc(Info.getLocation());
      if (P.isValid())
        Message = (llvm::Twine(P.getFilename()) + ":" +
                   llvm::Twine(P.getLine()) + ": ")
                      .str();
    }
    Message += Text.str();
  }
  std::string take() { return std::exchange(Message, {}); }

private:
  std::string Message;
};

class Action : public ASTFrontendAction {
public:
  Action(const ApiModel &Model, const Options &Opts, Collector &Into)
      : Model(Model), Opts(Opts), Into(Into) {}

  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &CI,
                                                 StringRef) override {
    struct Consumer : ASTConsumer {
      Action &A;
      explicit Consumer(Action &A) : A(A) {}
      void HandleTranslationUnit(ASTContext &Context) override {
        // What does not parse is not judged by half.
        if (!Context.getDiagnostics().hasErrorOccurred())
          A.Into.take(Context, analyse(Context, A.Model, A.Opts));
      }
    };
    return std::make_unique<Consumer>(*this);
  }

private:
  const ApiModel &Model;
  const Options &Opts;
  Collector &Into;
};

class Factory : public tooling::FrontendActionFactory {
public:
  Factory(const ApiModel &Model, const Options &Opts, Collector &Into)
      : Model(Model), Opts(Opts), Into(Into) {}
  std::unique_ptr<FrontendAction> create() override {
    return std::make_unique<Action>(Model, Opts, Into);
  }

private:
  const ApiModel &Model;
  const Options &Opts;
  Collector &Into;
};

int usage(const llvm::Twine &Message) {
  llvm::errs() << "gvlsan check: error: " << Message << '\n';
  return Usage;
}

void analyseUnit(Unit &U, const ApiModel &Model, const Options &Opts,
                 Collector &Into) {
  Unit Fresh{U.From, U.Source};
  Into.Into = &Fresh;
  tooling::ClangTool Tool(*U.From->Database, {U.Source});
  Tool.setPrintErrorMessage(false);
  FirstError Errors;
  Tool.setDiagnosticConsumer(&Errors);
  Tool.appendArgumentsAdjuster(adjustArguments());
  Factory Make(Model, Opts, Into);
  Fresh.Analysed = Tool.run(&Make) == 0;
  Fresh.Error = Errors.take();
  U = std::move(Fresh);
}

/// The functions that can come to need the lock, through whatever file.
std::set<std::string> needingLock(const std::vector<Unit> &Units) {
  std::set<std::string> Needing;
  for (bool Grown = true; Grown;) {
    Grown = false;
    for (const Unit &U : Units)
      for (const auto &[Name, R] : U.Reaches)
        if (R.Lock ||
            llvm::any_of(R.OtherFiles, [&](const std::string &Callee) {
              return Needing.count(Callee);
            }))
          Grown |= Needing.insert(Name).second;
  }
  return Needing;
}

/// Each unit by itself; then, as long as that teaches anything new about
/// functions that others call, or that others enter without the lock, those
/// again.
void analyseAll(std::vector<Unit> &Units, Options Opts) {
  static constexpr unsigned MaxRounds = 4;
  ApiModel Model = ApiModel::builtin();
  Collector Into;
  for (Unit &U : Units)
    analyseUnit(U, Model, Opts, Into);
  Index Known;
  ReleasedCalls Entered;
  std::set<std::string> Facts;
  for (unsigned Round = 0; Round < MaxRounds; ++Round) {
    Index Now;
    for (const Unit &U : Units)
      for (const auto &[Name, Summary] : U.Summaries) {
        Now[Name].Uses.insert(Summary.Uses.begin(), Summary.Uses.end());
        Now[Name].Callbacks.insert(Summary.Callbacks.begin(),
                                   Summary.Callbacks.end());
      }
    std::set<std::string> Changed;
    for (const auto &[Name, Summary] : Now)
      if (auto It = Known.find(Name);
          It == Known.end() || !(It->second == Summary))
        Changed.insert(Name);
    std::set<std::string> Needing = needingLock(Units), NewlyEntered;
    for (const Unit &U : Units)
      for (const auto &[Name, Call] : U.Released)
        if (Needing.count(Name)) {
          auto [It, New] = Entered.try_emplace(Name, Call);
          ReleasedCall Before = It->second;
          It->second.merge(Call);
          if (New || Before.Certain != It->second.Certain)
            NewlyEntered.insert(Name);
        }
    std::set<std::string> NewFacts;
    for (const Unit &U : Units)
      for (const std::string &Fact : U.Told)
        if (Facts.insert(Fact).second)
          NewFacts.insert(Fact);
    if (Changed.empty() && NewlyEntered.empty() && NewFacts.empty())
      return;
    Known = std::move(Now);
    Opts.Known = &Facts;
    Opts.Others = &Known;
    Opts.Entered = &Entered;
    for (Unit &U : Units) {
      bool Again =
          llvm::any_of(
              U.Calls,
              [&](const std::string &Name) { return Changed.count(Name); }) ||
          llvm::any_of(U.Asked,
                       [&](const std::string &Fact) {
                         return NewFacts.count(Fact) && !U.Told.count(Fact);
                       }) ||
          llvm::any_of(NewlyEntered, [&](const std::string &Name) {
            return U.Reaches.count(Name);
          });
      if (U.Analysed && Again)
        analyseUnit(U, Model, Opts, Into);
    }
  }
}

/// What tells findings of one rule in one place apart: for the rules about an
/// object's memory, which object; several can be used by one call.
std::string subject(const Report &R) {
  bool IsAboutOwner =
      R.Rule == RuleId::R1_e || R.Rule == RuleId::K1 || R.Rule == RuleId::R2_a;
  if (!IsAboutOwner || R.Notes.empty())
    return R.Function;
  const Located &Origin = R.Notes.front();
  return R.Function + " " + Origin.File + ":" + std::to_string(Origin.Line) +
         ":" + std::to_string(Origin.Column);
}

/// Joins the units; what several report, a header's code, counts once.
Summary merge(std::vector<Unit> &Units) {
  Summary Result;
  // Functions that one macro makes share their places.
  std::map<std::tuple<std::string, unsigned, unsigned, RuleId, std::string>,
           size_t>
      Seen;
  for (Unit &U : Units) {
    ++Result.Files;
    Result.NotAnalysed += !U.Analysed;
    Result.Suppressed += U.Suppressed;
    Result.Stats.add(U.Stats);
    for (Report &R : U.Reports) {
      auto [It, New] = Seen.try_emplace(
          {R.At.File, R.At.Line, R.At.Column, R.Rule, subject(R)},
          Result.Reports.size());
      if (New)
        Result.Reports.push_back(std::move(R));
      else if (R.Level > Result.Reports[It->second].Level)
        Result.Reports[It->second] = std::move(R);
    }
  }
  llvm::sort(Result.Reports, [](const Report &A, const Report &B) {
    return std::tie(A.At.File, A.At.Line, A.At.Column, A.Rule) <
           std::tie(B.At.File, B.At.Line, B.At.Column, B.Rule);
  });
  return Result;
}

} // namespace

int main(int Argc, const char **Argv) {
  std::string Error;
  std::shared_ptr<tooling::CompilationDatabase> Fixed =
      tooling::FixedCompilationDatabase::loadFromCommandLine(Argc, Argv, Error);
  Request R;
  if (!parse(Argc, Argv, R, Error))
    return usage(Error);
  if (R.Help) {
    llvm::outs() << Help;
    return Clean;
  }
  if (Fixed && R.Paths.empty())
    return usage("no source before `--`");

  std::vector<Batch> Batches;
  if (!findSources(R.Paths, Fixed, R.Folder, Batches, Error)) {
    llvm::errs() << "gvlsan check: error: " << Error << '\n';
    return Incomplete;
  }

  std::vector<Unit> Units;
  for (const Batch &B : Batches)
    for (const std::string &Source : B.Sources)
      Units.push_back({&B, Source});
  analyseAll(Units, R.Engine);
  Summary Result = merge(Units);
  for (const Unit &U : Units)
    if (!U.Analysed)
      llvm::errs() << "gvlsan check: error: "
                   << (U.Error.empty() ? U.Source + ": cannot be compiled"
                                       : U.Error)
                   << "; " << U.Source << " was not analysed\n";
  for (const Report &Found : Result.Reports)
    if (R.Json)
      printJson(Found, llvm::outs());
    else
      printText(Found, R.Explain, llvm::outs());
  if (R.Json)
    printJsonSummary(Result, llvm::outs());
  if (R.Stats)
    printStatistics(Result, R.Json ? llvm::errs() : llvm::outs());
  llvm::outs().flush();
  printSummary(Result, llvm::errs());
  if (Result.NotAnalysed)
    return Incomplete;
  return Result.Reports.empty() ? Clean : SomeFindings;
}
