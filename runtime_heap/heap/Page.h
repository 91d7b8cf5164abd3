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
  /// As set and clear, beside a thread that changes other bits.
  void setShared(unsigned I) {
    __atomic_fetch_or(&Words[I / 64], uint64_t(1) << (I % 64),
                      __ATOMIC_RELAXED);
  }
  void clearShared(unsigned I) {
    __atomic_fetch_and(&Words[I / 64], ~(uint64_t(1) << (I % 64)),
                       __ATOMIC_RELAXED);
  }
  /// The 64 bits from \p I on, a multiple of 64.
  uint64_t word(unsigned I) const { return Words[I / 64]; }
  unsigned count() const {
    unsigned N = 0;
    for (uint64_t W : Words)
      N += unsigned(__builtin_popcountll(W));
    return N;
  }
  void keepOnly(const Bitmap &Other) {
    for (unsigned W = 0; W < NumWords; ++W)
      Words[W] &= Other.Words[W];
  }
  /// Calls \p F with the number of each bit that is set here and in \p Other.
  template <class Fn> void eachCommon(const Bitmap &Other, Fn F) const {
    for (unsigned W = 0; W < NumWords; ++W)
      for (uint64_t Both = Words[W] & Other.Words[W]; Both; Both &= Both - 1)
        F(W * 64 + unsigned(__builtin_ctzll(Both)));
  }
  void clearAll() {
    for (uint64_t &W : Words)
      W = 0;
  }

private:
  static constexpr unsigned NumWords = (MaxSlots + 63) / 64;
  uint64_t Words[NumWords] = {};
};

/// Page data lives beside the pages, not in them, so that it can be read while
/// a page is protected. All zero is a page that no pool uses.
struct Page {
  char *Begin;
  uint16_t SlotSize;
  uint16_t NumSlots;
  uint16_t Pool;
  /// 2^32 / SlotSize, rounded up: a multiplication finds a slot's number.
  uint32_t Reciprocal;
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
  /// Reached by the last marking; between collections: old.
  Bitmap Marked;
  Bitmap Pinned;
  /// Under judging: pinned by something else than a machine stack, which may
  /// have let go of it by the next collection.
  Bitmap Held;
  /// Under judging: Ruby code may have seen it (judge/Visibility.h).
  Bitmap Visible;
  /// Objects whose references change without the write barrier.
  Bitmap Unprotected;
  /// Old objects that were written to since the last collection.
  Bitmap Written;
  /// During a sliding compaction and if objects have left: their new addresses
  /// by slot, 0 for what is where it was. Else null.
  VALUE *Forward;
  /// Under judging and if objects have come here: where from, by slot, 0 for
  /// what was made here. Else null.
  VALUE *Origin;
  /// Unmarked objects are dead, and a lazy sweep has not been here yet; the
  /// free list is of before.
  bool Unswept;
  /// The page's memory has been given back to the system.
  bool GivenBack;

  /// How many slots hold objects.
  unsigned numLive() const {
    return Unswept ? Marked.count() : unsigned(NumSlots - NumFree);
  }
  unsigned indexOf(const void *P) const {
    // Exact, since offsets are below 2^16 and slots shorter than 2^16 bytes.
    uint64_t Offset = uint64_t(static_cast<const char *>(P) - Begin);
    return unsigned(Offset * Reciprocal >> 32);
  }
  void setSlotSize(uint16_t Size) {
    SlotSize = Size;
    NumSlots = uint16_t(PageSize / Size);
    Reciprocal = uint32_t((uint64_t(1) << 32) / Size + 1);
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
