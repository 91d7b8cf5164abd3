//===- SourceText.cpp - Source as messages show it ------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "analysis/SourceText.h"

#include "clang/AST/DeclTemplate.h"
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

namespace {
/// Counts the parts of names, up to a limit.
class NameSize {
public:
  bool isShort(const FunctionDecl *F) {
    if (const TemplateArgumentList *Args = F->getTemplateSpecializationArgs())
      add(Args->asArray());
    for (const DeclContext *At = F; At; At = At->getParent())
      if (const auto *Class = dyn_cast<ClassTemplateSpecializationDecl>(At))
        add(Class->getTemplateArgs().asArray());
    for (const ParmVarDecl *P : F->parameters())
      add(P->getType());
    return Left > 0;
  }

private:
  void add(llvm::ArrayRef<TemplateArgument> Args) {
    for (const TemplateArgument &Arg : Args) {
      if (--Left <= 0)
        return;
      if (Arg.getKind() == TemplateArgument::Type)
        add(Arg.getAsType());
      else if (Arg.getKind() == TemplateArgument::Pack)
        add(Arg.pack_elements());
    }
  }
  void add(QualType T) {
    while (!T.isNull() && !T->getPointeeType().isNull())
      T = T->getPointeeType();
    if (T.isNull() || --Left <= 0)
      return;
    if (const auto *Class = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
            T->getAsCXXRecordDecl()))
      add(Class->getTemplateArgs().asArray());
  }

  int Left = 5000;
};
} // namespace

bool gvlsan::hasName(const FunctionDecl *F) { return NameSize().isShort(F); }

std::string gvlsan::qualifiedName(const FunctionDecl *F) {
  return hasName(F) ? F->getQualifiedNameAsString() : F->getNameAsString();
}

std::string gvlsan::linkName(const FunctionDecl *F) {
  if (F->isExternC() || !F->getASTContext().getLangOpts().CPlusPlus)
    return F->getNameAsString();
  if (!hasName(F))
    return F->getNameAsString() + "(...)";
  std::string Name = F->getQualifiedNameAsString() + "(";
  for (const ParmVarDecl *P : F->parameters()) {
    if (Name.back() != '(')
      Name += ", ";
    Name += P->getType().getCanonicalType().getAsString();
  }
  return Name + ")";
}
