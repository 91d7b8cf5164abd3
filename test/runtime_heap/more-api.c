// Intent: structs, mutexes, st tables, postponed jobs and GC.stat do what extensions rely on, with
//   everything that can move moving.
// REQUIRES: runtime_heap
// RUN: %cc -shared -fPIC -O1 -g %heap_cflags %s -o %t.so
// RUN: rheap run %t.so | FileCheck %s
// RUN: env RHEAP_GC_STRESS=compact rheap run %t.so | FileCheck %s
#include <rheap/internal.h>
#include <ruby.h>
#include <ruby/debug.h>
#include <ruby/st.h>
#include <signal.h>

static void structs(void) {
  VALUE point = rb_struct_define("Point", "x", "name", NULL);
  VALUE p = rb_struct_new(point, INT2FIX(1), rb_str_new_cstr("one"));
  rheap_compact();
  printf("%ld %s %ld\n", FIX2LONG(rb_funcall(p, rb_intern("x"), 0)),
         StringValueCStr((VALUE){rb_struct_getmember(p, rb_intern("name"))}), RSTRUCT_LEN(p));
  rb_funcall(p, rb_intern("name="), 1, rb_str_new_cstr("two"));
  VALUE name = rb_struct_aref(p, ID2SYM(rb_intern("name")));
  printf("%s\n", StringValueCStr(name));
  VALUE argv[] = {INT2FIX(7)};
  p = rb_class_new_instance(1, argv, point);
  printf("%ld %d\n", FIX2LONG(RSTRUCT_GET(p, 0)), NIL_P(RSTRUCT_GET(p, 1)));
}

static int remove_odd(st_data_t key, st_data_t value, st_data_t sum) {
  *(long *)sum += (long)value;
  return key % 2 ? ST_DELETE : ST_CONTINUE;
}

static void tables(void) {
  st_table *numbers = st_init_numtable(), *names = st_init_strtable();
  for (st_data_t i = 0; i < 100; i++)
    st_insert(numbers, i, i * 10);
  long sum = 0;
  st_foreach(numbers, remove_odd, (st_data_t)&sum);
  st_data_t value = 0, key = 42;
  printf("%ld %lu %d %d\n", sum, numbers->num_entries, st_lookup(numbers, 41, NULL),
         st_lookup(numbers, 42, &value));
  printf("%d %lu\n", st_delete(numbers, &key, &value), value);
  char copy[] = "name";
  st_insert(names, (st_data_t) "name", 1);
  printf("%d %d\n", st_insert(names, (st_data_t)copy, 2), st_is_member(names, (st_data_t) "other"));
  st_free_table(numbers);
  st_free_table(names);
}

static VALUE mutex;
static long counter;

static VALUE count(VALUE unused) {
  long before = counter;
  rb_thread_schedule();
  counter = before + 1;
  return Qnil;
}

static VALUE count_often(void *unused) {
  for (int i = 0; i < 50; i++)
    rb_mutex_synchronize(mutex, count, Qnil);
  return Qnil;
}

static void mutexes(void) {
  mutex = rb_mutex_new();
  VALUE threads[4];
  for (int i = 0; i < 4; i++)
    threads[i] = rb_thread_create(count_often, NULL);
  for (int i = 0; i < 4; i++)
    rb_funcall(threads[i], rb_intern("join"), 0);
  printf("%ld %d\n", counter, RTEST(rb_mutex_locked_p(mutex)));
  rb_mutex_lock(mutex);
  int state = 0;
  rb_protect(rb_mutex_lock, mutex, &state);
  VALUE error = rb_errinfo();
  rb_set_errinfo(Qnil);
  VALUE message = rb_obj_as_string(error);
  printf("%s\n", StringValueCStr(message));
}

static int runs;
static void job(void *data) { runs += *(int *)data; }
static int two = 2;
static void on_signal(int signal) { rb_postponed_job_register_one(0, job, &two); }

static void jobs(void) {
  signal(SIGUSR1, on_signal);
  raise(SIGUSR1);
  raise(SIGUSR1);
  printf("%d", runs);
  rb_thread_check_ints();
  printf(" %d", runs);
  rb_thread_check_ints();
  printf(" %d\n", runs);
}

static VALUE run(VALUE self) {
  structs();
  tables();
  mutexes();
  jobs();
  size_t before = rb_gc_stat(ID2SYM(rb_intern("compact_count")));
  rb_funcall(rb_mGC, rb_intern("verify_compaction_references"), 0);
  printf("%d\n", rb_gc_stat(ID2SYM(rb_intern("compact_count"))) >= before + 2);
  return Qnil;
}

void Init_example(void) {
  rb_gc_register_address(&mutex);
  rb_define_global_function("run", run, 0);
}
// CHECK: 1 one 2
// CHECK-NEXT: two
// CHECK-NEXT: 7 1
// CHECK-NEXT: 49500 50 0 1
// CHECK-NEXT: 1 420
// CHECK-NEXT: 1 0
// CHECK-NEXT: 200 0
// CHECK-NEXT: deadlock; recursive locking
// CHECK-NEXT: 0 2 2
// CHECK-NEXT: 1
