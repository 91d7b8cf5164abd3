// Intent: a method that unwraps self hands the region a field of the embedded struct.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// UNSUPPORTED-RUBY: the stock Ruby here is 3.1, which embeds no struct of a T_DATA.
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <string.h>

// Ruby 3.3 and later; older ones do not know the flag.
#ifndef RUBY_TYPED_EMBEDDABLE
#define RUBY_TYPED_EMBEDDABLE 2
#endif

struct digest {
  unsigned char state[16];
  int rounds;
};

static const rb_data_type_t digest_type = {
    "digest", {NULL, RUBY_TYPED_DEFAULT_FREE, NULL}, NULL, NULL,
    RUBY_TYPED_FREE_IMMEDIATELY | RUBY_TYPED_EMBEDDABLE};

static VALUE digest_alloc(VALUE klass) {
  struct digest *digest;
  return TypedData_Make_Struct(klass, struct digest, &digest_type, digest);
}

struct job {
  unsigned char *state;
  int rounds;
};

static void *mix(void *data) {
  struct job *job = data;
  for (int i = 0; i < job->rounds; i++)
    // Violates R1.t: `job` is on the stack, but what it points to is in the slot.
    // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: the struct of {{.*}}handed to memset{{.*}}[R1.t]
    memset(job->state, i, 16);
  return NULL;
}

static VALUE digest_mix(VALUE self) {
  struct digest *digest;
  TypedData_Get_Struct(self, struct digest, &digest_type, digest);
  struct job job = {digest->state, 3};
  rb_thread_call_without_gvl(mix, &job, RUBY_UBF_IO, NULL);
  digest->rounds += 3;
  return Qnil;
}

static VALUE run(VALUE self) {
  return digest_mix(digest_alloc(rb_cObject));
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC: exit: 1
// HEAP: ERROR: GvlSanitizer: R1.t: 
// HEAP: SUMMARY: GvlSanitizer: R1.t 
// HEAP: exit: 66
