//===- Frontend.h - A source in, a unit out ---------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef GVLSAN_TOOL_FRONTEND_H
#define GVLSAN_TOOL_FRONTEND_H

#include "tool/Collector.h"

namespace gvlsan {

/// Parses and analyses \p U's source, and fills \p U anew.
void analyseUnit(Unit &U, const ApiModel &Model, const Options &Opts,
                 Collector &Into);

} // namespace gvlsan

#endif // GVLSAN_TOOL_FRONTEND_H
