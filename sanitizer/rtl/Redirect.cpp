//===- Redirect.cpp - A module's calls led elsewhere ----------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Redirect.h"

#include "ImportTable.h"

#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_posix.h"

#include <link.h>
#include <sys/mman.h>

namespace gvlsan {

namespace {
struct Redirection {
  uptr AddressInModule;
  const char *Name;
  uptr To;
  bool Done;
};
} // namespace

static int redirectIn(dl_phdr_info *Info, size_t, void *Arg) {
  auto &R = *static_cast<Redirection *>(Arg);
  const ElfW(Dyn) *Dynamic = nullptr;
  uptr RelroBegin = 0, RelroEnd = 0;
  bool Holds = false;
  for (int I = 0; I < Info->dlpi_phnum; ++I) {
    const ElfW(Phdr) &P = Info->dlpi_phdr[I];
    uptr Begin = Info->dlpi_addr + P.p_vaddr, End = Begin + P.p_memsz;
    if (P.p_type == PT_LOAD) {
      Holds |= R.AddressInModule - Begin < P.p_memsz;
    } else if (P.p_type == PT_DYNAMIC) {
      Dynamic = reinterpret_cast<const ElfW(Dyn) *>(Begin);
    } else if (P.p_type == PT_GNU_RELRO) {
      RelroBegin = RoundDownTo(Begin, GetPageSizeCached());
      RelroEnd = RoundDownTo(End, GetPageSizeCached());
    }
  }
  if (!Holds || !Dynamic)
    return 0;
  auto *Relro = reinterpret_cast<void *>(RelroBegin);
  uptr Size = RelroEnd - RelroBegin;
  bool Opened =
      Size &&
      !internal_iserror(internal_mprotect(Relro, Size, PROT_READ | PROT_WRITE));
  uptr Found = 0, Changed = 0;
  ImportTable(Info->dlpi_addr, Dynamic).forEachImport([&](const Import &I) {
    if (I.IsThreadLocal || internal_strcmp(I.Name, R.Name))
      return;
    ++Found;
    if (!Opened && reinterpret_cast<uptr>(I.Slot) - RelroBegin < Size)
      return;
    __atomic_store_n(I.Slot, R.To, __ATOMIC_RELAXED);
    ++Changed;
  });
  if (Opened)
    internal_mprotect(Relro, Size, PROT_READ);
  R.Done = Found && Changed == Found;
  return 1;
}

bool redirectImports(uptr AddressInModule, const char *Name, uptr To) {
  Redirection R = {AddressInModule, Name, To, false};
  dl_iterate_phdr(redirectIn, &R);
  return R.Done;
}

} // namespace gvlsan
