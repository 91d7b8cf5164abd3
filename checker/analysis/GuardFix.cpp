//===- GuardFix.cpp - The edit that guards an object ----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/GuardFix.h"

#include "api/ApiModel.h"

#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"

using namespace clang;
using namespace gvlsan;

std::optional<FixIt> gvlsan::guardBehind(const Expr *Last,
                                         const VarDecl *Holder,
                                         const FunctionText &Text,
                                         const ASTContext &Context) {
  const SourceManager &SM = Context.getSourceManager();
  const Stmt *Behind = Text.statementOf(Last);
  if (!Behind || !isa<Expr, DeclStmt>(Behind) ||
      !Text.isInScope(Holder, Behind))
    return std::nullopt;
  if (const auto *Call = dyn_cast<CallExpr>(Behind))
    if (const FunctionDecl *Callee = calleeOf(Call, Context))
      if (Callee->isNoReturn())
        return std::nullopt;
  SourceLocation End = SM.getFileLoc(Behind->getEndLoc());
  if (isa<DeclStmt>(Behind))
    End = Lexer::getLocForEndOfToken(End, 0, SM, Context.getLangOpts());
  else
    End = Lexer::findLocationAfterToken(
        End, tok::semi, SM, Context.getLangOpts(),
        /*SkipTrailingWhitespaceAndNewLine=*/false);
  if (End.isInvalid() || End.isMacroID())
    return std::nullopt;
  StringRef Indent =
      Lexer::getIndentationForLine(SM.getFileLoc(Behind->getBeginLoc()), SM);
  return FixIt{
      End,
      ("\n" + Indent + ApiModel::Guard + "(" + Holder->getName() + ");").str()};
}
