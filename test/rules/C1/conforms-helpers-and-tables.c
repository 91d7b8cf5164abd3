// Intent: marks in helpers, over ranges and over the elements of C arrays count.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <stdio.h>

struct node {
  VALUE item;
  struct node *next;
};

struct list {
  struct node *head;
  VALUE last;
  VALUE recent[4];
};

static void mark_nodes(struct node *node) {
  for (; node; node = node->next)
    rb_gc_mark(node->item);
}

static void mark_one(VALUE object) {
  rb_gc_mark(object);
}

static void mark(void *data) {
  struct list *list = data;
  // Conforms: every field is marked, by whatever way.
  mark_nodes(list->head);
  mark_one(list->last);
  for (int i = 0; i < 4; ++i)
    rb_gc_mark(list->recent[i]);
}

static void release(void *data) {
  struct list *list = data;
  while (list->head) {
    struct node *next = list->head->next;
    xfree(list->head);
    list->head = next;
  }
  xfree(list);
}

static const rb_data_type_t list_type = {"list", {mark, release, NULL}, NULL, NULL, RUBY_TYPED_FREE_IMMEDIATELY};

static VALUE run(VALUE self) {
  struct list *list;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct list, &list_type, list);
  struct node *node = ALLOC(struct node);
  node->item = Qnil;
  node->next = NULL;
  list->head = node;
  node->item = rb_str_new_cstr("item");
  list->last = rb_str_new_cstr("last");
  list->recent[0] = rb_str_new_cstr("recent");
  printf("length: %ld\n", RSTRING_LEN(node->item) + RSTRING_LEN(list->last) + RSTRING_LEN(list->recent[0]));
  fflush(stdout);
  RB_GC_GUARD(object);
  return Qnil;
}

void Init_example(void) {
  rb_define_global_function("run", run, 0);
}

// STATIC-NOT: {{error|warning}}:
// STATIC: 0 findings in 1 file
// STATIC: exit: 0
// HEAP-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// HEAP: length: 14
// HEAP: exit: 0
// RUBY-NOT: GvlSanitizer: {{[A-Z][0-9]}}
// RUBY: length: 14
// RUBY: exit: 0
