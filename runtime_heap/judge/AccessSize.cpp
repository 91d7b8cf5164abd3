//===- AccessSize.cpp - The operand size of the instruction that faulted --===//
//
// Part of gvlsan, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

//
// Enough of x86-64 for what compilers make of loads and stores, by the opcode
// maps of Intel's manual (volume 2, appendix A). An instruction that is not
// here counts as an access of one byte: too little, and never of bytes that it
// does not touch, since rule R4 compares ranges.
//
//===----------------------------------------------------------------------===//

#include "judge/Classify.h"

#include <cstdint>

namespace rheap {

#if defined(__x86_64__)

namespace {

/// The mandatory prefix of a vector instruction.
enum Mandatory : uint8_t { None, P66, PF3, PF2 };

struct Instruction {
  bool OperandSize = false, Wide = false;
  uint8_t Repeat = 0;
  Mandatory Prefix = None;
  /// Bytes of a whole vector register.
  size_t Vector = 16;

  size_t general() const { return Wide ? 8 : OperandSize ? 2 : 4; }
  size_t word() const { return Wide ? 8 : 4; }
  /// Of the instructions that come as ps, pd, ss and sd.
  size_t fourForms() const {
    return Prefix == PF3 ? 4 : Prefix == PF2 ? 8 : Vector;
  }
};

/// Opcodes 0f xx on vectors; 0 for what is none of them.
size_t vectorOp(uint8_t Op, const Instruction &I) {
  switch (Op) {
  case 0x10: // mov of four forms
  case 0x11:
    return I.fourForms();
  case 0x12: // movlps; movddup and movsldup
    return I.Prefix == PF3 || (I.Prefix == PF2 && I.Vector > 16) ? I.Vector : 8;
  case 0x16: // movhps; movshdup
    return I.Prefix == PF3 ? I.Vector : 8;
  case 0x13:
  case 0x17:
  case 0xd6: // movq
    return 8;
  case 0x14: // unpck
  case 0x15:
  case 0x28: // movaps
  case 0x29:
  case 0x2b: // movntps
  case 0xc6: // shufps
    return I.Vector;
  case 0x2a: // cvtsi2ss
    return I.Prefix == PF3 || I.Prefix == PF2 ? I.word() : 8;
  case 0x2e: // ucomiss
  case 0x2f:
    return I.Prefix == P66 ? 8 : 4;
  case 0x5a: // cvtps2pd and its three relatives
    return I.Prefix == None ? I.Vector / 2 : I.fourForms();
  case 0x6e: // movd, movq
    return I.word();
  case 0x7e:
    return I.Prefix == PF3 ? 8 : I.word();
  case 0xc2: // cmp
    return I.fourForms();
  case 0xc4: // pinsrw
    return 2;
  case 0xe6: // cvtdq2pd
    return I.Prefix == PF3 ? I.Vector / 2 : I.Vector;
  default:
    break;
  }
  if (Op >= 0x51 && Op <= 0x5f)
    return I.fourForms();
  // The rest on integers; without a prefix on the registers of MMX.
  if ((Op >= 0x60 && Op <= 0x7f) || Op >= 0xd0)
    return I.Prefix == None ? 8 : I.Vector;
  return 0;
}

/// Opcodes 0f 38 xx.
size_t op38(uint8_t Op, const Instruction &I) {
  switch (Op) {
  case 0x18: // broadcasts
  case 0x58:
    return 4;
  case 0x19:
  case 0x59:
    return 8;
  case 0x1a:
  case 0x5a:
    return 16;
  case 0x78:
    return 1;
  case 0x79:
    return 2;
  case 0x20: // pmovsx and pmovzx
  case 0x23:
  case 0x25:
  case 0x30:
  case 0x33:
  case 0x35:
    return I.Vector / 2;
  case 0x21:
  case 0x24:
  case 0x31:
  case 0x34:
    return I.Vector / 4;
  case 0x22:
  case 0x32:
    return I.Vector / 8;
  case 0xf0: // movbe
  case 0xf1:
    return I.Repeat ? 1 : I.general();
  case 0xf2: // andn, bextr, shlx
  case 0xf5:
  case 0xf7:
    return I.word();
  default:
    break;
  }
  bool Whole = Op <= 0x0b || (Op >= 0x1c && Op <= 0x1e) ||
               (Op >= 0x28 && Op <= 0x2b) || (Op >= 0x36 && Op <= 0x40);
  if (Whole)
    return I.Prefix == None ? 8 : I.Vector;
  if (Op >= 0x96 && Op <= 0xbf && (Op & 0xf) >= 6) // fused multiply and add
    return (Op & 0xf) >= 9 && (Op & 1) ? I.word() : I.Vector;
  return 1;
}

/// Opcodes 0f 3a xx.
size_t op3a(uint8_t Op, const Instruction &I) {
  switch (Op) {
  case 0x14: // pextrb, pinsrb
  case 0x20:
    return 1;
  case 0x15: // pextrw
    return 2;
  case 0x16: // pextrd, pinsrd
  case 0x22:
  case 0xf0: // rorx
    return I.word();
  case 0x0a: // roundss, extractps, insertps
  case 0x17:
  case 0x21:
    return 4;
  case 0x0b:
    return 8;
  case 0x18: // vinsertf128, vextractf128
  case 0x19:
  case 0x38:
  case 0x39:
    return 16;
  case 0x08: // roundps, roundpd, blends, palignr
  case 0x09:
  case 0x0c:
  case 0x0d:
  case 0x0e:
  case 0x0f:
    return I.Prefix == None ? 8 : I.Vector;
  default:
    return 1;
  }
}

/// Opcodes 0f xx.
size_t twoByte(const uint8_t *Pc, const Instruction &I) {
  uint8_t Op = Pc[0];
  if (Op == 0x38)
    return op38(Pc[1], I);
  if (Op == 0x3a)
    return op3a(Pc[1], I);
  if (Op >= 0x90 && Op <= 0x9f) // setcc
    return 1;
  switch (Op) {
  case 0xb0: // cmpxchg, xadd, movzx, movsx of a byte
  case 0xc0:
  case 0xb6:
  case 0xbe:
    return 1;
  case 0xb7: // movzx, movsx of a word
  case 0xbf:
    return 2;
  case 0xc3: // movnti
    return I.word();
  case 0xc7: // cmpxchg8b, cmpxchg16b
    return (Pc[1] >> 3 & 7) == 1 ? I.Wide ? 16 : 8 : 1;
  case 0xae: // ldmxcsr, stmxcsr
    return (Pc[1] >> 3 & 7) == 2 || (Pc[1] >> 3 & 7) == 3 ? 4 : 1;
  default:
    break;
  }
  bool OnGeneral = (Op >= 0x40 && Op <= 0x4f) || // cmov
                   (Op >= 0xa3 && Op <= 0xaf) || // bt, shld, imul
                   (Op >= 0xb1 && Op <= 0xbd) || Op == 0xc1;
  if (OnGeneral)
    return I.general();
  size_t Size = vectorOp(Op, I);
  return Size ? Size : 1;
}

size_t oneByte(const uint8_t *Pc, const Instruction &I) {
  uint8_t Op = Pc[0], Extension = Pc[1] >> 3 & 7;
  // Arithmetic: the lowest bit tells bytes from the larger sizes.
  if (Op < 0x40)
    return Op & 1 ? I.general() : 1;
  switch (Op) {
  case 0x63: // movsxd
    return 4;
  case 0x8c: // segment registers
  case 0x8e:
    return 2;
  case 0x8f: // pop
    return 8;
  case 0xff: // inc, dec; call, jmp, push
    return Extension < 2 ? I.general() : 8;
  case 0x69: // imul
  case 0x6b:
  case 0x81:
  case 0x83:
  case 0x85:
  case 0x87:
  case 0x89:
  case 0x8b:
  case 0xa1:
  case 0xa3:
  case 0xa5:
  case 0xa7:
  case 0xab:
  case 0xad:
  case 0xaf:
  case 0xc1:
  case 0xc7:
  case 0xd1:
  case 0xd3:
  case 0xf7:
    return I.general();
  case 0xd8: // of the x87, by operand
    return 4;
  case 0xd9:
    return Extension == 0 || Extension == 2 || Extension == 3 ? 4
           : Extension == 5 || Extension == 7                 ? 2
                                                              : 1;
  case 0xda:
    return 4;
  case 0xdb:
    return Extension == 5 || Extension == 7 ? 10 : 4;
  case 0xdc:
    return 8;
  case 0xdd:
    return Extension < 4 ? 8 : Extension == 7 ? 2 : 1;
  case 0xde:
    return 2;
  case 0xdf:
    return Extension < 4 ? 2 : Extension == 5 || Extension == 7 ? 8 : 10;
  default:
    return 1;
  }
}

/// Behind a VEX or EVEX prefix.
size_t extended(unsigned Map, const uint8_t *Pc, const Instruction &I) {
  switch (Map) {
  case 1: {
    size_t Size = vectorOp(*Pc, I);
    return Size ? Size : 1;
  }
  case 2:
    return op38(*Pc, I);
  case 3:
    return op3a(*Pc, I);
  default:
    return 1;
  }
}

} // namespace

size_t accessSize(const ucontext_t *Context) {
  auto *Pc =
      reinterpret_cast<const uint8_t *>(Context->uc_mcontext.gregs[REG_RIP]);
  Instruction I;
  for (;; ++Pc) {
    if (*Pc == 0x66)
      I.OperandSize = true;
    else if (*Pc == 0xf2 || *Pc == 0xf3)
      I.Repeat = *Pc;
    else if (*Pc != 0xf0 && *Pc != 0x2e && *Pc != 0x3e && *Pc != 0x64 &&
             *Pc != 0x65)
      break;
  }
  I.Prefix = I.Repeat == 0xf3   ? PF3
             : I.Repeat == 0xf2 ? PF2
             : I.OperandSize    ? P66
                                : None;
  if (*Pc == 0xc5) { // VEX of two bytes
    I.Prefix = Mandatory(Pc[1] & 3);
    I.Vector = Pc[1] & 4 ? 32 : 16;
    return extended(1, Pc + 2, I);
  }
  if (*Pc == 0xc4) { // of three
    I.Prefix = Mandatory(Pc[2] & 3);
    I.Vector = Pc[2] & 4 ? 32 : 16;
    I.Wide = Pc[2] & 0x80;
    return extended(Pc[1] & 0x1f, Pc + 3, I);
  }
  if (*Pc == 0x62) { // EVEX
    I.Prefix = Mandatory(Pc[2] & 3);
    I.Vector = size_t(16) << (Pc[3] >> 5 & 3);
    I.Wide = Pc[2] & 0x80;
    // A masked one touches what its mask says, a broadcasting one a word.
    if (Pc[3] & 0x17)
      return 1;
    return extended(Pc[1] & 7, Pc + 4, I);
  }
  if ((*Pc & 0xf0) == 0x40) { // REX
    I.Wide = (*Pc & 8) != 0;
    ++Pc;
  }
  return *Pc == 0x0f ? twoByte(Pc + 1, I) : oneByte(Pc, I);
}

#else

size_t accessSize(const ucontext_t *) { return 1; }

#endif

} // namespace rheap
