// Intent: what is handed to a block's function through rb_block_call, rb_hash_foreach, rb_catch and their like is found there.
// RUN: not gvlsan check %s -- %ruby_cflags 2>&1 | FileCheck %s --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>

typedef void *function(void *);
struct call {
  function *run;
  void *data;
};

static void *offload(void *data) {
  struct call *call = data;
  return call->run(call->data);
}

static VALUE release_gvl(RB_BLOCK_CALL_FUNC_ARGLIST(yielded, data)) {
  rb_thread_call_without_gvl(offload, (void *)data, RUBY_UBF_IO, NULL);
  return Qnil;
}

static VALUE without_interrupts(VALUE data) {
  return rb_block_call(rb_cThread, rb_intern("handle_interrupt"), 0, NULL, release_gvl, data);
}

static void call(function *run, void *data) {
  struct call call = {run, data};
  int tag;
  rb_protect(without_interrupts, (VALUE)&call, &tag);
}

static int each_pair(VALUE key, VALUE value, VALUE data) {
  rb_thread_call_without_gvl(offload, (void *)data, RUBY_UBF_IO, NULL);
  return ST_CONTINUE;
}

static VALUE caught(RB_BLOCK_CALL_FUNC_ARGLIST(tag, data)) {
  rb_thread_call_without_gvl(offload, (void *)data, RUBY_UBF_IO, NULL);
  return Qnil;
}

static void *first_byte(void *data) {
  // CHECK-COUNT-3: :[[@LINE+1]]:{{[0-9]+}}: warning: bytes of '{{text|hash_name|name}}'{{.*}}[R1.e]
  return (void *)(long)*(char *)data;
}

static VALUE through_block(VALUE self, VALUE text) {
  call(first_byte, RSTRING_PTR(text));
  return Qnil;
}

static VALUE through_hash(VALUE self, VALUE hash, VALUE hash_name) {
  struct call call = {first_byte, RSTRING_PTR(hash_name)};
  rb_hash_foreach(hash, each_pair, (VALUE)&call);
  return Qnil;
}

static VALUE through_catch(VALUE self, VALUE name) {
  struct call call = {first_byte, RSTRING_PTR(name)};
  rb_catch("done", caught, (VALUE)&call);
  return Qnil;
}

// Right: a copy goes the same ways.
static VALUE copied(VALUE self, VALUE text, VALUE hash) {
  char copy[8] = "";
  memcpy(copy, RSTRING_PTR(text), RSTRING_LEN(text) < 7 ? RSTRING_LEN(text) : 7);
  struct call call_of_copy = {first_byte, copy};
  call(first_byte, copy);
  rb_hash_foreach(hash, each_pair, (VALUE)&call_of_copy);
  return Qnil;
}

void Init_block_call(void) {
  rb_define_global_function("through_block", through_block, 1);
  rb_define_global_function("through_hash", through_hash, 2);
  rb_define_global_function("through_catch", through_catch, 1);
  rb_define_global_function("copied", copied, 2);
}

// CHECK: 3 findings (3 warnings) in 1 file
