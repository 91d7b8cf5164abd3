//===- NameTable.h - From a function's name to a number ---------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_NAMETABLE_H
#define GVLSAN_NAMETABLE_H

#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_libc.h"

namespace gvlsan {

using namespace __sanitizer;

/// Numbers names from 0 on, at most \p Capacity of them. Zero-initialised;
/// filled once, before any thread; lookups need no lock and no libc.
template <u32 Capacity> class NameTable {
public:
  /// \param Name is kept. \returns its number; -1 when there is no room.
  int insert(const char *Name) {
    if (NumNames == Capacity)
      return -1;
    u32 I = hash(Name);
    while (Slots[I % Size])
      ++I;
    Names[NumNames] = Name;
    Slots[I % Size] = static_cast<u16>(++NumNames);
    return static_cast<int>(NumNames - 1);
  }

  /// \returns -1 for a name that was not inserted.
  int find(const char *Name) const {
    for (u32 I = hash(Name); u16 Found = Slots[I % Size]; ++I)
      if (!internal_strcmp(Names[Found - 1], Name))
        return Found - 1;
    return -1;
  }

  const char *name(uptr Number) const { return Names[Number]; }
  u32 size() const { return NumNames; }

private:
  static constexpr u32 Size = Capacity * 2 + 1;
  static_assert(Capacity < 1 << 16);
  static u32 hash(const char *Name) {
    u32 H = 5381;
    for (; *Name; ++Name)
      H = H * 33 + static_cast<u8>(*Name);
    return H;
  }

  const char *Names[Capacity];
  u16 Slots[Size];
  u32 NumNames;
};

} // namespace gvlsan

#endif // GVLSAN_NAMETABLE_H
