//===- RecordLog.h - Logs of many runs, read and merged ---------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_RULES_REPORT_RECORDLOG_H
#define GVLSAN_RULES_REPORT_RECORDLOG_H

#include "rules/report/FindingRecord.h"

#include <map>
#include <tuple>

namespace gvlsan {

/// Collects the records of logs: lines of JSON, as `gvlsan run --json=FILE` and
/// `gvlsan check --format=json` write them. Records of one place and one
/// fingerprint are one finding and a count.
class RecordLog {
public:
  /// Reads the file \p Path, "-" for standard input. What cannot be read is
  /// said in \c problems(), with file and line; the rest is taken.
  void read(llvm::StringRef Path);

  /// The findings, sorted by place and rule.
  std::vector<FindingRecord> take();

  /// One sentence each, beginning with the file.
  const std::vector<std::string> &problems() const { return Problems; }

  /// What was looked at, by tool: numbers are the sums over all runs.
  const llvm::json::Object &summary() const { return Summary; }

  unsigned logs() const { return Logs; }

private:
  void readLine(llvm::StringRef Line, llvm::StringRef Path, unsigned Number,
                bool IsCutOff);
  void addFinding(FindingRecord F);
  void problem(llvm::StringRef Path, unsigned Line, const llvm::Twine &What);

  using Key =
      std::tuple<std::string, unsigned, unsigned, std::string, std::string>;
  std::map<Key, FindingRecord> Findings;
  std::vector<std::string> Problems;
  llvm::json::Object Summary;
  unsigned Logs = 0, BadLines = 0;
};

} // namespace gvlsan

#endif // GVLSAN_RULES_REPORT_RECORDLOG_H
