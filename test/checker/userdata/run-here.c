// Intent: what a method hands to a library that only this method runs is an argument, which the caller holds for as long.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
// RUN: not %gvlsan check --profile=strict %s -- %ruby_cflags | FileCheck %s --check-prefix=STRICT
#include "Inputs/bus.h"
#include <ruby.h>

int bus_pump(struct bus *bus);
int bus_drain(struct bus *bus);
int bus_wait(struct bus *bus);

struct client {
  struct bus *bus;
  struct bus_watch watch;
};
static const rb_data_type_t client_type = {"client", {NULL, RUBY_DEFAULT_FREE, NULL}, NULL, NULL, 0};
static struct client *client_of(VALUE self) {
  return rb_check_typeddata(self, &client_type);
}

static void call(void *data) {
  rb_funcall((VALUE)data, rb_intern("call"), 0);
}

static VALUE as_it_is(VALUE object, int *how) {
  *how = rb_respond_to(object, rb_intern("fast"));
  if (*how)
    return object;
  rb_funcall(object, rb_intern("prepare"), 0);
  return object;
}

static VALUE pump(int argc, VALUE *argv, VALUE self) {
  struct bus *bus = client_of(self)->bus;
  VALUE handler, other;
  int how;
  rb_scan_args(argc, argv, "11", &handler, &other);
  if (RTEST(other)) {
    handler = rb_obj_dup(handler);
  } else {
    handler = as_it_is(handler, &how);
    // STRICT: :[[@LINE+1]]:{{[0-9]+}}: {{.*}}handed to 'bus_setHandler'{{.*}}[H1]
    bus_setHandler(bus, call, (void *)handler);
  }
  while (bus_pump(bus)) {
  }
  return self;
}

static VALUE pump_copy(VALUE self, VALUE handler) {
  struct bus *bus = client_of(self)->bus;
  handler = rb_obj_dup(handler);
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: an object is handed to 'bus_setHandler'{{.*}}nothing keeps it live{{.*}}[H1]
  bus_setHandler(bus, call, (void *)handler);
  bus_wait(bus);
  return self;
}

// The frame holds it, and the struct that knows it is made here.
static VALUE pump_into(VALUE self) {
  struct bus_watch *watch = bus_new_watch();
  VALUE sink = rb_obj_alloc(rb_cObject);
  // STRICT: :[[@LINE+1]]:{{[0-9]+}}: {{.*}}handed to the field 'data'{{.*}}[H1]
  watch->data = (void *)sink;
  bus_step(client_of(self)->bus, watch);
  return sink;
}
static VALUE pump_and_forget(VALUE self) {
  struct bus_watch *watch = bus_new_watch();
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: an object is handed to the field 'data'{{.*}}nothing keeps it live{{.*}}[H1]
  watch->data = (void *)rb_obj_alloc(rb_cObject);
  bus_once(client_of(self)->bus, watch);
  return self;
}

static VALUE drain(VALUE self, VALUE handler) {
  struct client *client = client_of(self);
  // Another method drains it as well.
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: an object is handed to 'bus_setHandler'{{.*}}nothing keeps it live{{.*}}[H1]
  bus_setHandler(client->bus, call, (void *)handler);
  bus_drain(client->bus);
  return self;
}
static VALUE drain_again(VALUE self) {
  bus_drain(client_of(self)->bus);
  return self;
}

// What reads asks for what it needs, and is done.
static int ask(void *data) {
  return RTEST(rb_yield((VALUE)data));
}
static VALUE configure(VALUE self, VALUE secret) {
  return INT2FIX(bus_read_config("bus.conf", ask, (void *)secret));
}

void Init_run_here(void) {
  rb_define_method(rb_cObject, "pump", pump, -1);
  rb_define_method(rb_cObject, "pump_copy", pump_copy, 1);
  rb_define_method(rb_cObject, "pump_into", pump_into, 0);
  rb_define_method(rb_cObject, "pump_and_forget", pump_and_forget, 0);
  rb_define_method(rb_cObject, "drain", drain, 1);
  rb_define_method(rb_cObject, "drain_again", drain_again, 0);
  rb_define_method(rb_cObject, "configure", configure, 1);
}
// STATIC: exit: 1
