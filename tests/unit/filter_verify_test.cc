// The verifier refuses each thing that a program must not do, and names the instruction.
#include "unit/filter_kit.h"

namespace net {
namespace {

FilterFault at(usize index, FilterError error) { return {error, static_cast<u16>(index)}; }

TEST(FilterVerify, AcceptsTheUdpPortFilterOfTcpdump) { EXPECT_EQ(fault_of(kUdpPort), FilterFault{}); }

TEST(FilterVerify, AcceptsEveryInstructionOfTheMachine) {
    for (u32 code = 0; code < 0x10000; code++) {
        const Op known = op_of(static_cast<u16>(code));
        // Scratch word 1 is written first; 1 is an offset, a divisor, a shift and a jump that all are valid.
        const Code program = {op(BPF_ST, 1), jump(static_cast<u16>(code), 1, 0, 0), accept(), reject()};
        EXPECT_EQ(fault_of(program), known == Op::Invalid ? at(1, FilterError::BadOpcode) : FilterFault{})
            << "code " << code;
    }
}

TEST(FilterVerify, KnowsExactlyTheInstructionsOfClassicBpf) {
    usize n = 0;
    for (u32 code = 0; code < 0x10000; code++) n += op_of(static_cast<u16>(code)) != Op::Invalid;
    EXPECT_EQ(n, 49u);
}

TEST(FilterVerify, RefusesAnEmptyProgram) { EXPECT_EQ(fault_of({}), at(0, FilterError::Empty)); }

TEST(FilterVerify, RefusesTooManyInstructions) {
    EXPECT_EQ(fault_of(Code(BPF_MAXINSNS, accept())), FilterFault{});
    EXPECT_EQ(fault_of(Code(BPF_MAXINSNS + 1, accept())), at(BPF_MAXINSNS, FilterError::TooLong));
}

TEST(FilterVerify, RefusesAProgramThatRunsPastItsEnd) {
    EXPECT_EQ(fault_of({op(BPF_LD | BPF_IMM, 1)}), at(0, FilterError::NoReturn));
    EXPECT_EQ(fault_of({accept(), op(BPF_MISC | BPF_TAX)}), at(1, FilterError::NoReturn));
}

TEST(FilterVerify, RefusesJumpsBeyondTheEnd) {
    const u16 equal = BPF_JMP | BPF_JEQ;
    EXPECT_EQ(fault_of({jump(equal, 0, 0, 0), accept()}), FilterFault{});
    EXPECT_EQ(fault_of({jump(equal, 0, 1, 0), accept()}), at(0, FilterError::JumpOutside));
    EXPECT_EQ(fault_of({jump(equal, 0, 0, 255), accept()}), at(0, FilterError::JumpOutside));
    EXPECT_EQ(fault_of({accept(), jump(equal, 0, 0, 0)}), at(1, FilterError::JumpOutside));
    EXPECT_EQ(fault_of({op(BPF_JMP | BPF_JA, 1), accept()}), at(0, FilterError::JumpOutside));
}

// An offset of -1 would be a loop: jumps have no sign here.
TEST(FilterVerify, RefusesJumpsBackward) {
    for (const u32 k : {0xffff'ffffu, 0xffff'fffeu, 0x8000'0000u, 0x7fff'ffffu})
        EXPECT_EQ(fault_of({op(BPF_JMP | BPF_JA, k), accept()}), at(0, FilterError::JumpOutside)) << k;
}

TEST(FilterVerify, RefusesScratchMemoryBeyondItsEnd) {
    for (const u16 code : {BPF_ST, BPF_STX, BPF_LD | BPF_MEM, BPF_LDX | BPF_MEM}) {
        for (const u32 k : {16u, 0x1000'0000u, 0xffff'ffffu})
            EXPECT_EQ(fault_of({op(BPF_ST, 0), op(code, k), accept()}), at(1, FilterError::MemoryOutside));
    }
    EXPECT_EQ(fault_of({op(BPF_ST, 15), op(BPF_LDX | BPF_MEM, 15), accept()}), FilterFault{});
}

TEST(FilterVerify, RefusesReadsOfScratchMemoryThatNothingWrote) {
    EXPECT_EQ(fault_of({op(BPF_LD | BPF_MEM, 3), accept()}), at(0, FilterError::MemoryUnwritten));
    EXPECT_EQ(fault_of({op(BPF_STX, 2), op(BPF_LDX | BPF_MEM, 3), accept()}),
              at(1, FilterError::MemoryUnwritten));
}

// One branch writes the word, the other skips it.
TEST(FilterVerify, RefusesReadsOfScratchMemoryThatOnlyOnePathWrote) {
    const Code one = {jump(BPF_JMP | BPF_JEQ, 0, 0, 1), op(BPF_ST, 3), op(BPF_LD | BPF_MEM, 3), accept()};
    EXPECT_EQ(fault_of(one), at(2, FilterError::MemoryUnwritten));
    const Code both = {jump(BPF_JMP | BPF_JEQ, 0, 0, 2), op(BPF_ST, 3),
                       op(BPF_JMP | BPF_JA, 1),          op(BPF_STX, 3),
                       op(BPF_LD | BPF_MEM, 3),          accept()};
    EXPECT_EQ(fault_of(both), FilterFault{});
}

TEST(FilterVerify, RefusesDivisionByTheConstantZero) {
    EXPECT_EQ(fault_of({op(BPF_ALU | BPF_DIV, 0), accept()}), at(0, FilterError::DivisionByZero));
    EXPECT_EQ(fault_of({op(BPF_ALU | BPF_MOD, 0), accept()}), at(0, FilterError::DivisionByZero));
    EXPECT_EQ(fault_of({op(BPF_ALU | BPF_DIV | BPF_X, 0), accept()}), FilterFault{});  // is decided by run()
}

TEST(FilterVerify, RefusesShiftsByMoreThan31Bits) {
    for (const u16 code : {BPF_ALU | BPF_LSH, BPF_ALU | BPF_RSH}) {
        EXPECT_EQ(fault_of({op(code, 31), accept()}), FilterFault{});
        EXPECT_EQ(fault_of({op(code, 32), accept()}), at(0, FilterError::ShiftTooLong));
        EXPECT_EQ(fault_of({op(code, 0xffff'ffff), accept()}), at(0, FilterError::ShiftTooLong));
    }
}

// Linux gives them a meaning (SKF_AD_OFF is -0x1000); a program that depends on it must not be accepted here.
TEST(FilterVerify, RefusesAncillaryLoads) {
    for (const u16 code : {BPF_LD | BPF_W | BPF_ABS, BPF_LD | BPF_H | BPF_ABS, BPF_LD | BPF_B | BPF_ABS,
                           BPF_LD | BPF_W | BPF_IND, BPF_LDX | BPF_B | BPF_MSH}) {
        EXPECT_EQ(fault_of({op(code, 0xffff'f000u), accept()}), at(0, FilterError::AncillaryLoad));
        EXPECT_EQ(fault_of({op(code, 0x7fff'ffff), accept()}), FilterFault{});
    }
}

TEST(FilterVerify, ChecksInstructionsThatNoPathReaches) {
    EXPECT_EQ(fault_of({accept(), op(0xff), accept()}), at(1, FilterError::BadOpcode));
}

TEST(FilterVerify, NamesTheFirstFault) {
    EXPECT_EQ(fault_of({op(BPF_ST, 1), op(BPF_ST, 16), op(0xff)}), at(1, FilterError::MemoryOutside));
}

TEST(FilterVerify, LeavesAProgramThatMatchesNothingAfterAFault) {
    FilterProgram p = verified({accept()});
    EXPECT_TRUE(p.matches(Bytes{}));
    EXPECT_FALSE(p.verify(Code{op(0xff)}).ok());
    EXPECT_FALSE(p.matches(Bytes{}));
    EXPECT_EQ(p, FilterProgram());
}

TEST(FilterVerify, HasItsOwnCopyOfTheProgram) {
    Code code = {accept()};
    const FilterProgram p = verified(code);
    code[0] = op(0xff);
    EXPECT_TRUE(p.matches(Bytes{}));
}

TEST(FilterVerify, ReturnsTheInstructionsAsTheyWereGiven) {
    const FilterProgram p = verified(kUdpPort);
    ASSERT_EQ(p.size(), kUdpPort.size());
    for (usize i = 0; i < p.size(); i++) {
        const bpf_insn a = p.instruction(i), b = kUdpPort[i];
        EXPECT_TRUE(a.code == b.code && a.jt == b.jt && a.jf == b.jf && a.k == b.k) << i;
    }
}

TEST(FilterVerify, HasAReasonForEveryError) {
    for (u8 e = 0; e <= static_cast<u8>(FilterError::NoReturn); e++)
        EXPECT_STRNE(describe(FilterError{e}), "unknown error") << int{e};
}

// --- reach(): how much of a packet a program can look at

u32 reach_of(const Code& code) { return verified(code).reach(); }

TEST(FilterReach, IsTheEndOfTheLastAbsoluteLoad) {
    EXPECT_EQ(reach_of({accept()}), 0u);
    EXPECT_EQ(reach_of({op(BPF_LD | BPF_LEN), op(BPF_RET | BPF_A)}), 0u);
    EXPECT_EQ(reach_of({op(BPF_LD | BPF_W | BPF_ABS, 30), op(BPF_LD | BPF_B | BPF_ABS, 9), accept()}), 34u);
    EXPECT_EQ(reach_of({op(BPF_LDX | BPF_B | BPF_MSH, 14), accept()}), 15u);
    EXPECT_EQ(reach_of({op(BPF_LD | BPF_W | BPF_ABS, 0x7fff'ffff), accept()}), 0x8000'0003u);
}

// The length of an IPv4 header has a bound, so what is behind the header has one too.
TEST(FilterReach, IsBoundedBehindAnIpv4Header) { EXPECT_EQ(reach_of(kUdpPort), 16u + 63 + 2); }

TEST(FilterReach, FollowsMasksShiftsAndSums) {
    const Code dns = {
        op(BPF_LDX | BPF_B | BPF_MSH, 14), op(BPF_LD | BPF_B | BPF_IND, 26),  // TCP's data offset
        op(BPF_ALU | BPF_AND, 0xf0),       op(BPF_ALU | BPF_RSH, 2),          // below 64
        op(BPF_ALU | BPF_ADD | BPF_X),     op(BPF_MISC | BPF_TAX),            // below 128
        op(BPF_LD | BPF_W | BPF_IND, 14),  accept()};
    EXPECT_EQ(reach_of(dns), 14u + 127 + 4);
}

TEST(FilterReach, TakesTheWiderOfTwoPaths) {
    const Code code = {op(BPF_LD | BPF_B | BPF_ABS, 0), jump(BPF_JMP | BPF_JEQ, 0, 0, 1),
                       op(BPF_LD | BPF_H | BPF_ABS, 0), op(BPF_MISC | BPF_TAX),
                       op(BPF_LD | BPF_B | BPF_IND, 0), accept()};
    EXPECT_EQ(reach_of(code), 65535u + 1);
}

TEST(FilterReach, FollowsScratchMemory) {
    const Code code = {op(BPF_LD | BPF_B | BPF_ABS, 0), op(BPF_ST, 0), op(BPF_LDX | BPF_MEM, 0),
                       op(BPF_LD | BPF_B | BPF_IND, 10), accept()};
    EXPECT_EQ(reach_of(code), 10u + 255 + 1);
}

TEST(FilterReach, IsUnboundedWhenAnOffsetHasNoLimit) {
    const Code word = {op(BPF_LD | BPF_W | BPF_ABS, 0), op(BPF_MISC | BPF_TAX),
                       op(BPF_LD | BPF_B | BPF_IND, 0), accept()};
    EXPECT_EQ(reach_of(word), FilterProgram::kUnbounded);
    const Code difference = {op(BPF_LD | BPF_IMM, 1), op(BPF_ALU | BPF_SUB, 2), op(BPF_MISC | BPF_TAX),
                             op(BPF_LD | BPF_B | BPF_IND, 0), accept()};
    EXPECT_EQ(reach_of(difference), FilterProgram::kUnbounded);
}

}  // namespace
}  // namespace net
