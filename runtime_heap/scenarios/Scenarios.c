/* Scenarios.c - What each barrier design does in the cases of Bug #20169
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
/*
 *   RHEAP_BARRIER=uffd rheap run scenarios.so --method write_in_region
 *
 * Each function brings the heap to the moment that barriers are for - what
 * moves has moved, no reference is updated - and makes one access just then.
 * No luck is involved: a region waits for that moment in rheap_at_moved, a
 * dfree runs while the pages of its size are compacted, after those of the
 * subject's.
 */
#include "Scenarios.h"

void print_outcome(const char *name, enum outcome outcome, size_t healed) {
  static const char *const words[] = {"right", "wrong bytes", "EFAULT", "lost"};
  printf("%s: %s\n", name,
         outcome == outcome_right && healed ? "healed" : words[outcome]);
}

void Init_scenarios(void) {
  define_region_scenarios();
  define_dfree_scenarios();
}
