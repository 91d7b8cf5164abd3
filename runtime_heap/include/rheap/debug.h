/*===- rheap/debug.h - What the heap tells a sanitizer -----------*- C -*-===*\
|*
|* Part of gvlsan, under the Apache License v2.0. See LICENSE.
|*
\*===----------------------------------------------------------------------===*/
/*
 * The heap's half of the sanitizer's runtime_heap adapter: exact answers to
 * every question a report asks. The program that holds the heap exports one
 * symbol, rheap_debug_interface; the sanitizer finds it with dlsym.
 *
 * Unless said otherwise each function may be called by any thread, with or
 * without the lock, also inside a signal handler: it takes no lock, allocates
 * nothing and touches no page that is protected or sealed.
 */
#ifndef RHEAP_DEBUG_H
#define RHEAP_DEBUG_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised whenever a member changes its meaning or place. */
#define RHEAP_DEBUG_VERSION 3

enum rheap_lock_state {
  RHEAP_LOCK_FOREIGN,  /* not a thread of this heap */
  RHEAP_LOCK_RELEASED, /* a thread of this heap that does not hold the lock */
  RHEAP_LOCK_HELD
};

enum rheap_memory_kind {
  RHEAP_MEMORY_OTHER,        /* nothing the heap knows */
  RHEAP_MEMORY_PAGE,         /* inside a heap page */
  RHEAP_MEMORY_BUFFER,       /* an external buffer of a live object */
  RHEAP_MEMORY_FREED_BUFFER, /* an external buffer whose owner was collected */
  RHEAP_MEMORY_FROZEN_BUFFER /* an external buffer of a frozen object: a store
                                without the lock breaks rule R3 */
};

struct rheap_memory_info {
  enum rheap_memory_kind kind;
  const void *begin; /* of the page or buffer */
  size_t size;       /* in bytes */
  const void *owner; /* slot that owns or owned the buffer, else NULL */
  int is_protected;  /* the barrier has the page protected just now */
};

enum rheap_slot_flags {
  RHEAP_SLOT_EMBEDDED = 1,
  RHEAP_SLOT_FROZEN = 2,
  RHEAP_SLOT_HIDDEN = 4,
  RHEAP_SLOT_SHARED = 8,
  RHEAP_SLOT_LOCKED = 16,
  RHEAP_SLOT_PINNED = 32, /* at the last marking */
  RHEAP_SLOT_MOVED = 64,
  RHEAP_SLOT_FREE = 128
};

struct rheap_slot_info {
  const void *slot;
  size_t slot_size;        /* bytes */
  const char *type;        /* "String", "Array", ..., static storage */
  const char *class_name;  /* lives as long as the heap; NULL when hidden */
  unsigned flags;          /* enum rheap_slot_flags */
  size_t header_size;      /* bytes before the embedded contents */
  size_t length;           /* bytes of a String, elements of an Array */
  unsigned char first[32]; /* first bytes of a String */
  size_t first_size;       /* how many of them are set */
  const void *moved_to;    /* with RHEAP_SLOT_MOVED */
  const void *moved_from;  /* where the object was before its last move; NULL:
                              it has not moved, or nobody judges */
};

/* The other of two accesses that nothing orders. */
struct rheap_other_access {
  long tid; /* kernel id */
  int is_write;
  size_t size;      /* bytes */
  const char *call; /* libc's function, NULL: a plain load or store */
  const void *pc;
};

struct rheap_debug_interface {
  unsigned version;
  /* Of the calling thread. */
  enum rheap_lock_state (*lock_state)(void);
  /* Kernel id of the thread that holds the lock; 0: nobody does. */
  long (*lock_holder)(void);
  /* Lowest and one past the highest address of any page so far. */
  void (*page_bounds)(const void **low, const void **high);
  /* What the first byte of [address, address + size) that the heap knows lies
   * in; kind is RHEAP_MEMORY_OTHER when it knows none of them. */
  void (*classify)(const void *address, size_t size,
                   struct rheap_memory_info *out);
  /* The slot that holds address. Readable even while its page is protected or
   * sealed (the heap keeps a second mapping of its pages). 0: no such slot. */
  int (*describe_slot)(const void *address, struct rheap_slot_info *out);
  /* Lets an access which the caller has reported go on: lifts the seal that
   * judges user-mode accesses until the next release, and makes the frozen
   * buffer writable that classify named last on this thread. */
  void (*unseal)(void);
  /* The calling thread is about to make call, a function of libc which reads or
   * writes the bytes; NULL: a load or store of instrumented code, made as soon
   * as it has been asked about. Before classify is asked about them. The heap
   * may report rule R4, and may take its time. NULL: it judges no such rule. */
  void (*before_call)(const void *address, size_t size, int is_write,
                      const char *call, const void *pc);
  /* While the calling thread reports one of two: the other. 0: the report under
   * way is of something else. May be NULL. */
  int (*other_access)(struct rheap_other_access *out);
};

extern const struct rheap_debug_interface rheap_debug_interface;

#ifdef __cplusplus
}
#endif

#endif /* RHEAP_DEBUG_H */
