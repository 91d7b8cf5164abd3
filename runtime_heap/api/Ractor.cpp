//===- Ractor.cpp - What may be shared ------------------------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "ruby/ractor.h"

#include "judge/Judge.h"
#include "model/Data.h"
#include "model/References.h"

#include <unordered_set>

using namespace rheap;

/// Of an object's own type and flags; what it refers to is another matter.
static bool isImmutable(VALUE V) {
  switch (typeOf(V)) {
  case T_CLASS:
  case T_MODULE:
    return true;
  case T_DATA:
    if (!isTypedData(V) ||
        !(RTYPEDDATA(V)->type->flags & RUBY_TYPED_FROZEN_SHAREABLE))
      return false;
    break;
  default:
    break;
  }
  return flagsOf(V) & FL_FREEZE;
}

bool rb_ractor_shareable_p(VALUE V) {
  RHEAP_API_ON(V);
  // Nothing below raises or collects.
  std::unordered_set<VALUE> Seen;
  std::vector<VALUE> Todo = {V};
  while (!Todo.empty()) {
    VALUE Next = Todo.back();
    Todo.pop_back();
    if (!Next || RB_SPECIAL_CONST_P(Next) || !Seen.insert(Next).second)
      continue;
    if (!isImmutable(Next))
      return false;
    // Classes are shared whatever they hold.
    if (typeOf(Next) == T_CLASS || typeOf(Next) == T_MODULE)
      continue;
    // The bytes of a frozen string may belong to a root that is not.
    if (typeOf(Next) != T_STRING)
      eachReference(Next, [&](VALUE &R) { Todo.push_back(R); });
  }
  return true;
}
