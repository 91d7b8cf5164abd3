// Intent: what small gems call besides the basics: catch and throw, break out of a block, characters of
//   UTF-8, parts of arrays, merged hashes, copies. Also with everything that can move moving.
// REQUIRES: runtime_heap
// RUN: %cc -shared -fPIC -O1 -g -Wall -Werror %heap_cflags %s -o %t.so
// RUN: rheap run %t.so | FileCheck %s
// RUN: env RHEAP_GC_STRESS=compact rheap run %t.so | FileCheck %s
#include <ruby.h>
#include <ruby/encoding.h>
#include <ruby/re.h>
#include <ruby/util.h>
#include <st.h>

static void show(const char *what, VALUE v) {
  VALUE text = rb_inspect(v);
  printf("%s: %s\n", what, StringValueCStr(text));
}

static void show_error(const char *what, VALUE (*func)(VALUE), VALUE arg) {
  int state = 0;
  rb_protect(func, arg, &state);
  VALUE error = rb_errinfo();
  rb_set_errinfo(Qnil);
  VALUE message = rb_obj_as_string(error);
  printf("%s: %d %s: %s\n", what, state, rb_obj_classname(error), StringValueCStr(message));
}

static VALUE text(const char *s) { return rb_str_new_cstr(s); }

static VALUE say_ensured(VALUE unused) {
  printf("ensured\n");
  return Qnil;
}

static VALUE throw_to(VALUE tag) { rb_throw_obj(tag, text("thrown")); }
static VALUE catch_inner(RB_BLOCK_CALL_FUNC_ARGLIST(tag, outer)) {
  rb_ensure(throw_to, NIL_P(outer) ? tag : outer, say_ensured, Qnil);
  return text("not reached");
}
static VALUE catch_outer(RB_BLOCK_CALL_FUNC_ARGLIST(tag, unused)) {
  VALUE inner = rb_catch_obj(text("another"), catch_inner, tag);
  return rb_str_cat_cstr(inner, " past the outer one");
}
static VALUE not_thrown(RB_BLOCK_CALL_FUNC_ARGLIST(tag, arg)) { return tag; }
static VALUE throw_nowhere(VALUE unused) { rb_throw("nowhere", Qnil); }
static VALUE throw_in_protect(RB_BLOCK_CALL_FUNC_ARGLIST(tag, unused)) {
  int state = 0;
  rb_protect(throw_to, tag, &state);
  printf("state of a throw: %d\n", state);
  rb_jump_tag(state);
}

static VALUE find_three(RB_BLOCK_CALL_FUNC_ARGLIST(element, seen)) {
  rb_ary_push(seen, element);
  if (element == INT2FIX(3))
    rb_iter_break_value(text("found"));
  return Qnil;
}
static VALUE break_at_once(RB_BLOCK_CALL_FUNC_ARGLIST(element, unused)) { rb_iter_break(); }
/* The break is for the outer block's call, from inside another. */
static VALUE search_nested(RB_BLOCK_CALL_FUNC_ARGLIST(row, seen)) {
  rb_block_call(row, rb_intern("each"), 0, NULL, break_at_once, Qnil);
  rb_ary_push(seen, row);
  if (RARRAY_LEN(seen) == 2)
    rb_iter_break_value(seen);
  return Qnil;
}
static VALUE break_of_proc(VALUE proc) { return rb_proc_call(proc, rb_ary_new()); }

static void jumps(void) {
  // CHECK: ensured
  // CHECK-NEXT: caught: "thrown"
  show("caught", rb_catch("done", catch_inner, Qnil));
  // CHECK-NEXT: ensured
  // CHECK-NEXT: caught: "thrown"
  show("caught", rb_catch("done", catch_outer, Qnil));
  // CHECK-NEXT: not thrown: :done
  show("not thrown", rb_catch("done", not_thrown, Qnil));
  // CHECK-NEXT: nowhere: 6 UncaughtThrowError: uncaught throw :nowhere
  show_error("nowhere", throw_nowhere, Qnil);
  // CHECK-NEXT: state of a throw: 7
  // CHECK-NEXT: caught: "thrown"
  show("caught", rb_catch("done", throw_in_protect, Qnil));

  VALUE list = rb_ary_new_from_args(4, INT2FIX(1), INT2FIX(3), INT2FIX(5), INT2FIX(3));
  VALUE seen = rb_ary_new();
  // CHECK-NEXT: broken off: "found"
  show("broken off", rb_block_call(list, rb_intern("each"), 0, NULL, find_three, seen));
  // CHECK-NEXT: seen: [1, 3]
  show("seen", seen);
  VALUE rows = rb_ary_new_from_args(3, rb_ary_dup(list), rb_ary_dup(seen), list);
  // CHECK-NEXT: nested: {{\[\[1, 3, 5, 3\], \[1, 3\]\]}}
  show("nested", rb_block_call(rows, rb_intern("each"), 0, NULL, search_nested, rb_ary_new()));
  // CHECK-NEXT: proc: 6 LocalJumpError: break from proc-closure
  show_error("proc", break_of_proc, rb_proc_new(break_at_once, Qnil));
}

static VALUE codepoints(VALUE string) {
  const char *p = RSTRING_PTR(string), *end = RSTRING_END(string);
  VALUE codes = rb_ary_new();
  for (int n; p < end; p += n)
    rb_ary_push(codes, UINT2NUM(rb_enc_codepoint_len(p, end, &n, rb_enc_get(string))));
  RB_GC_GUARD(string);
  return codes;
}

static void characters(void) {
  // CHECK-NEXT: codes: [97, 233, 26143, 127776]
  show("codes", codepoints(text("a\xc3\xa9\xe6\x98\x9f\xf0\x9f\x8c\xa0")));
  // Too long a form, a surrogate, a lone continuation, a cut one, beyond the last.
  const char *broken[] = {"\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\x80", "\xe6\x98", "\xf4\x90\x80\x80"};
  for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
    // CHECK-COUNT-6: broken: 6 ArgumentError: invalid byte sequence in UTF-8
    show_error("broken", codepoints, text(broken[i]));
  const char *bytes = "\xe6\x98\x9f";
  int n = 0;
  unsigned byte = rb_enc_codepoint_len(bytes, bytes + 3, &n, rb_ascii8bit_encoding());
  // CHECK-NEXT: binary: 230 1, lengths: 3 1 1
  printf("binary: %u %d, lengths: %d %d %d\n", byte, n, rb_enc_mbclen(bytes, bytes + 3, rb_utf8_encoding()),
         rb_enc_mbclen(bytes, bytes + 2, rb_utf8_encoding()), rb_enc_mbclen(bytes, bytes + 3, rb_usascii_encoding()));
  // CHECK-NEXT: ranges: 1 1 1
  printf("ranges: %d %d %d\n", ENC_CODERANGE(text("abc")) == ENC_CODERANGE_7BIT,
         ENC_CODERANGE(text(bytes)) == ENC_CODERANGE_VALID, ENC_CODERANGE(text("\xe6")) == ENC_CODERANGE_BROKEN);
  // CHECK-NEXT: ctype: 1 0 1 A
  printf("ctype: %d %d %d %c\n", !!ISSPACE('\v'), !!ISALPHA(0xe9), !!ISXDIGIT('f'), TOUPPER('a'));
}

static VALUE add(VALUE key, VALUE old, VALUE other) { return rb_funcall(old, '+', 1, other); }
static VALUE init_copy(VALUE pair) {
  OBJ_INIT_COPY(rb_ary_entry(pair, 0), rb_ary_entry(pair, 1));
  return Qtrue;
}
static VALUE compare(VALUE answer) { return INT2FIX(rb_cmpint(answer, INT2FIX(1), answer)); }
static VALUE fail_with(VALUE message) { rb_syserr_fail_str(EACCES, message); }

static void collections(void) {
  VALUE list = rb_ary_new_from_args(4, INT2FIX(1), INT2FIX(2), INT2FIX(3), INT2FIX(4));
  // CHECK-NEXT: parts: {{\[\[2, 3\], \[4\], \[\], nil, nil\]}}
  show("parts", rb_ary_new_from_args(5, rb_ary_subseq(list, 1, 2), rb_ary_subseq(list, 3, 9), rb_ary_subseq(list, 4, 1),
                                     rb_ary_subseq(list, 5, 1), rb_ary_subseq(list, 0, -1)));
  rb_ary_reverse(list);
  // CHECK-NEXT: deleted: [1, nil]
  show("deleted", rb_ary_new_from_args(2, rb_ary_delete_at(list, -1), rb_ary_delete_at(list, 3)));
  // CHECK-NEXT: list: [4, 3, 2]
  show("list", list);
  VALUE left = rb_hash_new(), right = rb_hash_new();
  rb_hash_aset(left, text("a"), INT2FIX(1));
  rb_hash_aset(left, text("b"), INT2FIX(2));
  rb_hash_aset(right, text("b"), INT2FIX(20));
  rb_hash_aset(right, text("c"), INT2FIX(30));
  VALUE merged = rb_funcall(left, rb_intern("merge"), 1, right);
  // CHECK-NEXT: merged: [1, 20, 30]
  show("merged", rb_hash_values(merged));
  rb_hash_update_by(left, right, add);
  // CHECK-NEXT: updated: [1, 22, 30]
  show("updated", rb_hash_values(left));
  // CHECK-NEXT: keys: [true, false]
  show("keys", rb_ary_new_from_args(2, rb_hash_has_key(rb_obj_dup(left), text("c")), rb_hash_has_key(right, text("a"))));
  // CHECK-NEXT: hashes: 1 1
  printf("hashes: %d %d\n", st_hash("abc", 3, 1) == st_hash("abc", 3, 1), st_hash("abc", 3, 1) != st_hash("abd", 3, 1));
}

static void objects(void) {
  VALUE object = rb_obj_alloc(rb_cObject);
  rb_iv_set(object, "@a", INT2FIX(1));
  rb_iv_set(object, "@b", INT2FIX(2));
  rb_obj_id(object);
  // CHECK-NEXT: variables: [:@a, :@b]
  show("variables", rb_obj_instance_variables(object));
  // CHECK-NEXT: copies: [true]
  show("copies", rb_ary_new_from_args(1, init_copy(rb_assoc_new(object, rb_obj_alloc(rb_cObject)))));
  // CHECK-NEXT: copy: 6 TypeError: initialize_copy should take same class object
  show_error("copy", init_copy, rb_assoc_new(object, text("")));
  // CHECK-NEXT: compared: [1, -1, 0]
  show("compared", rb_ary_new_from_args(3, compare(INT2FIX(9)), compare(INT2FIX(-9)), compare(INT2FIX(0))));
  // CHECK-NEXT: compared: 6 ArgumentError: comparison of Integer with NilClass failed
  show_error("compared", compare, Qnil);
  // CHECK-NEXT: system: 6 Errno::EACCES: Permission denied - the door
  show_error("system", fail_with, text("the door"));
  // CHECK-NEXT: class: Errno::EACCES
  show("class", rb_path_to_class(text("Errno::EACCES")));
}

static VALUE run(VALUE self) {
  jumps();
  characters();
  collections();
  objects();
  return Qnil;
}

void Init_example(void) { rb_define_global_function("run", run, 0); }
