//===- Globals.cpp - C globals that hold a VALUE --------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// A global that is registered, or marked by a dmark, keeps its object; so one
// whose object goes away was neither.
//
//===----------------------------------------------------------------------===//

#include "judge/Globals.h"

#include "judge/Judge.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <link.h>
#include <set>
#include <unordered_set>

namespace rheap {
namespace {

std::set<std::string> &knownModules() {
  static auto *All = new std::set<std::string>;
  return *All;
}

/// Words that have been reported; a global is said once.
std::unordered_set<const VALUE *> &saidWords() {
  static auto *All = new std::unordered_set<const VALUE *>;
  return *All;
}

/// Where the modules that are no extensions lie; read in signal handlers.
struct Range {
  uintptr_t Begin, End;
};
Range KnownRanges[128];
size_t NumKnownRanges = 0;

void rememberRange(const dl_phdr_info &Module) {
  Range R = {UINTPTR_MAX, 0};
  for (int I = 0; I < Module.dlpi_phnum; ++I) {
    const ElfW(Phdr) &Segment = Module.dlpi_phdr[I];
    if (Segment.p_type != PT_LOAD)
      continue;
    uintptr_t Begin = Module.dlpi_addr + Segment.p_vaddr;
    R = {std::min(R.Begin, Begin), std::max(R.End, Begin + Segment.p_memsz)};
  }
  if (NumKnownRanges < std::size(KnownRanges))
    KnownRanges[NumKnownRanges++] = R;
}

using Predicate = bool (*)(Heap &, VALUE);

const char *fileName(const char *Path) {
  const char *Slash = strrchr(Path, '/');
  return Slash ? Slash + 1 : Path;
}

void reportGlobal(const VALUE *Word, const dl_phdr_info &Module) {
  static char Text[256];
  Dl_info Symbol = {};
  size_t Offset = uintptr_t(Word) - Module.dlpi_addr;
  if (dladdr(Word, &Symbol) && Symbol.dli_sname && Symbol.dli_saddr == Word)
    snprintf(Text, sizeof(Text), "the global %s", Symbol.dli_sname);
  else
    snprintf(Text, sizeof(Text), "the global at %s+%#zx",
             fileName(Module.dlpi_name), Offset);
  report(gvlsan::RuleId::H2, GVLSAN_ACCESS_UNKNOWN, Text,
         reinterpret_cast<const void *>(*Word), sizeof(VALUE), nullptr,
         nullptr);
}

int scanModule(dl_phdr_info *Module, size_t, void *Condition) {
  if (knownModules().count(Module->dlpi_name))
    return 0;
  auto Lost = *static_cast<Predicate *>(Condition);
  Heap &H = heap();
  for (int I = 0; I < Module->dlpi_phnum; ++I) {
    const ElfW(Phdr) &Segment = Module->dlpi_phdr[I];
    if (Segment.p_type != PT_LOAD || !(Segment.p_flags & PF_W))
      continue;
    uintptr_t Begin = Module->dlpi_addr + Segment.p_vaddr;
    auto *Word = reinterpret_cast<const VALUE *>((Begin + 7) & ~uintptr_t(7));
    auto *End = reinterpret_cast<const VALUE *>((Begin + Segment.p_memsz) &
                                                ~uintptr_t(7));
    for (; Word < End; ++Word)
      if (H.Memory.contains(reinterpret_cast<void *>(*Word)) &&
          Lost(H, *Word) && saidWords().insert(Word).second)
        reportGlobal(Word, *Module);
  }
  return 0;
}

void scan(Predicate Lost) {
  dl_iterate_phdr(scanModule, static_cast<void *>(&Lost));
}

} // namespace

void rememberModules() {
  dl_iterate_phdr(
      [](dl_phdr_info *Module, size_t, void *) {
        knownModules().insert(Module->dlpi_name);
        rememberRange(*Module);
        return 0;
      },
      nullptr);
}

bool isInExtension(const void *Pc) {
  for (size_t I = 0; I < NumKnownRanges; ++I)
    if (uintptr_t(Pc) - KnownRanges[I].Begin <
        KnownRanges[I].End - KnownRanges[I].Begin)
      return false;
  return true;
}

void judgeGlobalsAfterMark() {
  // What only a machine stack or another object keeps may be gone or elsewhere
  // after the next collection.
  scan([](Heap &H, VALUE V) { return H.isObject(V) && !H.isHeld(V); });
}

void judgeGlobalsAfterMove() {
  scan([](Heap &H, VALUE V) { return H.hasJustMoved(V); });
}

} // namespace rheap
