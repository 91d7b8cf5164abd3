#include <ruby.h>

extern VALUE shared_rooted, shared_forgotten, shared_through_helper;
void remember(VALUE *address);
void init_rooted(void);
