// Intent: an interpreter is run without the lock when it cannot come to what calls Ruby; what is only a guess is said once.
// RUN: not %gvlsan check %s -- %ruby_cflags 2>&1 | FileCheck %s --implicit-check-not="error: " --implicit-check-not="warning: "
// RUN: not %gvlsan check --profile=strict %s -- %ruby_cflags 2>&1 | FileCheck %s --check-prefixes=CHECK,STRICT
#include <ruby.h>
#include <ruby/thread.h>

struct vm;
struct vm *vm_new(void);
void vm_define(struct vm *, const char *, int (*)(struct vm *, int));
void vm_run(struct vm *, const char *);
int vm_flag(struct vm *);

static void *log_with_gvl(void *data) {
  rb_funcall(Qnil, rb_intern("p"), 1, INT2FIX(*(int *)data));
  return NULL;
}

// Its author knows that a region may come here.
static int log_line(struct vm *vm, int n) {
  if (vm_flag(vm))
    rb_thread_call_with_gvl(log_with_gvl, &n);
  else
    log_with_gvl(&n);
  return 0;
}

// And that none comes here.
static int call_block(struct vm *vm, int n) {
  // STRICT: :[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}} is called without the GVL{{.*}}[R1.api]
  rb_funcall(Qnil, rb_intern("call"), 1, INT2FIX(n));
  return 0;
}

static void *run_it(void *data) {
  vm_run(data, "1 + 1");
  return NULL;
}

static VALUE run(VALUE self) {
  struct vm *vm = vm_new();
  vm_define(vm, "log", log_line);
  if (rb_block_given_p()) {
    vm_define(vm, "block", call_block);
    run_it(vm);
  } else {
    rb_thread_call_without_gvl(run_it, vm, RUBY_UBF_IO, NULL);
  }
  return Qnil;
}

// Nobody here thinks of the lock: each function is reported, once.
struct parser;
struct parser *parser_new(int (*)(struct parser *, const char *));
void parser_run(struct parser *);

static int element(struct parser *parser, const char *name) {
  // CHECK: :[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}} is called without the GVL{{.*}}[R1.api]
  VALUE text = rb_utf8_str_new_cstr(name);
  text = rb_str_plus(text, text);
  rb_funcall(Qnil, rb_intern("element"), 1, text);
  return 0;
}

static void *parse_it(void *data) {
  parser_run(data);
  return NULL;
}

static VALUE parse(VALUE self) {
  rb_thread_call_without_gvl(parse_it, parser_new(element), RUBY_UBF_IO, NULL);
  return Qnil;
}

void Init_shapes(void) {
  rb_define_global_function("run", run, 0);
  rb_define_global_function("parse", parse, 0);
}
