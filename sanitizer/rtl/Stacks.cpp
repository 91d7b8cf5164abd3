//===- Stacks.cpp - Native stacks, unwound and named ----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Stacks.h"

#include "sanitizer_common/sanitizer_libc.h"

#include <dlfcn.h>
#include <link.h>

// Every tool that links sanitizer_common brings its own.
void __sanitizer::BufferedStackTrace::UnwindImpl(uptr pc, uptr bp,
                                                 void *context,
                                                 bool request_fast,
                                                 u32 max_depth) {
  // Distributions build the VM without frame pointers: only the tables do.
  if (context)
    UnwindSlow(pc, context, max_depth);
  else
    UnwindSlow(pc, max_depth);
}

namespace gvlsan {

CodeLocation locate(uptr ReturnAddress) {
  CodeLocation Where;
  Dl_info Info;
  uptr Pc = StackTrace::GetPreviousInstructionPc(ReturnAddress);
  if (!dladdr(reinterpret_cast<void *>(Pc), &Info) || !Info.dli_fname)
    return Where;
  Where.Module = Info.dli_fname;
  Where.ModuleBase = reinterpret_cast<uptr>(Info.dli_fbase);
  if (Info.dli_sname) {
    Where.Function = Info.dli_sname;
    Where.FunctionOffset = Pc - reinterpret_cast<uptr>(Info.dli_saddr);
  }
  return Where;
}

bool codeRange(const void *Address, uptr &Begin, uptr &End) {
  struct Search {
    uptr Address, Begin, End;
  } S = {reinterpret_cast<uptr>(Address), 0, 0};
  dl_iterate_phdr(
      [](dl_phdr_info *Info, size_t, void *Arg) {
        auto &S = *static_cast<Search *>(Arg);
        for (int I = 0; I < Info->dlpi_phnum; ++I) {
          const ElfW(Phdr) &P = Info->dlpi_phdr[I];
          uptr Begin = Info->dlpi_addr + P.p_vaddr;
          if (P.p_type != PT_LOAD || !(P.p_flags & PF_X) || S.Address < Begin ||
              S.Address >= Begin + P.p_memsz)
            continue;
          S.Begin = Begin;
          S.End = Begin + P.p_memsz;
          return 1;
        }
        return 0;
      },
      &S);
  Begin = S.Begin;
  End = S.End;
  return S.End;
}

bool isOwnCode(uptr Pc) {
  static uptr Begin, End;
  if (!End)
    codeRange(reinterpret_cast<const void *>(&isOwnCode), Begin, End);
  return Pc >= Begin && Pc < End;
}

void dropOwnFrames(BufferedStackTrace &Stack) {
  u32 Kept = 0;
  for (u32 I = 0; I < Stack.size; ++I)
    if (!isOwnCode(Stack.trace_buffer[I]))
      Stack.trace_buffer[Kept++] = Stack.trace_buffer[I];
  Stack.size = Kept;
}

// The C API's functions that run a callback without the lock.
static constexpr const char *ReleasingFunctions[] = {
    "rb_nogvl",
    "rb_thread_call_without_gvl",
    "rb_thread_call_without_gvl2",
    "rb_thread_blocking_region",
    "rb_io_blocking_region",
    "rb_thread_io_blocking_region",
    "rb_thread_io_blocking_call",
};

const char *releasedIn(const StackTrace &Stack) {
  for (u32 I = 0; I < Stack.size; ++I)
    if (const char *Function = locate(Stack.trace[I]).Function)
      for (const char *Name : ReleasingFunctions)
        if (!internal_strcmp(Function, Name))
          return Name;
  return nullptr;
}

uptr hashStack(const StackTrace &Stack, u32 Depth, uptr Seed) {
  uptr Hash = 14695981039346656037u ^ Seed;
  for (u32 I = 0; I < Stack.size && I < Depth; ++I) {
    Hash = (Hash ^ Stack.trace[I]) * 1099511628211u;
    Hash ^= Hash >> 29;
  }
  return Hash ? Hash : 1;
}

bool SeenSet::insert(uptr Hash) {
  for (uptr I = 0; I < Capacity; ++I) {
    uptr &Slot = Slots[(Hash + I) % Capacity];
    uptr Old = 0;
    if (__atomic_compare_exchange_n(&Slot, &Old, Hash, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE))
      return true;
    if (Old == Hash)
      return false;
  }
  return false;
}

void SeenSet::clear() { internal_memset(Slots, 0, sizeof(Slots)); }

} // namespace gvlsan
