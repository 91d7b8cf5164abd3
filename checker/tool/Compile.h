//===- Compile.h - Sources and how they are compiled -------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_COMPILE_H
#define GVLSAN_TOOL_COMPILE_H

#include "clang/Tooling/ArgumentsAdjusters.h"
#include "clang/Tooling/CompilationDatabase.h"

#include <memory>
#include <string>
#include <vector>

namespace gvlsan {

/// Sources that share a compile database.
struct Batch {
  std::shared_ptr<clang::tooling::CompilationDatabase> Database;
  std::vector<std::string> Sources;
};

/// Finds for every path, a source or a folder with a compile_commands.json,
/// what to analyse.
/// \param Fixed the database made of `-- FLAGS`, or nullptr.
/// \param Folder the folder given with -p; may be empty.
/// \param [out] Error one line that says what to do, when it fails.
bool findSources(
    const std::vector<std::string> &Paths,
    const std::shared_ptr<clang::tooling::CompilationDatabase> &Fixed,
    const std::string &Folder, std::vector<Batch> &Batches, std::string &Error);

/// \p Folder as an absolute name; the present one when it is empty.
std::string absoluteFolder(llvm::StringRef Folder);

/// Makes a compile command one that our clang accepts and is quiet about:
/// warnings are off, whatever the build makes of them, and its own headers are
/// found.
clang::tooling::ArgumentsAdjuster adjustArguments();

} // namespace gvlsan

#endif // GVLSAN_TOOL_COMPILE_H
