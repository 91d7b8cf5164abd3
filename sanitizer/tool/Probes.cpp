//===- Probes.cpp - What this machine offers ------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Probes.h"

#include "rtl/ProtectionKeys.h"

#include <cerrno>
#include <cpuid.h>
#include <csetjmp>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

// Of Linux 5.11; older headers lack them.
#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59
#define PR_SYS_DISPATCH_OFF 0
#define PR_SYS_DISPATCH_ON 1
#endif

namespace gvlsan {

static std::string error() { return std::strerror(errno); }

static std::string setting(const char *Path) {
  std::ifstream File(Path);
  std::string Word;
  File >> Word;
  return Word;
}

namespace {
/// A page that cannot be read.
struct HiddenPage {
  char *Begin;
  HiddenPage()
      : Begin(static_cast<char *>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE,
                                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))) {
    *Begin = 'x';
    mprotect(Begin, 4096, PROT_NONE);
  }
  ~HiddenPage() { munmap(Begin, 4096); }
  HiddenPage(const HiddenPage &) = delete;
  HiddenPage &operator=(const HiddenPage &) = delete;
};
} // namespace

Answer probeMemoryReads() {
  char In = 'a', Out = 0;
  iovec Local = {&Out, 1}, Remote = {&In, 1};
  bool Plain = process_vm_readv(getpid(), &Local, 1, &Remote, 1, 0) == 1;
  HiddenPage Page;
  int Fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  bool Protected =
      Fd >= 0 && pread(Fd, &Out, 1, reinterpret_cast<off_t>(Page.Begin)) == 1;
  std::string Why = error();
  if (Fd >= 0)
    close(Fd);
  std::string Scope = setting("/proc/sys/kernel/yama/ptrace_scope");
  if (!Scope.empty())
    Scope = "; ptrace_scope is " + Scope + ", which does not matter";
  if (Protected)
    return {true, std::string("by ") + (Plain ? "process_vm_readv and " : "") +
                      "/proc/self/mem" + Scope};
  if (Plain)
    return {false, "by process_vm_readv only: slots in protected pages are not "
                   "described (/proc/self/mem: " +
                       Why + ")"};
  return {false, "neither process_vm_readv nor /proc/self/mem: slots are not "
                 "described (" +
                     Why + ")"};
}

static sigjmp_buf Resumed;
static void onFault(int) { siglongjmp(Resumed, 1); }

Answer probeProtectedPages() {
  struct sigaction Action = {}, Before;
  Action.sa_handler = onFault;
  sigaction(SIGSEGV, &Action, &Before);
  HiddenPage Page;
  bool Trapped = true;
  if (sigsetjmp(Resumed, 1) == 0) {
    [[maybe_unused]] volatile char C =
        *static_cast<volatile char *>(Page.Begin);
    Trapped = false;
  }
  sigaction(SIGSEGV, &Before, nullptr);
  return {Trapped, Trapped ? "user-mode accesses trap; the kernel's get EFAULT"
                           : "a protected page can be read"};
}

Answer probeUserfaultfd() {
  // Without UFFD_USER_MODE_ONLY: the kernel's accesses are what it is for.
  auto Fd = static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK));
  if (Fd < 0) {
    std::string Why = error();
    if (errno == EPERM)
      Why += "; it needs root, CAP_SYS_PTRACE or "
             "vm.unprivileged_userfaultfd=1 (it is " +
             setting("/proc/sys/vm/unprivileged_userfaultfd") + ")";
    return {false, Why};
  }
  uffdio_api Api = {.api = UFFD_API, .features = 0, .ioctls = 0};
  bool Ok = ioctl(Fd, UFFDIO_API, &Api) == 0;
  close(Fd);
  return {Ok, Ok ? "user-mode and kernel-mode accesses trap" : error()};
}

Answer probeProtectionKeys() {
  int Key = pkey_alloc(0, 0);
  int Error = errno;
  unsigned A, B, Features = 0, D;
  __get_cpuid_count(7, 0, &A, &B, &Features, &D);
  if (Key < 0)
    return {false, whyNoProtectionKey(Features, Error)};
  pkey_free(Key);
  return {true, "user-mode accesses trap, for each thread by itself"};
}

Answer probeSyscallDispatch() {
  static char Selector; // SYSCALL_DISPATCH_FILTER_ALLOW
  if (prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0, 0,
            &Selector) != 0)
    return {false, error() + "; it needs Linux 5.11"};
  prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF, 0, 0, 0);
  return {true, "system calls made past libc can be caught"};
}

Answer probeIoUring() {
  // struct io_uring_params, all zero.
  unsigned Params[30] = {};
  auto Fd = static_cast<int>(syscall(SYS_io_uring_setup, 1, Params));
  if (Fd < 0)
    return {false, error() + "; requests cannot be made, nor need checking"};
  close(Fd);
  return {true, "requests are checked as they are submitted (those of liburing "
                "under --raw-syscalls)"};
}

Answer probeSnapshots() {
  // The raw call, without an exit signal: as the runtime makes it.
  long Pid = syscall(SYS_clone, 0, nullptr, nullptr, nullptr, nullptr);
  if (Pid == 0)
    _exit(0);
  if (Pid < 0)
    return {false, error() + "; reports are not symbolised"};
  int Status = 0;
  bool Ok = waitpid(static_cast<pid_t>(Pid), &Status, __WALL) == Pid &&
            WIFEXITED(Status);
  return {Ok, Ok ? "reports are made in a copy of the process"
                 : "the copy does not end: " + error()};
}

} // namespace gvlsan
