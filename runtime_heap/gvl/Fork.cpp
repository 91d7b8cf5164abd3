//===- Fork.cpp - A child has a heap of its own ---------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// The pages are shared memory, since they are mapped twice. Before a fork they
// are copied, with the lock held so that nobody changes them meanwhile; the
// child maps the copy where the original was. Of the threads only the one that
// forked is there.
//
//===----------------------------------------------------------------------===//

#include "gvl/Baton.h"
#include "gvl/Gvl.h"

#include "heap/Heap.h"
#include "judge/Races.h"

#include <sys/syscall.h>
#include <unistd.h>

namespace rheap {
namespace {

/// Of the one fork under way: prepare holds the lock until it is over.
bool TookLock = false;
int Copy = -1;

void prepare() {
  TookLock = Current && !HoldsLock;
  if (TookLock)
    gvl().acquire(*Current);
  // The child's pages are where they belong.
  if (HoldsLock)
    heap().finishIncremental();
  Copy = heap().Memory.copyPages();
  threadListLock().lock();
  gvl().beforeFork();
}

void leave() {
  threadListLock().unlock();
  if (TookLock)
    gvl().release(*Current);
}

void inParent() {
  close(Copy);
  gvl().afterForkInParent();
  leave();
}

void inChild() {
  heap().Memory.adoptPages(Copy);
  heap().Guards.restoreAfterFork();
  heap().ReadBarrier->afterForkInChild(heap());
  for (Thread *T : threads())
    if (T != Current)
      T->Dead = T->Lost = true;
  threads().clear();
  if (Current) {
    Current->Tid = syscall(SYS_gettid);
    threads().push_back(Current);
  }
  forgetWaiter();
  resetHooksAfterFork();
  baton().afterForkInChild(Current);
  gvl().afterForkInChild(HoldsLock ? Current : nullptr);
  leave();
}

} // namespace

void installForkHandlers() { pthread_atfork(prepare, inParent, inChild); }

} // namespace rheap
