// Intent: the pointer that dfree hands out was taken long before, so no read of dfree's own makes Ruby's barrier open the page: EFAULT.
// UNSUPPORTED-STATIC: that the pointer leads into a String is known in another function than dfree.
// RUN: %heap %s | FileCheck %s --check-prefix=HEAP
// RUN: %rubyrun %s | FileCheck %s --check-prefix=RUBY
// RUN: if %ruby -e 'exit RUBY_VERSION < "3.3"'; then %rubyrun %s | FileCheck %s --check-prefix=RUBY-BEFORE-33; fi
#include <ruby.h>
#include <unistd.h>

struct journal {
  int fd;
  const char *bytes;
};

enum { JOURNALS = 5000, STRINGS = 20000 };
static VALUE strings;

static void release(void *data) {
  struct journal *journal = data;
  // Violates K2: the String lives, and its page may be protected all the same.
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

// Compaction fills the slots of what has died with what lies on other pages: here with Strings.
static VALUE run(VALUE self) {
  static char text[] = "kept";
  rb_gc_disable();
  VALUE journals = rb_ary_new();
  for (int i = 0; i < JOURNALS; ++i)
    rb_ary_push(journals, journal_new());
  for (int i = 0; i < STRINGS; ++i)
    rb_ary_push(strings, rb_str_new_cstr(text));
  for (int i = 0; i < JOURNALS; ++i) {
    struct journal *journal;
    TypedData_Get_Struct(rb_ary_entry(journals, i), struct journal, &journal_type, journal);
    // Any page of Strings may be the one that is protected when this one dies.
    journal->bytes = RSTRING_PTR(rb_ary_entry(strings, i * 7 % JOURNALS * (STRINGS / JOURNALS)));
  }
  rb_ary_clear(journals);
  rb_gc_enable();
  rb_funcall(rb_mGC, rb_intern("compact"), 0);
  return Qnil;
}

void Init_example(void) {
  rb_gc_register_address(&strings);
  strings = rb_ary_new();
  rb_define_global_function("run", run, 0);
}

// HEAP: ERROR: GvlSanitizer: K2

// RUBY: ERROR: GvlSanitizer: K2: kernel-mode access to a protected heap page
// RUBY-NEXT: READ of size 4 at {{.*}} (kernel mode, by write) by thread T0 {{.*}}, which holds the GVL
// RUBY-NEXT: #0 {{.*}} in release
// RUBY-BEFORE-33: The slot holds: String, embedded, class String, length 4, bytes "kept"
// RUBY: The slot holds: {{String, embedded, class String, length 4, bytes "kept"|moved object}}
// RUBY: is protected
// RUBY: exit: 66
