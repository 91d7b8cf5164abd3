//===- Next.h - The functions that this program stands before ---*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_JUDGE_NEXT_H
#define RHEAP_JUDGE_NEXT_H

#include <atomic>
#include <dlfcn.h>

namespace rheap {

/// The function \p Name of the libraries behind this program, for one that is
/// defined here and passes calls on.
template <class Fn> Fn next(std::atomic<Fn> &Known, const char *Name) {
  Fn F = Known.load(std::memory_order_acquire);
  if (!F) {
    F = reinterpret_cast<Fn>(dlsym(RTLD_NEXT, Name));
    Known.store(F, std::memory_order_release);
  }
  return F;
}

} // namespace rheap

#endif // RHEAP_JUDGE_NEXT_H
