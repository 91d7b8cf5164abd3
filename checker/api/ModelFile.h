//===- ModelFile.h - The model as it stands in YAML -------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The schema of the model's files, the built-in ones and those of users. What
/// the words in them come to is said once, here; ApiModel joins the files.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_API_MODELFILE_H
#define GVLSAN_API_MODELFILE_H

#include "api/ApiModel.h"

#include <optional>

namespace gvlsan::model {

/// What can be told of one function, or of several at once.
struct Effects {
  std::optional<Collects> Gc;
  std::optional<bool> Ruby, Raises;
  std::optional<std::vector<std::string>> Result, Keeps;
  std::vector<int> Early;
  std::optional<int> Reallocates;
};

/// One function, as it stands in the file: factsOf() turns the phrases into
/// facts.
struct Row {
  std::string Name, Shown, Lock = "needs", Returns, Does, Fills, Marks;
  Effects Also;
  bool Rooted = false, Immortal = false, Kernel = false;
  bool Sweepable = false, TakesLock = false, TellsThread = false;
  bool Transient = false, Reachable = false;
  int Size = -1, Text = -1, Like = -1, Type = -1, Locates = -1, Number = -1;
  int Table = -1;
  int Struct = -1, StructMark = -1, StructFree = -1;
  int Method = -1, SharesFrom = -1, Into = -1, Under = -1;
  std::vector<int> Shares, Stores;
  std::vector<int> Reads, Writes;
  std::vector<Callback> Calls;
};

/// A row of `embedding`.
struct LimitsRow {
  std::string Since;
  int64_t Always = 0, Never = 0;
};

/// `data_type`.
struct DataTypeRow {
  std::string Flags;
  int64_t Embeddable = 0;
};

/// Effects that several functions share.
struct Group {
  Effects Also;
  std::vector<std::string> Functions;
};

/// A whole file.
struct Document {
  DataTypeRow DataType;
  SlotFields Fields;
  std::vector<LimitsRow> Embedding;
  std::vector<std::string> Slots, Wrappers, PinnedConstants, PinnedScopes,
      KeeperWords, TransientWords;
  /// Functions of which nothing is known but that the headers declare them.
  std::vector<std::string> Declared;
  std::vector<Row> Functions;
  std::string Skipped;
  std::vector<std::string> SkippedList;
  /// Added to what is known of each function.
  std::vector<Group> Groups;
  /// What these rows say is added to what is known already.
  std::vector<Row> Amend;
  std::optional<DataTypeModel> Described;
};

/// \param Name the file, for messages.
/// \param [out] Error one line with file and line number, when it fails.
/// \returns whether \p Yaml is a model.
bool read(llvm::StringRef Name, llvm::StringRef Yaml, Document &Out,
          std::string &Error);

/// Adds what \p E tells to \p F.
void apply(const Effects &E, FunctionFacts &F);

/// What \p R says, with the defaults where it says nothing.
FunctionFacts factsOf(const Row &R);

} // namespace gvlsan::model

#endif // GVLSAN_API_MODELFILE_H
