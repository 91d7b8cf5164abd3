//===- RulesTool.cpp - `gvlsan rules` -------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "rules/Catalogue.h"

#include <algorithm>
#include <climits>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
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
  for (auto [Bit, Name] : {std::pair{Practical, "practical"},
                           std::pair{Strict, "strict"},
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

/// Prints the first violating example of \p R without its test directives.
void printExample(const RuleInfo &R) {
  std::vector<fs::path> Found;
  std::error_code EC;
  for (const fs::directory_entry &E :
       fs::directory_iterator(examplesFolder() / R.Name, EC))
    if (E.path().filename().string().rfind("violates-", 0) == 0)
      Found.push_back(E.path());
  if (Found.empty()) {
    std::printf("\nNo example is installed for this rule.\n");
    return;
  }
  std::sort(Found.begin(), Found.end());
  std::printf("\nExample (%s/%s):\n\n", R.Name,
              Found.front().filename().c_str());
  std::ifstream In(Found.front());
  bool Blank = true;
  for (std::string Line; std::getline(In, Line);) {
    bool Directive = Line.rfind("// RUN:", 0) == 0 ||
                     Line.find("// STATIC") != std::string::npos ||
                     Line.rfind("// HEAP", 0) == 0 ||
                     Line.rfind("// RUBY", 0) == 0;
    if (Directive || (Line.empty() && Blank))
      continue;
    Blank = Line.empty();
    std::printf("%s%s\n", Line.empty() ? "" : "  ", Line.c_str());
  }
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
    std::puts("usage: gvlsan rules [ID]\n\nLists the rules, or explains one "
              "with its first example.");
    return 0;
  }
  if (Argc > 2 || Argv[1][0] == '-') {
    std::fprintf(stderr,
                 "gvlsan rules: error: expected at most one rule id, got "
                 "'%s'\n",
                 Argv[Argc > 2 ? 2 : 1]);
    return ExitUsage;
  }
  return explain(Argv[1]);
}
