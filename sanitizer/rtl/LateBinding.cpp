//===- LateBinding.cpp - Libraries that are bound past us -----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "LateBinding.h"

#include "ApiCalls.h"
#include "Instrumentation.h"
#include "NameTable.h"
#include "Stacks.h"

#include <dlfcn.h>

namespace gvlsan {

static constexpr u32 MaxExports = 1024;
static NameTable<MaxExports> Exports;
static uptr Addresses[MaxExports];
/// Whether the program's own search finds ours, and nobody's before it.
static bool IsFirst[MaxExports];
static uptr LibcBegin, LibcEnd;

static bool isInterface(const char *Name) {
  return !internal_strncmp(Name, "__gvlsan_", 9);
}

/// What an extension's call of dlsym(3) leads to: the address of a function of
/// the VM is that of its stub. The loader looks at the return address of a call
/// with a special handle: all that is not about the VM is a jump.
static void *findSymbol(void *Handle, const char *Name) {
  if (Handle != RTLD_NEXT && isCheckedApi(Name))
    if (void *Stub = stubFor(Name, dlsym(Handle, Name)))
      return Stub;
  [[clang::musttail]] return dlsym(Handle, Name);
}

static uptr threadOffset() {
  return reinterpret_cast<uptr>(&__gvlsan_without_gvl) -
         reinterpret_cast<uptr>(__builtin_thread_pointer());
}

void initializeLateBinding() {
  Dl_info Info;
  link_map *Map = nullptr;
  if (!dladdr1(reinterpret_cast<void *>(&bindToUs), &Info,
               reinterpret_cast<void **>(&Map), RTLD_DL_LINKMAP))
    return;
  ImportTable(Map->l_addr, Map->l_ld)
      .forEachExport([&](const char *Name, const ElfW(Sym) & S) {
        auto Type = ELF64_ST_TYPE(S.st_info);
        if (Type != STT_FUNC && Type != STT_OBJECT)
          return;
        if (int Number = Exports.insert(Name); Number >= 0) {
          Addresses[Number] = Map->l_addr + S.st_value;
          IsFirst[Number] = dlsym(RTLD_DEFAULT, Name) ==
                            reinterpret_cast<void *>(Addresses[Number]);
        }
      });
  codeRange(dlsym(RTLD_NEXT, "write"), LibcBegin, LibcEnd);
}

static uptr wanted(const LoadedModule &M, const Import &I, uptr Bound) {
  if (I.IsThreadLocal)
    return internal_strcmp(I.Name, "__gvlsan_without_gvl") ? 0 : threadOffset();
  // A slot that is not bound yet leads back into its module.
  bool IsLibcs = Bound - LibcBegin < LibcEnd - LibcBegin;
  bool IsUnbound = !I.IsDefined && M.contains(Bound);
  if (!internal_strcmp(I.Name, "dlsym"))
    return IsLibcs || IsUnbound ? reinterpret_cast<uptr>(&findSymbol) : 0;
  int Number = Exports.find(I.Name);
  if (Number < 0)
    return 0;
  bool IsOurs =
      isInterface(I.Name) || IsLibcs || (IsUnbound && IsFirst[Number]);
  return IsOurs ? Addresses[Number] : 0;
}

void bindToUs(const LoadedModule &M) {
  if (Exports.size())
    M.rebind([&](const Import &I, uptr Bound) { return wanted(M, I, Bound); });
}

} // namespace gvlsan
