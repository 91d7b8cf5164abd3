//===- ApiStubs.S - The way of an API call through us ---------------------===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Used are only the registers that a PLT's own code may use.
//
//===----------------------------------------------------------------------===//

#include "ApiStubs.h"

        .hidden gvlsan_api_stubs
        .hidden gvlsan_api_targets
        .hidden gvlsan_api_check
        .globl  gvlsan_api_stubs
        .text

#if defined(__x86_64__)

// %r11: the stub's number. On the stack: the caller's return address.
        .p2align 4
        .type   gvlsan_api_slow, @function
gvlsan_api_slow:
        .cfi_startproc
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset %rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register %rbp
        // %rax: how many vector registers a variadic call passes; %r10: the
        // static chain. An even number of words keeps the stack aligned.
        pushq   %r11
        pushq   %r10
        pushq   %rax
        pushq   %rax
        pushq   %r9
        pushq   %r8
        pushq   %rcx
        pushq   %rdx
        pushq   %rsi
        pushq   %rdi
        movq    %rsp, %rsi
        subq    $128, %rsp
        movaps  %xmm0, 0(%rsp)
        movaps  %xmm1, 16(%rsp)
        movaps  %xmm2, 32(%rsp)
        movaps  %xmm3, 48(%rsp)
        movaps  %xmm4, 64(%rsp)
        movaps  %xmm5, 80(%rsp)
        movaps  %xmm6, 96(%rsp)
        movaps  %xmm7, 112(%rsp)
        movq    %r11, %rdi
        movq    8(%rbp), %rdx
        callq   gvlsan_api_check
        movaps  0(%rsp), %xmm0
        movaps  16(%rsp), %xmm1
        movaps  32(%rsp), %xmm2
        movaps  48(%rsp), %xmm3
        movaps  64(%rsp), %xmm4
        movaps  80(%rsp), %xmm5
        movaps  96(%rsp), %xmm6
        movaps  112(%rsp), %xmm7
        addq    $128, %rsp
        popq    %rdi
        popq    %rsi
        popq    %rdx
        popq    %rcx
        popq    %r8
        popq    %r9
        popq    %rax
        popq    %rax
        popq    %r10
        popq    %r11
        popq    %rbp
        .cfi_def_cfa %rsp, 8
        pushq   %rax
        .cfi_adjust_cfa_offset 8
        leaq    gvlsan_api_targets(%rip), %rax
        movq    (%rax,%r11,8), %r11
        popq    %rax
        .cfi_adjust_cfa_offset -8
        jmpq    *%r11
        .cfi_endproc
        .size   gvlsan_api_slow, .-gvlsan_api_slow

        .p2align GVLSAN_API_STUB_SHIFT
        .type   gvlsan_api_stubs, @function
gvlsan_api_stubs:
        .cfi_startproc
        .set    number, 0
        .rept   GVLSAN_API_STUBS
        .p2align GVLSAN_API_STUB_SHIFT
        movq    gvlsan_thread@gottpoff(%rip), %r11
        cmpb    $0, %fs:GVLSAN_SURELY_HOLDS(%r11)
        movl    $number, %r11d
        je      gvlsan_api_slow
        jmpq    *gvlsan_api_targets+8*number(%rip)
        .set    number, number+1
        .endr
        .cfi_endproc
        .size   gvlsan_api_stubs, .-gvlsan_api_stubs

#elif defined(__aarch64__)

// x17: the stub's number.
        .p2align 4
        .type   gvlsan_api_slow, %function
gvlsan_api_slow:
        .cfi_startproc
        stp     x29, x30, [sp, #-240]!
        .cfi_def_cfa_offset 240
        .cfi_offset x29, -240
        .cfi_offset x30, -232
        mov     x29, sp
        .cfi_def_cfa_register x29
        stp     x0, x1, [sp, #16]
        stp     x2, x3, [sp, #32]
        stp     x4, x5, [sp, #48]
        stp     x6, x7, [sp, #64]
        // x8: where a struct is returned; x18: the static chain.
        stp     x8, x17, [sp, #80]
        str     x18, [sp, #96]
        stp     q0, q1, [sp, #112]
        stp     q2, q3, [sp, #144]
        stp     q4, q5, [sp, #176]
        stp     q6, q7, [sp, #208]
        mov     x0, x17
        add     x1, sp, #16
        mov     x2, x30
        bl      gvlsan_api_check
        ldp     q0, q1, [sp, #112]
        ldp     q2, q3, [sp, #144]
        ldp     q4, q5, [sp, #176]
        ldp     q6, q7, [sp, #208]
        ldr     x18, [sp, #96]
        ldp     x8, x17, [sp, #80]
        ldp     x6, x7, [sp, #64]
        ldp     x4, x5, [sp, #48]
        ldp     x2, x3, [sp, #32]
        ldp     x0, x1, [sp, #16]
        ldp     x29, x30, [sp], #240
        .cfi_def_cfa sp, 0
        .cfi_restore x29
        .cfi_restore x30
        adrp    x16, gvlsan_api_targets
        add     x16, x16, :lo12:gvlsan_api_targets
        ldr     x16, [x16, x17, lsl #3]
        br      x16
        .cfi_endproc
        .size   gvlsan_api_slow, .-gvlsan_api_slow

        .p2align GVLSAN_API_STUB_SHIFT
        .type   gvlsan_api_stubs, %function
gvlsan_api_stubs:
        .cfi_startproc
        .set    number, 0
        .rept   GVLSAN_API_STUBS
        .p2align GVLSAN_API_STUB_SHIFT
        adrp    x16, :gottprel:gvlsan_thread
        ldr     x16, [x16, :gottprel_lo12:gvlsan_thread]
        mrs     x17, tpidr_el0
        add     x16, x16, x17
        ldrb    w16, [x16, #GVLSAN_SURELY_HOLDS]
        mov     w17, #number
        cbz     w16, gvlsan_api_slow
        adrp    x16, gvlsan_api_targets+8*number
        ldr     x16, [x16, :lo12:gvlsan_api_targets+8*number]
        br      x16
        .set    number, number+1
        .endr
        .cfi_endproc
        .size   gvlsan_api_stubs, .-gvlsan_api_stubs

#else
#error "the stubs of this processor are not written"
#endif

        .section .note.GNU-stack, "", %progbits
