// Intent: a pointer that a struct gave to a library is used when a region calls the library on the same object.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>
#include <string.h>

struct statement;
struct parameter {
  const char *buffer;
  unsigned long length;
};
extern int statement_bind(struct statement *, struct parameter *);
extern int statement_execute(struct statement *);
extern struct statement *statement_prepare(const char *);

static void *execute_region(void *statement) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: bytes of 'text'{{.*}}handed to statement_execute{{.*}}[R1.e]
  return (void *)(long)statement_execute(statement);
}

VALUE bind_and_execute(VALUE self, VALUE text) {
  struct statement *statement = statement_prepare("insert");
  struct parameter parameter;
  parameter.buffer = StringValuePtr(text);
  parameter.length = RSTRING_LEN(text);
  statement_bind(statement, &parameter);
  rb_thread_call_without_gvl(execute_region, statement, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(text);
  return Qnil;
}

static void *execute_region_on_copy(void *statement) { return (void *)(long)statement_execute(statement); }

// Right: the library was given a copy.
VALUE bind_copy(VALUE self, VALUE text) {
  struct statement *statement = statement_prepare("update");
  struct parameter parameter;
  char *copy = strdup(StringValueCStr(text));
  parameter.buffer = copy;
  parameter.length = strlen(copy);
  statement_bind(statement, &parameter);
  rb_thread_call_without_gvl(execute_region_on_copy, statement, RUBY_UBF_IO, NULL);
  return Qnil;
}
// STATIC: exit: 1
