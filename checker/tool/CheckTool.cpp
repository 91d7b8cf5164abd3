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
    "Exit: 0 clean, 1 findings, 2 not everything could be analysed, 64 usage.\n";

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
        Error = ("'" + Arg + "' needs a value; see `gvlsan check --help`").str();
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
      llvm::DebugFlag = true;
      llvm::setCurrentDebugType(Value.data());
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

/// Makes findings independent of the translation unit they came from.
class Collector {
public:
  explicit Collector(Summary &Out) : Out(Out) {
    llvm::sys::fs::current_path(WorkingFolder);
    WorkingFolder += '/';
  }

  void take(ASTContext &Context, const Analysis &Result) {
    const SourceManager &SM = Context.getSourceManager();
    Out.Stats.add(Result.Stats);
    for (const Finding &F : Result.Findings) {
      Report R{F.Rule, F.Level, locate(SM, F.Where, F.Message), F.Function,
               F.Missing, {}, F.Facts};
      if (!Seen.insert({R.At.File, R.At.Line, R.At.Column, F.Rule}).second)
        continue;
      FileID File = SM.getFileID(F.Where);
      if (isSuppressed(SM.getBufferData(File), R.At.Line, F.Rule)) {
        ++Out.Suppressed;
        continue;
      }
      for (const Note &N : F.Notes)
        R.Notes.push_back(locate(SM, N.Where, N.Message));
      Out.Reports.push_back(std::move(R));
    }
  }

private:
  Located locate(const SourceManager &SM, SourceLocation Loc,
                 const std::string &Message) const {
    PresumedLoc P = SM.getPresumedLoc(Loc);
    if (P.isInvalid())
      return {"<unknown>", 0, 0, Message};
    llvm::SmallString<256> File(P.getFilename());
    if (OptionalFileEntryRef Entry =
            SM.getFileEntryRefForID(SM.getFileID(Loc)))
      if (StringRef Real = Entry->getFileEntry().tryGetRealPathName();
          !Real.empty())
        File = Real;
    StringRef Name = File;
    Name.consume_front(WorkingFolder);
    return {Name.str(), P.getLine(), P.getColumn(), Message};
  }

  Summary &Out;
  llvm::SmallString<256> WorkingFolder;
  std::set<std::tuple<std::string, unsigned, unsigned, RuleId>> Seen;
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

  ApiModel Model = ApiModel::builtin();
  Summary Result;
  Collector Into(Result);
  Factory Make(Model, R.Engine, Into);
  for (const Batch &B : Batches)
    for (const std::string &Source : B.Sources) {
      ++Result.Files;
      tooling::ClangTool Tool(*B.Database, {Source});
      Tool.setPrintErrorMessage(false);
      FirstError Errors;
      Tool.setDiagnosticConsumer(&Errors);
      Tool.appendArgumentsAdjuster(adjustArguments());
      if (Tool.run(&Make) != 0) {
        ++Result.NotAnalysed;
        std::string Why = Errors.take();
        llvm::errs() << "gvlsan check: error: "
                     << (Why.empty() ? Source + ": cannot be compiled" : Why)
                     << "; " << Source << " was not analysed\n";
      }
    }

  llvm::sort(Result.Reports, [](const Report &A, const Report &B) {
    return std::tie(A.At.File, A.At.Line, A.At.Column, A.Rule) <
           std::tie(B.At.File, B.At.Line, B.At.Column, B.Rule);
  });
  for (const Report &Found : Result.Reports)
    if (R.Json)
      printJson(Found, llvm::outs());
    else
      printText(Found, R.Explain, llvm::outs());
  if (R.Json)
    printJsonSummary(Result, llvm::outs());
  if (R.Stats)
    printStatistics(Result, R.Json ? llvm::errs()
                                                         : llvm::outs());
  llvm::outs().flush();
  printSummary(Result, llvm::errs());
  if (Result.NotAnalysed)
    return Incomplete;
  return Result.Reports.empty() ? Clean : SomeFindings;
}
