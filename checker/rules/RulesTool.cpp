//===- RulesTool.cpp - `gvlsan rules` -------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "rules/Catalogue.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <climits>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <tuple>
#include <unistd.h>
#include <vector>

using namespace gvlsan;
namespace fs = std::filesystem;

namespace {

constexpr int ExitUsage = 64;

const char *severityName(Severity S) {
  return S == Severity::Error ? "error" : "warning";
}

std::string profileNames(unsigned char Profiles) {
  std::string Names;
  for (auto [Bit, Name] :
       {std::pair{Practical, "practical"}, std::pair{Strict, "strict"},
        std::pair{Bounce, "bounce"}})
    if (Profiles & Bit)
      Names += (Names.empty() ? "" : ", ") + std::string(Name);
  return Names;
}

std::string version(unsigned V) {
  return std::to_string(V / 100) + "." + std::to_string(V % 100);
}

std::string versions(const RuleInfo &R) {
  if (!R.Since && !R.Until)
    return "all supported Rubies";
  std::string S = R.Since ? "from Ruby " + version(R.Since) : "up to Ruby ";
  if (R.Until)
    S += (R.Since ? " to before " : "before ") + version(R.Until);
  return S;
}

/// Prints \p Text filled to 78 columns.
void printFilled(const char *Text) {
  size_t Column = 0;
  for (const char *P = Text; *P;) {
    size_t N = std::strcspn(P, " ");
    if (Column && Column + 1 + N > 78) {
      std::putchar('\n');
      Column = 0;
    }
    if (Column) {
      std::putchar(' ');
      ++Column;
    }
    std::fwrite(P, 1, N, stdout);
    Column += N;
    P += N;
    P += std::strspn(P, " ");
  }
  std::putchar('\n');
}

/// share/gvlsan/examples of this prefix; the tool lives in lib/gvlsan.
fs::path examplesFolder() {
  std::error_code EC;
  fs::path Self = fs::read_symlink("/proc/self/exe", EC);
  return Self.parent_path().parent_path().parent_path() / "share" / "gvlsan" /
         "examples";
}

/// One file of test/rules.
struct Example {
  std::string File;
  bool Violates;
  /// What a reader wants: the source without the test's own lines.
  std::string Code;
};

bool isTestLine(llvm::StringRef Line) {
  llvm::StringRef Body = Line.ltrim();
  if (!Body.consume_front("// "))
    return false;
  for (llvm::StringRef Directive :
       {"RUN", "STATIC", "HEAP", "RUBY", "UNSUPPORTED"})
    if (Body.starts_with(Directive) &&
        llvm::StringRef(":-_").contains(Body[Directive.size()]))
      return true;
  return false;
}

std::string readCode(const fs::path &File) {
  std::ifstream In(File);
  std::string Code;
  bool Blank = true, InTestLines = false;
  for (std::string Line; std::getline(In, Line);) {
    // A reason may go on in the comment lines below it, which are indented.
    InTestLines = isTestLine(Line) ||
                  (InTestLines && llvm::StringRef(Line).starts_with("//   "));
    if (InTestLines || (Line.empty() && Blank))
      continue;
    Blank = Line.empty();
    Code += Line + "\n";
  }
  while (llvm::StringRef(Code).ends_with("\n\n"))
    Code.pop_back();
  return Code;
}

/// The examples of \p R: the violating ones first, each kind by name.
std::vector<Example> examplesOf(const RuleInfo &R) {
  std::vector<Example> Found;
  std::error_code EC;
  for (const fs::directory_entry &E :
       fs::directory_iterator(examplesFolder() / R.Name, EC)) {
    std::string Name = E.path().filename().string();
    bool Violates = Name.starts_with("violates-");
    if (Violates || Name.starts_with("conforms-"))
      Found.push_back({Name, Violates, readCode(E.path())});
  }
  std::sort(Found.begin(), Found.end(), [](const auto &A, const auto &B) {
    return std::tie(B.Violates, A.File) < std::tie(A.Violates, B.File);
  });
  return Found;
}

/// Prints the first violating example of \p R.
void printExample(const RuleInfo &R) {
  std::vector<Example> Examples = examplesOf(R);
  if (Examples.empty() || !Examples.front().Violates) {
    std::printf("\nNo example is installed for this rule.\n");
    return;
  }
  std::printf("\nExample (%s/%s):\n\n", R.Name, Examples.front().File.c_str());
  llvm::SmallVector<llvm::StringRef> Lines;
  llvm::StringRef(Examples.front().Code).rtrim().split(Lines, '\n');
  for (llvm::StringRef Line : Lines)
    std::printf("%s%s\n", Line.empty() ? "" : "  ", Line.str().c_str());
}

/// The whole catalogue with its examples, for tools.
int printJson() {
  llvm::json::OStream J(llvm::outs(), 2);
  J.array([&] {
    for (const RuleInfo &R : Rules)
      J.object([&] {
        char Anchor[32];
        docAnchor(R, Anchor, sizeof(Anchor));
        J.attribute("id", R.Name);
        J.attribute("title", R.Title);
        J.attribute("text", R.Text);
        J.attribute("advice", R.Advice);
        J.attribute("severity", severityName(R.DefaultSeverity));
        J.attribute("profiles", profileNames(R.Profiles));
        J.attribute("versions", versions(R));
        J.attribute("anchor", Anchor);
        J.attributeArray("examples", [&] {
          for (const Example &E : examplesOf(R))
            J.object([&] {
              J.attribute("file", std::string(R.Name) + "/" + E.File);
              J.attribute("violates", E.Violates);
              J.attribute("code", E.Code);
            });
        });
      });
  });
  llvm::outs() << '\n';
  return 0;
}

int listAll() {
  for (const RuleInfo &R : Rules)
    std::printf("%-7s %-8s %s\n", R.Name, severityName(R.DefaultSeverity),
                R.Title);
  std::printf("\nBarrier designs and fixes of the runtime heap:\n");
  for (const DesignInfo &D : Designs)
    std::printf("%-13s %s\n", D.Name, D.Title);
  return 0;
}

int explain(const char *Name) {
  if (const RuleInfo *R = findRule(Name)) {
    char Anchor[32];
    docAnchor(*R, Anchor, sizeof(Anchor));
    std::printf("%s: %s\n\n", R->Name, R->Title);
    printFilled(R->Text);
    std::printf("\nFix:      %s\n", R->Advice);
    std::printf("Severity: %s where shown, warning where it cannot be ruled "
                "out\n",
                severityName(R->DefaultSeverity));
    std::printf("Profiles: %s\n", profileNames(R->Profiles).c_str());
    std::printf("Versions: %s\n", versions(*R).c_str());
    std::printf("Page:     docs/rules/%s.md\n", Anchor);
    printExample(*R);
    return 0;
  }
  for (const DesignInfo &D : Designs)
    if (std::strcmp(D.Name, Name) == 0) {
      std::printf("%s: %s\n\n", D.Name, D.Title);
      printFilled(D.Text);
      return 0;
    }
  std::fprintf(stderr,
               "gvlsan rules: error: no rule '%s'; `gvlsan rules` lists them\n",
               Name);
  return ExitUsage;
}

} // namespace

int main(int Argc, char **Argv) {
  if (Argc == 1)
    return listAll();
  if (std::strcmp(Argv[1], "--help") == 0) {
    std::puts("usage: gvlsan rules [ID | --json]\n\nLists the rules, explains "
              "one with its first example, or prints\nthe whole catalogue "
              "with every example as JSON.");
    return 0;
  }
  if (Argc == 2 && std::strcmp(Argv[1], "--json") == 0)
    return printJson();
  if (Argc > 2 || Argv[1][0] == '-') {
    std::fprintf(stderr,
                 "gvlsan rules: error: expected at most one rule id, got "
                 "'%s'\n",
                 Argv[Argc > 2 ? 2 : 1]);
    return ExitUsage;
  }
  return explain(Argv[1]);
}
