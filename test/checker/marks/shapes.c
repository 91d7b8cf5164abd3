// Intent: C1 in the shapes that extensions have: old style, arrays of types, write barriers, tables, live elsewhere.
// RUN: %static %s | FileCheck %s --check-prefix=STATIC --implicit-check-not="error: " --implicit-check-not="warning: "
#include <ruby.h>
#include <ruby/st.h>

// Old style: the functions are arguments.
struct old {
  VALUE kept, lost;
};
static void mark_old(void *data) {
  rb_gc_mark(((struct old *)data)->kept);
}
static VALUE old_new(VALUE klass, VALUE object) {
  struct old *old = ALLOC(struct old);
  old->kept = old->lost = Qnil;
  VALUE result = Data_Wrap_Struct(klass, mark_old, RUBY_DEFAULT_FREE, old);
  old->kept = object;
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: 'lost' of the struct behind an object holds an object of the caller's{{.*}}[C1]
  old->lost = object;
  return rb_ary_new_from_args(2, result, old->lost);
}

// Several types in one array; a write barrier instead of an assignment.
struct shared {
  VALUE first;
  VALUE second;
  VALUE klass;
  VALUE symbol;
  VALUE flag;
  VALUE scratch;
};
static void mark_both(void *data) {
  struct shared *shared = data;
  rb_gc_mark_movable(shared->first);
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: 'second' is marked movable, and dcompact does not update it{{.*}}[C1]
  rb_gc_mark_movable(shared->second);
}
static void update(VALUE *slot) {
  *slot = rb_gc_location(*slot);
}
static void compact_first(void *data) {
  update(&((struct shared *)data)->first);
}
static const rb_data_type_t types[2] = {
    {.wrap_struct_name = "a", .function = {mark_both, RUBY_DEFAULT_FREE, NULL, compact_first}, .flags = RUBY_TYPED_WB_PROTECTED},
    {.wrap_struct_name = "b", .function = {.dmark = mark_both, .dcompact = compact_first}},
};
static VALUE shared_set(VALUE self, VALUE object, VALUE flag) {
  struct shared *shared = rb_check_typeddata(self, &types[0]);
  RB_OBJ_WRITE(self, &shared->first, object);
  RB_OBJ_WRITE(self, &shared->second, object);
  // None of these can be freed, or has to be marked.
  shared->klass = rb_cString;
  shared->symbol = ID2SYM(rb_intern("symbol"));
  shared->flag = RTEST(flag) ? Qtrue : Qfalse;
  shared->scratch = object;
  rb_funcall(shared->scratch, rb_intern("call"), 2, shared->klass, shared->flag);
  shared->scratch = Qnil;
  return shared->symbol;
}

// A table: its values are movable, and updated as a whole.
struct table {
  st_table *entries;
  st_table *others;
};
static int mark_entry(st_data_t key, st_data_t value, st_data_t unused) {
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: 'others' is marked movable{{.*}}[C1]
  rb_gc_mark_movable((VALUE)value);
  return ST_CONTINUE;
}
static void mark_table(void *data) {
  struct table *table = data;
  rb_mark_tbl_no_pin(table->entries);
  st_foreach(table->others, mark_entry, 0);
}
static void compact_table(void *data) {
  rb_gc_update_tbl_refs(((struct table *)data)->entries);
}
static const rb_data_type_t table_type = {"table", {mark_table, NULL, NULL, compact_table}};
static VALUE table_count(VALUE self) {
  struct table *table = rb_check_typeddata(self, &table_type);
  return LONG2NUM(table->entries->num_entries);
}

// An instance variable keeps it live: not in place.
struct held {
  VALUE owner;
  VALUE updated;
};
static void compact_held(void *data) {
  struct held *held = data;
  held->updated = rb_gc_location(held->updated);
}
static const rb_data_type_t held_type = {"held", {NULL, RUBY_DEFAULT_FREE, NULL, compact_held}};
static VALUE held_new(VALUE klass, VALUE owner) {
  struct held *held;
  VALUE self = TypedData_Make_Struct(klass, struct held, &held_type, held);
  rb_ivar_set(self, rb_intern("@owner"), owner);
  // STATIC: :[[@LINE+1]]:{{[0-9]+}}: error: 'owner' of the struct behind an object holds an object that is kept live elsewhere{{.*}}[C1]
  held->owner = owner;
  held->updated = owner;
  rb_funcall(held->owner, rb_intern("add"), 1, held->updated);
  return self;
}

// A struct in the frame is scanned with it, whoever else marks its kind.
struct state {
  VALUE result;
};
static void fill(struct state *state) {
  state->result = rb_str_new_cstr("a");
}
static const rb_data_type_t state_type = {"state", {NULL, RUBY_DEFAULT_FREE, NULL}};
static VALUE in_frame(VALUE self) {
  struct state state = {Qnil};
  fill(&state);
  return state.result;
}
static VALUE state_value(VALUE self) {
  return ((struct state *)rb_check_typeddata(self, &state_type))->result;
}

void Init_shapes(void) {
  rb_define_method(rb_cObject, "old_new", old_new, 1);
  rb_define_method(rb_cObject, "shared_set", shared_set, 2);
  rb_define_method(rb_cObject, "table_count", table_count, 0);
  rb_define_method(rb_cObject, "held_new", held_new, 1);
  rb_define_method(rb_cObject, "in_frame", in_frame, 0);
  rb_define_method(rb_cObject, "state_value", state_value, 0);
}
// STATIC: exit: 1
