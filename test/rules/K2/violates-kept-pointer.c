// Intent: the pointer that dfree hands out was taken long before, so no read of dfree's own makes Ruby's barrier open the page: EFAULT.
// UNSUPPORTED-STATIC: that the pointer leads into a String is known in another function than dfree.
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
#include <ruby.h>
#include <unistd.h>

struct journal {
  int fd;
  const char *bytes;
};

static VALUE last;

static void release(void *data) {
  struct journal *journal = data;
  // Violates K2: `last` lives and is pinned, and its page may be protected all the same.
  write(journal->fd, journal->bytes, 4);
  xfree(journal);
}

static const rb_data_type_t journal_type = {
    .wrap_struct_name = "journal",
    .function = {.dfree = release},
    .flags = RUBY_TYPED_FREE_IMMEDIATELY,
};

static VALUE journal_new(void) {
  struct journal *journal;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct journal, &journal_type, journal);
  journal->fd = -1;
  journal->bytes = "";
  return object;
}

// Compaction fills the slots of what has died with what lies behind it: here with Strings, `last` among them.
static VALUE run(VALUE self) {
  rb_gc_disable();
  VALUE journals = rb_ary_new(), strings = rb_ary_new();
  for (int i = 0; i < 1000; ++i)
    rb_ary_push(journals, journal_new());
  for (int i = 0; i < 10000; ++i)
    rb_ary_push(strings, rb_str_new_cstr("string"));
  last = rb_sprintf("%s", "last");
  for (int i = 0; i < 1000; ++i) {
    struct journal *journal;
    TypedData_Get_Struct(rb_ary_entry(journals, i), struct journal, &journal_type, journal);
    journal->bytes = RSTRING_PTR(last);
  }
  rb_ary_clear(journals);
  rb_gc_enable();
  rb_funcall(rb_mGC, rb_intern("compact"), 0);
  RB_GC_GUARD(strings);
  return Qnil;
}

void Init_example(void) {
  last = Qnil;
  rb_gc_register_address(&last);
  rb_define_global_function("run", run, 0);
}

// HEAP: ERROR: GvlSanitizer: K2

// RUBY: ERROR: GvlSanitizer: K2: kernel-mode access to a protected heap page
// RUBY-NEXT: READ of size 4 at {{.*}} (kernel mode, by write) by thread T0 {{.*}}, which holds the GVL
// RUBY-NEXT: #0 {{.*}} in release
// RUBY: The slot holds: String, embedded, class String, length 4, bytes "last"
// RUBY: is protected
// RUBY: exit: 66
