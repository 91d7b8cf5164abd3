//===- Liveness.cpp - Are the interceptors in the way? --------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Liveness.h"

#include <dlfcn.h>
#include <link.h>

namespace gvlsan {

// What the VM's adapters and the rules depend on most.
static constexpr const char *Essential[] = {"read",   "write",    "mmap",
                                            "munmap", "mprotect", "stat"};

#if defined(__x86_64__)
static constexpr unsigned JumpSlot = R_X86_64_JUMP_SLOT,
                          GlobDat = R_X86_64_GLOB_DAT;
#elif defined(__aarch64__)
static constexpr unsigned JumpSlot = R_AARCH64_JUMP_SLOT,
                          GlobDat = R_AARCH64_GLOB_DAT;
#else
#error "the relocations of this processor are not known"
#endif

namespace {
/// A module's relocations that bind it to other modules' functions.
class ImportTable {
public:
  explicit ImportTable(const link_map &Map) : Base(Map.l_addr) {
    for (const ElfW(Dyn) *D = Map.l_ld; D->d_tag != DT_NULL; ++D)
      switch (D->d_tag) {
      case DT_SYMTAB:
        Symbols = reinterpret_cast<const ElfW(Sym) *>(D->d_un.d_ptr);
        break;
      case DT_STRTAB:
        Strings = reinterpret_cast<const char *>(D->d_un.d_ptr);
        break;
      case DT_JMPREL:
        Plt = reinterpret_cast<const ElfW(Rela) *>(D->d_un.d_ptr);
        break;
      case DT_PLTRELSZ:
        PltSize = D->d_un.d_val / sizeof(ElfW(Rela));
        break;
      case DT_RELA:
        Rela = reinterpret_cast<const ElfW(Rela) *>(D->d_un.d_ptr);
        break;
      case DT_RELASZ:
        RelaSize = D->d_un.d_val / sizeof(ElfW(Rela));
        break;
      }
  }

  /// The address \p Name is bound to; 0 when the module does not import it.
  uptr boundTo(const char *Name) const {
    if (uptr A = find(Plt, PltSize, Name))
      return A;
    return find(Rela, RelaSize, Name);
  }

private:
  uptr find(const ElfW(Rela) * Table, uptr Size, const char *Name) const {
    for (uptr I = 0; Table && I < Size; ++I) {
      auto Type = ELF64_R_TYPE(Table[I].r_info);
      if (Type != JumpSlot && Type != GlobDat)
        continue;
      const ElfW(Sym) &S = Symbols[ELF64_R_SYM(Table[I].r_info)];
      if (!internal_strcmp(Strings + S.st_name, Name))
        return *reinterpret_cast<const uptr *>(Base + Table[I].r_offset);
    }
    return 0;
  }

  uptr Base;
  const ElfW(Sym) *Symbols = nullptr;
  const char *Strings = nullptr;
  const ElfW(Rela) *Plt = nullptr, *Rela = nullptr;
  uptr PltSize = 0, RelaSize = 0;
};
} // namespace

static const void *moduleOf(const void *Address) {
  Dl_info Info;
  return dladdr(Address, &Info) ? Info.dli_fbase : nullptr;
}

static link_map *linkMapOf(uptr AddressInModule, Dl_info &Info) {
  link_map *Map = nullptr;
  if (!dladdr1(reinterpret_cast<void *>(AddressInModule), &Info,
               reinterpret_cast<void **>(&Map), RTLD_DL_LINKMAP))
    return nullptr;
  return Map;
}

bool comesToUs(uptr AddressInModule, const char *Name) {
  Dl_info Info;
  link_map *Map = linkMapOf(AddressInModule, Info);
  uptr Bound = Map ? ImportTable(*Map).boundTo(Name) : 0;
  if (!Bound)
    return false;
  // Ours, or not bound yet and still the module's own PLT, not the function.
  const void *To = moduleOf(reinterpret_cast<const void *>(Bound));
  return To == moduleOf(reinterpret_cast<const void *>(&comesToUs)) ||
         (To == Info.dli_fbase &&
          Bound != reinterpret_cast<uptr>(dlsym(RTLD_NEXT, Name)));
}

void verifyInterception(uptr AddressInModule, const char *What) {
  const void *Ours =
      moduleOf(reinterpret_cast<const void *>(&verifyInterception));
  for (const char *Name : Essential) {
    Dl_info Info;
    if (dladdr(dlsym(RTLD_DEFAULT, Name), &Info) && Info.dli_fbase != Ours)
      refuse("%s is bound to %s before the runtime: put libgvlsan-rt.so first "
             "in LD_PRELOAD",
             Name, Info.dli_fname);
  }

  Dl_info Info;
  link_map *Map = linkMapOf(AddressInModule, Info);
  if (!Map)
    refuse("cannot find %s among the loaded libraries", What);
  ImportTable Imports(*Map);
  const void *Module = Info.dli_fbase;
  bool Any = false;
  for (const char *Name : Essential) {
    uptr Bound = Imports.boundTo(Name);
    if (!Bound)
      continue;
    Any = true;
    // Not bound yet: the address of the module's own PLT, which the loader will
    // resolve in the order that was just verified.
    const void *To = moduleOf(reinterpret_cast<const void *>(Bound));
    if (To != Ours && To != Module)
      refuse("%s (%s) calls %s past the runtime: its interceptors are not live",
             What, Info.dli_fname, Name);
  }
  if (!Any)
    refuse("%s (%s) imports none of the calls that are checked: is libc linked "
           "statically?",
           What, Info.dli_fname);
}

} // namespace gvlsan
