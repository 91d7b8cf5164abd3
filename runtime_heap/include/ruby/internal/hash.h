/* ruby/internal/hash.h - Hashes
 * Part of gvlsan, under the Apache License v2.0. See LICENSE. */
#ifndef RUBY_INTERNAL_HASH_H
#define RUBY_INTERNAL_HASH_H
/* What a callback of rb_hash_foreach answers. */
enum st_retval { ST_CONTINUE, ST_STOP, ST_DELETE, ST_CHECK };
RUBY_BEGIN_DECLS
VALUE rb_hash_new(void);
VALUE rb_hash_aref(VALUE hash, VALUE key);
VALUE rb_hash_aset(VALUE hash, VALUE key, VALUE value);
VALUE rb_hash_lookup(VALUE hash, VALUE key);
VALUE rb_hash_lookup2(VALUE hash, VALUE key, VALUE fallback);
VALUE rb_hash_fetch(VALUE hash, VALUE key);
VALUE rb_hash_delete(VALUE hash, VALUE key);
VALUE rb_hash_clear(VALUE hash);
VALUE rb_hash_size(VALUE hash);
size_t rb_hash_size_num(VALUE hash);
VALUE rb_hash_keys(VALUE hash);
VALUE rb_hash_values(VALUE hash);
VALUE rb_hash_freeze(VALUE hash);
VALUE rb_hash_has_key(VALUE hash, VALUE key);
VALUE rb_hash_dup(VALUE hash);
/* func, if any, says what a key gets that both have. */
typedef VALUE rb_hash_update_func(VALUE key, VALUE old, VALUE other);
VALUE rb_hash_update_by(VALUE hash, VALUE other, rb_hash_update_func *func);
VALUE rb_check_hash_type(VALUE v);
/* Adding a key inside the callback raises, as in CRuby. */
void rb_hash_foreach(VALUE hash, int (*func)(VALUE key, VALUE value, VALUE arg),
                     VALUE arg);
RUBY_END_DECLS
#define RHASH_SIZE rb_hash_size_num
#define RHASH_EMPTY_P(hash) (rb_hash_size_num(hash) == 0)
#endif
