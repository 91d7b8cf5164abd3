//===- Page.h - What is known of one page, outside the page -----*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_HEAP_PAGE_H
#define RHEAP_HEAP_PAGE_H

#include "heap/Arena.h"

#include "ruby/ruby.h"

#include <atomic>

namespace rheap {

inline constexpr unsigned NumPools = 5;
inline constexpr uint16_t SlotSizes[NumPools] = {40, 80, 160, 320, 640};
inline constexpr unsigned MaxSlots = PageSize / SlotSizes[0];

/// One bit a slot.
class Bitmap {
public:
  bool test(unsigned I) const { return Words[I / 64] >> (I % 64) & 1; }
  void set(unsigned I) { Words[I / 64] |= uint64_t(1) << (I % 64); }
  void clear(unsigned I) { Words[I / 64] &= ~(uint64_t(1) << (I % 64)); }
  void clearAll() {
    for (uint64_t &W : Words)
      W = 0;
  }

private:
  uint64_t Words[(MaxSlots + 63) / 64] = {};
};

/// Page data lives beside the pages, not in them, so that it can be read while
/// a page is protected. All zero is a page that no pool uses.
struct Page {
  char *Begin;
  uint16_t SlotSize;
  uint16_t NumSlots;
  uint16_t Pool;
  std::atomic<bool> InUse;
  /// Objects have left it and references are not updated yet: the barrier
  /// keeps user code from what it holds.
  std::atomic<bool> Protected;
  /// Moves off this page were undone: nothing more leaves it in this
  /// compaction.
  bool Healed;
  /// At the last marking a machine stack had an address of an object here.
  bool OnStack;
  /// How many slots are on the free list.
  uint16_t NumFree;
  /// First free slot, 0 when there is none; linked through the slots.
  VALUE FreeList;
  Bitmap Marked;
  Bitmap Pinned;

  unsigned indexOf(const void *P) const {
    return unsigned((static_cast<const char *>(P) - Begin) / SlotSize);
  }
  VALUE slotAt(unsigned I) const {
    return reinterpret_cast<VALUE>(Begin + size_t(I) * SlotSize);
  }
  /// The slot that holds \p P, 0 for the unused bytes at the page's end.
  VALUE slotOf(const void *P) const {
    unsigned I = indexOf(P);
    return I < NumSlots ? slotAt(I) : 0;
  }
};

} // namespace rheap

#endif // RHEAP_HEAP_PAGE_H
