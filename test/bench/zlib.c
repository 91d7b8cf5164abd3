/* zlib's own code, compressing and expanding text in C memory: in an extension,
 * with the lock and without it, and (STANDALONE) in a program of its own for the
 * tools that cannot be loaded into a stock Ruby. Prints the CPU seconds that
 * the work took. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zlib.h>

enum { SIZE = 4 << 20 };

static void fill(unsigned char *text) {
  static const char *words[] = {"the ", "lock ", "of ", "a ", "virtual ", "machine\n", "heap ", "page "};
  unsigned state = 12345;
  for (size_t at = 0; at < SIZE;) {
    state = state * 1103515245 + 12345;
    const char *word = words[state >> 16 & 7];
    for (; *word && at < SIZE; word++)
      text[at++] = (unsigned char)*word;
    if ((state >> 24 & 15) == 0 && at < SIZE)
      text[at++] = (unsigned char)(state >> 8);
  }
}

static double cpu_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Through a pointer: a program gives the compiler no more to see than an
 * extension's callback does. */
void *work(void *rounds) {
  uLong bound = compressBound(SIZE);
  unsigned char *text = malloc(SIZE), *packed = malloc(bound), *back = malloc(SIZE);
  if (!text || !packed || !back)
    abort();
  fill(text);
  double begin = cpu_now();
  for (int i = 0; i < *(int *)rounds; i++) {
    uLongf packed_size = bound, back_size = SIZE;
    if (compress2(packed, &packed_size, text, SIZE, 6) != Z_OK || uncompress(back, &back_size, packed, packed_size) != Z_OK ||
        back_size != SIZE || memcmp(text, back, SIZE) != 0)
      abort();
    for (int again = 0; again < 8; again++)
      if (uncompress(back, &back_size, packed, packed_size) != Z_OK)
        abort();
  }
  printf("%.6f\n", cpu_now() - begin);
  fflush(stdout);
  free(text);
  free(packed);
  free(back);
  return NULL;
}

#ifdef STANDALONE
int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 1;
  void *(*volatile callback)(void *) = work;
  callback(&rounds);
  return 0;
}
#else
#include <ruby.h>
#include <ruby/thread.h>

static VALUE held(VALUE self, VALUE count) {
  int rounds = NUM2INT(count);
  void *(*volatile callback)(void *) = work;
  callback(&rounds);
  return Qnil;
}

static VALUE released(VALUE self, VALUE count) {
  int rounds = NUM2INT(count);
  rb_thread_call_without_gvl(work, &rounds, NULL, NULL);
  return Qnil;
}

void Init_zbench(void) {
  VALUE module = rb_define_module("Zbench");
  rb_define_singleton_method(module, "held", held, 1);
  rb_define_singleton_method(module, "released", released, 1);
}
#endif
