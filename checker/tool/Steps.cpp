//===- Steps.cpp - The options of the steps -------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "tool/Steps.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace gvlsan;
using llvm::StringRef;

int StepLine::fail(const llvm::Twine &Message, int Code) const {
  llvm::errs() << Verb << ": error: " << Message << '\n';
  return Code;
}

std::optional<int> StepLine::parse(int Argc, const char **Argv) {
  for (int I = 1; I < Argc; ++I) {
    StringRef Arg = Argv[I];
    if (!Arg.starts_with("-") || Arg == "-") {
      Paths.push_back(Arg.str());
      continue;
    }
    auto [Name, Value] = Arg.ltrim('-').split('=');
    if (Name == "help" || Name == "h") {
      llvm::outs() << Help;
      return Clean;
    }
    auto Found = llvm::find_if(
        Options, [&, N = Name](const StepOption &O) { return O.Name == N; });
    if (Found == Options.end())
      return fail("unknown option '" + Arg + "'; see `" + Verb + " --help`",
                  Usage);
    if (!Arg.contains('=')) {
      if (++I == Argc)
        return fail("'" + Arg + "' needs a value; see `" + Verb + " --help`",
                    Usage);
      Value = Argv[I];
    }
    *Found->Into = Value.str();
  }
  return std::nullopt;
}

bool gvlsan::readSettings(const std::vector<StepOption> &Given,
                          SettingsReader &Reader, std::string &Error) {
  for (const StepOption &O : Given)
    if (!O.Into->empty() && !Reader.set(O.Name, *O.Into, Error)) {
      Error += ", in --" + O.Name.str();
      return false;
    }
  return true;
}
