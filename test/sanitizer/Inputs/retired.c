#include <pthread.h>
#include <ruby.h>
#include <ruby/thread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct job {
  char *bytes;
  long length;
  void *(*meanwhile)(void *);
  VALUE owner;
  int sink;
};

static void *collect(void *data) {
  rb_gc_start();
  return NULL;
}

static void *give_up(void *data) {
  rb_gc_start();
  rb_raise(rb_eRuntimeError, "given up");
}

static void *write_out(void *data) {
  struct job *job = data;
  if (job->meanwhile)
    rb_thread_call_with_gvl(job->meanwhile, NULL);
  write(job->sink, job->bytes, job->length);
  return NULL;
}

static void *copy_out(void *data) {
  struct job *job = data;
  char copy[64];
  rb_thread_call_with_gvl(job->meanwhile, NULL);
  memcpy(copy, job->bytes + 100, sizeof(copy));
  write(job->sink, copy, sizeof(copy));
  return NULL;
}

static void *wait_in_child(void *data) {
  int status;
  waitpid((pid_t)(long)data, &status, 0);
  return (void *)(long)WEXITSTATUS(status);
}

__attribute__((noinline)) static void borrow(struct job *job, long length) {
  VALUE owner = rb_str_tmp_new(length);
  memset(RSTRING_PTR(owner), 'x', length);
  job->bytes = RSTRING_PTR(owner);
  job->length = length;
}

__attribute__((noinline)) static void overwrite_stack(void) {
  volatile char frame[8192];
  memset((void *)frame, 0, sizeof(frame));
}

static struct job job_of(VALUE sink, VALUE length) {
  struct job job = {NULL, 0, collect, Qnil, NUM2INT(sink)};
  borrow(&job, NUM2LONG(length));
  overwrite_stack();
  return job;
}

static VALUE dropped_write(VALUE self, VALUE sink, VALUE length) {
  struct job job = job_of(sink, length);
  rb_thread_call_without_gvl(write_out, &job, RUBY_UBF_IO, NULL);
  return Qnil;
}

static VALUE dropped_copy(VALUE self, VALUE sink, VALUE length) {
  struct job job = job_of(sink, length);
  rb_thread_call_without_gvl(copy_out, &job, RUBY_UBF_IO, NULL);
  return Qnil;
}

static VALUE kept_write(VALUE self, VALUE sink, VALUE string) {
  struct job job = {RSTRING_PTR(string), RSTRING_LEN(string), collect, string, NUM2INT(sink)};
  rb_thread_call_without_gvl(write_out, &job, RUBY_UBF_IO, NULL);
  RB_GC_GUARD(string);
  return Qnil;
}

/* An exception leaves the region out of code under the lock. */
static VALUE given_up(VALUE self, VALUE sink, VALUE length) {
  struct job job = job_of(sink, length);
  job.meanwhile = give_up;
  rb_thread_call_without_gvl(write_out, &job, RUBY_UBF_IO, NULL);
  return Qnil;
}

/* A region that lasts until the child is over. */
static VALUE beside(VALUE self, VALUE pid) {
  return LONG2NUM((long)rb_thread_call_without_gvl(wait_in_child, (void *)NUM2LONG(pid), RUBY_UBF_PROCESS, NULL));
}

/* Memory that the extension has from malloc and gives back to free, not to the VM. */
static void *own;

static void release(void *data) {
  free(data);
  own = NULL;
}

static const rb_data_type_t own_type = {
    .wrap_struct_name = "own", .function = {.dfree = release}, .flags = RUBY_TYPED_FREE_IMMEDIATELY};

__attribute__((noinline)) static void borrow_own(struct job *job, long length) {
  own = malloc(length);
  memset(own, 'x', length);
  job->bytes = own;
  job->length = length;
  TypedData_Wrap_Struct(rb_cObject, &own_type, own);
}

/* Its owner dies in the region. */
static VALUE dropped_own(VALUE self, VALUE sink, VALUE length) {
  struct job job = {NULL, 0, collect, Qnil, NUM2INT(sink)};
  borrow_own(&job, NUM2LONG(length));
  overwrite_stack();
  rb_thread_call_without_gvl(write_out, &job, RUBY_UBF_IO, NULL);
  return own ? Qfalse : Qtrue;
}

static void *close_it(void *data) {
  free(own);
  own = NULL;
  return NULL;
}

static void *grow_it(void *data) {
  own = realloc(own, 20000);
  return NULL;
}

/* Somebody closes it, or makes it larger, while the region uses it. */
static VALUE meanwhile(VALUE sink, VALUE length, void *(*function)(void *)) {
  struct job job = {malloc(NUM2LONG(length)), NUM2LONG(length), function, Qnil, NUM2INT(sink)};
  own = memset(job.bytes, 'x', job.length);
  rb_thread_call_without_gvl(write_out, &job, RUBY_UBF_IO, NULL);
  free(own);
  return Qnil;
}

static VALUE closed(VALUE self, VALUE sink, VALUE length) { return meanwhile(sink, length, close_it); }
static VALUE grown(VALUE self, VALUE sink, VALUE length) { return meanwhile(sink, length, grow_it); }

/* What regions and other threads have of their own; and one that looks again where it is. */
static void *work(void *data) {
  for (int i = 0; i < 1000; ++i) {
    char *bytes = malloc(100 + i);
    memset(bytes, 'x', 100 + i);
    bytes = realloc(bytes, 5000);
    write((int)(long)data, bytes, 0);
    free(bytes);
  }
  return NULL;
}

static void *work_and_look(void *data) {
  struct job *job = data;
  pthread_t thread;
  pthread_create(&thread, NULL, work, (void *)(long)job->sink);
  work((void *)(long)job->sink);
  pthread_join(thread, NULL);
  rb_thread_call_with_gvl(grow_it, NULL);
  write(job->sink, own, job->length);
  return NULL;
}

static VALUE own_work(VALUE self, VALUE sink, VALUE length) {
  struct job job = {NULL, NUM2LONG(length), NULL, Qnil, NUM2INT(sink)};
  own = memset(malloc(job.length), 'x', job.length);
  rb_thread_call_without_gvl(work_and_look, &job, RUBY_UBF_IO, NULL);
  free(own);
  return Qnil;
}

void Init_retired(void) {
  VALUE module = rb_define_module("Retired");
  rb_define_module_function(module, "dropped_write", dropped_write, 2);
  rb_define_module_function(module, "dropped_copy", dropped_copy, 2);
  rb_define_module_function(module, "kept_write", kept_write, 2);
  rb_define_module_function(module, "given_up", given_up, 2);
  rb_define_module_function(module, "beside", beside, 1);
  rb_define_module_function(module, "dropped_own", dropped_own, 2);
  rb_define_module_function(module, "closed", closed, 2);
  rb_define_module_function(module, "grown", grown, 2);
  rb_define_module_function(module, "own_work", own_work, 2);
}
