// Intent: the strict profile wants proof where the practical one is content that nothing shows the opposite.
// RUN: %check31 2>&1 | FileCheck %s --check-prefix=PRACTICAL
// RUN: not %gvlsan check --profile=strict %s -- %ruby_cflags 2>&1 | FileCheck %s --check-prefix=STRICT
#include <ruby.h>
#include <ruby/thread.h>
#include <string.h>

// PRACTICAL: 0 findings

struct job {
  char *bytes;
  long length;
};

static void *fill(void *data) {
  struct job *job = data;
  memset(job->bytes, 'x', job->length);
  return NULL;
}

// A fresh String is visible to ObjectSpace until it is hidden.
VALUE fresh(VALUE self) {
  VALUE buffer = rb_str_buf_new(8192);
  struct job job = {RSTRING_PTR(buffer), 8192};
  // STRICT-DAG: :[[@LINE+1]]:{{[0-9]+}}: warning: nothing shows that Ruby code cannot change {{.*}}[R2.c]
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  return buffer;
}

VALUE hidden(VALUE self) {
  VALUE buffer = rb_obj_hide(rb_str_buf_new(8192));
  struct job job = {RSTRING_PTR(buffer), 8192};
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(buffer);
  return Qnil;
}

// It is hidden too late: what ran in between may have found it.
VALUE hidden_late(VALUE self, VALUE other) {
  VALUE buffer = rb_str_buf_new(8192);
  // STRICT-DAG: :[[@LINE+1]]:{{[0-9]+}}: note: this may have run Ruby code or the collector before it was hidden
  rb_funcall(other, rb_intern("to_s"), 0);
  rb_obj_hide(buffer);
  struct job job = {RSTRING_PTR(buffer), 8192};
  // STRICT-DAG: :[[@LINE+1]]:{{[0-9]+}}: warning: nothing shows that Ruby code cannot change {{.*}}[R2.c]
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(buffer);
  return Qnil;
}

// What runs once it is hidden does not matter.
VALUE hidden_at_once(VALUE self, VALUE other) {
  VALUE buffer = rb_str_buf_new(8192);
  rb_obj_hide(buffer);
  rb_funcall(other, rb_intern("to_s"), 0);
  struct job job = {RSTRING_PTR(buffer), 8192};
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(buffer);
  return Qnil;
}

// A lock keeps it unchanged, but Ruby code has seen it.
VALUE locked(VALUE self, VALUE text) {
  if (RSTRING_LEN(text) < 4096)
    return Qnil;
  rb_str_locktmp(text);
  struct job job = {RSTRING_PTR(text), RSTRING_LEN(text)};
  // STRICT-DAG: :[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}'text' {{.*}}[R2.c]
  rb_thread_call_without_gvl(fill, &job, RUBY_UBF_IO, NULL);
  rb_str_unlocktmp(text);
  return text;
}

struct counter {
  long count;
  volatile int stop;
};
extern const rb_data_type_t counter_type;

static void *count(void *data) {
  struct counter *counter = data;
  // STRICT-DAG: :[[@LINE+2]]:{{[0-9]+}}: warning: the struct of 'self' {{.*}}is defined out of sight [R1.c]
  // STRICT-DAG: :[[@LINE+1]]:{{[0-9]+}}: warning: the struct of 'self' is changed without the GVL, {{.*}}[R4]
  counter->count = 1;
  return NULL;
}

VALUE counted(VALUE self) {
  struct counter *counter;
  TypedData_Get_Struct(self, struct counter, &counter_type, counter);
  rb_thread_call_without_gvl(count, counter, RUBY_UBF_IO, NULL);
  return Qnil;
}
// STRICT: gvlsan check: 5 findings
