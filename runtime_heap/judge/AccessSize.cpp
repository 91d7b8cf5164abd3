//===- AccessSize.cpp - The operand size of the instruction that faulted --===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// Enough of x86-64 for what compilers make of loads and stores: prefixes, the
// general moves and arithmetic, and the SSE moves.
//
//===----------------------------------------------------------------------===//

#include "judge/Classify.h"

#include <cstdint>

namespace rheap {

#if defined(__x86_64__)

namespace {

struct Prefixes {
  bool OperandSize = false, Wide = false;
  uint8_t Repeat = 0;
};

size_t general(const Prefixes &P) { return P.Wide ? 8 : P.OperandSize ? 2 : 4; }

/// Opcodes 0f xx.
size_t twoByte(uint8_t Op, const Prefixes &P) {
  switch (Op) {
  case 0xb6: // movzx, movsx from a byte
  case 0xbe:
  case 0xb0: // cmpxchg, xadd of a byte
  case 0xc0:
    return 1;
  case 0xb7: // movzx, movsx from a word
  case 0xbf:
    return 2;
  case 0x10: // movups, movss, movupd, movsd
  case 0x11:
  case 0x51: // and arithmetic in the same four forms
  case 0x54:
  case 0x57:
  case 0x58:
  case 0x59:
  case 0x5c:
  case 0x5e:
    return P.Repeat == 0xf3 ? 4 : P.Repeat == 0xf2 ? 8 : 16;
  case 0x12: // movlps and its kin
  case 0x13:
  case 0x16:
  case 0x17:
  case 0xd6:
    return 8;
  case 0x2a: // cvtsi2ss, ucomiss
    return P.Wide ? 8 : 4;
  case 0x2e:
  case 0x2f:
    return P.OperandSize ? 8 : 4;
  case 0x6e: // movd, movq
  case 0x7e:
    return P.Wide || P.Repeat == 0xf3 ? 8 : 4;
  case 0x28: // movaps, movdqa, movdqu, pcmpeq, por, pxor, ...
  case 0x29:
    return 16;
  default:
    if (Op >= 0x40 && Op <= 0x4f) // cmov
      return general(P);
    if (Op >= 0x60 && Op <= 0x7f)
      return P.OperandSize || P.Repeat ? 16 : 8;
    if (Op >= 0xd0)
      return P.OperandSize ? 16 : 8;
    return general(P);
  }
}

} // namespace

size_t accessSize(const ucontext_t *Context) {
  auto *Pc =
      reinterpret_cast<const uint8_t *>(Context->uc_mcontext.gregs[REG_RIP]);
  Prefixes P;
  for (;; ++Pc) {
    if (*Pc == 0x66)
      P.OperandSize = true;
    else if (*Pc == 0xf2 || *Pc == 0xf3)
      P.Repeat = *Pc;
    else if (*Pc != 0xf0 && *Pc != 0x2e && *Pc != 0x3e && *Pc != 0x64 &&
             *Pc != 0x65)
      break;
  }
  if ((*Pc & 0xf0) == 0x40) { // REX
    P.Wide = (*Pc & 8) != 0;
    ++Pc;
  }
  if (*Pc == 0xc5 || *Pc == 0xc4) // VEX: its L bit gives the vector's size
    return Pc[*Pc == 0xc5 ? 1 : 2] & 4 ? 32 : 16;
  if (*Pc == 0x0f)
    return twoByte(Pc[1], P);
  if (*Pc == 0x63) // movsxd
    return 4;
  // In the one-byte map the lowest bit tells bytes from the larger sizes.
  bool OneByte = *Pc < 0x40 ? !(*Pc & 1)
                            : *Pc == 0x80 || *Pc == 0x84 || *Pc == 0x86 ||
                                  *Pc == 0x88 || *Pc == 0x8a || *Pc == 0xa4 ||
                                  *Pc == 0xa6 || *Pc == 0xaa || *Pc == 0xac ||
                                  *Pc == 0xae || *Pc == 0xc0 || *Pc == 0xc6 ||
                                  *Pc == 0xd0 || *Pc == 0xd2 || *Pc == 0xf6 ||
                                  *Pc == 0xfe;
  return OneByte ? 1 : general(P);
}

#else

size_t accessSize(const ucontext_t *) { return 1; }

#endif

} // namespace rheap
