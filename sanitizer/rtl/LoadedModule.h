//===- LoadedModule.h - A library of this process ---------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_LOADEDMODULE_H
#define GVLSAN_LOADEDMODULE_H

#include "ImportTable.h"

#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_posix.h"

#include <link.h>
#include <sys/mman.h>

namespace gvlsan {

/// A loaded module, as dl_iterate_phdr(3) shows it.
class LoadedModule {
public:
  explicit LoadedModule(const dl_phdr_info &Info) : Base(Info.dlpi_addr) {
    for (int I = 0; I < Info.dlpi_phnum; ++I) {
      const ElfW(Phdr) &P = Info.dlpi_phdr[I];
      uptr From = Base + P.p_vaddr, To = From + P.p_memsz;
      if (P.p_type == PT_LOAD) {
        Begin = Begin ? Min(Begin, From) : From;
        End = Max(End, To);
      } else if (P.p_type == PT_DYNAMIC) {
        Dynamic = reinterpret_cast<const ElfW(Dyn) *>(From);
      } else if (P.p_type == PT_GNU_RELRO) {
        // What the loader has made read-only: whole pages.
        RelroBegin = RoundDownTo(From, GetPageSizeCached());
        RelroEnd = RoundDownTo(To, GetPageSizeCached());
      }
    }
  }

  bool contains(uptr Address) const { return Address - Begin < End - Begin; }

  const ElfW(Dyn) * dynamic() const { return Dynamic; }

  /// Whether it uses the function \p Name of another module.
  bool imports(const char *Name) const {
    return ImportTable(Base, Dynamic).boundTo(Name) != 0;
  }

  /// Asks \p Visit(Import, Bound) for each slot that the loader binds what it
  /// is to be bound to, 0 for what it is. Also where the loader has made them
  /// read-only. \returns how many were changed.
  template <typename Visitor> uptr rebind(Visitor Visit) const {
    uptr Changed = 0;
    bool Opened = false;
    ImportTable(Base, Dynamic).forEachImport([&](const Import &I) {
      uptr Bound = __atomic_load_n(I.Slot, __ATOMIC_RELAXED);
      uptr Wanted = Visit(I, Bound);
      if (!Wanted || Wanted == Bound)
        return;
      if (!Opened && RelroBegin < RelroEnd)
        Opened = !internal_iserror(
            internal_mprotect(reinterpret_cast<void *>(RelroBegin),
                              RelroEnd - RelroBegin, PROT_READ | PROT_WRITE));
      if (!Opened &&
          reinterpret_cast<uptr>(I.Slot) - RelroBegin < RelroEnd - RelroBegin)
        return;
      __atomic_store_n(I.Slot, Wanted, __ATOMIC_RELAXED);
      ++Changed;
    });
    if (Opened)
      internal_mprotect(reinterpret_cast<void *>(RelroBegin),
                        RelroEnd - RelroBegin, PROT_READ);
    return Changed;
  }

private:
  uptr Base, Begin = 0, End = 0, RelroBegin = 0, RelroEnd = 0;
  const ElfW(Dyn) *Dynamic = nullptr;
};

} // namespace gvlsan

#endif // GVLSAN_LOADEDMODULE_H
