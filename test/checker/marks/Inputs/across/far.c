#include "store.h"

void mark_far(struct store *store) {
  rb_gc_mark_movable(store->far);
}
void locate_far(struct store *store) {
  store->far = rb_gc_location(store->far);
}
