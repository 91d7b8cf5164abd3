/* Region.c - Code without the lock that uses a string's bytes (point 3)
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#include "Scenarios.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>

/* What keeps the string where it is. */
enum pin { on_stack, registered, not_pinned };
enum fix { no_fix, copy, noembed };

struct region {
  enum outcome (*access)(struct region *);
  enum pin pin;
  int blocks; /* is inside the system call when the compaction begins */
  struct layout *layout;
  VALUE *owner;
  char *bytes;
  int fds[2];
  long tid;
  sem_t ready, go, done, again, over;
  enum outcome outcome;
  size_t healed_before, healed;
};

static VALUE registered_subject = Qnil;

/* The accesses. Each is made in a region, with the bytes in region->bytes. */

static enum outcome failed(void) {
  return errno == EFAULT ? outcome_efault : outcome_lost;
}

static enum outcome received(struct region *region) {
  char got[subject_length] = "";
  return read(region->fds[0], got, sizeof(got)) == subject_length &&
                 memcmp(got, SUBJECT, subject_length) == 0
             ? outcome_right
             : outcome_wrong;
}

static enum outcome by_write(struct region *region) {
  return write(region->fds[1], region->bytes, subject_length) < 0
             ? failed()
             : received(region);
}

static enum outcome by_system_call(struct region *region) {
  return syscall(SYS_write, region->fds[1], region->bytes, subject_length) < 0
             ? failed()
             : received(region);
}

static enum outcome by_stdio(struct region *region) {
  FILE *out = fdopen(dup(region->fds[1]), "w");
  setvbuf(out, NULL, _IONBF, 0);
  size_t n = fwrite(region->bytes, 1, subject_length, out);
  enum outcome outcome = n == 0 ? failed() : received(region);
  fclose(out);
  return outcome;
}

static enum outcome by_read(struct region *region) {
  if (write(region->fds[1], "[SUBJECT]", subject_length) < 0)
    abort();
  if (read(region->fds[0], region->bytes, subject_length) < 0) {
    char rest[subject_length];
    int error = errno;
    ssize_t n = read(region->fds[0], rest, sizeof(rest));
    errno = error;
    return n == subject_length ? failed() : outcome_lost;
  }
  return outcome_right;
}

static enum outcome by_load(struct region *region) {
  const volatile char *bytes = region->bytes;
  for (int i = 0; i < subject_length; i++)
    if (bytes[i] != SUBJECT[i])
      return outcome_wrong;
  return outcome_right;
}

static enum outcome by_store(struct region *region) {
  volatile char *bytes = region->bytes;
  bytes[0] = '[';
  return outcome_right;
}

/* The kernel takes the datagram out of the socket before it stores it. */
static enum outcome by_datagram(struct region *region) {
  ssize_t n = recv(region->fds[0], region->bytes, subject_length, 0);
  if (n < 0) {
    char rest[subject_length];
    int error = errno;
    n = recv(region->fds[0], rest, sizeof(rest), MSG_DONTWAIT);
    errno = error;
    return n < 0 ? outcome_lost : failed();
  }
  return n == subject_length ? outcome_right : outcome_lost;
}

/* Whether the access writes into the string. */
static int stores(const struct region *region) {
  return region->access == by_read || region->access == by_store ||
         region->access == by_datagram;
}

static void *in_region(void *data) {
  struct region *region = data;
  region->tid = syscall(SYS_gettid);
  sem_post(&region->ready);
  if (!region->blocks)
    sem_wait(&region->go);
  region->outcome = region->access(region);
  sem_post(&region->done);
  /* Once more while nobody holds the lock, where a sanitizer sees loads and
   * stores whatever the barrier is. */
  sem_wait(&region->again);
  if (!region->blocks)
    region->access(region);
  sem_post(&region->over);
  return NULL;
}

static enum fix chosen_fix(void) {
  const char *name = getenv("SCENARIO_FIX");
  return !name || !*name ? no_fix : strcmp(name, "copy") == 0 ? copy : noembed;
}

/* The pointer outlives the string's last use, unless the caller has it. */
__attribute__((noinline)) static VALUE make_subject(struct region *region) {
  VALUE string = rb_str_new_cstr(SUBJECT);
  region->bytes = RSTRING_PTR(string);
  if (region->pin == registered)
    registered_subject = string;
  rb_ary_push(*region->owner, string);
  return region->pin == on_stack ? string : Qnil;
}

static VALUE region_thread(void *data) {
  struct region *region = data;
  VALUE temporary = Qnil;
  /* Of the subject's page nothing else is on a stack: neither the thread's own
   * object, which was made before, nor what old stack words still name. */
  layout_continue(region->layout);
  VALUE string = make_subject(region);
  layout_continue(region->layout);
  char copied[subject_length];
  enum fix fix = chosen_fix();
  if (fix == copy) {
    memcpy(copied, region->bytes, subject_length);
    region->bytes = copied;
  } else if (fix == noembed) {
    temporary =
        rb_str_tmp_frozen_no_embed_acquire(RARRAY_AREF(*region->owner, 0));
    region->bytes = RSTRING_PTR(temporary);
  }
  rb_thread_call_without_gvl(in_region, region, NULL, NULL);
  if (fix == copy)
    memcpy(RSTRING_PTR(RARRAY_AREF(*region->owner, 0)), copied, subject_length);
  else if (fix == noembed)
    rb_str_tmp_frozen_release(RARRAY_AREF(*region->owner, 0), temporary);
  RB_GC_GUARD(string);
  return Qnil;
}

static void *wait_until_ready(void *data) {
  struct region *region = data;
  sem_wait(&region->ready);
  return NULL;
}

/* The kernel says which system call a waiting thread is in. */
static void wait_until_blocked(const struct region *region) {
  char path[64], text[16];
  snprintf(path, sizeof(path), "/proc/self/task/%ld/syscall", region->tid);
  do {
    FILE *file = fopen(path, "r");
    if (!file || !fgets(text, sizeof(text), file))
      text[0] = 0;
    if (file)
      fclose(file);
  } while (strtol(text, NULL, 10) != SYS_recvfrom);
}

/* On the thread that compacts, when all has moved. */
static void at_moved(void *data) {
  struct region *region = data;
  region->healed_before = rheap_barrier_heal_count();
  if (region->blocks) {
    if (send(region->fds[1], "[SUBJECT]", subject_length, 0) < 0)
      abort();
  } else {
    sem_post(&region->go);
  }
  sem_wait(&region->done);
  region->healed = rheap_barrier_heal_count() - region->healed_before;
}

static void *let_it_end(void *data) {
  struct region *region = data;
  sem_post(&region->again);
  sem_wait(&region->over);
  return NULL;
}

static void check_store(struct region *region) {
  VALUE string = RARRAY_AREF(*region->owner, 0);
  const char *expected = region->access == by_store ? "[subject>" : "[SUBJECT]";
  if (region->outcome == outcome_right &&
      memcmp(RSTRING_PTR(string), expected, subject_length) != 0)
    region->outcome = outcome_wrong;
}

static void open_channel(struct region *region) {
  if ((region->blocks ? socketpair(AF_UNIX, SOCK_DGRAM, 0, region->fds)
                      : pipe(region->fds)) != 0)
    rb_sys_fail("a channel to write to");
  /* Who has lost a datagram waits for the next one. */
  struct timeval limit = {.tv_usec = 500000};
  if (region->blocks)
    setsockopt(region->fds[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

static VALUE run(const char *name, enum outcome (*access)(struct region *),
                 enum pin pin) {
  struct layout layout;
  VALUE owner = rb_ary_new_capa(1);
  struct region region = {.access = access,
                          .pin = pin,
                          .blocks = access == by_datagram,
                          .layout = &layout,
                          .owner = &owner};
  sem_t *const all[] = {&region.ready, &region.go, &region.done, &region.again,
                        &region.over};
  for (int i = 0; i < 5; i++)
    sem_init(all[i], 0, 0);
  open_channel(&region);
  layout_begin(&layout);
  VALUE thread = rb_thread_create(region_thread, &region);
  rb_thread_call_without_gvl(wait_until_ready, &region, NULL, NULL);
  layout_end(&layout);
  if (region.blocks)
    wait_until_blocked(&region);
  rheap_at_moved(at_moved, &region);
  rheap_compact();
  if (stores(&region) && chosen_fix() == no_fix)
    check_store(&region);
  rb_thread_call_without_gvl(let_it_end, &region, NULL, NULL);
  rb_funcall(thread, rb_intern("join"), 0);
  if (stores(&region))
    check_store(&region);
  layout_check(&layout);
  print_outcome(name, region.outcome, region.healed);
  registered_subject = Qnil;
  return Qnil;
}

static VALUE write_in_region(VALUE self) {
  return run("write_in_region", by_write, on_stack);
}
static VALUE read_in_region(VALUE self) {
  return run("read_in_region", by_read, on_stack);
}
static VALUE load_in_region(VALUE self) {
  return run("load_in_region", by_load, on_stack);
}
static VALUE store_unpinned(VALUE self) {
  return run("store_unpinned", by_store, not_pinned);
}
static VALUE write_registered(VALUE self) {
  return run("write_registered", by_write, registered);
}
static VALUE system_call(VALUE self) {
  return run("system_call", by_system_call, on_stack);
}
static VALUE stdio(VALUE self) { return run("stdio", by_stdio, on_stack); }
static VALUE datagram(VALUE self) {
  return run("datagram", by_datagram, on_stack);
}

void define_region_scenarios(void) {
  rb_gc_register_address(&registered_subject);
  rb_define_global_function("write_in_region", write_in_region, 0);
  rb_define_global_function("read_in_region", read_in_region, 0);
  rb_define_global_function("load_in_region", load_in_region, 0);
  rb_define_global_function("store_unpinned", store_unpinned, 0);
  rb_define_global_function("write_registered", write_registered, 0);
  rb_define_global_function("system_call", system_call, 0);
  rb_define_global_function("stdio", stdio, 0);
  rb_define_global_function("datagram", datagram, 0);
}
