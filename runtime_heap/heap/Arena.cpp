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

void Arena::giveBack(char *Page) const {
  // Of both mappings, and of the file. If that fails it is only not done.
  madvise(Page, PageSize, MADV_REMOVE);
}

void Arena::die(const char *Message) {
  if (write(2, Message, strlen(Message)) < 0) {
    // Nobody reads it.
  }
  abort();
}

void Arena::protect(const void *Begin, size_t Size, bool Accessible) const {
  if (!Size)
    return;
  // The system call itself: a libc wrapper may be interposed, and this runs in
  // signal handlers.
  if (syscall(SYS_mprotect, Begin, Size,
              Accessible ? PROT_READ | PROT_WRITE : PROT_NONE) != 0)
    die("rheap: error: the kernel refuses to change the protection of heap "
        "pages (mprotect; see vm.max_map_count)\n");
}

int Arena::copyPages() const {
  int Copy = memfd_create("rheap", MFD_CLOEXEC);
  if (Copy < 0 || ftruncate(Copy, Capacity) != 0)
    die("rheap: error: cannot copy the heap for a fork (memfd_create)\n");
  size_t Size = numPages() * PageSize, Done = 0;
  while (Done < Size) {
    // By the system call, since the sanitizer watches write(2).
    long N =
        syscall(SYS_pwrite64, Copy, mirror(Base) + Done, Size - Done, Done);
    if (N <= 0)
      die("rheap: error: cannot copy the heap for a fork (pwrite)\n");
    Done += size_t(N);
  }
  return Copy;
}

void Arena::adoptPages(int Copy) {
  size_t Used = numPages() * PageSize;
  int Flags = MAP_SHARED | MAP_FIXED | MAP_NORESERVE;
  if (mmap(Base, Capacity, PROT_NONE, Flags, Copy, 0) == MAP_FAILED ||
      mmap(mirror(Base), Capacity, PROT_READ | PROT_WRITE, Flags, Copy, 0) ==
          MAP_FAILED)
    die("rheap: error: cannot map the heap of a forked process (mmap)\n");
  protect(Base, Used, true);
  close(Fd);
  Fd = Copy;
}

} // namespace rheap
