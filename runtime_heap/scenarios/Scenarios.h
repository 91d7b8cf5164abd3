/* Scenarios.h - What the scenarios share
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RHEAP_SCENARIOS_H
#define RHEAP_SCENARIOS_H
#include <rheap/internal.h>
#include <ruby.h>
#include <ruby/thread.h>

/* What each scenario is about: a string that is embedded in the smallest slot.
 */
#define SUBJECT "<subject>"
enum { subject_length = sizeof(SUBJECT) - 1 };

/* What came of the access, in the order of precedence. */
enum outcome { outcome_right, outcome_wrong, outcome_efault, outcome_lost };

/* Prints "NAME: right", "healed" (right, because the barrier did something
 * during the access), "wrong bytes", "EFAULT" or "lost". */
void print_outcome(const char *name, enum outcome outcome, size_t healed);

/*
 * A heap in which the next compaction takes away everything around one object:
 * holes in front, then objects that stay reachable, the subject among them.
 * layout_begin makes what is before it, layout_end what is behind;
 * layout_continue fills more than two pages of the smallest slots. All with
 * the lock.
 */
struct layout {
  VALUE kept; /* on the caller's stack */
  size_t healed_before;
};
void layout_begin(struct layout *layout);
void layout_continue(struct layout *layout);
void layout_end(struct layout *layout);
/* All that was kept is what it was. */
void layout_check(struct layout *layout);

/* Registers the functions of Region.c and Dfree.c. */
void define_region_scenarios(void);
void define_dfree_scenarios(void);
#endif
