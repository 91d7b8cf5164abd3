//===- PageTable.h - Which addresses are heap pages -------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// A sparse table over the address space, four bits for every heap page: in
/// use, protected, and confirmed by its adapter. A lookup is two loads. The
/// lowest and highest address ever added stand before it, so that the stack,
/// the C heap and constants, which is what nearly every call is about, cost one
/// comparison.
///
/// Freestanding: no libc, no allocation but \c mapLeaf. Lookups are
/// async-signal-safe and need no lock; add and remove are done by the thread
/// that maps or unmaps the page.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_PAGETABLE_H
#define GVLSAN_PAGETABLE_H

namespace gvlsan {

using Address = unsigned long;

class PageTable {
public:
  /// Smallest unit: a heap page is a multiple of it and aligned to it.
  static constexpr unsigned UnitBits = 14;
  static constexpr Address Unit = Address(1) << UnitBits;
  static constexpr unsigned AddressBits = 47;
  /// One leaf covers 2^LeafBits units: 1 GiB, in 32 KiB of bits.
  static constexpr unsigned LeafBits = 16;
  static constexpr unsigned RootBits = AddressBits - UnitBits - LeafBits;

  /// Zeroed memory for one leaf, or nullptr. Called with no lock held.
  using MapLeaf = void *(*)(unsigned long Size);

  explicit constexpr PageTable(MapLeaf Map) : Map(Map) {}

  /// Whether [Begin, Begin + Size) can touch a page at all: the quick way out.
  bool mayContain(Address Begin, Address Size) const {
    Address Lo = load(Low), Hi = load(High);
    // Without an addition: a length may be anything, also -1.
    return Begin < Hi && (Begin >= Lo ? Size != 0 : Size > Lo - Begin);
  }

  bool isPage(Address A) const { return bits(A) & InUse; }
  bool isProtected(Address A) const { return bits(A) & Protected; }
  bool isConfirmed(Address A) const { return bits(A) & Confirmed; }

  /// The first address of [Begin, Begin + Size) that lies in a page, else 0. An
  /// empty range touches nothing.
  Address firstIn(Address Begin, Address Size) const {
    if (Size == 0 || !mayContain(Begin, Size))
      return 0;
    Address End = Begin + Size;
    if (End < Begin)
      End = ~Address(0);
    Address Lo = load(Low), Hi = load(High);
    Address A = Begin < Lo ? Lo : Begin;
    for (; A < End && A < Hi; A = (A | (Unit - 1)) + 1)
      if (isPage(A))
        return A;
    return 0;
  }

  /// Lowest and one past the highest address ever added; low() > high() when
  /// there was none.
  Address low() const { return load(Low); }
  Address high() const { return load(High); }

  /// Opens the bounds: every address may be the heap's, the bits do not say.
  void watchEverything() {
    __atomic_store_n(&Low, Address(0), __ATOMIC_RELEASE);
    __atomic_store_n(&High, ~Address(0), __ATOMIC_RELEASE);
  }

  /// \returns false when there is no memory for the bits; the range is then not
  /// watched.
  bool add(Address Begin, Address Size) {
    if (!set(Begin, Size, InUse, 0))
      return false;
    lower(Low, Begin);
    raise(High, Begin + Size);
    return true;
  }
  void remove(Address Begin, Address Size) {
    set(Begin, Size, 0, InUse | Protected | Confirmed);
  }
  void protect(Address Begin, Address Size, bool On) {
    set(Begin, Size, On ? Protected : 0, On ? 0 : Protected);
  }

  /// Calls \p Visit(Begin, End) for each run of units that are in use and
  /// confirmed, and not protected by the heap itself. Not while pages are added
  /// or removed.
  template <typename Visitor> void forEachOpenRun(Visitor Visit) const {
    Address Begin = 0, End = 0;
    forEachUnit([&](Address A, unsigned char Bits) {
      if ((Bits & (InUse | Confirmed | Protected)) != (InUse | Confirmed))
        return;
      if (A != End) {
        if (Begin < End)
          Visit(Begin, End);
        Begin = A;
      }
      End = A + Unit;
    });
    if (Begin < End)
      Visit(Begin, End);
  }

  /// Calls \p Visit(Address) for each unit in use that is not confirmed yet; it
  /// may confirm or remove it.
  template <typename Visitor> void forEachCandidate(Visitor Visit) const {
    forEachUnit([&](Address A, unsigned char Bits) {
      if ((Bits & (InUse | Confirmed)) == InUse)
        Visit(A);
    });
  }

  /// The adapter has looked at the page and it is one.
  void confirm(Address Begin, Address Size) { set(Begin, Size, Confirmed, 0); }

private:
  enum : unsigned char { InUse = 1, Protected = 2, Confirmed = 4 };
  static constexpr unsigned UnitsPerByte = 2;
  static constexpr unsigned BitsPerUnit = 8 / UnitsPerByte;
  static constexpr Address LeafSize = (Address(1) << LeafBits) / UnitsPerByte;

  template <typename T> static T load(const T &X) {
    return __atomic_load_n(&X, __ATOMIC_ACQUIRE);
  }
  static void lower(Address &X, Address To) {
    Address Old = load(X);
    while (To < Old &&
           !__atomic_compare_exchange_n(&X, &Old, To, true, __ATOMIC_RELEASE,
                                        __ATOMIC_RELAXED)) {
    }
  }
  static void raise(Address &X, Address To) {
    Address Old = load(X);
    while (To > Old &&
           !__atomic_compare_exchange_n(&X, &Old, To, true, __ATOMIC_RELEASE,
                                        __ATOMIC_RELAXED)) {
    }
  }

  /// Calls \p Visit(Address, Bits) for each unit that has any, in their order.
  template <typename Visitor> void forEachUnit(Visitor Visit) const {
    Address Lo = load(Low), Hi = load(High);
    for (Address R = Lo >> (UnitBits + LeafBits); Lo < Hi; ++R) {
      Address Base = R << (UnitBits + LeafBits);
      if (R >> RootBits || Base >= Hi)
        return;
      const unsigned char *Leaf = load(Root[R]);
      for (Address I = 0; Leaf && I < LeafSize; I += sizeof(Address)) {
        // Most words of a leaf are empty.
        if (!load(*reinterpret_cast<const Address *>(Leaf + I)))
          continue;
        for (Address J = 0; J < sizeof(Address) * UnitsPerByte; ++J) {
          Address U = I * UnitsPerByte + J;
          unsigned char Bits =
              load(Leaf[U / UnitsPerByte]) >> (U % UnitsPerByte * BitsPerUnit) &
              ((1 << BitsPerUnit) - 1);
          if (Bits)
            Visit(Base + (U << UnitBits), Bits);
        }
      }
    }
  }

  unsigned char bits(Address A) const {
    Address U = A >> UnitBits;
    if (U >> (RootBits + LeafBits))
      return 0;
    const unsigned char *Leaf = load(Root[U >> LeafBits]);
    if (!Leaf)
      return 0;
    Address I = U & ((Address(1) << LeafBits) - 1);
    return load(Leaf[I / UnitsPerByte]) >> (I % UnitsPerByte * BitsPerUnit) &
           ((1 << BitsPerUnit) - 1);
  }

  bool set(Address Begin, Address Size, unsigned char On, unsigned char Off) {
    for (Address A = Begin & ~(Unit - 1); A < Begin + Size; A += Unit) {
      Address U = A >> UnitBits;
      if (U >> (RootBits + LeafBits))
        return false;
      unsigned char *&Slot = Root[U >> LeafBits];
      unsigned char *Leaf = load(Slot);
      if (!Leaf) {
        if (!On)
          continue;
        Leaf = static_cast<unsigned char *>(Map(LeafSize));
        if (!Leaf)
          return false;
        unsigned char *Expected = nullptr;
        // A leaf lost to another thread's stays mapped: at most one a GiB.
        if (!__atomic_compare_exchange_n(&Slot, &Expected, Leaf, false,
                                         __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
          Leaf = Expected;
      }
      Address I = U & ((Address(1) << LeafBits) - 1);
      unsigned Shift = I % UnitsPerByte * BitsPerUnit;
      unsigned char &Byte = Leaf[I / UnitsPerByte];
      if (Off)
        __atomic_fetch_and(&Byte, static_cast<unsigned char>(~(Off << Shift)),
                           __ATOMIC_RELEASE);
      if (On)
        __atomic_fetch_or(&Byte, static_cast<unsigned char>(On << Shift),
                          __ATOMIC_RELEASE);
    }
    return true;
  }

  MapLeaf Map;
  Address Low = ~Address(0);
  Address High = 0;
  unsigned char *Root[Address(1) << RootBits] = {};
};

} // namespace gvlsan

#endif // GVLSAN_PAGETABLE_H
