/* Vector accesses of single lanes, on a String's embedded bytes or on C memory
 * with the lanes that are off in the String. The processor decides what is
 * run; what it lacks is said. */
#include <ruby.h>
#include <immintrin.h>
#include <ruby/thread.h>
#include <stdio.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))
#define AVX2 __attribute__((target("avx2")))
#define AVX512 __attribute__((target("avx512f,avx512vl,avx512bw,avx512vbmi2")))

static unsigned char *bytes, *memory;
static volatile long sum;
static volatile int eight = 8; /* not known when compiling */

/* What the vectorizer makes of a loop with a condition. */
NOINLINE AVX2 static void touch_loop(int *values, const int *wanted, int n) {
  int total = 0;
#pragma clang loop vectorize_width(8) interleave_count(1)
  for (int i = 0; i < n; ++i)
    if (wanted[i])
      total += values[i];
  sum += total;
}

NOINLINE AVX2 static void touch_maskload(unsigned char *p, unsigned lanes) {
  __m128i mask = _mm_set_epi32(-(lanes >> 3 & 1), -(lanes >> 2 & 1), -(lanes >> 1 & 1), -(lanes & 1));
  sum += _mm_extract_epi32(_mm_maskload_epi32((int *)p, mask), 0);
}

NOINLINE AVX2 static void touch_maskstore(unsigned char *p, unsigned lanes) {
  __m128i mask = _mm_set_epi32(-(lanes >> 3 & 1), -(lanes >> 2 & 1), -(lanes >> 1 & 1), -(lanes & 1));
  _mm_maskstore_epi32((int *)p, mask, _mm_set1_epi32(0x41414141));
}

/* Lane 2 is the String's, from a base that is not. */
NOINLINE AVX2 static void touch_gather(unsigned char *base, unsigned char *p, unsigned lanes) {
  long distance = p - base;
  __m256i index = _mm256_set_epi64x(8, distance, 8, 0);
  __m256i mask = _mm256_set_epi64x(-(long)(lanes >> 3 & 1), -(long)(lanes >> 2 & 1), -(long)(lanes >> 1 & 1), -(long)(lanes & 1));
  __m256i r = _mm256_mask_i64gather_epi64(_mm256_setzero_si256(), (long long *)base, index, mask, 1);
  sum += _mm256_extract_epi64(r, 0);
}

NOINLINE AVX512 static void touch_masked(unsigned char *p, unsigned lanes) {
  sum += _mm_extract_epi8(_mm_maskz_loadu_epi8(lanes, p), 0);
}

NOINLINE AVX512 static void touch_scatter(unsigned char *base, unsigned char *p, unsigned lanes) {
  __m256i index = _mm256_set_epi64x(8, p - base, 8, 0);
  _mm256_mask_i64scatter_epi64(base, lanes, index, _mm256_set1_epi64x(0x4141414141414141), 1);
}

NOINLINE AVX512 static void touch_compress(unsigned char *p, unsigned lanes) {
  _mm_mask_compressstoreu_epi8(p, lanes, _mm_set1_epi8(0x41));
}

static void *run_all(void *violate) {
  int wanted[8] = {1, 0, 1, 0, 0, 0, 0, 0}, values[8] = {1, 2, 3};
  /* All of the lanes, or those of them that lie in C memory. */
  unsigned char *p = violate ? bytes : memory;
  touch_loop(violate ? (int *)bytes : values, wanted, eight);
  touch_maskload(p, 5);
  touch_maskstore(p, 5);
  touch_gather(memory, bytes, violate ? 15 : 11);
  /* Every lane is off. */
  touch_maskload(bytes, 0);
  if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi2")) {
    touch_masked(p, 0x101);
    touch_scatter(memory, bytes, violate ? 15 : 11);
    touch_compress(p, 0xff);
  }
  return NULL;
}

static VALUE run(VALUE self, VALUE violate) {
  VALUE string = rb_str_new(NULL, 20);
  bytes = (unsigned char *)RSTRING_PTR(string);
  memory = calloc(1, 64);
  memset(bytes, 1, 20);
  if (!__builtin_cpu_supports("avx2"))
    puts("no AVX2: nothing was run");
  else
    rb_thread_call_without_gvl(run_all, RTEST(violate) ? bytes : NULL, NULL, NULL);
  printf("done: %d\n", bytes[0] == (RTEST(violate) ? 0x41 : 1));
  fflush(stdout);
  RB_GC_GUARD(string);
  free(memory);
  return Qnil;
}

void Init_vectors(void) {
  rb_define_global_function("run", run, 1);
}
