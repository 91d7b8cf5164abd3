//===- wrap.cpp - B.wrap: undo and call again on EFAULT -------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// As B.mprotect, and the libc entry points of WrapCalls.def are defined in this
// program, before libc: an extension's write(2) comes here. When the kernel
// says EFAULT and the buffer lies on pages of the heap, their moves are undone
// and the call is made again.
//
// Catches: the kernel's accesses through these entry points. Cannot catch:
// system calls made by libc itself (stdio) or past it (syscall(2), io_uring);
// and a call that has consumed what it could not store: the kernel drops a
// datagram whose receiver gives it an inaccessible buffer, and the second call
// waits for the next one.
//
// The wrappers are there with every design, and pass a call on as a jump, so
// that a sanitizer sees the extension as the caller. Where threads take turns
// (RHEAP_SCHEDULE), a call is a schedule point.
//
//===----------------------------------------------------------------------===//

#include "barriers/Protecting.h"
#include "gvl/Baton.h"
#include "judge/Next.h"

#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

namespace rheap {
namespace {

std::atomic<bool> Active{false};

class WrapBarrier final : public ProtectingBarrier {
public:
  const char *start(Heap &) override {
    Active.store(true, std::memory_order_release);
    return nullptr;
  }
};

/// What one call hands to the kernel. A row of the table is evaluated after
/// the call has failed, and each of its ranges is made accessible.
class Ranges {
public:
  explicit Ranges(unsigned Epoch) : Before(Epoch) {}

  void bytes(const void *P, size_t Size) {
    Heap &H = heap();
    uintptr_t At = uintptr_t(P), End = At + Size;
    while (At < End) {
      if (Page *Pg = H.pageOf(reinterpret_cast<void *>(At))) {
        InHeap = true;
        if (Pg->Protected.load(std::memory_order_acquire))
          H.undoMoves(*Pg);
      }
      At = (At / PageSize + 1) * PageSize;
    }
  }

  void text(const char *P) {
    // Its end is not known before it is accessible.
    bytes(P, 1);
    if (P && heap().pageOf(P))
      bytes(P, strnlen(P, PageSize));
  }

  void counted(const void *P, const socklen_t *Size) {
    if (!P || !Size)
      return;
    bytes(Size, sizeof(*Size));
    bytes(P, *Size);
  }

  void vector(const iovec *V, size_t Count) {
    if (Count > 1024)
      return;
    bytes(V, Count * sizeof(*V));
    for (size_t I = 0; I < Count; ++I)
      bytes(V[I].iov_base, V[I].iov_len);
  }

  void message(const msghdr *M) {
    bytes(M, sizeof(*M));
    bytes(M->msg_name, M->msg_namelen);
    bytes(M->msg_control, M->msg_controllen);
    vector(M->msg_iov, M->msg_iovlen);
  }

  /// Whether the call may go better now: one of its pages was protected when
  /// it was made, and is not any more.
  bool changed() const { return InHeap && heap().Guards.epoch() != Before; }

private:
  const unsigned Before;
  bool InHeap = false;
};

template <class Call, class Describe>
auto callAgain(Call Make, Describe Touch) -> decltype(Make()) {
  for (;;) {
    unsigned Before = heap().Guards.epoch();
    auto Result = Make();
    if (Result != -1 || errno != EFAULT || !Active.load())
      return Result;
    Ranges R(Before);
    Touch(R);
    errno = EFAULT;
    if (!R.changed())
      return Result;
  }
}

} // namespace

Barrier &wrapBarrier() {
  static WrapBarrier B;
  return B;
}

} // namespace rheap

// NOLINTBEGIN(bugprone-macro-parentheses): they are parameter lists and names.
#pragma GCC visibility push(default)
#define RHEAP_WRAP(Result, Name, Parameters, Arguments, Touched)               \
  static std::atomic<Result(*) Parameters> Known_##Name;                       \
  static Result callAgain_##Name Parameters {                                  \
    rheap::baton().point();                                                    \
    return rheap::callAgain(                                                   \
        [&] { return rheap::next(Known_##Name, #Name) Arguments; },            \
        [&](rheap::Ranges &R) { Touched; });                                   \
  }                                                                            \
  extern "C" Result Name Parameters {                                          \
    if (__builtin_expect(rheap::Active.load(std::memory_order_relaxed) ||      \
                             rheap::baton().active(),                          \
                         false))                                               \
      return callAgain_##Name Arguments;                                       \
    [[clang::musttail]] return rheap::next(Known_##Name, #Name) Arguments;     \
  }
#include "barriers/WrapCalls.def"
#pragma GCC visibility pop
// NOLINTEND(bugprone-macro-parentheses)
