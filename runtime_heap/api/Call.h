//===- Call.h - Calling methods ---------------------------------*- C++ -*-===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef RHEAP_API_CALL_H
#define RHEAP_API_CALL_H

#include "gvl/Thread.h"
#include "model/Class.h"

namespace rheap {

/// Calls what was found, with a frame of its own.
VALUE callFound(const Lookup &Found, VALUE Self, ID Name, int Argc,
                const VALUE *Argv, const Block *Given);
/// Raises NoMethodError when there is none.
VALUE callMethod(VALUE Self, ID Name, int Argc, const VALUE *Argv,
                 const Block *Given = nullptr);

/// Names that the runtime itself asks for.
struct KnownIds {
  ID Initialize, ToS, Inspect, Equal, Message, Errno, ToStr, ToInt, ToAry, Each,
      RespondTo;
};
extern KnownIds Id;

} // namespace rheap

#endif // RHEAP_API_CALL_H
