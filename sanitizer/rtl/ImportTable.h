//===- ImportTable.h - What a module imports and exports --------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A loaded module's dynamic section, read in place.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_IMPORTTABLE_H
#define GVLSAN_IMPORTTABLE_H

#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_libc.h"

#include <link.h>

namespace gvlsan {

using namespace __sanitizer;

#if defined(__x86_64__)
constexpr unsigned JumpSlot = R_X86_64_JUMP_SLOT, GlobDat = R_X86_64_GLOB_DAT,
                   ThreadOffset = R_X86_64_TPOFF64;
#elif defined(__aarch64__)
constexpr unsigned JumpSlot = R_AARCH64_JUMP_SLOT, GlobDat = R_AARCH64_GLOB_DAT,
                   ThreadOffset = R_AARCH64_TLS_TPREL;
#else
#error "the relocations of this processor are not known"
#endif

/// A slot that the loader fills.
struct Import {
  const char *Name;
  uptr *Slot;
  /// It holds an offset from the thread pointer, not an address.
  bool IsThreadLocal;
  /// The module has a definition of its own.
  bool IsDefined;
};

/// The relocations that bind a module to other modules' functions, and the
/// symbols it defines.
class ImportTable {
public:
  /// \param Base where the module is loaded.
  /// \param Dynamic its dynamic section.
  ImportTable(uptr Base, const ElfW(Dyn) * Dynamic) : Base(Base) {
    for (const ElfW(Dyn) *D = Dynamic; D->d_tag != DT_NULL; ++D)
      switch (D->d_tag) {
      case DT_SYMTAB:
        Symbols = at<ElfW(Sym)>(D);
        break;
      case DT_STRTAB:
        Strings = at<char>(D);
        break;
      case DT_VERSYM:
        Versions = at<u16>(D);
        break;
      case DT_GNU_HASH:
        GnuHash = at<u32>(D);
        break;
      case DT_JMPREL:
        Plt = at<ElfW(Rela)>(D);
        break;
      case DT_PLTRELSZ:
        PltSize = D->d_un.d_val / sizeof(ElfW(Rela));
        break;
      case DT_RELA:
        Rela = at<ElfW(Rela)>(D);
        break;
      case DT_RELASZ:
        RelaSize = D->d_un.d_val / sizeof(ElfW(Rela));
        break;
      default:
        break;
      }
  }

  /// Calls \p Visit(Import) for each slot that is bound to a symbol.
  template <typename Visitor> void forEachImport(Visitor Visit) const {
    forEachIn(Plt, PltSize, Visit);
    forEachIn(Rela, RelaSize, Visit);
  }

  /// Calls \p Visit(Name, Symbol) for each symbol that the module defines, and
  /// not for what was linked against an older version of it only.
  template <typename Visitor> void forEachExport(Visitor Visit) const {
    for (uptr I = 0, N = numSymbols(); I < N; ++I)
      if (Symbols[I].st_shndx != SHN_UNDEF && !isHidden(I))
        Visit(Strings + Symbols[I].st_name, Symbols[I]);
  }

  /// The address \p Name is bound to; 0 when the module does not import it.
  uptr boundTo(const char *Name) const {
    uptr Bound = 0;
    forEachImport([&](const Import &I) {
      if (!Bound && !I.IsThreadLocal && !internal_strcmp(I.Name, Name))
        Bound = *I.Slot;
    });
    return Bound;
  }

private:
  template <typename T> const T *at(const ElfW(Dyn) * D) const {
    // The loader relocates these in place, but not the kernel's own module's.
    uptr A = D->d_un.d_ptr;
    return reinterpret_cast<const T *>(A < Base ? Base + A : A);
  }

  template <typename Visitor>
  void forEachIn(const ElfW(Rela) * Table, uptr Size, Visitor &Visit) const {
    for (uptr I = 0; Table && Symbols && Strings && I < Size; ++I) {
      auto Type = ELF64_R_TYPE(Table[I].r_info);
      if (Type != JumpSlot && Type != GlobDat && Type != ThreadOffset)
        continue;
      const ElfW(Sym) &S = Symbols[ELF64_R_SYM(Table[I].r_info)];
      Visit(Import{Strings + S.st_name,
                   reinterpret_cast<uptr *>(Base + Table[I].r_offset),
                   Type == ThreadOffset, S.st_shndx != SHN_UNDEF});
    }
  }

  bool isHidden(uptr Symbol) const {
    constexpr u16 Hidden = 0x8000;
    return Versions && (Versions[Symbol] & Hidden);
  }

  /// The table has no length of its own: the last chain of the hash table ends
  /// with the last symbol.
  uptr numSymbols() const {
    if (!GnuHash)
      return 0;
    u32 NumBuckets = GnuHash[0], First = GnuHash[1], BloomWords = GnuHash[2];
    const u32 *Buckets = GnuHash + 4 + BloomWords * (sizeof(uptr) / 4);
    const u32 *Chains = Buckets + NumBuckets;
    u32 Last = 0;
    for (u32 I = 0; I < NumBuckets; ++I)
      Last = Max(Last, Buckets[I]);
    if (Last < First)
      return 0;
    while (!(Chains[Last - First] & 1))
      ++Last;
    return Last + 1;
  }

  uptr Base;
  const ElfW(Sym) *Symbols = nullptr;
  const char *Strings = nullptr;
  const u32 *GnuHash = nullptr;
  const u16 *Versions = nullptr;
  const ElfW(Rela) *Plt = nullptr, *Rela = nullptr;
  uptr PltSize = 0, RelaSize = 0;
};

} // namespace gvlsan

#endif // GVLSAN_IMPORTTABLE_H
