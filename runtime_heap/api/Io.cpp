//===- Io.cpp - File descriptors ------------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "ruby/io.h"

#include "ruby/thread.h"

#include "judge/Judge.h"

#include <fcntl.h>
#include <poll.h>

using namespace rheap;

int rb_wait_for_single_fd(int Fd, int Events, timeval *Timeout) {
  RHEAP_API();
  struct Wait {
    pollfd Poll;
    int Milliseconds;
    int Result;
  } W = {{Fd,
          short((Events & RB_WAITFD_IN ? POLLIN : 0) |
                (Events & RB_WAITFD_PRI ? POLLPRI : 0) |
                (Events & RB_WAITFD_OUT ? POLLOUT : 0)),
          0},
         Timeout ? int(Timeout->tv_sec * 1000 + Timeout->tv_usec / 1000) : -1,
         0};
  do
    rb_thread_call_without_gvl(
        [](void *Data) -> void * {
          auto *W = static_cast<Wait *>(Data);
          W->Result = poll(&W->Poll, 1, W->Milliseconds);
          return nullptr;
        },
        &W, RUBY_UBF_IO, nullptr);
  while (W.Result < 0 && errno == EINTR);
  if (W.Result <= 0)
    return W.Result;
  return (W.Poll.revents & (POLLIN | POLLHUP | POLLERR) ? RB_WAITFD_IN : 0) |
         (W.Poll.revents & POLLPRI ? RB_WAITFD_PRI : 0) |
         (W.Poll.revents & (POLLOUT | POLLERR) ? RB_WAITFD_OUT : 0);
}

int rb_thread_wait_fd(int Fd) {
  RHEAP_API();
  return rb_wait_for_single_fd(Fd, RB_WAITFD_IN, nullptr) > 0;
}

int rb_thread_fd_writable(int Fd) {
  RHEAP_API();
  return rb_wait_for_single_fd(Fd, RB_WAITFD_OUT, nullptr) > 0;
}

int rb_cloexec_open(const char *Path, int Flags, mode_t Mode) {
  RHEAP_API();
  return open(Path, Flags | O_CLOEXEC, Mode);
}

int rb_pipe(int *Fds) {
  RHEAP_API();
  return pipe2(Fds, O_CLOEXEC);
}

void rb_update_max_fd(int) { RHEAP_API(); }
