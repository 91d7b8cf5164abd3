//===- SummaryFile.h - A judged source as a file -----------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A `.gvlsum` holds a source's judgement: its findings, what it tells other
/// files, and what is needed to judge it again. It is written as IndexFile.h
/// says; names below the root are relative, so that a tree can be moved, and
/// two trees that differ in their place alone make the same bytes.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_SUMMARYFILE_H
#define GVLSAN_TOOL_SUMMARYFILE_H

#include "tool/Unit.h"

namespace gvlsan {

/// What of \p Opts a judgement depends on, in one line: "--profile=practical".
std::string describe(const Options &Opts);

/// \param Made the options it was judged with, as describe() has them.
void writeSummary(const Unit &U, llvm::StringRef Made, llvm::StringRef Root,
                  llvm::raw_ostream &Out);

/// Reads \p Text.
/// \param Name how errors name the file.
/// \param [out] Made the options it was judged with.
/// \param [out] Error one line that names the file, when it is no summary.
bool readSummary(llvm::StringRef Text, llvm::StringRef Name,
                 llvm::StringRef Root, Unit &U, std::string &Made,
                 std::string &Error);

/// Reads the files \p Names.
/// \param [out] Made the options, which all of them share.
bool readSummaries(const std::vector<std::string> &Names, llvm::StringRef Root,
                   std::vector<Unit> &Units, std::string &Made,
                   std::string &Error);

} // namespace gvlsan

#endif // GVLSAN_TOOL_SUMMARYFILE_H
