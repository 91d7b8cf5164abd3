//===- Config.h - What the environment asks for -----------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_HEAP_CONFIG_H
#define RHEAP_HEAP_CONFIG_H

namespace rheap {

enum class AtRelease { Nothing, Collect, Compact };
enum class Stress { Nothing, Collect, Compact };

enum class Compactor { TwoFingers, Sliding };

/// The RHEAP_* variables, read once at start.
struct Config {
  const char *Barrier = "mprotect"; ///< RHEAP_BARRIER
  /// RHEAP_GC_AT_RELEASE: what runs after a region's release and before its
  /// callback, as another thread might run it just then. By default Compact
  /// when a sanitizer is there, else Nothing.
  AtRelease Release = AtRelease::Nothing;
  Stress GcStress = Stress::Nothing;                  ///< RHEAP_GC_STRESS
  rheap::Compactor Compactor = Compactor::TwoFingers; ///< RHEAP_COMPACTOR
  bool LazySweep = true;                              ///< RHEAP_SWEEP
  bool Seal = true;                                   ///< RHEAP_SEAL
};

/// Reads the environment. A value that is not understood ends the program: one
/// line on stderr, exit 64.
Config readConfig(bool Judging);

} // namespace rheap

#endif // RHEAP_HEAP_CONFIG_H
