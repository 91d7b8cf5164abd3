// Intent: functions that call themselves, or each other in a cycle, are followed as others are: what
// they do to what they are given in an inner call, and what they return from one.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/thread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct node {
  struct node *left, *right;
  const char *bytes;
  long length;
};

// The pointer is met in an inner call only.
static void write_all(struct node *node) {
  if (!node)
    return;
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}'text'{{.*}}[K1]
  write(1, node->bytes, node->length);
  write_all(node->left);
  write_all(node->right);
}

static void *write_tree(void *data) {
  write_all(data);
  return NULL;
}

VALUE tree(VALUE self, VALUE text) {
  struct node inner = {NULL, NULL, RSTRING_PTR(text), RSTRING_LEN(text)};
  struct node outer = {NULL, &inner, "x", 1};
  rb_thread_call_without_gvl(write_tree, &outer, NULL, NULL);
  RB_GC_GUARD(text);
  return Qnil;
}

// The same with nothing of Ruby's in it.
static void copy_all(struct node *node) {
  if (!node)
    return;
  write(1, node->bytes, node->length);
  copy_all(node->left);
  copy_all(node->right);
}

static void *copy_tree(void *data) {
  copy_all(data);
  return NULL;
}

VALUE copied_tree(VALUE self, VALUE text) {
  char *copy = malloc(RSTRING_LEN(text));
  memcpy(copy, RSTRING_PTR(text), RSTRING_LEN(text));
  struct node inner = {NULL, NULL, copy, RSTRING_LEN(text)};
  struct node outer = {NULL, &inner, "x", 1};
  rb_thread_call_without_gvl(copy_tree, &outer, NULL, NULL);
  free(copy);
  return Qnil;
}

// A list whose end nothing shows.
static long total(struct node *node) { return node ? node->length + total(node->right) : 0; }

static void *total_of(void *data) { return (void *)total(*(struct node **)data); }

VALUE list(VALUE self) {
  struct node *first;
  extern struct node *first_of(VALUE);
  first = first_of(self);
  return LONG2NUM((long)rb_thread_call_without_gvl(total_of, &first, NULL, NULL));
}

// Three in a cycle: which of them has the call is told by no argument.
struct parser {
  const char *at;
  VALUE out;
};
static int value_of(struct parser *);

static int list_of(struct parser *parser) {
  while (value_of(parser))
    parser->at++;
  return 1;
}

static int pair_of(struct parser *parser) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: rb_ary_push is called without the GVL
  rb_ary_push(parser->out, Qtrue);
  return value_of(parser) && value_of(parser);
}

static int value_of(struct parser *parser) {
  switch (*parser->at) {
  case '[':
    return list_of(parser);
  case '{':
    return pair_of(parser);
  default:
    return 0;
  }
}

static void *parse_region(void *data) {
  value_of(data);
  return NULL;
}

VALUE parse(VALUE self) {
  struct parser parser = {"[{}]", rb_ary_new()};
  rb_thread_call_without_gvl(parse_region, &parser, NULL, NULL);
  return parser.out;
}

// What the innermost call returns, and what it leaves in its caller's memory.
static char *find(VALUE text, int depth) { return depth ? find(text, depth - 1) : RSTRING_PTR(text); }

static void leave(const char **out, VALUE text, int depth) {
  if (depth)
    leave(out, text, depth - 1);
  else
    *out = RSTRING_PTR(text);
}

static void *write_one(void *data) {
  struct node *node = data;
  // STATIC: :[[@LINE+2]]:{{[0-9]+}}: warning: {{.*}}'found'{{.*}}[K1]
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: warning: {{.*}}'left'{{.*}}[K1]
  write(1, node->bytes, node->length);
  return NULL;
}

VALUE returned(VALUE self, VALUE found) {
  struct node node = {NULL, NULL, find(found, 2), RSTRING_LEN(found)};
  rb_thread_call_without_gvl(write_one, &node, NULL, NULL);
  RB_GC_GUARD(found);
  return Qnil;
}

VALUE left_behind(VALUE self, VALUE left) {
  struct node node = {NULL, NULL, NULL, RSTRING_LEN(left)};
  leave(&node.bytes, left, 2);
  rb_thread_call_without_gvl(write_one, &node, NULL, NULL);
  RB_GC_GUARD(left);
  return Qnil;
}

// The inner call is made with the lock.
static void *again_with_lock(void *data);

static void step(struct parser *parser, int locked) {
  if (locked)
    rb_ary_push(parser->out, Qnil);
  else
    rb_thread_call_with_gvl(again_with_lock, parser);
}

static void *again_with_lock(void *data) {
  step(data, 1);
  return NULL;
}

static void *step_region(void *data) {
  step(data, 0);
  return NULL;
}

VALUE relocked(VALUE self) {
  struct parser parser = {"", rb_ary_new()};
  rb_thread_call_without_gvl(step_region, &parser, NULL, NULL);
  return parser.out;
}
// STATIC: exit: 1
