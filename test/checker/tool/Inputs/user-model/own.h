/* A library's own wrappers, of which nobody sees the body. */
#include <ruby.h>

void own_without_gvl(void *(*function)(void *), void *data);
char *own_bytes(VALUE object);
void own_log(const char *text);
int own_time(void);
