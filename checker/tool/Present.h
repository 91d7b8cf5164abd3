//===- Present.h - A result in the format that was asked for -----*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_PRESENT_H
#define GVLSAN_TOOL_PRESENT_H

#include "tool/CommandLine.h"
#include "tool/Output.h"

namespace gvlsan {

/// Writes \p S to where \p R says.
/// \param Problems what could not be analysed, one line each.
/// \param [out] Error one line, when it cannot be written.
bool present(const Summary &S, const Request &R,
             const std::vector<std::string> &Problems, std::string &Error);

/// One page that needs no other file.
/// \param Root what file names in \p S are relative to: excerpts are read
/// there.
void writeHtml(const Summary &S, llvm::StringRef Root,
               const std::vector<std::string> &Problems,
               llvm::raw_ostream &Out);

} // namespace gvlsan

#endif // GVLSAN_TOOL_PRESENT_H
