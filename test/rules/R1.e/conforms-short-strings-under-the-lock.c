// Intent: the region is entered only for strings that no slot can hold.
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
  // Conforms: without the lock only for more bytes than the largest slot has.
  for (size_t i = 0; i < job->length; i++)
    job->state += job->bytes[i];
  return NULL;
}

static VALUE digest(VALUE self, VALUE string) {
  StringValue(string);
  string = rb_str_new_frozen(string);
  struct job job = {(const unsigned char *)RSTRING_PTR(string),
                    RSTRING_LEN(string), 0};
  if (job.length >= 4096)
    rb_thread_call_without_gvl(update, &job, RUBY_UBF_IO, NULL);
  else
    update(&job);
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

// STATIC-NOT: {{error|warning}}: 
// STATIC: 0 findings in 1 file; 1 region
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: digest: 394
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: digest: 394
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: exit: 0
