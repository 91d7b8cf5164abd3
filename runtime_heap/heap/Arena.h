//===- Arena.h - The pages' addresses, mapped twice -------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_HEAP_ARENA_H
#define RHEAP_HEAP_ARENA_H

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace rheap {

inline constexpr size_t PageSize = size_t(64) * 1024;

/// All heap pages lie in one range of addresses, one after the other, so that
/// "is this a heap pointer" and "which page" are arithmetic, and one mprotect
/// seals them all. The memory behind is a memfd that is mapped a second time,
/// always readable and writable: through this mirror the collector moves
/// objects and reports describe them while the page itself is protected.
class Arena {
public:
  static constexpr size_t Capacity = size_t(16) << 30;

  /// Maps both ranges. \returns an error message, or nullptr.
  const char *init();

  /// A new page, readable, writable and zero; nullptr when none is left.
  char *grow();

  /// Gives the memory of \p Page back to the system; it is zero when it is used
  /// again.
  void giveBack(char *Page) const;

  size_t numPages() const { return Count.load(std::memory_order_acquire); }
  const char *begin() const { return Base; }
  const char *end() const { return Base + numPages() * PageSize; }
  bool contains(const void *P) const {
    return uintptr_t(P) - uintptr_t(Base) < numPages() * PageSize;
  }
  size_t indexOf(const void *P) const {
    return (uintptr_t(P) - uintptr_t(Base)) / PageSize;
  }
  char *pageAt(size_t Index) const { return Base + Index * PageSize; }

  /// The always accessible alias of an address in the arena.
  template <class T> T *mirror(T *P) const {
    return reinterpret_cast<T *>(uintptr_t(P) + MirrorOffset);
  }

  /// Async-signal-safe. Protection is PROT_NONE or PROT_READ | PROT_WRITE.
  void protect(const void *Begin, size_t Size, bool Accessible) const;

  /// A memory file with a copy of all pages, for the child of a fork. Ends the
  /// program when the kernel gives none.
  int copyPages() const;
  /// In the child: maps that file instead of the one shared with the parent.
  void adoptPages(int Copy);

private:
  [[noreturn]] static void die(const char *Message);

  char *Base = nullptr;
  uintptr_t MirrorOffset = 0;
  int Fd = -1;
  std::atomic<size_t> Count{0};
};

} // namespace rheap

#endif // RHEAP_HEAP_ARENA_H
