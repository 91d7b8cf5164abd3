//===- UserfaultBackend.cpp - Pages closed by userfaultfd -----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A page is closed by moving its memory to a shadow address: what is left is
/// empty, and the kernel asks us for it when anybody touches it, itself
/// included. To open it the memory is moved back.
///
//===----------------------------------------------------------------------===//

#include "SealBackend.h"

#include "FaultSignals.h"
#include "PageTable.h"

#include "sanitizer_common/sanitizer_libc.h"
#include "sanitizer_common/sanitizer_linux.h"
#include "sanitizer_common/sanitizer_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace gvlsan {

/// From a page to its shadow: 16 TiB below, where Linux maps nothing by itself.
static constexpr uptr ShadowDistance = 1ULL << 44;

static int Uffd = -1;

static void *serve(void *) {
  for (;;) {
    pollfd P = {Uffd, POLLIN, 0};
    if (syscall(SYS_poll, &P, 1, -1) < 0 && errno != EINTR)
      return nullptr;
    uffd_msg Message;
    if (internal_read(Uffd, &Message, sizeof(Message)) != sizeof(Message) ||
        Message.event != UFFD_EVENT_PAGEFAULT)
      continue;
    const auto &Fault = Message.arg.pagefault;
    onUserfault(static_cast<int>(Fault.feat.ptid), Fault.address,
                Fault.flags & UFFD_PAGEFAULT_FLAG_WRITE);
    // It may have been opened by somebody else before it was asked for.
    uffdio_range Page = {RoundDownTo(Fault.address, GetPageSizeCached()),
                         GetPageSizeCached()};
    ioctl(Uffd, UFFDIO_WAKE, &Page);
  }
}

static const char *start() {
  if (Uffd >= 0)
    internal_close(Uffd);
  // Without UFFD_USER_MODE_ONLY: the kernel's accesses are what it is for.
  Uffd = static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK));
  if (Uffd < 0)
    return errno == EPERM
               ? "userfaultfd is not permitted: it needs root, CAP_SYS_PTRACE "
                 "or vm.unprivileged_userfaultfd=1"
               : "this kernel has no userfaultfd";
  uffdio_api Api = {};
  Api.api = UFFD_API;
  Api.features = UFFD_FEATURE_THREAD_ID | UFFD_FEATURE_EXACT_ADDRESS;
  if (ioctl(Uffd, UFFDIO_API, &Api))
    return "this kernel's userfaultfd does not say who faults: Linux 5.18 does";
  static bool Done;
  if (!Done)
    catchFaultSignals();
  Done = true;
  pthread_t Thread;
  // The program's signals are for its own threads.
  ScopedBlockSignals Block(nullptr);
  return pthread_create(&Thread, nullptr, serve, nullptr)
             ? "the thread that serves userfaultfd cannot be started"
             : nullptr;
}

static bool move(uptr From, uptr To, uptr Size, int Flags) {
  return syscall(SYS_mremap, From, Size, Size,
                 MREMAP_MAYMOVE | MREMAP_FIXED | Flags,
                 To) == static_cast<long>(To);
}

/// Moves a run of pages. The kernel moves no two of its areas at once, and
/// whether neighbours are one is its business.
static void moveAll(uptr From, uptr To, uptr Size, int Flags) {
  if (move(From, To, Size, Flags))
    return;
  for (uptr Done = 0; Done < Size; Done += PageTable::Unit)
    move(From + Done, To + Done, PageTable::Unit, Flags);
}

static void close(uptr Begin, uptr End) {
  uffdio_register Register = {};
  Register.range = {Begin, End - Begin};
  Register.mode = UFFDIO_REGISTER_MODE_MISSING;
  // What cannot be registered stays open.
  if (!ioctl(Uffd, UFFDIO_REGISTER, &Register))
    moveAll(Begin, Begin - ShadowDistance, End - Begin, MREMAP_DONTUNMAP);
}

static void open(uptr Begin, uptr End) {
  moveAll(Begin - ShadowDistance, Begin, End - Begin, 0);
  uffdio_range Range = {Begin, End - Begin};
  ioctl(Uffd, UFFDIO_WAKE, &Range);
}

static void openCopy(uptr Begin, uptr End) {
  moveAll(Begin - ShadowDistance, Begin, End - Begin, 0);
}

static uptr readable(uptr Address) { return Address - ShadowDistance; }

const SealBackend UserfaultBackend = {
    "uffd", start, close, open, openCopy, /*StepsPages=*/false, readable};

} // namespace gvlsan
