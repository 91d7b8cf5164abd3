//===- ApiModel.h - What the checker knows of C functions -------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// The model of the Ruby C API (and of libc, as far as it follows memory), read
/// from YAML. No other file of the checker names a function of the API.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_API_APIMODEL_H
#define GVLSAN_API_APIMODEL_H

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"

#include <string>
#include <vector>

namespace gvlsan {

/// What a function demands of the lock.
enum class LockNeed {
  /// A function of the Ruby C API that must hold it: the default.
  Needs,
  /// Looks into the slot of a VALUE (macros and inline functions).
  Accessor,
  /// Of the C API, and documented as callable without.
  Free,
  /// Of the C API; needs the lock by the letter, yet neither allocates nor
  /// raises nor touches an object.
  Doubtful,
  /// Made for signal handlers, and otherwise needs the lock.
  Signal,
  /// Not of the C API at all.
  None,
};

/// The state of the lock in a callback.
enum class CallbackState {
  Same,
  Held,
  Released,
  /// Released, and the caller waits for it: a no-GVL region.
  Region,
  /// Released, and beside the caller: a thread of its own.
  Thread,
  /// What interrupts a thread: it may hold the lock or not.
  Either,
};

/// A function that a call runs.
struct Callback {
  /// -1: the first argument that can be called (C++).
  int Function = -1;
  /// When not empty, the function is one of these fields of what argument
  /// `Function` points to.
  std::vector<std::string> Fields;
  /// By parameter, the argument that becomes it; -1: not one of them.
  std::vector<int> Data;
  CallbackState Under = CallbackState::Same;
  std::string As;
  /// Whether the caller holds a mutex meanwhile.
  bool Locked = false;
  /// Whether the code that calls it, now or later, is in another file.
  bool HandedOn = false;

  bool isRegion() const { return Under == CallbackState::Region; }
  /// Whether it may run without the lock although its caller holds it.
  bool leavesLock() const {
    return Under != CallbackState::Same && Under != CallbackState::Held;
  }
};

/// What the slots of one Ruby can embed, in bytes.
struct EmbedLimits {
  /// 100 * major + minor of the first Ruby that it holds for.
  unsigned Since = 0;
  /// Up to so many are always embedded; from so many on never.
  int64_t Always = 0, Never = 0;
};

enum class Result {
  Unknown,
  String,
  StaticString,
  Array,
  Object,
  Bytes,
  BytesAt,
  ValueAt,
  Length,
  Data,
  Element,
  Argument,
  Converted,
  Callback,
  Heap,
  ZeroHeap,
  Stack,
  LockState,
  FrozenState,
  Slot,
  Flags,
};

enum class Effect {
  None,
  Freezes,
  Hides,
  Locks,
  Unlocks,
  Resizes,
  Grows,
  Registers,
  Roots,
  MarksMovable,
  /// Changes the object's contents, perhaps by another buffer.
  Changes,
  /// Takes a mutex, gives one back, or waits for another thread.
  Acquires,
  GivesBack,
  Joins,
};

/// What the fields of a slot are, by name.
struct SlotFields {
  std::vector<std::string> Bytes, Length, Flags;
  /// The flag that says whether a String or an Array is embedded.
  int64_t EmbedFlag = 0;
};

/// Whether a call runs the collector.
enum class Collects {
  Never,
  /// On some input only, such as an object that has to be converted.
  Seldom,
  Often,
};

/// What a call returns, seen from who else holds it.
enum class Holding {
  /// Not told.
  Unknown,
  /// A new object that nothing else refers to.
  Fresh,
  /// A new object on some input, otherwise one that something else holds.
  MaybeFresh,
  /// Something else holds it: another object, or a root.
  Kept,
};

/// How a function shows an object to the collector.
enum class Marking { None, Pinned, Movable };

/// The facts about one function.
struct FunctionFacts {
  /// Told by the user: it stands over what is seen.
  bool ByUser = false;
  std::string Name;
  /// What users call it: `rb_array_len` is RARRAY_LEN. Never empty.
  std::string Shown;
  LockNeed Lock = LockNeed::Needs;
  bool MayCollect = false;
  /// Meaningful when MayCollect: only on some input.
  bool SeldomCollects = false;
  /// May run Ruby code; may leave by an exception.
  bool CallsRuby = true, Raises = true;
  Holding Held = Holding::Unknown;
  /// The result is frozen, hidden from Ruby, or shares its bytes with another
  /// object.
  bool Frozen = false, Hidden = false, Shared = false;
  /// Arguments that something refers to after the call: those below KeepsFrom,
  /// and all from there on. -1: none from there on.
  std::vector<int> Keeps;
  int KeepsFrom = -1;
  /// Whether the two above are told; a function that runs Ruby code may keep
  /// anything otherwise.
  bool KeepsTold = false;
  /// Pointers that it is done with before it runs the collector, if it does.
  std::vector<int> Early;
  /// The argument whose bytes or elements it may move elsewhere; -1: none.
  int Reallocates = -1;
  /// Whether a hand-written file says what it does.
  bool Curated = false;
  Result Returns = Result::Unknown;
  int ReturnsArg = -1;
  /// Arguments with the size and with the text of a fresh object; the argument
  /// whose properties it copies.
  int Size = -1, Text = -1, Like = -1;
  /// The argument that points to the type of a T_DATA.
  int Type = -1;
  /// The argument that is a method's function.
  int Method = -1;
  /// Arguments that Ruby code can reach from then on; all arguments from
  /// SharesFrom on; the object that is to keep them, which has to be reachable
  /// itself.
  std::vector<int> Shares;
  int SharesFrom = -1, Into = -1;
  /// The argument with the name under which an object is kept: Ruby code
  /// reaches it when that begins with '@'.
  int Under = -1;
  /// Ruby code that reaches the keeper reaches the result.
  bool Reachable = false;
  Effect Does = Effect::None;
  /// The argument the effect is on; -1: the result.
  int DoesTo = -1;
  /// The result has a root of its own.
  bool Rooted = false;
  /// The result never dies and never moves.
  bool Immortal = false;
  /// Marks argument MarksArg; MarksRange: all from there to the next argument,
  /// or all that the table holds.
  Marking Marks = Marking::None;
  int MarksArg = -1;
  bool MarksMany = false;
  /// Returns where this argument has moved to, or updates the table.
  int Locates = -1;
  /// Raises unless this argument is a number.
  int Number = -1;
  /// Of a call that makes or opens an object around a C struct: the arguments
  /// with the struct, its functions, and its type.
  int Struct = -1, StructMark = -1, StructFree = -1;
  /// May be called while the collector sweeps, although it needs the lock.
  bool Sweepable = false;
  /// Takes the lock, which its caller must not hold.
  bool TakesLock = false;
  /// Tells whether Ruby made the running thread.
  bool TellsThread = false;
  /// Runs the functions that it is given before it returns, and keeps nothing.
  bool Transient = false;
  /// Writes argument StoresWhat to where argument StoresTo points.
  int StoresTo = -1, StoresWhat = -1;
  /// Puts the arguments behind it into the table that this argument is: memory
  /// that the collector does not look into.
  int Table = -1;
  /// Fills variables whose addresses it is given with a method's arguments.
  bool FillsArguments = false;
  /// Memory it follows, and whether the kernel does it.
  std::vector<int> Reads, Writes;
  bool Kernel = false;
  std::vector<Callback> Calls;

  /// Nothing is known of the function but how long objects live.
  bool Partial = false;

  /// Adds what \p More says of how long objects live, and of what it returns
  /// and does where it says so.
  void amend(const FunctionFacts &More);

  Collects collects() const {
    return !MayCollect      ? Collects::Never
           : SeldomCollects ? Collects::Seldom
                            : Collects::Often;
  }
  bool keeps(int Argument) const {
    if (!KeepsTold)
      return CallsRuby;
    return (KeepsFrom >= 0 && Argument >= KeepsFrom) ||
           llvm::is_contained(Keeps, Argument);
  }
  bool isEarly(int Argument) const {
    return llvm::is_contained(Early, Argument);
  }
  bool follows() const { return !Reads.empty() || !Writes.empty(); }
};

/// The C struct that describes objects around C structs, and its fields.
struct DataTypeModel {
  std::string Record, Mark, Free, Compact, Flags;
  /// Names of the flags that say: free in the sweep; the mark function is a
  /// list of fields.
  std::string Immediate, Listed;
};

/// Reads "3.3" or "3.3.1" as 303. \returns whether it is a version.
bool parseRuby(llvm::StringRef Text, unsigned &Version);

class ApiModel {
public:
  /// The macro that keeps a VALUE in its frame up to where it stands.
  static constexpr const char Guard[] = "RB_GC_GUARD";

  /// The model that is built in.
  static ApiModel builtin();

  /// The parts of \p V, for Packed.h.
  template <class A> friend void fields(A &Ar, ApiModel &V) {
    Ar({}, V.DataType);
    Ar({}, V.KeeperWords);
    Ar({}, V.TransientWords);
    Ar({}, V.Functions);
    Ar({}, V.Slots);
    Ar({}, V.Wrappers);
    Ar({}, V.PinnedConstants);
    Ar({}, V.PinnedScopes);
    Ar({}, V.Limits);
    Ar({}, V.Fields);
    Ar({}, V.DataTypeFlags);
    Ar({}, V.EmbeddableFlag);
  }

  /// Adds the facts of a YAML document; later facts replace earlier ones.
  /// \param Name the file, for messages.
  /// \param [out] Error one line with file and line number, when it fails.
  /// \param ByUser whether a user tells them.
  bool add(llvm::StringRef Name, llvm::StringRef Yaml, std::string &Error,
           bool ByUser = false);

  /// \returns nullptr for a function that is not in the model.
  const FunctionFacts *find(llvm::StringRef Name) const {
    auto It = Functions.find(Name);
    return It == Functions.end() ? nullptr : &It->second;
  }

  /// Whether the C++ class \p Name keeps a function that it is made of, and
  /// runs it when it is called.
  bool isWrapper(llvm::StringRef Name) const { return Wrappers.contains(Name); }

  /// Whether `struct Name` is the layout of a slot.
  bool isSlot(llvm::StringRef Name) const { return Slots.contains(Name); }

  const SlotFields &slotFields() const { return Fields; }

  /// The field with the flags of a T_DATA's type, and the flag that lets the
  /// data live in the slot.
  llvm::StringRef dataTypeFlags() const { return DataTypeFlags; }
  int64_t embeddableFlag() const { return EmbeddableFlag; }

  /// \param Ruby 100 * major + minor; 0: what holds for all of them.
  EmbedLimits embedLimits(unsigned Ruby) const;

  /// Whether C code defines the class or module \p Name, so that it is pinned.
  bool isPinnedConstant(llvm::StringRef Name) const {
    return PinnedConstants.contains(Name);
  }
  /// Whether C code defines all that the module in Ruby's variable \p Name
  /// holds.
  bool isPinnedScope(llvm::StringRef Name) const {
    return PinnedScopes.contains(Name);
  }

  /// Whether a part of the name of a library's function says that it keeps
  /// what it is given, or that it does not.
  bool namesKeeper(llvm::StringRef Name) const;
  bool namesTransient(llvm::StringRef Name) const;

  const DataTypeModel &dataType() const { return DataType; }

  /// Every function with a callback that does not run in its caller's state.
  const llvm::StringMap<FunctionFacts> &functions() const { return Functions; }

private:
  DataTypeModel DataType;
  llvm::StringSet<> KeeperWords, TransientWords;
  llvm::StringMap<FunctionFacts> Functions;
  llvm::StringSet<> Slots, Wrappers, PinnedConstants, PinnedScopes;
  /// By Ruby, ascending.
  std::vector<EmbedLimits> Limits;
  SlotFields Fields;
  std::string DataTypeFlags;
  int64_t EmbeddableFlag = 0;
};

} // namespace gvlsan

#endif // GVLSAN_API_APIMODEL_H
