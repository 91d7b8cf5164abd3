//===- uffd.cpp - B.uffd: map away, trap, undo ----------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// A page that objects have left is moved out of its addresses with
// mremap(MREMAP_DONTUNMAP), which leaves them mapped and empty. They are
// registered with userfaultfd, so whoever touches them next, the kernel on
// behalf of a system call included, waits while a thread of ours brings the
// page's objects back and maps it again.
//
// The pages are shared memory (the arena is mapped twice), hence the faults are
// "minor" ones: the memory is there, only not mapped. Needs Linux 5.14, and
// root, CAP_SYS_PTRACE or vm.unprivileged_userfaultfd=1 for faults of the
// kernel.
//
// Catches: user-mode and kernel-mode accesses of any thread, on their way.
// Cannot catch: nothing that goes through the page tables. Costs two system
// calls for each page that is vacated, and two switches of threads for each
// that is touched.
//
//===----------------------------------------------------------------------===//

#include "barriers/Barrier.h"
#include "heap/Heap.h"
#include "judge/Judge.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace rheap {
namespace {

class UffdBarrier final : public Barrier {
public:
  const char *start(Heap &H) override;
  bool worksInSteps() const override { return true; }
  void beginCompaction(Heap &H) override;
  void beforeVacate(Heap &H, Page &P) override;
  void endCompaction(Heap &H) override;
  bool onFault(Heap &H, Page &P) override;
  void reopen(Heap &H, Page &P) override;
  void afterForkInChild(Heap &H) override;

private:
  const char *open();
  static void *serve(void *Self);
  void answer(Heap &H, const uffd_msg &Fault);
  void mapAgain(const Page &P) const;
  bool judgeInPlace(Heap &H, Page &P, const uffd_msg &Fault) const;

  int Fd = -1;
  /// Where vacated pages go, each at the same distance.
  char *Aside = nullptr;
  size_t Registered = 0;
  std::vector<Page *> Vacated;
};

[[noreturn]] void die(const char *What) {
  fprintf(stderr, "rheap: error: RHEAP_BARRIER=uffd: %s failed: %s\n", What,
          strerror(errno));
  abort();
}

const char *UffdBarrier::open() {
  Fd = int(syscall(SYS_userfaultfd, O_CLOEXEC));
  if (Fd < 0)
    return errno == EPERM
               ? "the kernel gives this process no userfaultfd: run it as "
                 "root, or set vm.unprivileged_userfaultfd=1"
               : "this kernel has no userfaultfd";
  uffdio_api Api = {};
  Api.api = UFFD_API;
  Api.features = UFFD_FEATURE_THREAD_ID | UFFD_FEATURE_MINOR_SHMEM |
                 UFFD_FEATURE_EXACT_ADDRESS;
  if (ioctl(Fd, UFFDIO_API, &Api) != 0) {
    close(Fd);
    return "this kernel's userfaultfd knows no minor faults of shared memory; "
           "Linux 5.18 does";
  }
  pthread_t Server;
  // None of the program's signals is for it.
  sigset_t All, Old;
  sigfillset(&All);
  pthread_sigmask(SIG_SETMASK, &All, &Old);
  int Error = pthread_create(&Server, nullptr, serve, this);
  pthread_sigmask(SIG_SETMASK, &Old, nullptr);
  if (Error)
    return "cannot start the thread that answers page faults";
  pthread_detach(Server);
  return nullptr;
}

const char *UffdBarrier::start(Heap &) {
  Aside = static_cast<char *>(mmap(nullptr, Arena::Capacity, PROT_NONE,
                                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                                   -1, 0));
  if (Aside == MAP_FAILED)
    return "cannot reserve the addresses that pages are moved to (mmap)";
  return open();
}

void UffdBarrier::beginCompaction(Heap &H) {
  Registered = H.Memory.numPages() * PageSize;
  uffdio_register R = {};
  R.range = {uintptr_t(H.Memory.begin()), Registered};
  R.mode = UFFDIO_REGISTER_MODE_MINOR;
  if (ioctl(Fd, UFFDIO_REGISTER, &R) != 0)
    die("UFFDIO_REGISTER");
}

void UffdBarrier::beforeVacate(Heap &H, Page &P) {
  Vacated.push_back(&P);
  P.Protected.store(true, std::memory_order_release);
  if (mremap(P.Begin, PageSize, PageSize,
             MREMAP_MAYMOVE | MREMAP_DONTUNMAP | MREMAP_FIXED,
             Aside + (P.Begin - H.Memory.begin())) == MAP_FAILED)
    die("mremap");
}

void UffdBarrier::endCompaction(Heap &H) {
  for (Page *P : Vacated)
    P->Protected.store(false, std::memory_order_release);
  Vacated.clear();
  // An access from here on is mapped by the kernel itself. Who waits is woken
  // by us: the kernel does that for missing pages only.
  uffdio_range All = {uintptr_t(H.Memory.begin()), Registered};
  if (ioctl(Fd, UFFDIO_UNREGISTER, &All) != 0)
    die("UFFDIO_UNREGISTER");
  if (ioctl(Fd, UFFDIO_WAKE, &All) != 0)
    die("UFFDIO_WAKE");
  if (mmap(Aside, Registered, PROT_NONE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1,
           0) == MAP_FAILED)
    die("mmap");
}

void UffdBarrier::mapAgain(const Page &P) const {
  // Parts of it may be mapped already: they are skipped.
  uintptr_t At = uintptr_t(P.Begin), End = At + PageSize;
  while (At < End) {
    uffdio_continue C = {};
    C.range = {At, End - At};
    int Result = ioctl(Fd, UFFDIO_CONTINUE, &C);
    if (Result == 0 || (errno != EEXIST && errno != EAGAIN))
      break;
    At += C.mapped > 0 ? uintptr_t(C.mapped) : 4096;
  }
  uffdio_range Range = {uintptr_t(P.Begin), PageSize};
  ioctl(Fd, UFFDIO_WAKE, &Range);
}

void UffdBarrier::reopen(Heap &H, Page &P) {
  P.Protected.store(false, std::memory_order_release);
  H.Guards.reset(P);
  mapAgain(P);
}

bool UffdBarrier::onFault(Heap &H, Page &P) {
  H.undoMoves(P);
  return true;
}

/// The file says what a waiting thread does: "-1 SP PC" when it is not in a
/// system call.
bool isInSystemCall(unsigned Tid) {
  char Path[64], Text[32] = "";
  snprintf(Path, sizeof(Path), "/proc/self/task/%u/syscall", Tid);
  int File = int(syscall(SYS_openat, AT_FDCWD, Path, O_RDONLY | O_CLOEXEC));
  if (File < 0)
    return true;
  long Size = syscall(SYS_read, File, Text, sizeof(Text) - 1);
  close(File);
  return Size <= 0 || strncmp(Text, "-1 ", 3) != 0;
}

/// A user-mode access is judged by the signal handler of the thread itself,
/// which knows its registers. \returns whether that is on its way.
bool UffdBarrier::judgeInPlace(Heap &H, Page &P, const uffd_msg &Fault) const {
  if (!Judging || isInSystemCall(Fault.arg.pagefault.feat.ptid))
    return false;
  H.Memory.protect(P.Begin, PageSize, false);
  uffdio_range Range = {uintptr_t(P.Begin), PageSize};
  return ioctl(Fd, UFFDIO_WAKE, &Range) == 0;
}

void UffdBarrier::answer(Heap &H, const uffd_msg &Fault) {
  auto *Address = reinterpret_cast<void *>(Fault.arg.pagefault.address);
  Page *P = H.pageOf(Address);
  if (!P)
    return;
  if (!P->Protected.load(std::memory_order_acquire)) {
    // Nothing has left it; it was only never mapped here.
    mapAgain(*P);
    return;
  }
  if (!judgeInPlace(H, *P, Fault))
    H.undoMoves(*P);
}

void *UffdBarrier::serve(void *Self) {
  auto &B = *static_cast<UffdBarrier *>(Self);
  uffd_msg Message;
  // By the system call, since a sanitizer watches read(2).
  for (;;) {
    long Size = syscall(SYS_read, B.Fd, &Message, sizeof(Message));
    if (Size == sizeof(Message) && Message.event == UFFD_EVENT_PAGEFAULT)
      B.answer(heap(), Message);
    else if (Size < 0 && errno != EINTR && errno != EAGAIN)
      die("read of the userfaultfd");
  }
}

void UffdBarrier::afterForkInChild(Heap &) {
  // The descriptor speaks of the parent's memory, and its thread is not here.
  close(Fd);
  if (const char *Error = open()) {
    fprintf(stderr, "rheap: error: RHEAP_BARRIER=uffd: after a fork: %s\n",
            Error);
    abort();
  }
}

} // namespace

Barrier &uffdBarrier() {
  static auto *B = new UffdBarrier;
  return *B;
}

} // namespace rheap
