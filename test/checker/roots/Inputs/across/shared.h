#include <ruby.h>

extern VALUE shared_rooted, shared_forgotten, shared_through_helper;
void remember(VALUE *address);
void init_rooted(void);
void remember_all(VALUE *address, int depth);
VALUE define_kind(const char *name);
VALUE kind_or_new(const char *name);
