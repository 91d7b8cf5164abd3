// Intent: what the heap tells a sanitizer is exact: who holds the lock, what a range is, whose a buffer is, whether a
//   page is protected, what lies in a slot, whether it is pinned, where its object went and where it came from.
// REQUIRES: runtime_heap
// RUN: %cc -shared -fPIC %heap_cflags -I%source/sanitizer/include %S/Inputs/reporter.c -o %t.reporter.so
// RUN: %cc -shared -fPIC -O1 -g %heap_cflags %s -o %t.so
// RUN: env LD_PRELOAD=%t.reporter.so RHEAP_BARRIER=mprotect RHEAP_GC_AT_RELEASE=none rheap run %t.so 2>&1 | FileCheck %s
// CHECK-NOT: wrong
// CHECK: all answers given
// CHECK-NOT: wrong
#define _GNU_SOURCE
#include <pthread.h>
#include <rheap/debug.h>
#include <rheap/internal.h>
#include <ruby.h>
#include <ruby/thread.h>
#include <unistd.h>

#define EXPECT(what)                                                                                                   \
  ((what) ? (void)0 : (void)(printf("line %d: wrong: %s\n", __LINE__, #what), fflush(stdout)))

static const struct rheap_debug_interface *const heap = &rheap_debug_interface;

static struct rheap_slot_info slot_at(const void *address) {
  struct rheap_slot_info slot;
  EXPECT(heap->describe_slot(address, &slot));
  return slot;
}
static struct rheap_slot_info slot_of(VALUE v) { return slot_at((const void *)v); }
static struct rheap_memory_info range(const void *address, size_t size) {
  struct rheap_memory_info memory;
  heap->classify(address, size, &memory);
  return memory;
}

static void *foreign(void *main_thread) {
  EXPECT(heap->lock_state() == RHEAP_LOCK_FOREIGN);
  EXPECT(heap->lock_holder() == *(long *)main_thread);
  return NULL;
}
static void *region(void *unused) {
  EXPECT(heap->lock_state() == RHEAP_LOCK_RELEASED);
  EXPECT(heap->lock_holder() == 0);
  return NULL;
}

static void locks(void) {
  long self = gettid();
  EXPECT(heap->lock_state() == RHEAP_LOCK_HELD);
  EXPECT(heap->lock_holder() == self);
  pthread_t thread;
  pthread_create(&thread, NULL, foreign, &self);
  pthread_join(thread, NULL);
  rb_thread_call_without_gvl(region, NULL, NULL, NULL);
  EXPECT(heap->lock_holder() == self);
}

static VALUE make_string(const char *bytes, long length) { return rb_str_new(bytes, length); }

__attribute__((noinline)) static const void *buffer_of_dead(void) {
  VALUE string = rb_str_new(NULL, 5000);
  return (const void *)~(uintptr_t)RSTRING_PTR(string);
}

static void ranges(void) {
  VALUE embedded = make_string("abc", 3), external = make_string(NULL, 5000), frozen = make_string(NULL, 5000);
  rb_str_freeze(frozen);
  const void *low, *high;
  heap->page_bounds(&low, &high);
  struct rheap_memory_info page = range((const void *)embedded, 1);
  EXPECT(page.kind == RHEAP_MEMORY_PAGE && page.size == 65536 && (uintptr_t)page.begin % 65536 == 0);
  EXPECT((uintptr_t)page.begin == (embedded & ~(VALUE)65535) && !page.is_protected && !page.owner);
  EXPECT(low <= page.begin && (uintptr_t)page.begin < (uintptr_t)high);
  EXPECT(range((const char *)low - 1, 1).kind == RHEAP_MEMORY_OTHER);

  const char *bytes = RSTRING_PTR(external);
  struct rheap_memory_info buffer = range(bytes + 4999, 1);
  EXPECT(buffer.kind == RHEAP_MEMORY_BUFFER && buffer.begin == bytes && buffer.owner == (const void *)external);
  EXPECT(buffer.size == 5001);
  // A range that begins before it.
  EXPECT(range(bytes - 1, 2).kind == RHEAP_MEMORY_BUFFER);
  EXPECT(range(bytes - 1, 1).kind == RHEAP_MEMORY_OTHER);
  EXPECT(range(bytes + 5001, 1).kind == RHEAP_MEMORY_OTHER);
  EXPECT(range(RSTRING_PTR(frozen), 1).kind == RHEAP_MEMORY_FROZEN_BUFFER);
  EXPECT(range(RSTRING_PTR(frozen), 1).owner == (const void *)frozen);
  EXPECT(range(&page, sizeof(page)).kind == RHEAP_MEMORY_OTHER);
  char *plain = ALLOC_N(char, 100);
  EXPECT(range(plain, 100).kind == RHEAP_MEMORY_OTHER);
  xfree(plain);
  int freed = 0;
  const void *hidden[10];
  for (int i = 0; i < 10; i++)
    hidden[i] = buffer_of_dead();
  rb_gc_start();
  for (int i = 0; i < 10; i++)
    freed += range((const void *)~(uintptr_t)hidden[i], 1).kind == RHEAP_MEMORY_FREED_BUFFER;
  EXPECT(freed >= 8);
  RB_GC_GUARD(embedded);
  RB_GC_GUARD(external);
  RB_GC_GUARD(frozen);
}

static void slots(void) {
  VALUE string = make_string("abc", 3);
  struct rheap_slot_info slot = slot_at((const char *)string + 17);
  EXPECT(slot.slot == (const void *)string && slot.slot_size == 40 && slot.header_size == 24);
  EXPECT(!strcmp(slot.type, "String") && !strcmp(slot.class_name, "String") && slot.flags == RHEAP_SLOT_EMBEDDED);
  EXPECT(slot.length == 3 && slot.first_size == 3 && !memcmp(slot.first, "abc", 3));
  EXPECT(!slot.moved_to && !slot.moved_from);
  EXPECT(slot_of(rb_str_freeze(make_string("abc", 3))).flags == (RHEAP_SLOT_EMBEDDED | RHEAP_SLOT_FROZEN));
  EXPECT(slot_of(rb_str_locktmp(make_string("abc", 3))).flags == (RHEAP_SLOT_EMBEDDED | RHEAP_SLOT_LOCKED));
  VALUE hidden = rb_obj_hide(make_string("abc", 3));
  EXPECT(slot_of(hidden).flags == (RHEAP_SLOT_EMBEDDED | RHEAP_SLOT_HIDDEN) && !slot_of(hidden).class_name);
  VALUE external = make_string(NULL, 5000);
  memcpy(RSTRING_PTR(external), "begin", 5);
  slot = slot_of(external);
  EXPECT(slot.flags == 0 && slot.header_size == slot.slot_size && slot.length == 5000);
  EXPECT(slot.first_size == sizeof(slot.first) && !memcmp(slot.first, "begin", 6));
  EXPECT(slot_of(rb_str_dup(external)).flags & RHEAP_SLOT_SHARED);

  VALUE array = rb_ary_new_from_args(2, string, external);
  slot = slot_of(array);
  EXPECT(!strcmp(slot.type, "Array") && (slot.flags & RHEAP_SLOT_EMBEDDED) && slot.length == 2);
  rb_ary_store(array, 999, Qtrue);
  slot = slot_of(array);
  EXPECT(!(slot.flags & RHEAP_SLOT_EMBEDDED) && slot.length == 1000);

  VALUE point = rb_define_class("Point", rb_cObject);
  VALUE object = rb_obj_alloc(point);
  EXPECT(!strcmp(slot_of(object).type, "Object") && !strcmp(slot_of(object).class_name, "Point"));
  rb_define_singleton_method(object, "own", make_string, 0);
  EXPECT(!strcmp(slot_of(object).class_name, "Point"));
  EXPECT(!strcmp(slot_of(point).type, "Class") && !strcmp(slot_of(rb_mKernel).type, "Module"));
  EXPECT(!heap->describe_slot(&slot, &slot));
  RB_GC_GUARD(array);
}

static VALUE kept, pinned;
enum { objects = 4000 };

__attribute__((noinline)) static void make_kept(void) {
  kept = rb_ary_new();
  for (int i = 0; i < objects; i++) {
    make_string("garbage", 7);
    rb_ary_push(kept, make_string("kept", 4));
  }
}

__attribute__((noinline)) static VALUE complement_of(long i) { return ~rb_ary_entry(kept, i); }
__attribute__((noinline)) static void clear_stack(void) {
  volatile char frames[16384];
  for (size_t i = 0; i < sizeof(frames); i++)
    frames[i] = 0;
}

static int protected_pages;
static void look_at_moved(void *unused) {
  // From the back of the heap something has left.
  const void *low, *high;
  heap->page_bounds(&low, &high);
  for (const char *p = low; p < (const char *)high; p += 65536)
    protected_pages += range(p, 1).is_protected;
}

static void moves(void) {
  rb_gc_disable();
  make_kept();
  rb_gc_enable();
  pinned = rb_ary_entry(kept, objects - 1);
  VALUE before[objects];
  for (long i = 0; i < objects; i++)
    before[i] = complement_of(i);
  clear_stack();
  rheap_at_moved(look_at_moved, NULL);
  EXPECT(rheap_compact() > 100);
  EXPECT(protected_pages > 0);
  EXPECT(slot_of(pinned).flags & RHEAP_SLOT_PINNED && !slot_of(pinned).moved_from);
  int moved = 0;
  for (long i = 0; i < objects; i++) {
    VALUE now = rb_ary_entry(kept, i), then = ~before[i];
    struct rheap_slot_info slot = slot_of(now);
    if (now == then) {
      EXPECT(!slot.moved_from && !slot.moved_to);
      continue;
    }
    moved++;
    EXPECT(slot.moved_from == (const void *)then && !slot.moved_to && !(slot.flags & RHEAP_SLOT_PINNED));
    slot = slot_at((const void *)then);
    EXPECT(slot.flags == RHEAP_SLOT_MOVED && slot.moved_to == (const void *)now && !slot.moved_from);
  }
  EXPECT(moved > 100);
  EXPECT(range((const void *)pinned, 1).is_protected == 0);
  // What is made where others have died has not come from anywhere.
  rb_ary_clear(kept);
  clear_stack();
  rb_gc_start();
  for (int i = 0; i < objects; i++)
    EXPECT(!slot_of(make_string("new", 3)).moved_from);
}

static VALUE run(VALUE self) {
  EXPECT(heap->version == RHEAP_DEBUG_VERSION);
  locks();
  ranges();
  slots();
  moves();
  printf("all answers given\n");
  return Qnil;
}

void Init_example(void) {
  rb_gc_register_address(&kept);
  rb_gc_register_address(&pinned);
  rb_define_global_function("run", run, 0);
}
