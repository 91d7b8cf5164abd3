//===- DataTypes.h - Objects around C structs --------------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The descriptions of T_DATA objects in a unit, in whatever style they are
/// written: which functions mark, free and update them, and which C structs
/// they wrap.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_DATATYPES_H
#define GVLSAN_ANALYSIS_DATATYPES_H

#include "analysis/Inventory.h"

#include "llvm/ADT/SetVector.h"

namespace gvlsan {

/// A function of a description.
struct DataFunction {
  const clang::FunctionDecl *Function = nullptr;
  /// It is given by something that names no function.
  bool Unresolved = false;
  clang::SourceLocation Where;
};

struct DataType {
  /// The variable that describes it; nullptr for a call that wraps without a
  /// description.
  const clang::VarDecl *Variable = nullptr;
  clang::SourceLocation Where;
  DataFunction Mark, Free, Compact;
  /// Freed in the sweep, not later.
  bool Immediate = false;
  /// Marked and updated by a list of fields.
  bool Listed = false;
  const clang::VarDecl *List = nullptr;
  /// The structs that it is known to wrap.
  llvm::SmallSetVector<const clang::RecordDecl *, 2> Records;

  /// As a reader knows it.
  std::string name() const;
};

class DataTypes {
public:
  explicit DataTypes(Inventory &Seen);

  std::vector<DataType> All;

  /// The type that \p E, a call or a look into a slot, opens or makes an object
  /// of; -1 when unknown.
  int typeOf(const clang::Expr *E) const;
  /// The type of the object that the variable \p V holds; -1 when unknown.
  int typeOfObject(const clang::VarDecl *V) const;
  /// The variable whose object \p E looks into, itself or in a helper that it
  /// calls.
  const clang::VarDecl *openedObject(const clang::Expr *E,
                                     unsigned Depth = 0) const;
  /// Whether \p Base points to the struct behind the object in \p Object.
  bool isStructOf(const clang::VarDecl *Base, const clang::VarDecl *Object,
                  unsigned Depth = 0) const;
  /// Whether the unit stores in \p F, of the struct behind an object, that very
  /// object.
  bool holdsItself(const clang::FieldDecl *F);

private:
  void readInitialiser(const clang::VarDecl *V, const clang::Expr *Init);
  void readDescription(const clang::VarDecl *V,
                       const clang::InitListExpr *List);
  void readField(DataType &T, const clang::FieldDecl *F, const clang::Expr *E);
  void readCall(const Call &C);
  void bindRecords();
  void bindParameter(DataType &T, const clang::FunctionDecl *F);
  bool isDescription(clang::QualType T) const;
  DataFunction function(const clang::Expr *E) const;
  uint64_t flag(llvm::StringRef Name) const;

  Inventory &Seen;
  llvm::DenseMap<const clang::VarDecl *, llvm::SmallVector<int, 1>> ByVariable;
  llvm::DenseMap<const clang::Expr *, int> ByCall;
  /// Pointers that are put into the slot of an object by hand.
  llvm::DenseSet<std::pair<const clang::VarDecl *, const clang::VarDecl *>>
      SlotStores;
  std::optional<llvm::DenseSet<const clang::FieldDecl *>> Selves;
};

/// The pointer variable that \p Target goes through.
const clang::VarDecl *baseOf(const clang::Expr *Target);

/// The struct that \p T points to, or nullptr.
const clang::RecordDecl *pointedRecord(clang::QualType T);

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_DATATYPES_H
