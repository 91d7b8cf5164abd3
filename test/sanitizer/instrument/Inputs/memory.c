/* Bytes of a String moved by what compilers make of memcpy and its like: calls,
 * or instructions. Each is one access, on a line of its own. */
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <string.h>
#undef memcpy

struct job {
  char *bytes;
  long size;
  char room[300];
};

static void *copy_some(void *data) {
  struct job *job = data;
  memcpy(job->room, job->bytes, (size_t)job->size);
  return NULL;
}
static void *copy_eight(void *data) {
  struct job *job = data;
  memcpy(job->room + 100, job->bytes, 8);
  return NULL;
}
static void *move_some(void *data) {
  struct job *job = data;
  memmove(job->bytes, job->bytes + 1, (size_t)job->size - 1);
  return NULL;
}
static void *set_some(void *data) {
  struct job *job = data;
  memset(job->bytes, 'x', (size_t)job->size - 6);
  return NULL;
}
static void *in_c_memory(void *data) {
  struct job job = {strdup("0123456789"), 10, ""}, *volatile unknown = &job;
  copy_some(unknown);
  copy_eight(unknown);
  move_some(unknown);
  set_some(unknown);
  return NULL;
}

static VALUE run(VALUE self, VALUE string) {
  struct job job = {RSTRING_PTR(string), RSTRING_LEN(string), ""};
  rb_thread_call_without_gvl(in_c_memory, NULL, NULL, NULL);
  printf("right so far\n");
  fflush(stdout);
  rb_thread_call_without_gvl(copy_some, &job, NULL, NULL);
  rb_thread_call_without_gvl(copy_eight, &job, NULL, NULL);
  rb_thread_call_without_gvl(move_some, &job, NULL, NULL);
  rb_thread_call_without_gvl(set_some, &job, NULL, NULL);
  printf("%.10s %.8s %s\n", job.room, job.room + 100, RSTRING_PTR(string));
  fflush(stdout);
  return Qnil;
}

void Init_memory(void) { rb_define_global_function("run", run, 1); }
