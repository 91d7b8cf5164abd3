/* Every kind of atomic operation, of every size, with its right result; then one
 * on a String's bytes, without the lock. */
#include <ruby.h>
#include <ruby/thread.h>
#include <stdio.h>

#define CHECK(what)                                                            \
  do {                                                                         \
    if (!(what))                                                               \
      printf("wrong: %s, %d bytes\n", #what, (int)sizeof(a));                 \
  } while (0)

#define OPERATIONS(type)                                                       \
  static void operate_##type(void) {                                           \
    static type a = 5;                                                         \
    type seen = 1;                                                             \
    CHECK(__atomic_load_n(&a, __ATOMIC_ACQUIRE) == 5);                         \
    __atomic_store_n(&a, 12, __ATOMIC_RELEASE);                                \
    CHECK(__atomic_exchange_n(&a, 10, __ATOMIC_RELAXED) == 12);                \
    CHECK(__atomic_fetch_add(&a, 3, __ATOMIC_SEQ_CST) == 10 && a == 13);       \
    CHECK(__atomic_fetch_sub(&a, 1, __ATOMIC_SEQ_CST) == 13 && a == 12);       \
    CHECK(__atomic_fetch_and(&a, 6, __ATOMIC_SEQ_CST) == 12 && a == 4);        \
    CHECK(__atomic_fetch_or(&a, 3, __ATOMIC_SEQ_CST) == 4 && a == 7);          \
    CHECK(__atomic_fetch_xor(&a, 2, __ATOMIC_SEQ_CST) == 7 && a == 5);         \
    CHECK(__atomic_fetch_nand(&a, 4, __ATOMIC_SEQ_CST) == 5 &&                 \
          a == (type) ~(type)4);                                               \
    a = 5;                                                                     \
    CHECK(!__atomic_compare_exchange_n(&a, &seen, 9, 0, __ATOMIC_SEQ_CST,      \
                                       __ATOMIC_RELAXED) &&                    \
          seen == 5 && a == 5);                                                \
    CHECK(__atomic_compare_exchange_n(&a, &seen, 9, 0, __ATOMIC_SEQ_CST,       \
                                      __ATOMIC_RELAXED) &&                     \
          a == 9);                                                             \
    while (!__atomic_compare_exchange_n(&a, &(type){9}, 8, 1,                  \
                                        __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))   \
      ;                                                                        \
    CHECK(a == 8);                                                             \
    CHECK(__sync_val_compare_and_swap(&a, 8, 7) == 8 && a == 7);               \
    __atomic_thread_fence(__ATOMIC_SEQ_CST);                                   \
    __atomic_signal_fence(__ATOMIC_SEQ_CST);                                   \
  }
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long u64;
typedef unsigned __int128 u128;
OPERATIONS(u8)
OPERATIONS(u16)
OPERATIONS(u32)
OPERATIONS(u64)
#ifdef HAS_U128
OPERATIONS(u128)
#endif

static void *add(void *bytes) {
  return (void *)(long)__atomic_fetch_add((char *)bytes, 1, __ATOMIC_SEQ_CST);
}

static VALUE run(VALUE self) {
  static char text[] = "abc";
  VALUE string = rb_str_new(text, 3);
  operate_u8();
  operate_u16();
  operate_u32();
  operate_u64();
#ifdef HAS_U128
  operate_u128();
#endif
  printf("operated\n");
  fflush(stdout);
  rb_thread_call_without_gvl(add, RSTRING_PTR(string), NULL, NULL);
  printf("%s\n", RSTRING_PTR(string));
  fflush(stdout);
  return Qnil;
}

void Init_atomics(void) { rb_define_global_function("run", run, 0); }
