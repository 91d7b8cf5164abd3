// Intent: H1 in the shapes that extensions have: who keeps the object, and who is done with it.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include "Inputs/bus.h"
#include <ruby.h>

struct client {
  struct bus *bus;
  struct bus_watch watch;
  VALUE handler;
  VALUE handlers;
};
static int slot;

static void mark(void *data) {
  struct client *client = data;
  rb_gc_mark(client->handler);
  rb_gc_mark((VALUE)bus_get_slot(client->bus, slot));
  for (long i = 0; i < RARRAY_LEN(client->handlers); ++i)
    rb_gc_mark(RARRAY_AREF(client->handlers, i));
  rb_gc_mark(client->handlers);
}
static const rb_data_type_t client_type = {"client", {mark, RUBY_DEFAULT_FREE, NULL}, NULL, NULL, 0};

static void call(void *data) {
  rb_funcall((VALUE)data, rb_intern("call"), 0);
}
static struct client *client_of(VALUE self) {
  return rb_check_typeddata(self, &client_type);
}

static VALUE set(VALUE self, VALUE handler) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: an object is handed to 'bus_setHandler', which keeps it: nothing keeps it live{{.*}}[H1]
  bus_setHandler(client_of(self)->bus, call, (void *)handler);
  return self;
}

// The object is the frame's own until the other branch is taken, which this run does not.
static VALUE trace(VALUE self) {
  struct client *client = client_of(self);
  if (rb_block_given_p())
    // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: an object is handed to 'BUSsetTrace'{{.*}}[H1]
    BUSsetTrace(client->bus, call, (void *)rb_block_proc());
  else
    BUSsetTrace(client->bus, NULL, NULL);
  return self;
}

// Pinned by the mark function.
static VALUE set_pinned(VALUE self, VALUE handler) {
  struct client *client = client_of(self);
  client->handler = handler;
  bus_setHandler(client->bus, call, (void *)handler);
  return self;
}
static VALUE set_among(VALUE self, VALUE handler) {
  struct client *client = client_of(self);
  bus_setHandler(client->bus, call, (void *)handler);
  VALUE handlers = rb_ary_new();
  rb_ary_push(handlers, handler);
  client->handlers = handlers;
  return self;
}
static VALUE set_slot(VALUE self, VALUE handler) {
  bus_set_slot(client_of(self)->bus, slot, (void *)handler);
  return self;
}

// Done with when the call, or the function, returns.
static VALUE each(VALUE self, VALUE block) {
  bus_foreach(client_of(self)->bus, call, (void *)block);
  return self;
}
static VALUE during(VALUE self, VALUE block) {
  struct client *client = client_of(self);
  bus_setHandler(client->bus, call, (void *)block);
  rb_yield(self);
  bus_setHandler(client->bus, NULL, NULL);
  return self;
}
static VALUE local(VALUE self, VALUE block) {
  struct bus *bus = bus_open();
  bus_setHandler(bus, call, (void *)block);
  rb_yield(self);
  bus_close(bus);
  return self;
}
static VALUE print(VALUE self) {
  bus_log("%p", (void *)self);
  return self;
}

// A field of the library's struct, and one of a struct of the frame's own.
static VALUE watch(VALUE self) {
  struct client *client = client_of(self);
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: an object is handed to the field 'data' of a library's struct{{.*}}it lives, but may be moved{{.*}}[H1]
  client->watch.data = (void *)self;
  struct bus_watch here;
  here.data = (void *)self;
  call(here.data);
  return self;
}

void Init_shapes(void) {
  rb_define_method(rb_cObject, "set", set, 1);
  rb_define_method(rb_cObject, "trace", trace, 0);
  rb_define_method(rb_cObject, "set_pinned", set_pinned, 1);
  rb_define_method(rb_cObject, "set_among", set_among, 1);
  rb_define_method(rb_cObject, "set_slot", set_slot, 1);
  rb_define_method(rb_cObject, "each", each, 1);
  rb_define_method(rb_cObject, "during", during, 1);
  rb_define_method(rb_cObject, "local", local, 1);
  rb_define_method(rb_cObject, "print", print, 0);
  rb_define_method(rb_cObject, "watch", watch, 0);
}
// STATIC: exit: 1
