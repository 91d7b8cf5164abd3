/* A program with a VM in it: libc's calls before the VM is up, while it runs, and
 * after it is down. */
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char buffer[64];
static const char *volatile bytes;

static void use(const char *when) {
  char *copy = strdup(when);
  snprintf(buffer, sizeof buffer, "%s\n", copy);
  write(1, buffer, strlen(buffer));
  free(copy);
}

static void *in_region(void *data) {
  use("region");
  return (void *)strlen((const char *)bytes);
}

static VALUE body(VALUE data) {
  VALUE string = rb_str_plus(rb_str_new_cstr("ab"), rb_str_new_cstr("c"));
  bytes = RSTRING_PTR(string);
  use(*bytes == 'a' ? "up" : "?");
  if (data != Qnil)
    rb_thread_call_without_gvl(in_region, NULL, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(string);
  return Qnil;
}

__attribute__((constructor)) static void early(void) { use("loaded"); }
__attribute__((destructor)) static void late(void) { use("over"); }

int main(int argc, char **argv) {
  int state = 0;
  use("before");
  ruby_sysinit(&argc, &argv);
  RUBY_INIT_STACK;
  ruby_init();
  rb_protect(body, argc > 1 ? Qtrue : Qnil, &state);
  state = ruby_cleanup(state);
  use("down");
  return state;
}
