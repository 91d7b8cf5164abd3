//===- Arena.cpp - The pages' addresses, mapped twice ---------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "heap/Arena.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace rheap {

const char *Arena::init() {
  Fd = memfd_create("rheap", MFD_CLOEXEC);
  if (Fd < 0 || ftruncate(Fd, Capacity) != 0)
    return "cannot make the memory file of the heap (memfd_create)";
  // One page more than needed, to align.
  size_t Reserve = Capacity + PageSize;
  void *Raw = mmap(nullptr, Reserve, PROT_NONE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  void *Alias = mmap(nullptr, Capacity, PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_NORESERVE, Fd, 0);
  if (Raw == MAP_FAILED || Alias == MAP_FAILED)
    return "cannot reserve the addresses of the heap (mmap)";
  uintptr_t Aligned = (uintptr_t(Raw) + PageSize - 1) & ~(PageSize - 1);
  Base = reinterpret_cast<char *>(Aligned);
  if (mmap(Base, Capacity, PROT_NONE, MAP_SHARED | MAP_FIXED | MAP_NORESERVE,
           Fd, 0) == MAP_FAILED)
    return "cannot map the heap (mmap)";
  MirrorOffset = uintptr_t(Alias) - Aligned;
  return nullptr;
}

char *Arena::grow() {
  size_t N = Count.load(std::memory_order_relaxed);
  if ((N + 1) * PageSize > Capacity)
    return nullptr;
  char *Page = pageAt(N);
  if (mprotect(Page, PageSize, PROT_READ | PROT_WRITE) != 0)
    return nullptr;
  Count.store(N + 1, std::memory_order_release);
  return Page;
}

void Arena::protect(const void *Begin, size_t Size, bool Accessible) const {
  if (!Size)
    return;
  // The system call itself: a libc wrapper may be interposed, and this runs in
  // signal handlers.
  if (syscall(SYS_mprotect, Begin, Size,
              Accessible ? PROT_READ | PROT_WRITE : PROT_NONE) != 0) {
    static const char Message[] =
        "rheap: error: the kernel refuses to change the protection of heap "
        "pages (mprotect; see vm.max_map_count)\n";
    if (write(2, Message, sizeof(Message) - 1) < 0) {
    }
    abort();
  }
}

} // namespace rheap
