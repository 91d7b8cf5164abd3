//===- GivenBack.h - Memory that is given back ------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_GIVENBACK_H
#define GVLSAN_GIVENBACK_H

namespace gvlsan {

/// From now on what is freed during a region is retired, see Retired.h. At
/// start-up, by the adapter of a heap whose regions borrow.
void keepWhatIsGivenBack();

} // namespace gvlsan

#endif // GVLSAN_GIVENBACK_H
