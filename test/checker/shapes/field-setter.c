// Intent: a function that a setter of the same file puts into a field is run where a region calls what
// the field of some struct holds; which structs hold it is not guessed, so nothing is said of its
// arguments.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>

struct source {
  void (*on_end)(struct source *);
  VALUE object;
  char *bytes;
};

void source_set_end(struct source *source, void (*on_end)(struct source *)) { source->on_end = on_end; }

static void note_end(struct source *source) {
  // STATIC: :[[@LINE+2]]:{{[0-9]+}}: error: rb_ary_push is called without the GVL
  // STATIC: note: what 'source::on_end' holds is called here
  rb_ary_push(source->object, Qnil);
}

static void clear(struct source *source) { source->bytes[0] = 0; }

static void *drain(void *data) {
  struct source *source = data;
  source->on_end(source);
  return NULL;
}

static void drained(struct source *source) { rb_thread_call_without_gvl(drain, source, RUBY_UBF_IO, NULL); }

extern struct source *source_of(VALUE);

VALUE each(VALUE self, VALUE object) {
  struct source *source = source_of(self);
  source_set_end(source, RTEST(object) ? note_end : clear);
  source_set_end(source_of(object), clear);
  source_set_end(source_of(self), note_end);
  return self;
}

VALUE finish(VALUE self) {
  drained(source_of(self));
  return self;
}
// STATIC: exit: 1
