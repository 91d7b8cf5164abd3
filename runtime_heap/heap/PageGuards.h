//===- PageGuards.h - Who has made which page inaccessible ------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_HEAP_PAGEGUARDS_H
#define RHEAP_HEAP_PAGEGUARDS_H

#include "heap/Page.h"
#include "heap/SpinLock.h"

#include <vector>

namespace rheap {

/// A page is inaccessible while the barrier protects it, or while the whole
/// heap is sealed because nobody holds the lock. Both are kept here, since they
/// overlap. Safe in signal handlers, but for unprotectAll.
class PageGuards {
public:
  explicit PageGuards(Arena &A) : Pages(A) {}

  void protect(Page &P);
  /// Makes \p P accessible for the barrier's part.
  void unprotect(Page &P);
  /// Ends the barrier's part for every page.
  void unprotectAll();

  void seal();
  void unseal();
  bool isSealed() const { return Sealed.load(std::memory_order_acquire); }

  /// Opens one sealed page for one instruction of a thread that was judged.
  void openPage(Page &P);
  /// And closes it again if the heap is still sealed.
  void closePage(Page &P);

  /// Gives \p P the protection that the barrier and the seal ask for.
  void reset(Page &P);

  /// Changes with each change of a protection: who compares two values knows
  /// whether there was one in between.
  unsigned epoch() const { return Epoch.load(std::memory_order_acquire); }

  /// In the child of a fork, whose pages are all accessible.
  void restoreAfterFork();

private:
  bool accessible(const Page &P) const {
    return !isSealed() && !P.Protected.load(std::memory_order_relaxed);
  }
  void apply(Page &P) {
    Epoch.fetch_add(1, std::memory_order_release);
    Pages.protect(P.Begin, PageSize, accessible(P));
  }

  Arena &Pages;
  SpinLock Lock;
  std::atomic<bool> Sealed{false};
  std::atomic<unsigned> Epoch{0};
  std::vector<Page *> ProtectedPages;
};

} // namespace rheap

#endif // RHEAP_HEAP_PAGEGUARDS_H
