/* A heap of one page and one freed buffer, in the state that the command line
 * names, which answers the sanitizer as rheap/debug.h says. */
#include <gvlsan/interface.h>
#include <rheap/debug.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef FAKE_VERSION
#define FAKE_VERSION RHEAP_DEBUG_VERSION
#endif

static _Alignas(65536) char page[65536];
static _Alignas(4096) char freed[4096];
static enum rheap_lock_state lock = RHEAP_LOCK_HELD;
static int is_protected, unsealed;

static enum rheap_lock_state lock_state(void) { return lock; }
static long lock_holder(void) { return 4242; }
static void page_bounds(const void **low, const void **high) {
  *low = page;
  *high = page + sizeof(page);
}
static int inside(const void *p, const char *begin, size_t size) {
  return (const char *)p >= begin && (const char *)p < begin + size;
}
static void classify(const void *address, size_t size,
                     struct rheap_memory_info *out) {
  memset(out, 0, sizeof(*out));
  if (inside(address, page, sizeof(page))) {
    out->kind = RHEAP_MEMORY_PAGE;
    out->begin = page;
    out->size = sizeof(page);
    out->is_protected = is_protected;
  } else if (inside(address, freed, sizeof(freed))) {
    out->kind = RHEAP_MEMORY_FREED_BUFFER;
    out->begin = freed;
    out->size = sizeof(freed);
    out->owner = page + 640;
  }
}
static int describe_slot(const void *address, struct rheap_slot_info *out) {
  memset(out, 0, sizeof(*out));
  if (!inside(address, page, sizeof(page)))
    return 0;
  size_t at = ((const char *)address - page) / 64 * 64;
  out->slot = page + at;
  out->slot_size = 64;
  out->type = "String";
  out->class_name = "Fake";
  out->flags = RHEAP_SLOT_EMBEDDED | RHEAP_SLOT_HIDDEN;
  out->header_size = 16;
  out->length = 5;
  out->first_size = 5;
  memcpy(out->first, page + at + 16, 5);
  return 1;
}
static void unseal(void) { ++unsealed; }

const struct rheap_debug_interface rheap_debug_interface = {
    FAKE_VERSION, lock_state,    lock_holder, page_bounds,
    classify,     describe_slot, unseal,
};

__attribute__((noinline)) static void accessor(const char *bytes) {
  if (__gvlsan_report_violation)
    __gvlsan_report_violation("R1.b", GVLSAN_ACCESS_READ, "RSTRING_PTR", bytes,
                              8, NULL, NULL);
}

int main(int argc, char **argv) {
  char *bytes = page + 128 + 16;
  strcpy(bytes, "bytes");
  const char *what = argv[2];
  char other[] = "other";
  int null = open("/dev/null", O_WRONLY);
  volatile size_t length = 0;
  if (argv[1][0] == 'r')
    lock = RHEAP_LOCK_RELEASED;
  if (argv[1][0] == 'f')
    lock = RHEAP_LOCK_FOREIGN;
  unsealed = 0;
  if (strcmp(what, "write-page") == 0)
    length = write(null, bytes, 5);
  else if (strcmp(what, "write-protected") == 0)
    is_protected = 1, length = write(null, bytes, 5);
  else if (strcmp(what, "read-freed") == 0)
    length = write(null, freed + 8, 16);
  else if (strcmp(what, "strlen-page") == 0)
    length = strlen(bytes);
  else if (strcmp(what, "write-other") == 0)
    length = write(null, other, 5);
  else if (strcmp(what, "report") == 0)
    accessor(bytes);
  lock = RHEAP_LOCK_HELD;
  is_protected = 0;
  fprintf(stderr, "went on, unsealed %d time%s\n", unsealed,
          unsealed == 1 ? "" : "s");
  return 0;
}
