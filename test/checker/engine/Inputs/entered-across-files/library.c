#include "library.h"
#include <ruby.h>

int computes(int n) { return n + 1; }

static char *duplicate(const char *text) {
  char *copy = xmalloc(8);
  copy[0] = text[0];
  return copy;
}

char *copies(const char *text) {
  char *copy = duplicate(text);
  return copies_further(copy);
}

/* Right: called with the lock held, as is the next one. */
char *copies_held(const char *text) { return xrealloc((void *)text, 8); }

void *makes(const char *text) { return (void *)rb_str_new_cstr(text); }
