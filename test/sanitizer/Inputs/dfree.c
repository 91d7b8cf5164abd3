/* T_DATA whose dfree runs between the steps of a compaction, and what it does
 * there with a String that lives: point 6 of Bug #20169. */
#include <ruby.h>
#include <ruby/thread.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct journal {
  const char *bytes;
  VALUE last;
};

static enum { KEPT, READ, RAW, SAME, NONE } how;
static int fds[2], written, fault;
static size_t seen;

static void release(void *data) {
  struct journal *journal = data;
  const char *bytes = journal->bytes;
  switch (how) {
  case READ: /* as the thread has it: the slot is read first */
    bytes = RSTRING_PTR(journal->last);
    /* fallthrough */
  case KEPT:
    if (write(fds[1], bytes, 4) == 4)
      ++written;
    else if (errno == EFAULT)
      ++fault;
    break;
  case RAW: /* the same past libc */
#ifdef __x86_64__
  {
    long result = SYS_write;
    __asm__ volatile("syscall" : "+a"(result) : "D"((long)fds[1]), "S"(bytes), "d"(4L) : "rcx", "r11", "memory");
    written += result == 4;
    fault += result == -EFAULT;
  }
#endif
    break;
  case SAME: /* a VALUE is compared, C memory is read */
    seen += journal->last != Qnil && strlen(bytes) > 3;
    break;
  case NONE:
    break;
  }
  rb_gc_adjust_memory_usage(-1);
  xfree(journal);
}

static const rb_data_type_t journal_type = {"journal", {NULL, release, NULL}, NULL, NULL, RUBY_TYPED_FREE_IMMEDIATELY};

static VALUE journal_new(VALUE self) {
  struct journal *journal;
  VALUE object = TypedData_Make_Struct(rb_cObject, struct journal, &journal_type, journal);
  journal->bytes = "none";
  journal->last = Qnil;
  rb_gc_adjust_memory_usage(1);
  return object;
}

static VALUE aim(VALUE self, VALUE object, VALUE string) {
  struct journal *journal;
  TypedData_Get_Struct(object, struct journal, &journal_type, journal);
  journal->last = string;
  if (how != SAME)
    journal->bytes = RSTRING_PTR(string);
  return object;
}

static VALUE set_how(VALUE self, VALUE name) {
  const char *names[] = {"kept", "read", "raw", "same", "none"};
  for (how = KEPT; how < NONE && strcmp(names[how], StringValueCStr(name)); ++how)
    ;
  return name;
}

static void *nothing(void *data) {
  return data;
}

/* With the lock, outside of any collection, while another object's page is
 * protected: legal. */
static VALUE look(VALUE self, VALUE string, VALUE other) {
  enum { PAGE = 16384 };
  void *page = (void *)(other & ~(VALUE)(PAGE - 1));
  if (page == (void *)(string & ~(VALUE)(PAGE - 1)))
    return Qnil;
  rb_thread_call_without_gvl(nothing, NULL, NULL, NULL);
  mprotect(page, PAGE, PROT_NONE);
  size_t length = strlen(RSTRING_PTR(string));
  mprotect(page, PAGE, PROT_READ | PROT_WRITE);
  return SIZET2NUM(length);
}

static VALUE counts(VALUE self) {
  return rb_sprintf("written %d, EFAULT %d, seen %zu", written, fault, seen);
}

void Init_dfree(void) {
  VALUE m = rb_define_module("Journal");
  if (pipe2(fds, O_NONBLOCK))
    rb_sys_fail("pipe2");
  fcntl(fds[1], F_SETPIPE_SZ, 1 << 20);
  rb_define_singleton_method(m, "new", journal_new, 0);
  rb_define_singleton_method(m, "aim", aim, 2);
  rb_define_singleton_method(m, "how=", set_how, 1);
  rb_define_singleton_method(m, "look", look, 2);
  rb_define_singleton_method(m, "counts", counts, 0);
}
