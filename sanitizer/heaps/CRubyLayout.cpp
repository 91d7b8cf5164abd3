//===- CRubyLayout.cpp - CRuby's slots and pages in memory ----------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "CRubyLayout.h"

#include "rtl/Memory.h"

#include "sanitizer_common/sanitizer_libc.h"

namespace gvlsan {

// Sources: gc.c (HEAP_PAGE_ALIGN_LOG, struct heap_page), include/ruby/internal/
// core/rstring.h and internal/string.h of the releases.
static constexpr CRubyLayout Layouts[] = {
    {3, 1, 16 << 10, 0, 32, /*EmbeddedLengthInFlags=*/true, 16, -8,
     /*Lock:*/ 24, 336, 0, 88},
    {3, 3, 64 << 10, 0, 32, /*EmbeddedLengthInFlags=*/false, 24, 40,
     /*Lock:*/ 24, 328, 40, 24},
};

const CRubyLayout *findCRubyLayout(int Major, int Minor) {
  for (const CRubyLayout &L : Layouts)
    if (L.Major == Major && L.Minor == Minor)
      return &L;
  return nullptr;
}

namespace {

// include/ruby/internal/fl_type.h and value_type.h; the same in every version.
enum : uptr {
  TypeMask = 0x1f,
  TypeNone = 0,
  TypeString = 5,
  TypeArray = 7,
  TypeData = 12,
  TypeMoved = 0x1e,
  FlagShareable = 1 << 8,
  FlagFreeze = 1 << 11,
  FlagUser1 = 1 << 13,
  FlagUser2 = 1 << 14,
  FlagUser7 = 1 << 19,
  StringNoEmbed = FlagUser1,
  StringShared = FlagUser2, // of one that is not embedded
  StringTmpLock = FlagUser7,
  ArrayEmbed = FlagUser1,
  EmbedLengthShift = 14, // RSTRING_EMBED_LEN_SHIFT, RARRAY_EMBED_LEN_SHIFT
  StringEmbedLengthMask = 0x1f,
  ArrayEmbedLengthMask = 0x3,
  ArrayEmbedLengthMaskVwa = 0x7f,
};

struct Header {
  uptr Flags, Class;
};

struct PageHeader {
  uptr Start, SlotSize;
};

constexpr const char *TypeNames[32] = {
    "free slot",    "Object", "Class",   "Module",   "Float",  "String",
    "Regexp",       "Array",  "Hash",    "Struct",   "Bignum", "File",
    "Data",         "Match",  "Complex", "Rational", "value",  "nil",
    "true",         "false",  "Symbol",  "Integer",  "undef",  "value",
    "value",        "value",  "imemo",   "node",     "iclass", "zombie",
    "moved object", "value"};

} // namespace

static bool readPageHeader(const CRubyLayout &Layout, uptr Page,
                           PageHeader &Out) {
  uptr HeapPage = 0;
  s16 SlotSize = 0;
  if (!readMemory(Page, HeapPage) || !HeapPage || HeapPage % sizeof(uptr) ||
      !readMemory(HeapPage + Layout.SlotSizeOffset, SlotSize) ||
      !readMemory(HeapPage + Layout.StartOffset, Out.Start))
    return false;
  Out.SlotSize = SlotSize;
  // Slots are 40 bytes times a power of two.
  bool Sized = SlotSize >= 40 && SlotSize <= 640 && SlotSize % 40 == 0 &&
               IsPowerOfTwo(SlotSize / 40);
  return Sized && Out.Start > Page &&
         Out.Start <= Page + sizeof(uptr) + Out.SlotSize;
}

bool isCRubyPage(const CRubyLayout &Layout, uptr Page) {
  PageHeader Ignored;
  return readPageHeader(Layout, Page, Ignored);
}

static void describeString(const CRubyLayout &Layout, const Header &H,
                           SlotInfo &Out) {
  uptr Bytes = 0;
  Out.HasLength = true;
  if (H.Flags & StringNoEmbed) {
    readMemory(Out.Slot + 16, Out.Length);
    readMemory(Out.Slot + 24, Bytes);
    if (H.Flags & StringShared)
      Out.Flags |= SlotShared;
    if (H.Flags & StringTmpLock)
      Out.Flags |= SlotLocked;
  } else {
    Out.Flags |= SlotEmbedded;
    Out.HeaderSize = Layout.EmbeddedBytesOffset;
    Bytes = Out.Slot + Layout.EmbeddedBytesOffset;
    if (Layout.EmbeddedLengthInFlags)
      Out.Length = H.Flags >> EmbedLengthShift & StringEmbedLengthMask;
    else
      readMemory(Out.Slot + 16, Out.Length);
  }
  u32 Size = static_cast<u32>(Min<uptr>(Out.Length, sizeof(Out.First)));
  if (Bytes && Size && readMemory(Bytes, Out.First, Size))
    Out.FirstSize = Size;
}

static void describeArray(const CRubyLayout &Layout, const Header &H,
                          SlotInfo &Out) {
  Out.HasLength = true;
  if (H.Flags & ArrayEmbed) {
    Out.Flags |= SlotEmbedded;
    Out.HeaderSize = sizeof(Header);
    Out.Length = H.Flags >> (EmbedLengthShift + 1) &
                 (Layout.EmbeddedLengthInFlags ? ArrayEmbedLengthMask
                                               : ArrayEmbedLengthMaskVwa);
  } else {
    readMemory(Out.Slot + 16, Out.Length);
  }
}

/// The name that the type of a T_DATA has, and whether its struct is embedded.
/// include/ruby/internal/core/rtypeddata.h: type, typed_flag and the pointer
/// follow the header; what is neither 1 nor 3 is the dfree of an untyped one.
static void describeData(SlotInfo &Out) {
  enum : uptr { Typed = 1, Embedded = 2 };
  struct {
    uptr Type, TypedFlag;
  } Data;
  uptr Name = 0;
  if (!readMemory(Out.Slot + sizeof(Header), Data) ||
      (Data.TypedFlag & ~Embedded) != Typed)
    return;
  if (Data.TypedFlag & Embedded) {
    Out.Flags |= SlotEmbedded | SlotStruct;
    Out.HeaderSize = sizeof(Header) + sizeof(Data);
  }
  if (readMemory(Data.Type, Name) && Name)
    readText(Name, Out.DataType, sizeof(Out.DataType));
}

bool describeCRubySlot(const CRubyLayout &Layout, uptr Page, uptr Address,
                       SlotInfo &Out) {
  PageHeader P;
  Header H;
  if (!readPageHeader(Layout, Page, P) || Address < P.Start)
    return false;
  Out.Size = P.SlotSize;
  Out.Slot = P.Start + (Address - P.Start) / P.SlotSize * P.SlotSize;
  if (!readMemory(Out.Slot, H))
    return false;
  uptr Type = H.Flags & TypeMask;
  Out.Type = TypeNames[Type];
  if (Type == TypeNone) {
    Out.Flags = SlotFree;
    return true;
  }
  if (Type == TypeMoved) {
    Out.Flags = SlotMoved;
    // struct RMoved: flags, dummy, destination.
    readMemory(Out.Slot + 16, Out.MovedTo);
    return true;
  }
  Out.Class = H.Class;
  if (!H.Class)
    Out.Flags |= SlotHidden;
  if (H.Flags & FlagFreeze)
    Out.Flags |= SlotFrozen;
  if (H.Flags & FlagShareable)
    Out.Flags |= SlotShareable;
  if (Type == TypeString)
    describeString(Layout, H, Out);
  else if (Type == TypeArray)
    describeArray(Layout, H, Out);
  else if (Type == TypeData)
    describeData(Out);
  return true;
}

uptr readCRubyRactor(const CRubyLayout &Layout, uptr Thread) {
  // struct RTypedData: the header, the type, its flag, the pointer.
  uptr Data = 0, Ractor = 0;
  if (!readMemory(Thread + 32, Data) || !Data ||
      !readMemory(Data + Layout.ThreadRactorOffset, Ractor))
    return 0;
  return Ractor;
}

long readCRubyLockHolder(const CRubyLayout &Layout, uptr Ractor) {
  uptr Native = 0;
  s32 Id = 0;
  if (!Ractor || !readMemory(Ractor + Layout.RactorOwnerOffset, Native))
    return -1;
  if (!Native)
    return 0;
  if (Layout.ThreadNativeOffset &&
      !readMemory(Native + Layout.ThreadNativeOffset, Native))
    return -1;
  return Native && readMemory(Native + Layout.NativeIdOffset, Id) && Id > 0
             ? Id
             : -1;
}

bool readCRubyString(const CRubyLayout &Layout, uptr Value, char *Out,
                     uptr OutSize) {
  // Special constants are no pointers.
  if (Value % sizeof(uptr) || Value < 4096)
    return false;
  SlotInfo Slot;
  Header H;
  Slot.Slot = Value;
  if (!readMemory(Value, H) || (H.Flags & TypeMask) != TypeString)
    return false;
  describeString(Layout, H, Slot);
  uptr Bytes = Value + Layout.EmbeddedBytesOffset;
  if (!(Slot.Flags & SlotEmbedded) && !readMemory(Value + 24, Bytes))
    return false;
  uptr Size = Min(Slot.Length, OutSize - 1);
  if (Size && !readMemory(Bytes, Out, Size))
    return false;
  Out[Size] = '\0';
  return true;
}

} // namespace gvlsan
