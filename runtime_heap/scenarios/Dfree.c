/* Dfree.c - A dfree that looks at another object (points 4 and 6)
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#include "Scenarios.h"

#include <fcntl.h>

enum way { by_load, by_write };

struct holder {
  VALUE string;
  int checked; /* reads its reference with RB_OBJ_READ */
  char padding[96];
};

static enum way way;
static int done;
static enum outcome result;

static enum outcome load(VALUE string) {
  struct RString *s = RSTRING(string);
  return (s->basic.flags & T_MASK) == T_STRING && s->len == subject_length &&
                 memcmp(s->as.embed.ary, SUBJECT, subject_length) == 0
             ? outcome_right
             : outcome_wrong;
}

static enum outcome write_bytes(VALUE string) {
  int fds[2];
  char got[subject_length] = "";
  if (pipe(fds) != 0)
    abort();
  /* The place of embedded bytes is known without looking: the write is the
   * only access, as in a holder that keeps the pointer. */
  ssize_t n = write(fds[1], RSTRING(string)->as.embed.ary, subject_length);
  enum outcome outcome = outcome_right;
  if (n < 0)
    outcome = errno == EFAULT ? outcome_efault : outcome_lost;
  else if (read(fds[0], got, sizeof(got)) != n || memcmp(got, SUBJECT, n) != 0)
    outcome = outcome_wrong;
  close(fds[0]);
  close(fds[1]);
  return outcome;
}

static void holder_free(void *data) {
  struct holder *holder = data;
  if (done || !holder->string)
    return;
  done = 1;
  VALUE string =
      holder->checked ? RB_OBJ_READ(0, &holder->string) : holder->string;
  result = way == by_load ? load(string) : write_bytes(string);
}

static void holder_mark(void *data) {
  rb_gc_mark_movable(((struct holder *)data)->string);
}

static void holder_compact(void *data) {
  struct holder *holder = data;
  holder->string = rb_gc_location(holder->string);
}

/* Embedded in a slot of another size than the subject's: that pool is compacted
 * later, so all moves of the subject's pool are made when this dfree runs. */
#define HOLDER_FLAGS (RUBY_TYPED_FREE_IMMEDIATELY | RUBY_TYPED_EMBEDDABLE)
static const rb_data_type_t plain_type = {
    "holder",
    {holder_mark, holder_free, NULL, holder_compact, {0}},
    NULL,
    NULL,
    HOLDER_FLAGS};
static const rb_data_type_t opted_type = {
    "holder that has opted in",
    {holder_mark, holder_free, NULL, holder_compact, {0}},
    NULL,
    NULL,
    HOLDER_FLAGS | RUBY_TYPED_RB_PROT};

/* Enough for two pages: the first is swept while the fingers are apart. All of
 * them are dead when this returns; the first few hold the subject. */
__attribute__((noinline)) static void
make_holders(VALUE subject, const rb_data_type_t *type, int checked) {
  for (int i = 0; i < 900; i++) {
    struct holder *holder;
    TypedData_Make_Struct(rb_cObject, struct holder, type, holder);
    holder->string = i < 8 ? subject : 0;
    holder->checked = checked;
  }
}

/* The subject is an element of an array: live, and free to move. */
__attribute__((noinline)) static VALUE
make(struct layout *layout, const rb_data_type_t *type, int checked) {
  VALUE owner = rb_ary_new_capa(1);
  layout_begin(layout);
  rb_ary_push(owner, rb_str_new_cstr(SUBJECT));
  make_holders(RARRAY_AREF(owner, 0), type, checked);
  layout_end(layout);
  return owner;
}

static VALUE run(const char *name, enum way how, const rb_data_type_t *type,
                 int checked) {
  struct layout layout;
  VALUE owner = make(&layout, type, checked);
  way = how;
  done = 0;
  rheap_compact();
  if (!done)
    rb_bug("no dfree ran");
  size_t healed = rheap_barrier_heal_count() - layout.healed_before;
  VALUE subject = RARRAY_AREF(owner, 0);
  if (RSTRING_LEN(subject) != subject_length ||
      memcmp(RSTRING_PTR(subject), SUBJECT, subject_length) != 0)
    rb_bug("the subject is wrong");
  layout_check(&layout);
  print_outcome(name, result, healed);
  return Qnil;
}

static VALUE dfree_load(VALUE self) {
  return run("dfree_load", by_load, &plain_type, 0);
}
static VALUE dfree_write(VALUE self) {
  return run("dfree_write", by_write, &plain_type, 0);
}
static VALUE dfree_checked(VALUE self) {
  return run("dfree_checked", by_load, &opted_type, 1);
}
static VALUE dfree_unchecked(VALUE self) {
  return run("dfree_unchecked", by_load, &opted_type, 0);
}

void define_dfree_scenarios(void) {
  rb_define_global_function("dfree_load", dfree_load, 0);
  rb_define_global_function("dfree_write", dfree_write, 0);
  rb_define_global_function("dfree_checked", dfree_checked, 0);
  rb_define_global_function("dfree_unchecked", dfree_unchecked, 0);
}
