//===- CRubyFrames.cpp - What the VM itself says --------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "CRubyFrames.h"

#include "rtl/Flags.h"

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

/// include/ruby/internal/gc.h. The VM pins when it marks for a compaction only,
/// so that an object which is not pinned may be one all the same.
static bool isPinned(uptr Object) {
  auto FlagsOf = find<uptr (*)(Value, uptr *, uptr)>("rb_obj_gc_flags");
  auto NameOf = find<const char *(*)(uptr)>("rb_id2name");
  if (!FlagsOf || !NameOf)
    return false;
  uptr Ids[16];
  uptr N = FlagsOf(Object, Ids, ARRAY_SIZE(Ids));
  for (uptr I = 0; I < N; ++I)
    if (const char *Name = NameOf(Ids[I]);
        Name && !internal_strcmp(Name, "pinned"))
      return true;
  return false;
}

/// Asks ObjectSpace, which share/gvlsan/ruby/trace-allocations.rb has had keep
/// track of allocations.
static void readAllocation(const CRubyLayout &Layout, uptr Object,
                           ObjectFacts &Out) {
  auto IdOf = find<uptr (*)(const char *)>("rb_intern");
  auto ModuleOf = find<Value (*)(const char *)>("rb_path2class");
  auto RespondsTo = find<int (*)(Value, uptr)>("rb_respond_to");
  auto Call = find<Value (*)(Value, uptr, int, ...)>("rb_funcall");
  if (!IdOf || !ModuleOf || !RespondsTo || !Call)
    return;
  Value ObjectSpace = ModuleOf("ObjectSpace");
  uptr File = IdOf("allocation_sourcefile"),
       Line = IdOf("allocation_sourceline");
  if (!RespondsTo(ObjectSpace, File))
    return;
  if (!readCRubyString(Layout, Call(ObjectSpace, File, 1, Object),
                       Out.AllocatedIn, sizeof(Out.AllocatedIn)))
    return;
  // A small Integer: its value is above the lowest bit.
  Value Number = Call(ObjectSpace, Line, 1, Object);
  if (Number & 1)
    Out.AllocatedAt = static_cast<int>(Number >> 1);
}

void readObjectFacts(const CRubyLayout &Layout, const SlotInfo &Slot,
                     ObjectFacts &Out) {
  auto Real = find<OfValue>("rb_class_real");
  auto Name = find<OfValue>("rb_mod_name");
  if (Slot.Class && Real && Name)
    readCRubyString(Layout, Name(Real(Slot.Class)), Out.ClassName,
                    sizeof(Out.ClassName));
  // What follows may allocate, which ends the process in a collection.
  auto DuringGc = find<int (*)()>("rb_during_gc");
  if (Slot.Flags & (SlotFree | SlotMoved) || (DuringGc && DuringGc()))
    return;
  Out.Pinned = isPinned(Slot.Slot);
  if (flags().trace_allocations)
    readAllocation(Layout, Slot.Slot, Out);
}

} // namespace gvlsan
