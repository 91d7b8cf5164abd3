#include "shared.h"

void remember(VALUE *address) {
  *address = Qnil;
  rb_gc_register_address(address);
}

void init_rooted(void) {
  rb_gc_register_address(&shared_rooted);
}
