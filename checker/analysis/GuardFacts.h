//===- GuardFacts.h - What functions do to what they are given ---*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Which functions of the extension may run the collector, keep an argument,
/// follow a pointer late, and what they return. The API model knows it of
/// Ruby's functions; of the extension's own it is found out when asked for.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_GUARDFACTS_H
#define GVLSAN_ANALYSIS_GUARDFACTS_H

#include "analysis/DataTypes.h"
#include "analysis/GuardFlow.h"
#include "analysis/RuleUnit.h"
#include "analysis/SourceText.h"

#include <memory>

namespace gvlsan {

class GuardFacts : public GuardOracle {
public:
  explicit GuardFacts(RuleUnit &Unit);

  Collects collects(const clang::FunctionDecl *Callee,
                    const clang::CallExpr *Call) override;
  bool keeps(const clang::FunctionDecl *Callee, unsigned N) override;
  bool isLate(const clang::FunctionDecl *Callee, unsigned N) override;
  bool holdsItself(const clang::FieldDecl *F) override;
  const GuardSummary *summary(const clang::FunctionDecl *Callee) override;

  /// Tells the other files what they may ask of this one.
  void tell();

  /// \p Function a definition.
  const FunctionText &text(const clang::FunctionDecl *Function);
  llvm::ArrayRef<
      std::pair<const clang::CallExpr *, const clang::FunctionDecl *>>
  calls(const clang::FunctionDecl *Function) {
    return own(Function).Calls;
  }
  /// The flow through \p Function; null when there is none, or while it runs.
  const GuardFlow *flow(const clang::FunctionDecl *Function);
  /// The call in \p Function, an own one, through which it may run the
  /// collector; null when that is not known.
  const clang::CallExpr *collectingCall(const clang::FunctionDecl *Function);

private:
  struct Own {
    /// What the body calls, with the function when it is known.
    std::vector<std::pair<const clang::CallExpr *, const clang::FunctionDecl *>>
        Calls;
    std::unique_ptr<GuardFlow> Flow;
    bool Running = false, Failed = false;
    Collects Level = Collects::Never;
    const clang::CallExpr *Through = nullptr;
  };

  Own &own(const clang::FunctionDecl *Function);
  void findCollecting();
  bool keepsParameter(const clang::FunctionDecl *Function, unsigned N);
  /// Whether \p Function calls, itself or through others of this file, a
  /// function of another file that may run the collector.
  bool collectsElsewhere(const clang::FunctionDecl *Function);
  static std::string nameOf(const clang::FunctionDecl *F) {
    return qualifiedName(F);
  }

  RuleUnit &Unit;
  std::map<const clang::FunctionDecl *, Own> Owns;
  std::map<std::pair<const clang::FunctionDecl *, unsigned>, bool> Kept;
  std::optional<DataTypes> Types;
};

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_GUARDFACTS_H
