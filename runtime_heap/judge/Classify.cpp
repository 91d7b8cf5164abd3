//===- Classify.cpp - Which rule an access to a slot breaks ---------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "judge/Classify.h"

#include "rheap/debug.h"

#include <cstdint>
#include <cstring>

namespace rheap {

gvlsan::RuleId ruleForSlotAccess(const void *Address) {
  rheap_slot_info Slot;
  // What was here is gone: no more can be said than that it was an object.
  if (!rheap_debug_interface.describe_slot(Address, &Slot) ||
      (Slot.flags & RHEAP_SLOT_FREE))
    return gvlsan::RuleId::R1;
  size_t Offset = size_t(static_cast<const char *>(Address) -
                         static_cast<const char *>(Slot.slot));
  // The object that was here decides; it has not been changed by its move.
  if (Slot.flags & RHEAP_SLOT_MOVED)
    rheap_debug_interface.describe_slot(Slot.moved_to, &Slot);
  if (!(Slot.flags & RHEAP_SLOT_EMBEDDED) || Offset < Slot.header_size)
    return gvlsan::RuleId::R1_a;
  return strcmp(Slot.type, "Data") ? gvlsan::RuleId::R1_e
                                   : gvlsan::RuleId::R1_t;
}

} // namespace rheap
