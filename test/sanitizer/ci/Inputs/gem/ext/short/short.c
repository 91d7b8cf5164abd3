// Hashes a String without the GVL, wherever its bytes are.
#include <ruby.h>
#include <ruby/thread.h>

struct job {
  const char *bytes;
  long size;
  unsigned hash;
};

static void *hash(void *data) {
  struct job *job = data;
  for (long i = 0; i < job->size; i++)
    job->hash = job->hash * 31 + (unsigned char)job->bytes[i];
  return NULL;
}

static VALUE short_hash(VALUE self, VALUE string) {
  StringValue(string);
  struct job job = {RSTRING_PTR(string), RSTRING_LEN(string), 0};
  rb_thread_call_without_gvl(hash, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(string);
  return UINT2NUM(job.hash);
}

void Init_short(void) {
  rb_define_singleton_method(rb_define_module("Short"), "hash", short_hash, 1);
}
