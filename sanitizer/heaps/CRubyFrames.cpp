//===- CRubyFrames.cpp - The Ruby-level stack -----------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "CRubyFrames.h"

#include "sanitizer_common/sanitizer_libc.h"

#include <dlfcn.h>

namespace gvlsan {

// include/ruby/debug.h and include/ruby/intern.h.
using Value = uptr;
using ProfileFrames = int (*)(int Start, int Limit, Value *Frames, int *Lines);
using OfValue = Value (*)(Value);

template <typename T> static T find(const char *Name) {
  return reinterpret_cast<T>(dlsym(RTLD_DEFAULT, Name));
}

u32 readRubyStack(const CRubyLayout &Layout, RubyFrame *Out, u32 Max) {
  auto Walk = find<ProfileFrames>("rb_profile_frames");
  auto PathOf = find<OfValue>("rb_profile_frame_path");
  // The base label of a block is its method: no string is made for it.
  auto LabelOf = find<OfValue>("rb_profile_frame_label");
  auto NameOf = find<OfValue>("rb_profile_frame_method_name");
  if (!Walk || !PathOf || !LabelOf || !NameOf)
    return 0;
  constexpr int Limit = 64;
  Value Frames[Limit];
  int Lines[Limit];
  int N = Walk(0, Min<int>(Limit, static_cast<int>(Max)), Frames, Lines);
  u32 Size = 0;
  for (int I = 0; I < N; ++I) {
    RubyFrame &F = Out[Size];
    // A method written in C has no line of its own: like Ruby's backtraces,
    // show the line that calls it, which is the next Ruby frame's.
    int Caller = I;
    while (Caller < N && !readCRubyString(Layout, PathOf(Frames[Caller]),
                                          F.File, sizeof(F.File)))
      ++Caller;
    // The frame below a thread's first has no line: it is the VM's own.
    if (Caller == N || (Caller == I && Lines[I] == 0))
      continue;
    F.Line = Lines[Caller];
    if (!readCRubyString(Layout, LabelOf(Frames[I]), F.Method,
                         sizeof(F.Method)) &&
        !readCRubyString(Layout, NameOf(Frames[I]), F.Method, sizeof(F.Method)))
      internal_strlcpy(F.Method, "?", sizeof(F.Method));
    ++Size;
  }
  return Size;
}

void readClassName(const CRubyLayout &Layout, const SlotInfo &Slot, char *Out,
                   uptr OutSize) {
  auto Real = find<OfValue>("rb_class_real");
  auto Name = find<OfValue>("rb_mod_name");
  if (Slot.Class && Real && Name)
    readCRubyString(Layout, Name(Real(Slot.Class)), Out, OutSize);
}

} // namespace gvlsan
