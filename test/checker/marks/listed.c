// Intent: a list of fields marks and updates what it names, and nothing else (Ruby 3.3).
// REQUIRES: ruby33-headers
// RUN: not %check33 2>&1 | FileCheck %s --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>

struct point {
  VALUE x, y, label;
};

RUBY_REFERENCES_START(point_refs)
RUBY_REF_EDGE(struct point, x), RUBY_REF_EDGE(struct point, y), RUBY_REFERENCES_END

static const rb_data_type_t point_type = {
    .wrap_struct_name = "point",
    .function = {.dmark = RUBY_REFS_LIST_PTR(point_refs), .dfree = RUBY_DEFAULT_FREE},
    .flags = RUBY_TYPED_DECL_MARKING,
};

static VALUE point_set(VALUE self, VALUE x, VALUE y, VALUE label) {
  struct point *point = rb_check_typeddata(self, &point_type);
  point->x = x;
  point->y = y;
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: 'label' of the struct behind an object{{.*}}[C1]
  point->label = label;
  return rb_ary_new_from_args(3, point->x, point->y, point->label);
}

void Init_listed(void) {
  rb_define_method(rb_cObject, "point_set", point_set, 3);
}
