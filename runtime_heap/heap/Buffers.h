//===- Buffers.h - External buffers of objects ------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_HEAP_BUFFERS_H
#define RHEAP_HEAP_BUFFERS_H

#include "heap/SpinLock.h"

#include "ruby/ruby.h"

#include <atomic>
#include <cstddef>
#include <vector>

namespace rheap {

/// C memory that objects own: bytes of strings, elements of arrays, structs of
/// T_DATA. Without a sanitizer this is malloc. Under judging each buffer has
/// pages of its own between inaccessible ones; a freed one becomes
/// inaccessible and stays so for a while, so that a later access is seen
/// (rule R2.a), and its owner can be named.
class Buffers {
public:
  /// \p Judging chooses between the two. \returns an error message, or nullptr.
  const char *init(bool Judging);

  /// With the lock. Uninitialised; nullptr when memory is out.
  /// \p IsContents: of a string or an array.
  void *allocate(size_t Size, VALUE Owner, bool IsContents = false);
  void *reallocate(void *P, size_t Size);
  void free(void *P);
  /// P belongs to \p Owner from now on, which may be 0. Nothing for memory
  /// that is not from here.
  void setOwner(const void *P, VALUE Owner);

  /// The owner of \p P has been frozen: from now on its bytes are read-only
  /// under judging, so that a store is seen (rule R3).
  void freeze(const void *P);
  /// Makes what is frozen writable again, for a store that has been reported.
  /// Any thread, async-signal-safe.
  void thaw(const void *P) const;

  /// While a region runs and nobody holds the lock: makes the buffers of
  /// strings and arrays inaccessible, so that the region's first access of each
  /// is seen (rule R2.c). Only the youngest, if there are very many. Any
  /// thread, not in signal handlers; nothing without judging.
  void seal();
  void unseal();
  /// Makes one of them accessible; async-signal-safe.
  void open(const void *P);

  /// An extension has got the address of the buffer that holds \p P: it is
  /// one of those that watch() is about (rule R4). With the lock.
  void borrow(const void *P);
  /// From now on the buffers that extensions have addresses of are
  /// inaccessible, those too that they get one of later. Any thread.
  void watch();
  /// For one instruction of a thread, which has faulted: opens a watched buffer
  /// and closes it again. \returns false when it is left open, since it has
  /// been stepped through for long enough. Async-signal-safe.
  bool beginStep(const void *P);
  void endStep(const void *P);
  /// Opens a watched buffer until its address is asked for again, or for good.
  /// Async-signal-safe.
  void unwatch(const void *P, bool ForGood);
  /// Whether a thread may still wait for others at \p P; counts.
  bool mayWaitAt(const void *P);

  struct Info {
    const void *Begin;
    size_t Size;
    VALUE Owner;
    bool Freed;
    bool Frozen;
    /// Freed, but its owner lives: it was given another buffer.
    bool Replaced;
    /// By seal().
    bool Sealed;
    /// By watch().
    bool Watched;
  };
  /// The buffer that holds \p P. Any thread, async-signal-safe. Knows nothing
  /// without judging.
  bool find(const void *P, Info &Out) const;
  /// Makes a freed buffer accessible again; async-signal-safe.
  void reopen(const void *P) const;

private:
  struct Record;
  Record *recordOf(const void *P) const;
  void release(Record &R);
  void setAccess(const Record &R, int Access) const;
  void close(Record &R);

  char *Base = nullptr;
  Record *Records = nullptr;
  std::atomic<size_t> Used{0}; ///< in units
  /// First units of the buffers freed last.
  static constexpr size_t NumRecent = 1024;
  size_t Recent[NumRecent] = {};
  size_t NextRecent = 0;
  static constexpr size_t MaxSealed = 1024;
  /// In one watched buffer, by all threads.
  static constexpr unsigned MaxSteps = 8192;
  static constexpr unsigned MaxWaits = 4;
  SpinLock SealLock;
  /// First units of live buffers of strings and arrays, oldest first. Under
  /// SealLock.
  std::vector<size_t> Sealable;
  bool IsSealed = false;
  /// First units of live buffers that borrow() was told of. Under SealLock.
  std::vector<size_t> Borrowed;
  std::atomic<bool> Watching{false};
};

} // namespace rheap

#endif // RHEAP_HEAP_BUFFERS_H
