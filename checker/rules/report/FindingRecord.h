//===- FindingRecord.h - A finding of either half ---------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// What the checker and the sanitizer have in common when they speak to other
/// tools: one record a finding, read from and written as a line of JSON, and
/// the formats that are made of many. Plain data, no lock, any thread.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_RULES_REPORT_FINDINGRECORD_H
#define GVLSAN_RULES_REPORT_FINDINGRECORD_H

#include "rules/Catalogue.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>
#include <string>
#include <vector>

namespace gvlsan {

/// A place in a source file. Lines and columns count from 1; 0: not known.
struct SourcePlace {
  std::string File;
  unsigned Line = 0, Column = 0;
  std::string Message; ///< of a note; unused elsewhere
};

/// Text that makes the code right when it is put before a place.
struct SourceEdit {
  SourcePlace Where;
  std::string Insert;
};

struct StackFrame {
  std::string Function, File, Module;
  std::string Offset; ///< in Module, in hexadecimal
  unsigned Line = 0;
};

struct StackRecord {
  std::string Kind; ///< "native" or "ruby"
  std::vector<StackFrame> Frames;
};

struct FindingRecord {
  const RuleInfo *Rule = nullptr; ///< never null in a record that was read
  Severity Level = Severity::Error;
  std::string Tool; ///< "checker" or "sanitizer"
  SourcePlace At;   ///< At.Message is the finding's own
  std::string Function;
  std::string Missing; ///< the property that is missing, or empty
  std::vector<SourcePlace> Notes;
  std::vector<SourceEdit> Edits;
  std::vector<StackRecord> Stacks;
  std::string Fingerprint; ///< 16 hexadecimal digits
  /// Whatever else a record says (access, slot, thread, state, ...).
  llvm::json::Object Details;
  /// How often it was seen.
  unsigned long long Count = 1;
};

/// "error" or "warning".
llvm::StringRef severityName(Severity S);

/// What a finding's \c Fingerprint is when its other fields are these.
std::string fingerprintOf(const FindingRecord &F);

/// Reads the record \p Object. \returns nothing, with the reason in \p Why,
/// when it is none.
std::optional<FindingRecord> readRecord(const llvm::json::Object &Object,
                                        std::string &Why);

/// Writes \p F as one line of JSON.
void writeRecord(const FindingRecord &F, llvm::raw_ostream &Out);

/// What a set of findings came from.
struct ReportContext {
  /// Files below this folder are named relative to it; empty: as they are.
  std::string Root;
  /// What went wrong on the way, one sentence each.
  std::vector<std::string> Problems;
  /// What was looked at, for the formats that can carry it.
  llvm::json::Object Summary;
};

/// Writes all of \p Findings as one SARIF 2.1.0 log with one run.
void writeSarif(llvm::ArrayRef<FindingRecord> Findings,
                const ReportContext &Context, llvm::raw_ostream &Out);

/// Writes one workflow command of GitHub Actions for each finding, which shows
/// it as an annotation at its line.
void writeGithub(llvm::ArrayRef<FindingRecord> Findings,
                 const ReportContext &Context, llvm::raw_ostream &Out);

/// \p Path relative to \p Root when it lies below it, else \p Path.
std::string relativeTo(llvm::StringRef Path, llvm::StringRef Root);

} // namespace gvlsan

#endif // GVLSAN_RULES_REPORT_FINDINGRECORD_H
