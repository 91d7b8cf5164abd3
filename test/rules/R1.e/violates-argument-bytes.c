// Intent: a digest that releases the lock for any argument, however short.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>

struct job {
  const unsigned char *bytes;
  size_t length;
  unsigned long state;
};

static void *update(void *data) {
  struct job *job = data;
  for (size_t i = 0; i < job->length; i++)
    // Violates R1.e: nothing says that the argument is not embedded. It is
    // pinned, being an argument, but its page may be protected.
    // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}[R1.e]
    job->state += job->bytes[i];
  return NULL;
}

static VALUE digest(VALUE self, VALUE string) {
  StringValue(string);
  struct job job = {(const unsigned char *)RSTRING_PTR(string),
                    RSTRING_LEN(string), 0};
  rb_thread_call_without_gvl(update, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(string);
  return ULONG2NUM(job.state);
}

static VALUE run(VALUE self) {
  static char text[] = "abcd";
  VALUE result =
      rb_funcall(self, rb_intern("digest"), 1, rb_str_new_cstr(text));
  printf("digest: %ld\n", NUM2LONG(result));
  fflush(stdout);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("digest", digest, 1);
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: R1.e: 
// HEAP: READ of size 1
// HEAP: SUMMARY: GvlSanitizer: R1.e 
// HEAP: exit: 66
// RUBY: ERROR: GvlSanitizer: R1.e: 
// RUBY: READ of size
// RUBY: #{{[0-9]+}} {{.*}}update
// RUBY: SUMMARY: GvlSanitizer: R1.e 
// RUBY: exit: 66
