//===- ReportTool.cpp - gvlsan report -------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Merges the logs of many runs of both halves, and writes what they found.
///
//===----------------------------------------------------------------------===//

#include "rules/report/RecordLog.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"

#include <cstdio>
#include <cstdlib>
#include <optional>

using namespace gvlsan;
namespace json = llvm::json;

namespace {

enum Exit : int {
  ExitNone = 0,
  ExitSome = 1,
  ExitUnreadable = 2,
  ExitUsage = 64
};

enum class Format { Text, Json, Sarif, Github };

struct Options {
  Format As = Format::Text;
  std::string Output, Root;
  std::vector<std::string> Logs;
};

[[noreturn]] void fail(int Status, const llvm::Twine &Message) {
  std::fprintf(stderr, "gvlsan report: error: %s\n", Message.str().c_str());
  std::exit(Status);
}

void printHelp() {
  std::puts(
      "usage: gvlsan report [OPTIONS] LOG...\n"
      "\n"
      "Merges logs: what `gvlsan run --json=FILE` and `gvlsan check\n"
      "--format=json` write, of any number of processes, runs and machines.\n"
      "The same finding in several of them is one finding and a count.\n"
      "\n"
      "  --format=FORMAT  text (default); json: one finding a line, then a\n"
      "                   summary; sarif: a SARIF 2.1.0 log; github:\n"
      "                   annotations for a step of GitHub Actions\n"
      "  --output=FILE    write there, not to standard output\n"
      "  --root=DIR       name files below DIR relative to it (default: here)\n"
      "  --help           this text\n"
      "\n"
      "LOG is a file, or - for standard input.\n"
      "\n"
      "Exit: 0 no finding, 1 findings, 2 a log could not be read to its end\n"
      "(the rest is reported), 64 bad usage.");
}

Options parse(int Argc, char **Argv) {
  Options O;
  bool OnlyLogs = false;
  for (int I = 1; I < Argc; ++I) {
    llvm::StringRef A = Argv[I];
    if (OnlyLogs || A == "-" || !A.starts_with("-")) {
      O.Logs.push_back(A.str());
    } else if (A == "--") {
      OnlyLogs = true;
    } else if (A == "--help" || A == "-h") {
      printHelp();
      std::exit(0);
    } else if (A.consume_front("--format=")) {
      if (A == "text")
        O.As = Format::Text;
      else if (A == "json")
        O.As = Format::Json;
      else if (A == "sarif")
        O.As = Format::Sarif;
      else if (A == "github")
        O.As = Format::Github;
      else
        fail(ExitUsage, "unknown format '" + A +
                            "'; it is one of text, json, sarif, github");
    } else if (A.consume_front("--output=") && !A.empty()) {
      O.Output = A.str();
    } else if (A.consume_front("--root=") && !A.empty()) {
      llvm::SmallString<256> Real;
      if (std::error_code EC = llvm::sys::fs::real_path(A, Real))
        fail(ExitUsage, "--root: " + A + ": " + EC.message());
      O.Root = Real.str().str();
    } else {
      fail(ExitUsage, "unknown option '" + llvm::StringRef(Argv[I]) +
                          "'; `gvlsan report --help` lists them");
    }
  }
  if (O.Logs.empty())
    fail(ExitUsage, "no log: gvlsan report [OPTIONS] LOG...");
  if (O.Root.empty()) {
    llvm::SmallString<256> Here;
    if (!llvm::sys::fs::current_path(Here))
      O.Root = Here.str().str();
  }
  return O;
}

std::string count(uint64_t N, const char *What) {
  return std::to_string(N) + " " + What + (N == 1 ? "" : "s");
}

class TextWriter {
public:
  TextWriter(llvm::StringRef Root, llvm::raw_ostream &Out)
      : Root(Root), Out(Out) {}

  void finding(const FindingRecord &F) {
    place(F.At);
    Out << severityName(F.Level) << ": " << F.At.Message << " [" << F.Rule->Name
        << "]";
    if (F.Count > 1)
      Out << " (" << F.Count << " times)";
    Out << '\n';
    for (const SourcePlace &N : F.Notes) {
      place(N);
      Out << "note: " << N.Message << '\n';
    }
    for (const StackRecord &S : F.Stacks) {
      Out << "  " << S.Kind << " stack:\n";
      unsigned Number = 0;
      for (const StackFrame &Frame : S.Frames)
        frame(Frame, Number++);
    }
    Out << "  To make it right: " << F.Rule->Advice << '\n';
  }

private:
  void place(const SourcePlace &P) {
    if (P.File.empty())
      return;
    Out << relativeTo(P.File, Root);
    if (P.Line)
      Out << ':' << P.Line;
    if (P.Line && P.Column)
      Out << ':' << P.Column;
    Out << ": ";
  }

  void frame(const StackFrame &Frame, unsigned Number) {
    Out << "    #" << Number;
    if (!Frame.Function.empty())
      Out << " in " << Frame.Function;
    if (!Frame.File.empty())
      Out << ' ' << relativeTo(Frame.File, Root);
    else if (!Frame.Module.empty())
      Out << " (" << Frame.Module << (Frame.Offset.empty() ? "" : "+")
          << Frame.Offset << ')';
    if (Frame.Line)
      Out << ':' << Frame.Line;
    Out << '\n';
  }

  llvm::StringRef Root;
  llvm::raw_ostream &Out;
};

/// One line: how many of what, from where.
std::string total(llvm::ArrayRef<FindingRecord> Findings, unsigned Logs) {
  uint64_t Seen = 0, Errors = 0;
  for (const FindingRecord &F : Findings) {
    Seen += F.Count;
    Errors += F.Level == Severity::Error;
  }
  std::string Line = "gvlsan report: " + count(Findings.size(), "finding");
  if (!Findings.empty()) {
    Line += " (";
    if (Errors)
      Line += count(Errors, "error");
    if (Errors && Errors < Findings.size())
      Line += ", ";
    if (Errors < Findings.size())
      Line += count(Findings.size() - Errors, "warning");
    Line += ")";
  }
  if (Seen > Findings.size())
    Line += ", seen " + std::to_string(Seen) + " times";
  return Line + " in " + count(Logs, "log");
}

/// "regions 3, pages 25": the numbers of \p O, by name.
std::string numbers(const json::Object &O) {
  std::string Line;
  for (const auto *Entry : json::sortedElements(O))
    if (auto N = Entry->second.getAsInteger()) {
      std::string Name = Entry->first.str();
      std::replace(Name.begin(), Name.end(), '_', ' ');
      Line += (Line.empty() ? "" : ", ") + Name + " " + std::to_string(*N);
    }
  return Line;
}

/// What the logs say was looked at, a line for each tool and extension; what
/// was not looked at although one would think so is in \p Gaps.
std::string lookedAt(const json::Object &Summary,
                     std::vector<std::string> &Gaps) {
  std::string Text;
  for (const auto *Entry : json::sortedElements(Summary)) {
    const json::Object *Tool = Entry->second.getAsObject();
    if (!Tool)
      continue;
    Text +=
        "looked at by the " + Entry->first.str() + ": " + numbers(*Tool) + "\n";
    if (const json::Array *Extensions = Tool->getArray("extensions"))
      for (const json::Value &V : *Extensions) {
        const json::Object *E = V.getAsObject();
        if (!E || E->getBoolean("shipped").value_or(false))
          continue;
        Text += "  " + E->getString("file").value_or("?").str() + ": " +
                E->getString("coverage").value_or("?").str();
        if (auto Why = E->getString("why"))
          Text += "; " + Why->str();
        Text += "\n";
      }
    if (Tool->get("heap") && !Tool->getString("heap"))
      Gaps.push_back("nothing was checked: no process was a Ruby that the "
                     "runtime was loaded into");
    else if (Tool->getInteger("regions") == 0)
      Gaps.push_back("no code ran without the lock: the rules R1 and K1 had "
                     "nothing to judge");
  }
  if (Summary.empty())
    Gaps.push_back("what was looked at is not known: the logs have no summary, "
                   "because the processes were killed or called exec");
  return Text;
}

void write(llvm::ArrayRef<FindingRecord> Findings, const ReportContext &Context,
           Format As, llvm::raw_ostream &Out) {
  switch (As) {
  case Format::Text: {
    TextWriter Text(Context.Root, Out);
    for (const FindingRecord &F : Findings)
      Text.finding(F);
    return;
  }
  case Format::Json:
    for (const FindingRecord &F : Findings)
      writeRecord(F, Out);
    Out << json::Value(json::Object{
               {"summary",
                json::Object{
                    {"tool", "report"},
                    {"findings", static_cast<int64_t>(Findings.size())},
                    {"looked_at", json::Object(Context.Summary)},
                    {"problems", json::Array(Context.Problems)}}}})
        << '\n';
    return;
  case Format::Sarif:
    return writeSarif(Findings, Context, Out);
  case Format::Github:
    return writeGithub(Findings, Context, Out);
  }
}

/// Writes a file as a whole or not at all; a device or pipe as it is.
void writeFile(llvm::StringRef Path, llvm::StringRef Text) {
  if (llvm::sys::fs::exists(Path) && !llvm::sys::fs::is_regular_file(Path)) {
    std::error_code EC;
    llvm::raw_fd_ostream Out(Path, EC, llvm::sys::fs::OF_Append);
    if (!EC) {
      Out << Text;
      Out.flush();
      EC = Out.error();
      Out.clear_error();
    }
    if (EC)
      fail(ExitUnreadable, "cannot write " + Path + ": " + EC.message());
    return;
  }
  auto Temporary = llvm::sys::fs::TempFile::create(Path + ".%%%%%%");
  if (!Temporary)
    fail(ExitUnreadable,
         "cannot write " + Path + ": " + llvm::toString(Temporary.takeError()));
  llvm::raw_fd_ostream Out(Temporary->FD, /*shouldClose=*/false);
  Out << Text;
  Out.flush();
  if (std::error_code EC = Out.error()) {
    Out.clear_error();
    llvm::consumeError(Temporary->discard());
    fail(ExitUnreadable, "cannot write " + Path + ": " + EC.message());
  }
  if (llvm::Error E = Temporary->keep(Path))
    fail(ExitUnreadable,
         "cannot write " + Path + ": " + llvm::toString(std::move(E)));
}

} // namespace

int main(int Argc, char **Argv) {
  Options O = parse(Argc, Argv);
  RecordLog Log;
  for (const std::string &Path : O.Logs)
    Log.read(Path);
  std::vector<FindingRecord> Findings = Log.take();
  ReportContext Context{O.Root, Log.problems(), Log.summary()};

  std::string Text;
  llvm::raw_string_ostream Buffer(Text);
  write(Findings, Context, O.As, Buffer);
  Buffer.flush();
  bool ToFile = !O.Output.empty();
  if (ToFile) {
    writeFile(O.Output, Text);
  } else {
    llvm::outs() << Text;
    llvm::outs().flush();
    if (std::error_code EC = llvm::outs().error()) {
      llvm::outs().clear_error();
      fail(ExitUnreadable, "cannot write the report: " + EC.message());
    }
  }

  for (const std::string &Problem : Context.Problems)
    std::fprintf(stderr, "gvlsan report: error: %s\n", Problem.c_str());
  // Nothing but the format may be where the format is.
  std::FILE *Out = O.As == Format::Text && !ToFile ? stdout : stderr;
  std::vector<std::string> Gaps;
  std::string LookedAt = lookedAt(Context.Summary, Gaps);
  if (Out == stdout)
    std::fputs(LookedAt.c_str(), Out);
  for (const std::string &Gap : Gaps)
    std::fprintf(Out, "gvlsan report: warning: %s\n", Gap.c_str());
  std::fprintf(Out, "%s\n", total(Findings, Log.logs()).c_str());
  if (!Context.Problems.empty())
    return ExitUnreadable;
  return Findings.empty() ? ExitNone : ExitSome;
}
