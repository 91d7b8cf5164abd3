//===- CRubyHeap.cpp - The adapter of CRuby's heap ------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Pages are learnt from libruby's own mmap and munmap calls, protection from
/// its mprotect calls, and the lock from ruby_thread_has_gvl_p.
///
//===----------------------------------------------------------------------===//

#include "CRubyFrames.h"
#include "CRubyLayout.h"

#include "rtl/ApiCalls.h"
#include "rtl/Checks.h"
#include "rtl/Context.h"
#include "rtl/Flags.h"
#include "rtl/GivenBack.h"
#include "rtl/Heap.h"
#include "rtl/Instrumentation.h"
#include "rtl/Interceptors.h"
#include "rtl/Liveness.h"
#include "rtl/Stacks.h"

#include "sanitizer_common/sanitizer_libc.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/mman.h>

namespace gvlsan {

static const CRubyLayout *Layout;
static int (*HasGvl)();
static int (*IsNativeThread)();
static int (*DuringGc)();
static uptr LibrubyBegin, LibrubyEnd;
/// As the loader spells it, and without symbolic links: /lib may be /usr/lib.
static char VmPaths[2][kMaxPathLength];
static char ShippedFolders[4][kMaxPathLength];
/// Whether every callback without the lock runs through our trampolines.
static bool RegionsAreSeen;
static atomic_uintptr_t PagesNow, PagesTotal;
/// Pages that the VM keeps protected because objects have moved out of them.
static atomic_uintptr_t NumProtected;

static LockState lockState() {
  if (HasGvl()) {
    // In a signal handler the VM's flag also says yes on a thread that waits
    // for the lock: it is cleared only by blocking regions.
    if (Thread.Waiting)
      return LockState::Released;
    if (atomic_load_relaxed(&NumProtected))
      return LockState::Held; // as long as moving() is to be asked
    if (RegionsAreSeen && !Thread.InRegion) {
      Thread.SurelyHolds = true;
      __gvlsan_without_gvl = 0;
    }
    return LockState::Held;
  }
  return IsNativeThread() ? LockState::Released : LockState::Foreign;
}

/// The first that was seen, which is the main one.
static atomic_uintptr_t MainRactor;
static uptr (*CurrentThread)();

static long lockHolder() {
  uptr Own = Thread.VmRactor;
  return readCRubyLockHolder(*Layout,
                             Own ? Own : atomic_load_relaxed(&MainRactor));
}

void noteRactor() {
  if (!CurrentThread || !IsNativeThread())
    return;
  uptr Ractor = readCRubyRactor(*Layout, CurrentThread()), None = 0;
  // Who holds it just now is known: the VM's structs may be others than we
  // think.
  constexpr uptr Unreadable = 1;
  bool IsRight =
      readCRubyLockHolder(*Layout, Ractor) == static_cast<long>(GetTid());
  Thread.VmRactor = IsRight ? Ractor : Unreadable;
  if (!IsRight)
    return;
  atomic_compare_exchange_strong(&MainRactor, &None, Ractor,
                                 memory_order_relaxed);
}

static bool moving() {
  return atomic_load_relaxed(&NumProtected) && !Thread.InFreeHook && DuringGc();
}

static bool collecting() { return DuringGc(); }

static bool isVm(uptr Caller) {
  return Caller - LibrubyBegin < LibrubyEnd - LibrubyBegin;
}

static uptr pageOf(uptr Address) {
  return RoundDownTo(Address, Layout->PageSize);
}

/// gc.c maps alignment + size, anonymous and writable, and trims both ends. Any
/// other mapping of that kind by libruby is told apart by classify.
static void mapped(uptr Result, uptr Size, int Prot, int Flags, int Fd,
                   uptr Caller) {
  constexpr int Wanted = MAP_PRIVATE | MAP_ANONYMOUS;
  uptr Page = Layout->PageSize;
  if (Size != 2 * Page || Prot != (PROT_READ | PROT_WRITE) ||
      (Flags & (Wanted | MAP_FIXED)) != Wanted || Fd != -1 || !isVm(Caller))
    return;
  // One or two aligned pages lie in it; the VM unmaps what it does not keep.
  for (uptr P = RoundUpTo(Result, Page); P + Page <= Result + Size; P += Page)
    if (!Pages.isPage(P) && Pages.add(P, Page))
      atomic_fetch_add(&PagesNow, 1, memory_order_relaxed);
  atomic_fetch_add(&PagesTotal, 1, memory_order_relaxed);
  publishBounds();
}

static void unmapping(uptr Address, uptr Size) {
  uptr Page = Layout->PageSize;
  for (uptr P = RoundUpTo(Address, Page); P + Page <= Address + Size; P += Page)
    if (Pages.isPage(P)) {
      if (Pages.isProtected(P))
        atomic_fetch_sub(&NumProtected, 1, memory_order_relaxed);
      Pages.remove(P, Page);
      atomic_fetch_sub(&PagesNow, 1, memory_order_relaxed);
    }
}

/// Objects move while the VM sweeps page after page: each one that has given
/// objects away is protected until the references to them are right again. So
/// between the first page and the last, what runs is the VM or a dfree, when
/// the collector is at work; no shortcut for the lock's holder is taken then.
static void onProtect(uptr Address, uptr Size, int Prot) {
  if (!Pages.isPage(Address))
    return;
  bool Now = !(Prot & PROT_READ);
  if (Pages.isProtected(Address) != Now)
    atomic_fetch_add(&NumProtected, Now ? 1 : -1, memory_order_relaxed);
  Pages.protect(Address, Size, Now);
  if (!Now || !DuringGc())
    return;
  Thread.InFreeHook = false;
  Thread.SurelyHolds = false;
  __gvlsan_without_gvl = 1;
}

static bool classify(uptr Address, uptr Size, MemoryInfo &Out) {
  uptr Hit = Pages.firstIn(Address, Size);
  if (!Hit)
    return false;
  uptr Page = pageOf(Hit);
  if (!Pages.isConfirmed(Page)) {
    // A mapping of the right size that libruby made for something else.
    if (!isCRubyPage(*Layout, Page)) {
      unmapping(Page, Layout->PageSize);
      return false;
    }
    Pages.confirm(Page, Layout->PageSize);
  }
  Out.Kind = MemoryKind::Page;
  Out.Hit = Hit;
  Out.Begin = Page;
  Out.Size = Layout->PageSize;
  Out.Protected = Pages.isProtected(Hit);
  return true;
}

static bool describeSlot(uptr Address, SlotInfo &Out) {
  return Pages.isPage(Address) &&
         describeCRubySlot(*Layout, pageOf(Address), Address, Out);
}

static void objectFacts(const SlotInfo &Slot, ObjectFacts &Out) {
  readObjectFacts(*Layout, Slot, Out);
}

static u32 rubyStack(RubyFrame *Out, u32 Max) {
  return readRubyStack(*Layout, Out, Max);
}

/// Libruby, and what lies in the folder of shipped extensions beside it:
/// LIBDIR/ruby/3.1.0. Gems are elsewhere, whatever their path looks like.
static bool isVmModule(const char *Path) {
  for (const char *Vm : VmPaths)
    if (!internal_strcmp(Path, Vm))
      return true;
  for (const char *Folder : ShippedFolders)
    if (Folder[0] && !internal_strncmp(Path, Folder, internal_strlen(Folder)))
      return true;
  return false;
}

/// \p Vm: libruby's path, or that of the program that holds the VM.
static void nameShippedFolders(const char *Vm, bool IsProgram, const int *Api) {
  internal_strlcpy(VmPaths[0], Vm, sizeof(VmPaths[0]));
  if (!realpath(IsProgram ? "/proc/self/exe" : Vm, VmPaths[1]))
    VmPaths[1][0] = '\0';
  for (int I = 0; I < 2; ++I) {
    const char *Slash = internal_strrchr(VmPaths[I], '/');
    if (!Slash)
      continue;
    int Length = static_cast<int>(Slash - VmPaths[I]);
    // PREFIX/bin/ruby goes with PREFIX/lib/ruby; one that is not installed has
    // its extensions in .ext.
    internal_snprintf(ShippedFolders[I], kMaxPathLength, "%.*s/%sruby/%d.%d.0/",
                      IsProgram ? Max(Length - 4, 0) : Length, VmPaths[I],
                      IsProgram ? "lib/" : "", Api[0], Api[1]);
    if (IsProgram)
      internal_snprintf(ShippedFolders[2 + I], kMaxPathLength, "%.*s/.ext/",
                        Length, VmPaths[I]);
  }
}

static void countPages(uptr &Now, uptr &Total) {
  Now = atomic_load_relaxed(&PagesNow);
  Total = atomic_load_relaxed(&PagesTotal);
}

static HeapAdapter Adapter = {
    .Name = "CRuby",
    .UsesPageTable = true,
    .SeesRegions = true,
    .Lock = lockState,
    .VmAddress = 0,
    .VmIsProgram = false,
    .LockOwnerOffset = 0,
    .LockHolder = lockHolder,
    .Moving = moving,
    .Collecting = collecting,
    .Classify = classify,
    .DescribeSlot = describeSlot,
    .BeforeCall = nullptr,
    .Other = nullptr,
    .ObjectFacts = objectFacts,
    .RubyStack = rubyStack,
    .Resume = nullptr,
    .IsVmModule = isVmModule,
    .CountPages = countPages,
};

static const HeapObserver Observer = {mapped, unmapping, onProtect, isVm,
                                      patchImports};

const HeapAdapter *findCRubyHeap(const HeapObserver *&Out) {
  auto *Api = static_cast<const int *>(dlsym(RTLD_DEFAULT, "ruby_api_version"));
  void *HasGvlSymbol = dlsym(RTLD_DEFAULT, "ruby_thread_has_gvl_p");
  if (!Api || !HasGvlSymbol)
    return nullptr;
  Dl_info Info, Main;
  if (!dladdr(HasGvlSymbol, &Info))
    return nullptr;
  auto *Entry = reinterpret_cast<void *>(getauxval(AT_ENTRY));
  // Built with --disable-shared: libc is called through us as by any module,
  // but what extensions call in the VM must be led to us.
  bool IsProgram = dladdr(Entry, &Main) && Main.dli_fbase == Info.dli_fbase;
  Layout = findCRubyLayout(Api[0], Api[1]);
  if (!Layout)
    refuse("Ruby %d.%d (%s) is not supported: its heap's layout is not known",
           Api[0], Api[1], Info.dli_fname);
  HasGvl = reinterpret_cast<int (*)()>(HasGvlSymbol);
  IsNativeThread =
      reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "ruby_native_thread_p"));
  DuringGc = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "rb_during_gc"));
  CurrentThread =
      reinterpret_cast<uptr (*)()>(dlsym(RTLD_DEFAULT, "rb_thread_current"));
  if (!IsNativeThread || !DuringGc)
    refuse("%s does not export %s", Info.dli_fname,
           DuringGc ? "ruby_native_thread_p" : "rb_during_gc");
  nameShippedFolders(Info.dli_fname, IsProgram, Api);
  if (!codeRange(HasGvlSymbol, LibrubyBegin, LibrubyEnd))
    refuse("cannot find the code of %s", Info.dli_fname);
  // Feature #20750.
  initializeRegions(/*MayNest=*/Api[0] >= 4);
  verifyInterception(reinterpret_cast<uptr>(HasGvlSymbol), "the Ruby VM");
  RegionsAreSeen = true;
  static constexpr const char *Releasing[] = {
      "rb_nogvl", "rb_thread_io_blocking_region", "rb_thread_io_blocking_call"};
  for (const char *Name : Releasing)
    if (dlsym(RTLD_NEXT, Name))
      RegionsAreSeen &= comesToUs(reinterpret_cast<uptr>(HasGvlSymbol), Name);
  initializeApiCalls(reinterpret_cast<uptr>(HasGvlSymbol),
                     IsProgram ? regionWrapper : eventHookWrapper);
  Adapter.VmIsProgram = IsProgram;
  observeWhatIsGivenBack(/*Keep=*/flags().keep_buffers && RegionsAreSeen);
  Adapter.VmAddress = reinterpret_cast<uptr>(HasGvlSymbol);
  Adapter.LockOwnerOffset = Layout->LockOwnerOffset;
  Out = &Observer;
  return &Adapter;
}

} // namespace gvlsan
