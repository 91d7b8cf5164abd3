//===- VectorAccesses.h - Lanes of vector accesses --------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
///
/// \file
/// Vector loads and stores under a mask, gathers and scatters access some lanes
/// and not others, and a lane that is off may lie anywhere: each lane is judged
/// by itself, behind one comparison of all.
///
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_PASS_VECTORACCESSES_H
#define GVLSAN_PASS_VECTORACCESSES_H

#include "llvm/IR/Function.h"

namespace gvlsan {

/// Checks these accesses of \p F. It splits blocks. \returns how many there
/// were.
unsigned insertVectorChecks(llvm::Function &F);

} // namespace gvlsan

#endif // GVLSAN_PASS_VECTORACCESSES_H
