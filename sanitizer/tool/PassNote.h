//===- PassNote.h - Was this object instrumented? ---------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_PASSNOTE_H
#define GVLSAN_TOOL_PASSNOTE_H

#include <optional>
#include <string>

namespace gvlsan {

/// The version of the pass that the object file at \p Path was built by, 0 when
/// it was not. Nothing for a file that is not an ELF object (an archive,
/// bitcode) or cannot be read: the linker says what is wrong with those.
std::optional<unsigned> passVersionOf(const std::string &Path);

} // namespace gvlsan

#endif // GVLSAN_TOOL_PASSNOTE_H
