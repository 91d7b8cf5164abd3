// Intent: what keeps the owner of an external pointer over a region, and what does not.
// RUN: not %check31 2>&1 | %filecheck
#include <ruby.h>
#include <ruby/thread.h>

struct job {
  VALUE owner;
  char *bytes;
};

static VALUE kept;

static void *fill(void *data) {
  struct job *job = data;
  job->bytes[0] = 1;
  return NULL;
}

static void release(char *bytes) {
  struct job job = {Qnil, bytes};
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: the String {{.*}}nothing keeps it live{{.*}}[R2.a]
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
}

VALUE dropped(VALUE self) {
  VALUE buffer = rb_str_buf_new(8000);
  release(RSTRING_PTR(buffer));
  return Qnil;
}

VALUE reassigned(VALUE self) {
  VALUE buffer = rb_str_buf_new(8000);
  struct job job = {Qnil, RSTRING_PTR(buffer)};
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: the String {{.*}}nothing keeps it live{{.*}}[R2.a]
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  buffer = Qnil;
  return buffer;
}

// Conforms: the guard is a use of the variable after the region.
VALUE guarded(VALUE self) {
  VALUE buffer = rb_str_buf_new(8000);
  struct job job = {Qnil, RSTRING_PTR(buffer)};
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(buffer);
  return Qnil;
}

static void release_for_caller(char *bytes) {
  struct job job = {Qnil, bytes};
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
}

// Conforms: the caller of the helper keeps it.
VALUE guarded_by_caller(VALUE self) {
  VALUE buffer = rb_str_buf_new(8000);
  release_for_caller(RSTRING_PTR(buffer));
  return buffer;
}

// Conforms: the struct on the stack holds the VALUE while the region has its
// address.
VALUE in_the_struct(VALUE self) {
  struct job job;
  job.owner = rb_str_buf_new(8000);
  job.bytes = RSTRING_PTR(job.owner);
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  return Qnil;
}

// Conforms: a volatile variable is kept.
VALUE in_a_volatile(VALUE self) {
  volatile VALUE buffer = rb_str_buf_new(8000);
  struct job job = {Qnil, RSTRING_PTR(buffer)};
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  return Qnil;
}

// Conforms: a root.
VALUE in_a_global(VALUE self) {
  struct job job;
  kept = rb_str_buf_new(8000);
  job.bytes = RSTRING_PTR(kept);
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  return Qnil;
}

// Conforms: the object was handed to a root.
VALUE marked(VALUE self) {
  VALUE buffer = rb_str_buf_new(8000);
  rb_gc_register_mark_object(buffer);
  struct job job = {Qnil, RSTRING_PTR(buffer)};
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  return Qnil;
}

// Conforms: memory from malloc has no owner.
VALUE own(VALUE self) {
  struct job job = {Qnil, malloc(8)};
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  free(job.bytes);
  return Qnil;
}

void Init_owners(void) {
  rb_gc_register_address(&kept);
  rb_define_global_function("dropped", dropped, 0);
}
// CHECK: 2 findings (2 errors) in 1 file; {{[0-9]+}} regions
