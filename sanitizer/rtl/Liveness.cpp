//===- Liveness.cpp - Are the interceptors in the way? --------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Liveness.h"

#include "ImportTable.h"

#include <dlfcn.h>
#include <link.h>

namespace gvlsan {

// What the VM's adapters and the rules depend on most.
static constexpr const char *Essential[] = {"read",   "write",    "mmap",
                                            "munmap", "mprotect", "stat"};

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
  uptr Bound = Map ? ImportTable(Map->l_addr, Map->l_ld).boundTo(Name) : 0;
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
  ImportTable Imports(Map->l_addr, Map->l_ld);
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
