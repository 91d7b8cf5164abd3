//===- SourceText.cpp - Source as messages show it ------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/SourceText.h"

#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/Support/JSON.h"

using namespace clang;

std::string gvlsan::sourceText(const ASTContext &Context, const Expr *E) {
  const SourceManager &SM = Context.getSourceManager();
  CharSourceRange Range = Lexer::makeFileCharRange(
      CharSourceRange::getTokenRange(E->getSourceRange()), SM,
      Context.getLangOpts());
  StringRef Text = Range.isValid()
                       ? Lexer::getSourceText(Range, SM, Context.getLangOpts())
                       : StringRef();
  // One line of a message.
  std::string Line;
  for (char C : Text.take_front(60))
    if (!isspace(static_cast<unsigned char>(C)))
      Line += C;
    else if (!Line.empty() && Line.back() != ' ')
      Line += ' ';
  if (Text.size() > 60) {
    // Not in the middle of a character.
    while (!Line.empty() && (Line.back() & 0xC0) == 0x80)
      Line.pop_back();
    if (!Line.empty() && (Line.back() & 0x80))
      Line.pop_back();
    Line += "...";
  }
  // Sources are not always UTF-8; what is printed is.
  return llvm::json::isUTF8(Line) ? Line : llvm::json::fixUTF8(Line);
}

std::string gvlsan::linkName(const FunctionDecl *F) {
  if (F->isExternC() || !F->getASTContext().getLangOpts().CPlusPlus)
    return F->getNameAsString();
  std::string Name = F->getQualifiedNameAsString() + "(";
  for (const ParmVarDecl *P : F->parameters()) {
    if (Name.back() != '(')
      Name += ", ";
    Name += P->getType().getCanonicalType().getAsString();
  }
  return Name + ")";
}
