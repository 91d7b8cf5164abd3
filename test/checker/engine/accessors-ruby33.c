// Intent: every way to look into a slot is known by the name that users write, with the headers of 3.3.
// REQUIRES: ruby33-headers
// RUN: not %check33 2>&1 | %filecheck
#include <ruby.h>
#include <ruby/thread.h>

struct job {
  VALUE v;
  long n;
  char *p;
};

static void *in_region(void *data) {
  struct job *job = data;
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: RSTRING_PTR looks{{.*}}[R1.b]
  job->p = RSTRING_PTR(job->v);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: RSTRING_LEN looks{{.*}}[R1.b]
  job->n = RSTRING_LEN(job->v);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: RSTRING_END looks{{.*}}[R1.b]
  job->p = RSTRING_END(job->v);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: RSTRING_GETMEM looks{{.*}}[R1.b]
  RSTRING_GETMEM(job->v, job->p, job->n);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: RARRAY_LEN looks{{.*}}[R1.b]
  job->n = RARRAY_LEN(job->v);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: RARRAY_CONST_PTR looks{{.*}}[R1.b]
  job->p = (char *)RARRAY_CONST_PTR(job->v);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: RARRAY_CONST_PTR looks{{.*}}[R1.b]
  job->v = RARRAY_AREF(job->v, 0);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: RTYPEDDATA_DATA looks{{.*}}[R1.b]
  job->p = RTYPEDDATA_DATA(job->v);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: DATA_PTR looks{{.*}}[R1.b]
  job->p = DATA_PTR(job->v);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: RB_TYPE_P looks{{.*}}[R1.b]
  job->n = RB_TYPE_P(job->v, T_STRING);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: RB_BUILTIN_TYPE looks{{.*}}[R1.b]
  job->n = BUILTIN_TYPE(job->v);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: RBASIC_CLASS looks{{.*}}[R1.b]
  job->v = RBASIC_CLASS(job->v);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: RB_FL_TEST looks{{.*}}[R1.b]
  job->n = RB_FL_TEST(job->v, RUBY_FL_FREEZE) != 0;
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: RB_OBJ_FROZEN looks{{.*}}[R1.b]
  job->n = RB_OBJ_FROZEN(job->v);
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: error: 'as' of struct RString{{.*}}[R1.a]
  job->n = RSTRING(job->v)->as.heap.ptr != NULL;
  return NULL;
}

static void *only_bits(void *data) {
  struct job *job = data;
  // Conforms: these compare and compute; none follows the VALUE.
  if (NIL_P(job->v) || RB_FIXNUM_P(job->v) || !RB_TEST(job->v) ||
      RB_SPECIAL_CONST_P(job->v) || job->v == Qundef)
    job->n = RB_FIXNUM_P(job->v) ? FIX2LONG(job->v) : 0;
  job->v = INT2FIX(1);
  return NULL;
}

VALUE run(VALUE self, VALUE v) {
  struct job job = {v, 0, NULL};
  rb_thread_call_without_gvl(in_region, &job, RUBY_UBF_IO, NULL);
  rb_thread_call_without_gvl(only_bits, &job, RUBY_UBF_IO, NULL);
  return LONG2NUM(job.n);
}
// CHECK: 15 findings (15 errors) in 1 file; 2 regions
