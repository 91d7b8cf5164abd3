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
#include "ImportTable.h"
#include "InstrumentedModules.h"
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

// Functions that the VM knows by their address when an extension hands it over:
// a stub in its place would not be recognised.
static constexpr const char *KnownByAddress[] = {"rb_f_notimplement"};

static const char *Names[GVLSAN_API_STUBS];
static u32 NumFunctions, NumNeedingLock;

namespace {

/// Finds a function's number by its name. Filled once, before any thread.
class NumberOfName {
public:
  void insert(const char *Name, u32 Number) {
    u32 I = hash(Name);
    while (Slots[I % Size])
      ++I;
    Slots[I % Size] = static_cast<u16>(Number + 1);
  }
  /// \returns -1 for what is not a function of the VM that needs the lock.
  int find(const char *Name) const {
    for (u32 I = hash(Name); u16 Found = Slots[I % Size]; ++I)
      if (!internal_strcmp(Names[Found - 1], Name))
        return Found - 1;
    return -1;
  }

private:
  static constexpr u32 Size = 8192;
  static_assert(GVLSAN_API_STUBS < Size / 2);
  static u32 hash(const char *Name) {
    u32 H = 5381;
    for (; *Name; ++Name)
      H = H * 33 + static_cast<u8>(*Name);
    return H;
  }
  u16 Slots[Size];
};

/// A loaded module, as dl_iterate_phdr(3) shows it.
class Module {
public:
  explicit Module(const dl_phdr_info &Info) : Base(Info.dlpi_addr) {
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

  /// Lets the slots that are bound to functions which need the lock lead to
  /// their stubs. \returns how many were changed; \p Found were there.
  uptr patch(uptr &Found) const;

  const ElfW(Dyn) *Dynamic = nullptr;

private:
  uptr Base, Begin = 0, End = 0, RelroBegin = 0, RelroEnd = 0;
};

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

static NumberOfName Numbers;
static uptr Vm;
// Only touched under the lock that dl_iterate_phdr holds.
static Seen Looked;

static uptr stubOf(int Number) {
  return reinterpret_cast<uptr>(gvlsan_api_stubs) +
         (static_cast<uptr>(Number) << GVLSAN_API_STUB_SHIFT);
}

uptr Module::patch(uptr &Found) const {
  uptr Changed = 0;
  bool Opened = false;
  ImportTable(Base, Dynamic).forEachImport([&](const char *Name, uptr *Slot) {
    int Number = Numbers.find(Name);
    if (Number < 0)
      return;
    // Bound to the VM's function or not bound yet: then the slot leads back
    // into the module. Anything else is a function of somebody else's.
    uptr Bound = __atomic_load_n(Slot, __ATOMIC_RELAXED);
    if (Bound != gvlsan_api_targets[Number] && !contains(Bound))
      return;
    ++Found;
    if (!Opened && RelroBegin < RelroEnd)
      Opened = !internal_iserror(
          internal_mprotect(reinterpret_cast<void *>(RelroBegin),
                            RelroEnd - RelroBegin, PROT_READ | PROT_WRITE));
    if (!Opened &&
        reinterpret_cast<uptr>(Slot) - RelroBegin < RelroEnd - RelroBegin)
      return;
    __atomic_store_n(Slot, stubOf(Number), __ATOMIC_RELAXED);
    ++Changed;
  });
  if (Opened)
    internal_mprotect(reinterpret_cast<void *>(RelroBegin),
                      RelroEnd - RelroBegin, PROT_READ);
  return Changed;
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
  Module M(*Info);
  if (!M.Dynamic || !Looked.insert(M.Dynamic) || M.contains(Vm) ||
      M.contains(reinterpret_cast<uptr>(&visit)))
    return 0;
  uptr Found = 0, Changed = M.patch(Found);
  noteModule(*Info, Found, Changed);
  if (Changed)
    VReport(1, "GvlSanitizer: %zu imports of %s are checked\n", Changed,
            Info->dlpi_name);
  return 0;
}

void patchImports() {
  Thread.ImportsStale = false;
  if (NumFunctions)
    dl_iterate_phdr(visit, nullptr);
}

static bool mayBeCalledWithoutLock(const char *Name) {
  uptr Begin = 0, End = ARRAY_SIZE(Lockless);
  while (Begin < End) {
    uptr Middle = (Begin + End) / 2;
    int Order = internal_strcmp(Lockless[Middle], Name);
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
  Dl_info Ours;
  dladdr(reinterpret_cast<void *>(&visit), &Ours);
  ImportTable(Map->l_addr, Map->l_ld)
      .forEachExport([&](const char *Name, const ElfW(Sym) & S) {
        if (ELF64_ST_TYPE(S.st_info) != STT_FUNC ||
            mayBeCalledWithoutLock(Name) || isKnownByAddress(Name))
          return;
        ++NumNeedingLock;
        // What callers are bound to: the VM's own or our interceptor of it.
        void *Target = dlsym(RTLD_DEFAULT, Name);
        Dl_info Where;
        if (NumFunctions == GVLSAN_API_STUBS || !Target ||
            !dladdr(Target, &Where) ||
            (Where.dli_fbase != Info.dli_fbase &&
             Where.dli_fbase != Ours.dli_fbase))
          return;
        Names[NumFunctions] = Name;
        gvlsan_api_targets[NumFunctions] = reinterpret_cast<uptr>(Target);
        Numbers.insert(Name, NumFunctions++);
      });
  patchImports();
}

void countApi(uptr &Covered, uptr &All) {
  Covered = NumFunctions;
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
  if (LIKELY(Lock == LockState::Held))
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
  reportViolation({&ruleInfo(RuleId::R1_api), Access::Call,
                   /*KernelMode=*/false, Names[Index], Object, /*Size=*/0,
                   /*String=*/{}, Pc, GET_CURRENT_FRAME(),
                   /*Context=*/nullptr, Lock, Memory});
}
