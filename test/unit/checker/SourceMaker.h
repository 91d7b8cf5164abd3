//===- SourceMaker.h - C sources out of bytes -------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Makes extensions for the checker's fuzzer: sources that parse, made of the
/// shapes in which extensions use the C API, with regions, callbacks, structs
/// that travel as data, roots and typed data, in C or C++.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TEST_SOURCEMAKER_H
#define GVLSAN_TEST_SOURCEMAKER_H

#include <cstddef>
#include <cstdint>
#include <string>

namespace gvlsan::fuzz {

struct Source {
  std::string Text;
  bool IsCxx = false;
  /// Not made by the grammar: it need not parse.
  bool IsRaw = false;
};

/// The same bytes make the same source.
Source makeSource(const uint8_t *Data, size_t Size);

} // namespace gvlsan::fuzz

#endif // GVLSAN_TEST_SOURCEMAKER_H
