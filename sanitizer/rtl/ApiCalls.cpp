//===- ApiCalls.cpp - Calls of the C API without the lock -----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "ApiCalls.h"

#include "ApiStubs.h"
#include "Checks.h"
#include "Context.h"
#include "Heap.h"
#include "InstrumentedModules.h"
#include "LateBinding.h"
#include "LoadedModule.h"
#include "NameTable.h"
#include "Stacks.h"
#include "Stats.h"
#include "Violations.h"

#include "sanitizer_common/sanitizer_posix.h"

#include <dlfcn.h>
#include <stddef.h>
#include <sys/mman.h>

__sanitizer::uptr gvlsan_api_targets[GVLSAN_API_STUBS];

namespace gvlsan {

static_assert(offsetof(ThreadContext, SurelyHolds) == GVLSAN_SURELY_HOLDS,
              "ApiStubs.S reads it");

/// From the checker's model; sorted.
static constexpr const char *Lockless[] = {
#include "LocklessApi.inc"
};

/// A dfree may call them while objects move; sorted.
static constexpr const char *Sweepable[] = {
#include "SweepableApi.inc"
};

/// What hooks that the VM runs for each object it frees begin with.
static constexpr const char *HookPrefix = "rb_tracearg_";

// Functions that the VM knows by their address when an extension hands it over:
// a stub in its place would not be recognised.
static constexpr const char *KnownByAddress[] = {"rb_f_notimplement"};

static u32 NumNeedingLock;

namespace {

/// What the last look at the loaded modules saw.
struct Seen {
  static constexpr u32 Capacity = 4096;
  unsigned long long Adds, Subs;
  const void *Modules[Capacity]; ///< their dynamic sections
  u32 NumModules;

  bool insert(const void *M) {
    for (u32 I = 0; I < NumModules; ++I)
      if (Modules[I] == M)
        return false;
    if (NumModules < Capacity)
      Modules[NumModules++] = M;
    return true;
  }
};

} // namespace

static NameTable<GVLSAN_API_STUBS> Functions;
static bool IsSweepable[GVLSAN_API_STUBS];
static uptr Vm, VmBegin, VmEnd;
// Only touched under the lock that dl_iterate_phdr holds.
static Seen Looked;

static uptr stubOf(int Number) {
  return reinterpret_cast<uptr>(gvlsan_api_stubs) +
         (static_cast<uptr>(Number) << GVLSAN_API_STUB_SHIFT);
}

/// Lets the slots that are bound to functions which need the lock lead to their
/// stubs. \returns how many were changed; \p Found were there.
static uptr patch(const LoadedModule &M, uptr &Found) {
  return M.rebind([&](const Import &I, uptr Bound) -> uptr {
    int Number = I.IsThreadLocal ? -1 : Functions.find(I.Name);
    if (Number < 0)
      return 0;
    // Bound to the function, past our interceptor of it, or not bound yet: then
    // the slot leads back into the module. Anything else is somebody else's.
    if (Bound != gvlsan_api_targets[Number] && !M.contains(Bound) &&
        Bound - VmBegin >= VmEnd - VmBegin)
      return 0;
    ++Found;
    return stubOf(Number);
  });
}

bool isCheckedApi(const char *Name) { return Functions.find(Name) >= 0; }

void *stubFor(const char *Name, const void *Function) {
  int Number = Functions.find(Name);
  uptr Address = reinterpret_cast<uptr>(Function);
  if (Number < 0 || (Address != gvlsan_api_targets[Number] &&
                     Address - VmBegin >= VmEnd - VmBegin))
    return nullptr;
  return reinterpret_cast<void *>(stubOf(Number));
}

static int visit(dl_phdr_info *Info, size_t, void *) {
  // The first module of every look.
  if (!Info->dlpi_name[0]) {
    if (Info->dlpi_adds == Looked.Adds && Info->dlpi_subs == Looked.Subs)
      return 1;
    // Another module may lie where one was.
    if (Info->dlpi_subs != Looked.Subs)
      Looked.NumModules = 0;
    Looked.Adds = Info->dlpi_adds;
    Looked.Subs = Info->dlpi_subs;
    return 0;
  }
  LoadedModule M(*Info);
  if (!M.dynamic() || !Looked.insert(M.dynamic()) || M.contains(Vm) ||
      M.contains(reinterpret_cast<uptr>(&visit)))
    return 0;
  bindToUs(M);
  uptr Found = 0, Changed = patch(M, Found);
  noteModule(*Info, Found, Changed);
  if (Changed)
    VReport(1, "GvlSanitizer: %zu imports of %s are checked\n", Changed,
            Info->dlpi_name);
  return 0;
}

void patchImports() {
  Thread.ImportsStale = false;
  if (Functions.size())
    dl_iterate_phdr(visit, nullptr);
}

template <uptr Size>
static bool isIn(const char *const (&Sorted)[Size], const char *Name) {
  uptr Begin = 0, End = Size;
  while (Begin < End) {
    uptr Middle = (Begin + End) / 2;
    int Order = internal_strcmp(Sorted[Middle], Name);
    if (!Order)
      return true;
    (Order < 0 ? Begin : End) = Order < 0 ? Middle + 1 : Middle;
  }
  return false;
}

static bool isKnownByAddress(const char *Name) {
  for (const char *Known : KnownByAddress)
    if (!internal_strcmp(Known, Name))
      return true;
  return false;
}

void initializeApiCalls(uptr AddressInVm) {
  Dl_info Info;
  link_map *Map = nullptr;
  if (!dladdr1(reinterpret_cast<void *>(AddressInVm), &Info,
               reinterpret_cast<void **>(&Map), RTLD_DL_LINKMAP))
    return;
  Vm = AddressInVm;
  codeRange(reinterpret_cast<void *>(Vm), VmBegin, VmEnd);
  uptr OursBegin, OursEnd;
  codeRange(reinterpret_cast<void *>(&visit), OursBegin, OursEnd);
  ImportTable(Map->l_addr, Map->l_ld)
      .forEachExport([&](const char *Name, const ElfW(Sym) & S) {
        if (ELF64_ST_TYPE(S.st_info) != STT_FUNC || isIn(Lockless, Name) ||
            isKnownByAddress(Name))
          return;
        ++NumNeedingLock;
        // What callers are bound to: the VM's own or our interceptor of it.
        auto Target = reinterpret_cast<uptr>(dlsym(RTLD_DEFAULT, Name));
        if (Target - VmBegin >= VmEnd - VmBegin &&
            Target - OursBegin >= OursEnd - OursBegin)
          return;
        if (int Number = Functions.insert(Name); Number >= 0) {
          gvlsan_api_targets[Number] = Target;
          IsSweepable[Number] = isIn(Sweepable, Name);
        }
      });
  initializeLateBinding();
  patchImports();
}

/// Whether \p Name is called by a hook of an extension, which sees each object
/// that is freed, and may look at it.
static bool isFreeHook(const char *Name) {
  Thread.InFreeHook |=
      !internal_strncmp(Name, HookPrefix, internal_strlen(HookPrefix));
  return Thread.InFreeHook;
}

void countApi(uptr &Covered, uptr &All) {
  Covered = Functions.size();
  All = NumNeedingLock;
}

} // namespace gvlsan

using namespace gvlsan;

void gvlsan_api_check(uptr Index, const uptr *Args, uptr Pc) {
  const HeapAdapter *Heap = heap();
  if (Thread.Inside || !Heap)
    return;
  stats().ApiCalls.add();
  LockState Lock = Heap->Lock();
  bool InDfree = Lock == LockState::Held && Heap->Moving && Heap->Moving();
  if (LIKELY(Lock == LockState::Held && !InDfree))
    return;
  if (InDfree && (IsSweepable[Index] || isFreeHook(Functions.name(Index))))
    return;
  // The object that most functions take first. Any number may look like one, so
  // it must be the very beginning of a slot.
  MemoryInfo Memory;
  SlotInfo Slot;
  uptr Object = Args[0];
  if (!Pages.isPage(Object) || !Heap->Classify(Object, 1, Memory) ||
      !Heap->DescribeSlot(Object, Slot) || Slot.Slot != Object) {
    Object = 0;
    Memory = {};
  }
  reportViolation({&ruleInfo(InDfree ? RuleId::D1 : RuleId::R1_api),
                   Access::Call,
                   /*KernelMode=*/false, Functions.name(Index), Object,
                   /*Size=*/0,
                   /*String=*/{}, Pc, GET_CURRENT_FRAME(),
                   /*Context=*/nullptr, Lock, Memory});
}
