#include <ruby.h>

struct store {
  VALUE near, far, lost;
};
void mark_far(struct store *store);
void locate_far(struct store *store);
