//===- Program.h - The functions of a translation unit -----------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Which functions there are, who mentions whom, which of them can reach a
/// change of the lock's state, and what kind of function a callee is.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_PROGRAM_H
#define GVLSAN_ANALYSIS_PROGRAM_H

#include "analysis/FunctionText.h"
#include "analysis/Liveness.h"
#include "analysis/Summary.h"
#include "api/ApiModel.h"

#include "clang/AST/ASTContext.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SetVector.h"

#include <memory>

namespace gvlsan {

/// A function with a body, ready to be analysed.
struct Body {
  std::unique_ptr<clang::CFG> Graph;
  /// Blocks in reverse post-order.
  std::vector<const clang::CFGBlock *> Order;
  /// By block id.
  std::vector<unsigned> Rank;
  std::unique_ptr<Liveness> Live;
  /// Whether it is a template of the system's, which is read for what it does
  /// with what it is given.
  bool IsSystem = false;
};

/// The name of the struct \p Type; empty when it is none or has none.
std::string recordName(clang::QualType Type);

/// The name by which files tell each other of the pointer to a function that a
/// field or a C global is; empty when it has none.
std::string pointerName(const clang::ValueDecl *Pointer);

/// The same for what calls of \p Callee give it as argument \p Number.
std::string argumentName(const clang::FunctionDecl *Callee, unsigned Number);

/// Under which name the model may know \p F.
std::string apiName(const clang::FunctionDecl *F);

class Program {
public:
  /// \param Others what is known of functions of other files; may be null.
  Program(clang::ASTContext &Context, const ApiModel &Model,
          const Index *Others);

  clang::ASTContext &context() const { return Context; }

  /// Functions out of sight that the extension mentions, libc's among them:
  /// whatever another file may have a summary of.
  std::set<std::string> foreignMentions() const;

  /// What \p F and the functions that it can run mention.
  Reach reach(const clang::FunctionDecl *F);

  /// The extension's own functions, in source order.
  llvm::ArrayRef<const clang::FunctionDecl *> definitions() const {
    return Definitions.getArrayRef();
  }

  /// Those whose names are too long to be looked at.
  llvm::ArrayRef<const clang::FunctionDecl *> unnamed() const {
    return Unnamed.getArrayRef();
  }

  /// Those that can reach a call which changes the state of the lock.
  bool reachesRegion(const clang::FunctionDecl *F) const {
    return Reaching.contains(F->getCanonicalDecl());
  }

  /// Those that can take a pointer out of an object, or make one.
  bool borrows(const clang::FunctionDecl *F) const {
    return Borrowing.contains(F->getCanonicalDecl());
  }

  /// Whether \p F itself looks into a slot by its struct.
  bool readsSlots(const clang::FunctionDecl *F) const {
    return SlotReaders.contains(F->getCanonicalDecl());
  }
  /// Whether \p F may be defined in another file of the extension.
  bool isForeign(const clang::FunctionDecl *F) const;

  /// Whether some other function of the extension calls \p F by name.
  bool isCalled(const clang::FunctionDecl *F) const {
    return Called.contains(F->getCanonicalDecl());
  }
  /// Whether \p F is handed to a call that runs it: it is seen there.
  bool isHanded(const clang::FunctionDecl *F) const {
    return Handed.contains(F->getCanonicalDecl());
  }
  /// Whether Ruby code calls \p F.
  bool isMethod(const clang::FunctionDecl *F) const {
    return Methods.contains(F->getCanonicalDecl());
  }
  /// Functions that are mentioned as the callback of a call that releases the
  /// lock, directly.
  llvm::ArrayRef<const clang::FunctionDecl *> regionCallbacks() const {
    return Callbacks.getArrayRef();
  }
  bool isRegionCallback(const clang::FunctionDecl *F) const {
    return Callbacks.contains(F->getCanonicalDecl());
  }

  /// The definition when \p F is the extension's own, else nullptr.
  const clang::FunctionDecl *ownDefinition(const clang::FunctionDecl *F) const;

  bool isRubyHeader(clang::SourceLocation Loc) const;

  /// What is known of a function that is not the extension's own. A function
  /// of a Ruby header that the model does not list needs the lock, unless its
  /// inline body shows otherwise.
  const FunctionFacts *facts(const clang::FunctionDecl *F);

  /// \returns nullptr when no graph can be built.
  Body *body(const clang::FunctionDecl *F);
  /// \param F a definition.
  const FunctionText &text(const clang::FunctionDecl *F);

  /// Whether the C global \p V is registered as a root somewhere in the unit.
  bool isRegistered(const clang::VarDecl *V) const {
    return Registered.contains(V->getCanonicalDecl());
  }
  /// What the unit assigns to the C global \p V, which no other unit can see;
  /// nullptr when that is not known.
  const llvm::SmallVector<const clang::Expr *, 2> *
  assignments(const clang::VarDecl *V) const {
    auto It = Assignments.find(V->getCanonicalDecl());
    return It == Assignments.end() || V->isExternallyVisible() ? nullptr
                                                               : &It->second;
  }
  /// The functions that the unit stores in \p Pointer, the field of some struct
  /// or a C global, itself or by a function that it calls for it.
  llvm::ArrayRef<const clang::FunctionDecl *>
  storedIn(const clang::ValueDecl *Pointer) const {
    auto It =
        Stored.find(llvm::cast<clang::ValueDecl>(Pointer->getCanonicalDecl()));
    return It == Stored.end() ? llvm::ArrayRef<const clang::FunctionDecl *>()
                              : It->second.getArrayRef();
  }
  /// Where the unit itself stores them: the functions, the expressions, and the
  /// functions that those are in, null for none.
  struct Store {
    const clang::FunctionDecl *Stored;
    const clang::Expr *Where;
    const clang::FunctionDecl *In;
  };
  llvm::ArrayRef<Store> storesOf(const clang::ValueDecl *Pointer) const {
    auto It =
        Stores.find(llvm::cast<clang::ValueDecl>(Pointer->getCanonicalDecl()));
    return It == Stores.end() ? llvm::ArrayRef<Store>() : It->second;
  }
  /// The parameters whose functions store them in \p Pointer.
  llvm::ArrayRef<const clang::ParmVarDecl *>
  settersOf(const clang::ValueDecl *Pointer) const {
    auto It =
        Setters.find(llvm::cast<clang::ValueDecl>(Pointer->getCanonicalDecl()));
    return It == Setters.end() ? llvm::ArrayRef<const clang::ParmVarDecl *>()
                               : It->second.getArrayRef();
  }
  /// The pointers to functions, known to other files by name, that the unit
  /// stores functions in.
  std::map<std::string, const clang::ValueDecl *> filledPointers() const;
  /// What a call of what \p Pointer holds may come to.
  Reach reachThrough(const clang::ValueDecl *Pointer);
  /// Functions that functions of other files are given, by argumentName.
  const std::map<std::string, llvm::SetVector<const clang::FunctionDecl *>> &
  handedOver() const {
    return HandedOver;
  }
  /// Functions that a library was given together with an object of its own, by
  /// the name of the object's type.
  const std::map<std::string, llvm::SetVector<const clang::FunctionDecl *>> &
  keptCallbacks() const {
    return KeptCallbacks;
  }

  /// Whether the body of \p F has the name of \p Other in it.
  bool mentions(const clang::FunctionDecl *F,
                const clang::FunctionDecl *Other) const {
    auto It = Mentions.find(F->getCanonicalDecl());
    return It != Mentions.end() &&
           It->second.contains(Other->getCanonicalDecl());
  }

  /// Whether \p F takes the lock where it needs it, so that it knows whether it
  /// holds it.
  bool takesLock(const clang::FunctionDecl *F);

  /// Whether the struct of a T_DATA of type \p V may live in the slot.
  bool isEmbeddable(const clang::VarDecl *V) const;
  /// Whether the unit makes such an object, small enough to be embedded.
  bool isMadeEmbedded(const clang::VarDecl *V) const {
    return MadeEmbedded.contains(V->getCanonicalDecl());
  }
  /// Whether \p F is marked with a function that lets the object move.
  bool isMarkedMovable(const clang::FieldDecl *F) const {
    return Movable.contains(F->getCanonicalDecl());
  }

  /// The name of the struct \p Type when it is a library's: nobody sees what is
  /// in it, or a system header says so.
  std::string libraryType(clang::QualType Type) const;
  /// Whether \p F is defined out of sight, and not by Ruby.
  bool isLibrary(const clang::FunctionDecl *F) const;

private:
  class Indexer;
  void index();
  /// Marks in \p Out the functions that mention, themselves or through others,
  /// a function of the model that \p Is says yes to.
  void mark(llvm::DenseSet<const clang::FunctionDecl *> &Out,
            llvm::function_ref<bool(const clang::FunctionDecl *)> Is);
  FunctionFacts classify(const clang::FunctionDecl *F);

  clang::ASTContext &Context;
  const ApiModel &Model;
  const Index *Others;
  llvm::SetVector<const clang::FunctionDecl *> Definitions;
  llvm::SetVector<const clang::FunctionDecl *> Unnamed;
  llvm::DenseMap<const clang::FunctionDecl *,
                 llvm::SetVector<const clang::FunctionDecl *>>
      Mentions;
  /// Fields and globals that hold functions, by the functions that read them.
  llvm::DenseMap<const clang::FunctionDecl *,
                 llvm::SetVector<const clang::ValueDecl *>>
      ReadPointers;
  llvm::DenseSet<const clang::FunctionDecl *> Reaching, Borrowing, Called,
      Handed, SlotReaders, Methods;
  llvm::SetVector<const clang::FunctionDecl *> Callbacks;
  llvm::DenseSet<const clang::VarDecl *> Registered, MadeEmbedded;
  llvm::DenseSet<const clang::FieldDecl *> Movable;
  llvm::DenseMap<const clang::ValueDecl *,
                 llvm::SetVector<const clang::FunctionDecl *>>
      Stored;
  llvm::DenseMap<const clang::ValueDecl *, llvm::SmallVector<Store, 1>> Stores;
  std::map<std::string, llvm::SetVector<const clang::FunctionDecl *>>
      HandedOver;
  llvm::DenseMap<const clang::ValueDecl *,
                 llvm::SetVector<const clang::ParmVarDecl *>>
      Setters;
  llvm::DenseMap<const clang::VarDecl *,
                 llvm::SmallVector<const clang::Expr *, 2>>
      Assignments;
  std::map<std::string, llvm::SetVector<const clang::FunctionDecl *>>
      KeptCallbacks;
  std::string RubyRoot, RubyArchRoot;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<FunctionFacts>>
      Classified;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<Body>> Bodies;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<FunctionText>>
      Texts;
};

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_PROGRAM_H
