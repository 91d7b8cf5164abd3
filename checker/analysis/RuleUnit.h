//===- RuleUnit.h - What a rule of its own sees of a unit --------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The interpreter judges what happens without the lock. Every other rule is a
/// function over a whole translation unit: analysis/rules/NAME.cpp defines
/// `void gvlsan::judgeNAME(RuleUnit &)`, and the build finds it there.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_RULEUNIT_H
#define GVLSAN_ANALYSIS_RULEUNIT_H

#include "analysis/Engine.h"
#include "analysis/Inventory.h"
#include "analysis/Origins.h"
#include "analysis/Program.h"

#include "clang/AST/ASTContext.h"

namespace gvlsan {

class RuleUnit {
public:
  RuleUnit(clang::ASTContext &Context, const ApiModel &Model,
           const Options &Opts, Program &Code, Analysis &Out)
      : Context(Context), Model(Model), Opts(Opts), Code(Code), Out(Out) {}

  clang::ASTContext &Context;
  const ApiModel &Model;
  const Options &Opts;
  Program &Code;

  /// Lets \p Judge judge, or repeats what it came to before, in \p Earlier,
  /// when all that it asks of other files is answered as it was then.
  void run(RuleRun &Earlier, void (*Judge)(RuleUnit &));

  /// Whether the profile and the version of Ruby demand \p Rule.
  bool demands(RuleId Rule) const;

  /// Reports \p F; its places may lie in macros.
  void report(Finding F);

  /// Counts what a rule had to judge, for --stats and the JSON record.
  /// \param What a plural, such as "T_DATA types (C1, D1)".
  void looked(llvm::StringRef What, unsigned N = 1) {
    Now.Looked[What.str()] += N;
  }

  /// Tells the other files of the extension \p Fact, which is any string that
  /// begins with the rule's id: "H2 registered NAME".
  void tell(std::string Fact) { Now.Told.insert(std::move(Fact)); }
  /// Whether this file or any other tells \p Fact. The unit is judged again
  /// when another file turns out to tell it.
  bool known(const std::string &Fact);

  /// What the unit assigns, calls and returns; made when first asked for.
  Inventory &inventory();
  /// Where its objects come from.
  Origins &origins();

private:
  bool isTold(const std::string &Fact) const;

  std::unique_ptr<Inventory> Seen;
  std::unique_ptr<Origins> From;
  Analysis &Out;
  /// The rule that is being judged.
  RuleRun Now;
};

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_RULEUNIT_H
