//===- Executable.h - Can the runtime be loaded into it? --------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_EXECUTABLE_H
#define GVLSAN_TOOL_EXECUTABLE_H

#include <string>

namespace gvlsan {

/// Where execvp(3) would find \p Command: as it is when it has a slash, else
/// the first executable file on PATH. Empty when there is none.
std::string findExecutable(const std::string &Command);

/// Why LD_PRELOAD would have no effect on the program at \p Path, as the end of
/// a sentence that begins with the path; empty when it will have. Scripts are
/// followed to their interpreter. A file that cannot be read or judged is left
/// to exec.
std::string whyNotPreloadable(const std::string &Path);

/// The folder that this program is in: lib/gvlsan of its prefix.
std::string libraryFolder();

} // namespace gvlsan

#endif // GVLSAN_TOOL_EXECUTABLE_H
