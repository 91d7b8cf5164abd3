//===- Settings.h - What a user asks of the analysis -------------*- C++
//-*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The options that every front end offers, under the same names and with the
/// same values, whichever way each of them is told.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_ANALYSIS_SETTINGS_H
#define GVLSAN_ANALYSIS_SETTINGS_H

#include "analysis/Engine.h"

namespace gvlsan {

struct Settings {
  Options Engine;

  /// Sets `profile` or `ruby`.
  /// \param [out] Error what is wrong, without an end, when it fails.
  bool set(llvm::StringRef Name, llvm::StringRef Value, std::string &Error);
};

} // namespace gvlsan

#endif // GVLSAN_ANALYSIS_SETTINGS_H
