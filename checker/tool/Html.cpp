//===- Html.cpp - Findings as a page --------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// One page that needs no other file and no network: every finding with its
/// story and the source of each step, what the rules say, and what was looked
/// at.
///
//===----------------------------------------------------------------------===//

#include "tool/Present.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <map>

using namespace gvlsan;
using llvm::StringRef;

static constexpr const char *Fixed[] = {
#include "HtmlPage.inc"
};

/// Lines that are shown before and after the one that is meant.
static constexpr unsigned Around = 2;

namespace {

/// Text as it stands between tags or in an attribute.
struct Escaped {
  StringRef Text;
};

llvm::raw_ostream &operator<<(llvm::raw_ostream &Out, Escaped E) {
  std::string Fixed;
  if (!llvm::json::isUTF8(E.Text)) {
    Fixed = llvm::json::fixUTF8(E.Text);
    E.Text = Fixed;
  }
  for (char C : E.Text)
    switch (C) {
    case '&':
      Out << "&amp;";
      break;
    case '<':
      Out << "&lt;";
      break;
    case '>':
      Out << "&gt;";
      break;
    case '"':
      Out << "&quot;";
      break;
    case '\'':
      Out << "&#39;";
      break;
    default:
      // What is no text at all has no place in a page.
      if (static_cast<unsigned char>(C) >= ' ' || C == '\n' || C == '\t')
        Out << C;
    }
  return Out;
}

class Page {
public:
  Page(const Summary &S, StringRef Root, llvm::raw_ostream &Out)
      : S(S), Root(Root), Out(Out) {}

  void write(const std::vector<std::string> &Problems) {
    Out << Fixed[0];
    head();
    for (const std::string &Problem : Problems)
      Out << "<p class=\"error\"><span class=\"level\">not analysed</span> "
          << Escaped{Problem} << "</p>\n";
    if (!S.Reports.empty())
      controls();
    Out << "<main>\n";
    unsigned N = 0;
    for (const Report &R : S.Reports)
      finding(R, ++N);
    Out << "</main>\n";
    rules();
    lookedAt();
    // The script is about the controls.
    Out << (S.Reports.empty() ? "</body>\n</html>\n" : Fixed[1]);
  }

private:
  void head() {
    std::string Line;
    llvm::raw_string_ostream LineOut(Line);
    printSummary(S, LineOut);
    StringRef Text = StringRef(Line).trim();
    Text.consume_front("gvlsan check: ");
    Out << "<h1>gvlsan check</h1>\n<p class=\"dim\">" << Escaped{Text}
        << "</p>\n";
  }

  void controls() {
    Out << "<div class=\"controls\"><input id=\"text\" type=\"search\" "
           "placeholder=\"Filter by text\" aria-label=\"Filter by text\">"
           "<select id=\"level\" aria-label=\"Severity\"><option value=\"\">"
           "errors and warnings</option><option value=\"error\">errors"
           "</option><option value=\"warning\">warnings</option></select>"
           "<select id=\"rule\" aria-label=\"Rule\"><option value=\"\">every "
           "rule</option>";
    for (const auto &[Rule, Count] : counts())
      Out << "<option value=\"" << Escaped{ruleInfo(Rule).Name} << "\">"
          << Escaped{ruleInfo(Rule).Name} << " (" << Count << ")</option>";
    Out << "</select><span id=\"shown\" class=\"dim\"></span></div>\n";
  }

  void finding(const Report &R, unsigned N) {
    const RuleInfo &Rule = ruleInfo(R.Rule);
    FindingRecord F = recordOf(R);
    Out << "<details class=\"finding " << severityName(R.Level)
        << "\" data-rule=\"" << Escaped{Rule.Name} << "\" id=\"f" << N
        << "\" data-fingerprint=\"" << Escaped{F.Fingerprint} << "\""
        << (N == 1 ? " open" : "") << ">\n<summary><span class=\"level\">"
        << severityName(R.Level) << "</span> " << Escaped{R.At.Message}
        << " <a class=\"rule\" href=\"#rule-" << Escaped{Rule.Name} << "\">"
        << Escaped{Rule.Name} << "</a>";
    place(R.At, R.Function);
    Out << "</summary>\n<ol class=\"story\">\n";
    for (const Located &Step : R.Notes)
      step(Step, "");
    step(R.At, " class=\"here\"");
    Out << "</ol>\n<p class=\"right\">To make it right: "
        << Escaped{Rule.Advice};
    for (const SourceEdit &E : R.Edits)
      Out << "<br>Insert at " << Escaped{E.Where.File} << ':' << E.Where.Line
          << ": <code>" << Escaped{StringRef(E.Insert).trim()} << "</code>";
    Out << "</p>\n</details>\n";
  }

  void place(const Located &L, StringRef Function) {
    Out << "<span class=\"place\">" << Escaped{L.File} << ':' << L.Line << ':'
        << L.Column;
    if (!Function.empty())
      Out << " in " << Escaped{Function};
    Out << "</span>";
  }

  void step(const Located &L, StringRef Class) {
    Out << "<li" << Class << ">" << Escaped{L.Message};
    place(L, "");
    excerpt(L);
    Out << "</li>\n";
  }

  void excerpt(const Located &L) {
    const std::vector<std::string> &Lines = linesOf(L.File);
    if (L.Line == 0 || L.Line > Lines.size())
      return;
    unsigned First = L.Line > Around ? L.Line - Around : 1;
    unsigned Last = std::min<unsigned>(L.Line + Around, Lines.size());
    Out << "<pre>";
    for (unsigned N = First; N <= Last; ++N)
      Out << (N == L.Line ? "<span class=\"at\">" : "<span>") << "<i>" << N
          << "</i>" << Escaped{Lines[N - 1]} << "</span>";
    Out << "</pre>";
  }

  const std::vector<std::string> &linesOf(const std::string &File) {
    auto [It, IsNew] = Sources.try_emplace(File);
    std::vector<std::string> &Lines = It->second;
    if (!IsNew)
      return Lines;
    llvm::SmallString<256> Path(File);
    if (!llvm::sys::path::is_absolute(Path)) {
      Path = Root;
      llvm::sys::path::append(Path, File);
    }
    auto Buffer = llvm::MemoryBuffer::getFile(Path);
    if (!Buffer)
      return Lines;
    llvm::SmallVector<StringRef> Split;
    (*Buffer)->getBuffer().split(Split, '\n');
    for (StringRef Line : Split)
      Lines.push_back(Line.rtrim().str());
    return Lines;
  }

  void rules() {
    if (S.Reports.empty())
      return;
    Out << "<h2>The rules</h2>\n<dl>\n";
    for (const auto &[Rule, Count] : counts()) {
      const RuleInfo &Info = ruleInfo(Rule);
      Out << "<dt id=\"rule-" << Escaped{Info.Name}
          << "\"><span class=\"rule\">" << Escaped{Info.Name} << "</span> "
          << Escaped{Info.Title} << "</dt>\n<dd>" << Escaped{Info.Text}
          << "</dd>\n";
    }
    Out << "</dl>\n";
  }

  void lookedAt() {
    const Statistics &T = S.Stats;
    Out << "<h2>What was looked at</h2>\n<table>\n";
    auto Row = [&](StringRef What, unsigned N) {
      Out << "<tr><td>" << Escaped{What} << "</td><td class=\"number\">" << N
          << "</td></tr>\n";
    };
    Row("files", S.Files);
    Row("files not analysed", S.NotAnalysed);
    Row("functions", T.Functions);
    Row("regions", T.Regions);
    Row("callbacks that could be followed", T.CallbacksResolved);
    Row("callbacks that could not", T.unresolved());
    Row("calls of the Ruby API", T.ApiCalls);
    Row("accesses in regions", T.Accesses);
    Row("pointers taken out of objects", T.Borrows);
    for (const auto &[What, N] : T.Looked)
      Row(What, N);
    Row("functions over budget", T.OverBudget.size());
    Out << "</table>\n";
  }

  std::map<RuleId, unsigned> counts() const {
    std::map<RuleId, unsigned> Counts;
    for (const Report &R : S.Reports)
      ++Counts[R.Rule];
    return Counts;
  }

  const Summary &S;
  StringRef Root;
  llvm::raw_ostream &Out;
  std::map<std::string, std::vector<std::string>> Sources;
};

} // namespace

void gvlsan::writeHtml(const Summary &S, StringRef Root,
                       const std::vector<std::string> &Problems,
                       llvm::raw_ostream &Out) {
  Page(S, Root, Out).write(Problems);
}
