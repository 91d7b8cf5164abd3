//===- AccessSizeTest.cpp - The size of an access that faults -------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "judge/Classify.h"

#include "gtest/gtest.h"

#include <csetjmp>
#include <csignal>
#include <cstring>
#include <sys/mman.h>

#if defined(__x86_64__)

namespace {

sigjmp_buf Back;
size_t Found;

void onFault(int, siginfo_t *, void *Context) {
  Found = rheap::accessSize(static_cast<ucontext_t *>(Context));
  siglongjmp(Back, 1);
}

struct Case {
  const char *Text;
  size_t Size;
  void (*Run)(void *Inaccessible);
  const char *Needs;
};

bool machineHas(const char *Feature) {
  if (!*Feature)
    return true;
  if (!strcmp(Feature, "avx2"))
    return __builtin_cpu_supports("avx2");
  if (!strcmp(Feature, "avx512f"))
    return __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512vl");
  return __builtin_cpu_supports("fma");
}

// The address is in rdi.
#define CASE(Text, Size, Needs)                                                \
  {Text, Size,                                                                 \
   [](void *P) {                                                               \
     asm volatile(Text ::"D"(P)                                                \
                  : "rax", "rcx", "rdx", "rsi", "xmm0", "xmm1", "memory",      \
                    "cc");                                                     \
   },                                                                          \
   Needs}

const Case Cases[] = {
    // One byte to eight
    CASE("movb (%%rdi), %%al", 1, ""),
    CASE("movw %%ax, (%%rdi)", 2, ""),
    CASE("movl (%%rdi), %%eax", 4, ""),
    CASE("movq %%rax, (%%rdi)", 8, ""),
    CASE("movb $1, (%%rdi)", 1, ""),
    CASE("movw $1, (%%rdi)", 2, ""),
    CASE("movq $1, (%%rdi)", 8, ""),
    CASE("movzbl (%%rdi), %%eax", 1, ""),
    CASE("movsbq (%%rdi), %%rax", 1, ""),
    CASE("movzwl (%%rdi), %%eax", 2, ""),
    CASE("movslq (%%rdi), %%rax", 4, ""),
    CASE("addb %%al, (%%rdi)", 1, ""),
    CASE("addq $1, (%%rdi)", 8, ""),
    CASE("cmpb $1, (%%rdi)", 1, ""),
    CASE("testl %%eax, (%%rdi)", 4, ""),
    CASE("incw (%%rdi)", 2, ""),
    CASE("notq (%%rdi)", 8, ""),
    CASE("pushq (%%rdi)", 8, ""),
    CASE("imull (%%rdi), %%eax", 4, ""),
    CASE("cmovel (%%rdi), %%eax", 4, ""),
    CASE("sete (%%rdi)", 1, ""),
    CASE("lock xaddl %%eax, (%%rdi)", 4, ""),
    CASE("lock cmpxchgb %%cl, (%%rdi)", 1, ""),
    CASE("lock cmpxchg16b (%%rdi)", 16, ""),
    CASE("xchgq %%rax, (%%rdi)", 8, ""),
    CASE("btl $3, (%%rdi)", 4, ""),
    CASE("movnti %%rax, (%%rdi)", 8, ""),
    CASE("movl $1, %%ecx; rep stosb", 1, ""),
    CASE("movl $1, %%ecx; rep stosq", 8, ""),
    // The x87
    CASE("flds (%%rdi)", 4, ""),
    CASE("fldl (%%rdi)", 8, ""),
    CASE("fldt (%%rdi)", 10, ""),
    CASE("fnstcw (%%rdi)", 2, ""),
    // Vectors
    CASE("movss (%%rdi), %%xmm0", 4, ""),
    CASE("movsd %%xmm0, (%%rdi)", 8, ""),
    CASE("movups (%%rdi), %%xmm0", 16, ""),
    CASE("movdqu %%xmm0, (%%rdi)", 16, ""),
    CASE("movd (%%rdi), %%xmm0", 4, ""),
    CASE("movd %%xmm0, (%%rdi)", 4, ""),
    CASE("movq (%%rdi), %%xmm0", 8, ""),
    CASE("movq %%xmm0, (%%rdi)", 8, ""),
    CASE("movhps %%xmm0, (%%rdi)", 8, ""),
    CASE("movlps (%%rdi), %%xmm0", 8, ""),
    CASE("addss (%%rdi), %%xmm0", 4, ""),
    CASE("mulsd (%%rdi), %%xmm0", 8, ""),
    CASE("ucomisd (%%rdi), %%xmm0", 8, ""),
    CASE("cvtsi2sdl (%%rdi), %%xmm0", 4, ""),
    CASE("cvtsi2sdq (%%rdi), %%xmm0", 8, ""),
    CASE("cvtss2sd (%%rdi), %%xmm0", 4, ""),
    CASE("cvtps2pd (%%rdi), %%xmm0", 8, ""),
    CASE("pinsrw $1, (%%rdi), %%xmm0", 2, ""),
    CASE("pxor (%%rdi), %%xmm0", 16, ""),
    // With AVX
    CASE("vmovss (%%rdi), %%xmm0", 4, "avx2"),
    CASE("vmovsd %%xmm0, (%%rdi)", 8, "avx2"),
    CASE("vmovdqu (%%rdi), %%xmm0", 16, "avx2"),
    CASE("vmovdqu %%ymm0, (%%rdi)", 32, "avx2"),
    CASE("vpxor (%%rdi), %%ymm0, %%ymm0", 32, "avx2"),
    CASE("vaddsd (%%rdi), %%xmm0, %%xmm0", 8, "avx2"),
    CASE("vmovq %%xmm0, (%%rdi)", 8, "avx2"),
    CASE("vpbroadcastb (%%rdi), %%ymm0", 1, "avx2"),
    CASE("vbroadcastss (%%rdi), %%ymm0", 4, "avx2"),
    CASE("vpmovzxbd (%%rdi), %%ymm0", 8, "avx2"),
    CASE("vpextrb $0, %%xmm0, (%%rdi)", 1, "avx2"),
    CASE("vextracti128 $1, %%ymm0, (%%rdi)", 16, "avx2"),
    // Which bytes a mask leaves is not looked up: one.
    CASE("vpcmpeqd %%ymm1, %%ymm1, %%ymm1; vpmaskmovd %%ymm0, %%ymm1, (%%rdi)",
         1, "avx2"),
    CASE("vfmadd231ss (%%rdi), %%xmm0, %%xmm1", 4, "fma"),
    CASE("vfmadd231pd (%%rdi), %%ymm0, %%ymm1", 32, "fma"),
    CASE("vmovdqu64 %%zmm16, (%%rdi)", 64, "avx512f"),
    CASE("vmovdqu64 (%%rdi), %%ymm16", 32, "avx512f"),
};

TEST(AccessSize, OfInstructionsThatFault) {
  void *Page =
      mmap(nullptr, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(Page, MAP_FAILED);
  struct sigaction Action = {}, Previous;
  Action.sa_sigaction = onFault;
  Action.sa_flags = SA_SIGINFO;
  ASSERT_EQ(sigaction(SIGSEGV, &Action, &Previous), 0);
  size_t Run = 0;
  for (const Case &C : Cases) {
    if (!machineHas(C.Needs))
      continue;
    Found = 99;
    if (!sigsetjmp(Back, 1))
      C.Run(Page);
    EXPECT_EQ(Found, C.Size) << C.Text;
    ++Run;
  }
  EXPECT_GT(Run, 50u);
  sigaction(SIGSEGV, &Previous, nullptr);
  munmap(Page, 4096);
}

} // namespace

#endif
