/* ruby/st.h - Hash tables of C values
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_ST_H
#define RUBY_ST_H 1
#include "ruby/ruby.h"
RUBY_BEGIN_DECLS
typedef unsigned long st_data_t;
typedef st_data_t st_index_t;
typedef int st_compare_func(st_data_t, st_data_t);
typedef st_index_t st_hash_func(st_data_t);
struct st_hash_type {
  st_compare_func *compare; /* 0: equal */
  st_hash_func *hash;
};
/* In order of insertion. The collector knows nothing of what it holds. */
typedef struct st_table {
  const struct st_hash_type *type;
  st_index_t num_entries;
  void *rheap_entries;
} st_table;

/* All need the lock: they may allocate, and with it collect. */
st_table *st_init_table(const struct st_hash_type *type);
st_table *st_init_table_with_size(const struct st_hash_type *type,
                                  st_index_t size);
st_table *st_init_numtable(void);
st_table *st_init_numtable_with_size(st_index_t size);
st_table *st_init_strtable(void); /* keys are C strings that outlive it */
void st_free_table(st_table *table);
void st_clear(st_table *table);
/* 1: the key was there. */
int st_insert(st_table *table, st_data_t key, st_data_t value);
void st_add_direct(st_table *table, st_data_t key, st_data_t value);
int st_lookup(st_table *table, st_data_t key, st_data_t *value);
/* *key becomes the stored key; value may be NULL. */
int st_delete(st_table *table, st_data_t *key, st_data_t *value);
/* func may delete, insert nothing. */
int st_foreach(st_table *table,
               int (*func)(st_data_t key, st_data_t value, st_data_t arg),
               st_data_t arg);
st_table *st_copy(st_table *table);
size_t st_memsize(const st_table *table);
/* Of bytes; without the lock too. */
st_index_t st_hash(const void *ptr, size_t len, st_index_t seed);
int st_numcmp(st_data_t a, st_data_t b);
st_index_t st_numhash(st_data_t n);
RUBY_END_DECLS
#define st_is_member(table, key) st_lookup((table), (key), (st_data_t *)0)
#define ST_DATA_COMPATIBLE_P(type) 1
#endif
