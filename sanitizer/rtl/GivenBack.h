//===- GivenBack.h - Memory that is given back ------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_GIVENBACK_H
#define GVLSAN_GIVENBACK_H

namespace gvlsan {

/// From now on what is freed is looked at: whether the kernel still uses it
/// (KernelUses.h) and, when \p Keep, whether a region may (Retired.h). At
/// start-up, by the adapter of a heap whose VM takes its buffers from malloc.
void observeWhatIsGivenBack(bool Keep);

} // namespace gvlsan

#endif // GVLSAN_GIVENBACK_H
