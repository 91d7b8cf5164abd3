//===- PageGuards.cpp - Who has made which page inaccessible --------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "heap/PageGuards.h"

#include <mutex>

namespace rheap {

void PageGuards::protect(Page &P) {
  // Outside the lock: a handler never allocates.
  ProtectedPages.push_back(&P);
  std::lock_guard Guard(Lock);
  P.Protected.store(true, std::memory_order_release);
  apply(P);
}

void PageGuards::unprotect(Page &P) {
  std::lock_guard Guard(Lock);
  P.Protected.store(false, std::memory_order_release);
  apply(P);
}

void PageGuards::reset(Page &P) {
  std::lock_guard Guard(Lock);
  apply(P);
}

void PageGuards::unprotectAll() {
  for (Page *P : ProtectedPages)
    unprotect(*P);
  ProtectedPages.clear();
}

void PageGuards::seal() {
  std::lock_guard Guard(Lock);
  Sealed.store(true, std::memory_order_release);
  Epoch.fetch_add(1, std::memory_order_release);
  Pages.protect(Pages.begin(), size_t(Pages.end() - Pages.begin()), false);
}

void PageGuards::unseal() {
  std::lock_guard Guard(Lock);
  if (!isSealed())
    return;
  Sealed.store(false, std::memory_order_release);
  Epoch.fetch_add(1, std::memory_order_release);
  Pages.protect(Pages.begin(), size_t(Pages.end() - Pages.begin()), true);
  for (Page *P : ProtectedPages)
    if (P->Protected.load(std::memory_order_relaxed))
      apply(*P);
}

void PageGuards::restoreAfterFork() {
  // Another thread may have held it, in the parent.
  Lock.unlock();
  for (Page *P : ProtectedPages)
    if (P->Protected.load(std::memory_order_relaxed))
      apply(*P);
}

void PageGuards::openPage(Page &P) {
  std::lock_guard Guard(Lock);
  if (isSealed())
    Pages.protect(P.Begin, PageSize, true);
}

void PageGuards::closePage(Page &P) {
  std::lock_guard Guard(Lock);
  if (isSealed())
    apply(P);
}

} // namespace rheap
