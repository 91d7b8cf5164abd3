//===- Stacks.h - Native stacks, unwound and named --------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_STACKS_H
#define GVLSAN_STACKS_H

#include "sanitizer_common/sanitizer_stacktrace.h"

namespace gvlsan {

using namespace __sanitizer;

/// Where a return address lies, as far as the dynamic symbol tables tell. The
/// strings are the loader's: valid while the module is loaded.
struct CodeLocation {
  const char *Module = nullptr;
  uptr ModuleBase = 0;
  const char *Function = nullptr; ///< nullptr for static functions
  uptr FunctionOffset = 0;
};

/// Looks \p ReturnAddress up without a symbolizer.
CodeLocation locate(uptr ReturnAddress);

/// The code of the module that holds \p Address.
bool codeRange(const void *Address, uptr &Begin, uptr &End);

/// Whether \p Pc is the runtime's own code.
bool isOwnCode(uptr Pc);

/// Takes the frames of the runtime itself off \p Stack.
void dropOwnFrames(BufferedStackTrace &Stack);

/// The function on \p Stack that released the lock, innermost first, or
/// nullptr: "rb_nogvl" and its like.
const char *releasedIn(const StackTrace &Stack);

/// A hash of the first \p Depth frames and \p Seed, never 0.
uptr hashStack(const StackTrace &Stack, u32 Depth, uptr Seed);

/// A set of hashes that only grows. Lock-free; async-signal-safe.
class SeenSet {
public:
  /// \returns whether \p Hash was new. When the table is full nothing is new.
  bool insert(uptr Hash);
  void clear();

private:
  static constexpr uptr Capacity = 1 << 14;
  uptr Slots[Capacity];
};

} // namespace gvlsan

#endif // GVLSAN_STACKS_H
