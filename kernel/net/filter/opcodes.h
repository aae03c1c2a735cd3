// The instructions of the machine. Internal to net/filter.
//
// The verifier replaces each instruction's code by an Op, a small dense number, so that the interpreter's
// jump table has no gaps.
#pragma once

#include "abi/bpf.h"
#include "lib/types.h"

namespace net {

// OPCODE(name, code): every valid code, first all but the returns.
#define FILTER_INSTRUCTIONS(OPCODE)                  \
    OPCODE(LoadWord, BPF_LD | BPF_W | BPF_ABS)       \
    OPCODE(LoadHalf, BPF_LD | BPF_H | BPF_ABS)       \
    OPCODE(LoadByte, BPF_LD | BPF_B | BPF_ABS)       \
    OPCODE(LoadWordAtX, BPF_LD | BPF_W | BPF_IND)    \
    OPCODE(LoadHalfAtX, BPF_LD | BPF_H | BPF_IND)    \
    OPCODE(LoadByteAtX, BPF_LD | BPF_B | BPF_IND)    \
    OPCODE(LoadLength, BPF_LD | BPF_W | BPF_LEN)     \
    OPCODE(LoadConstant, BPF_LD | BPF_W | BPF_IMM)   \
    OPCODE(LoadMemory, BPF_LD | BPF_W | BPF_MEM)     \
    OPCODE(LoadXLength, BPF_LDX | BPF_W | BPF_LEN)   \
    OPCODE(LoadXConstant, BPF_LDX | BPF_W | BPF_IMM) \
    OPCODE(LoadXMemory, BPF_LDX | BPF_W | BPF_MEM)   \
    OPCODE(LoadXHeader, BPF_LDX | BPF_B | BPF_MSH)   \
    OPCODE(Store, BPF_ST)                            \
    OPCODE(StoreX, BPF_STX)                          \
    OPCODE(Add, BPF_ALU | BPF_ADD | BPF_K)           \
    OPCODE(AddX, BPF_ALU | BPF_ADD | BPF_X)          \
    OPCODE(Sub, BPF_ALU | BPF_SUB | BPF_K)           \
    OPCODE(SubX, BPF_ALU | BPF_SUB | BPF_X)          \
    OPCODE(Mul, BPF_ALU | BPF_MUL | BPF_K)           \
    OPCODE(MulX, BPF_ALU | BPF_MUL | BPF_X)          \
    OPCODE(Div, BPF_ALU | BPF_DIV | BPF_K)           \
    OPCODE(DivX, BPF_ALU | BPF_DIV | BPF_X)          \
    OPCODE(Mod, BPF_ALU | BPF_MOD | BPF_K)           \
    OPCODE(ModX, BPF_ALU | BPF_MOD | BPF_X)          \
    OPCODE(And, BPF_ALU | BPF_AND | BPF_K)           \
    OPCODE(AndX, BPF_ALU | BPF_AND | BPF_X)          \
    OPCODE(Or, BPF_ALU | BPF_OR | BPF_K)             \
    OPCODE(OrX, BPF_ALU | BPF_OR | BPF_X)            \
    OPCODE(Xor, BPF_ALU | BPF_XOR | BPF_K)           \
    OPCODE(XorX, BPF_ALU | BPF_XOR | BPF_X)          \
    OPCODE(ShiftLeft, BPF_ALU | BPF_LSH | BPF_K)     \
    OPCODE(ShiftLeftX, BPF_ALU | BPF_LSH | BPF_X)    \
    OPCODE(ShiftRight, BPF_ALU | BPF_RSH | BPF_K)    \
    OPCODE(ShiftRightX, BPF_ALU | BPF_RSH | BPF_X)   \
    OPCODE(Negate, BPF_ALU | BPF_NEG)                \
    OPCODE(Jump, BPF_JMP | BPF_JA)                   \
    OPCODE(IfEqual, BPF_JMP | BPF_JEQ | BPF_K)       \
    OPCODE(IfEqualX, BPF_JMP | BPF_JEQ | BPF_X)      \
    OPCODE(IfGreater, BPF_JMP | BPF_JGT | BPF_K)     \
    OPCODE(IfGreaterX, BPF_JMP | BPF_JGT | BPF_X)    \
    OPCODE(IfNotLess, BPF_JMP | BPF_JGE | BPF_K)     \
    OPCODE(IfNotLessX, BPF_JMP | BPF_JGE | BPF_X)    \
    OPCODE(IfBits, BPF_JMP | BPF_JSET | BPF_K)       \
    OPCODE(IfBitsX, BPF_JMP | BPF_JSET | BPF_X)      \
    OPCODE(CopyToX, BPF_MISC | BPF_TAX)              \
    OPCODE(CopyFromX, BPF_MISC | BPF_TXA)

#define FILTER_OPCODES(OPCODE)      \
    FILTER_INSTRUCTIONS(OPCODE)     \
    OPCODE(Return, BPF_RET | BPF_K) \
    OPCODE(ReturnA, BPF_RET | BPF_A)

// Two instructions that the interpreter executes in one step: a load and the jump behind it. Most programs
// are made of such pairs.
#define FILTER_PAIRS(PAIR)     \
    PAIR(LoadWord, IfEqual)    \
    PAIR(LoadHalf, IfEqual)    \
    PAIR(LoadByte, IfEqual)    \
    PAIR(LoadHalfAtX, IfEqual) \
    PAIR(LoadByteAtX, IfEqual) \
    PAIR(LoadHalf, IfBits)     \
    PAIR(LoadByte, IfBits)     \
    PAIR(LoadByteAtX, IfBits)

enum class Op : u8 {
#define OPCODE(name, code)  name,
#define PAIR(first, second) first##Then##second,
    FILTER_OPCODES(OPCODE) FILTER_PAIRS(PAIR)
#undef PAIR
#undef OPCODE
        Invalid
};

// The codes, by their names.
namespace code {
#define OPCODE(name, code) inline constexpr u16 k##name = code;
FILTER_OPCODES(OPCODE)
#undef OPCODE
}  // namespace code

// All valid codes are below this.
inline constexpr usize kCodes = 256;

struct OpTable {
    Op of[kCodes];
    constexpr OpTable() : of{} {
        for (Op& op : of) op = Op::Invalid;
#define OPCODE(name, code) of[code] = Op::name;
        FILTER_OPCODES(OPCODE)
#undef OPCODE
    }
};

// Op::Invalid: there is no such instruction.
inline Op op_of(u16 code) {
    static constexpr OpTable kTable;
    return code < kCodes ? kTable.of[code] : Op::Invalid;
}

// What executes `first` and then `second`; `first` itself if there is no such pair.
inline Op pair_of(Op first, Op second) {
#define PAIR(a, b) \
    if (first == Op::a && second == Op::b) return Op::a##Then##b;
    FILTER_PAIRS(PAIR)
#undef PAIR
    return first;
}

}  // namespace net
