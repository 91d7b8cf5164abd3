//===- Extensions.cpp - Which extensions are covered ----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Extensions.h"

#include "sanitizer_common/sanitizer_atomic.h"
#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_libc.h"

namespace gvlsan {

static constexpr u32 Capacity = 4096;
static Extension Known[Capacity];
static atomic_uint32_t NumKnown;

/// Never given back: a summary names modules that have been unloaded, too.
static const char *keep(const char *Text) {
  static char *Free, *End;
  uptr Size = internal_strlen(Text) + 1;
  if (Size > static_cast<uptr>(End - Free)) {
    uptr Chunk = RoundUpTo(Max<uptr>(Size, 1 << 16), GetPageSizeCached());
    Free = static_cast<char *>(MmapOrDie(Chunk, "gvlsan module names"));
    End = Free + Chunk;
  }
  char *Copy = Free;
  internal_memcpy(Copy, Text, Size);
  Free += Size;
  return Copy;
}

void addExtension(const Extension &E) {
  u32 N = atomic_load(&NumKnown, memory_order_relaxed);
  // All modules are looked at anew when one has been unloaded.
  for (u32 I = 0; I < N; ++I)
    if (!internal_strcmp(Known[I].Path, E.Path)) {
      const char *Path = Known[I].Path;
      Extension Newer = E;
      Newer.Path = Path;
      // Patched before: nothing was left to change.
      Newer.Checked = Max(Newer.Checked, Known[I].Checked);
      Newer.Imports = Max(Newer.Imports, Known[I].Imports);
      Known[I] = Newer;
      return;
    }
  if (N == Capacity)
    return;
  Known[N] = E;
  Known[N].Path = keep(E.Path);
  atomic_store(&NumKnown, N + 1, memory_order_release);
}

u32 numExtensions() { return atomic_load(&NumKnown, memory_order_acquire); }

const Extension &extension(u32 Index) { return Known[Index]; }

const char *coverage(const Extension &E) {
  if (E.IsInstrumented)
    return "instrumented";
  return E.Checked ? "patched" : "not covered";
}

const char *whyNotCovered(const Extension &E) {
  if (E.OtherVersion)
    return "built by another version of gvlsan cc: its loads and stores are "
           "not checked";
  if (E.Checked < E.Imports)
    return "its import table cannot be changed: its calls of the VM are not "
           "checked";
  if (!E.IsInstrumented)
    return "not built by gvlsan cc: its own loads and stores are not checked";
  return nullptr;
}

} // namespace gvlsan
