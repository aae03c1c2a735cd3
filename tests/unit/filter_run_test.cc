// The interpreter: what each instruction does, and that no packet and no program makes it fail.
#include <random>

#include "unit/filter_kit.h"

namespace net {
namespace {

const std::vector<u8> kBytes = {0x10, 0x21, 0x32, 0x43, 0x54, 0x65, 0x76, 0x87};
constexpr u16 kReturnA = BPF_RET | BPF_A;

TEST(FilterRun, LoadsInNetworkByteOrder) {
    EXPECT_EQ(verdict({op(BPF_LD | BPF_W | BPF_ABS, 1), op(kReturnA)}, kBytes), 0x21324354u);
    EXPECT_EQ(verdict({op(BPF_LD | BPF_H | BPF_ABS, 1), op(kReturnA)}, kBytes), 0x2132u);
    EXPECT_EQ(verdict({op(BPF_LD | BPF_B | BPF_ABS, 1), op(kReturnA)}, kBytes), 0x21u);
}

TEST(FilterRun, LoadsAtTheIndexRegister) {
    const auto at_x = [](u16 size) {
        return verdict({op(BPF_LDX | BPF_IMM, 2), op(BPF_LD | size | BPF_IND, 2), op(kReturnA)}, kBytes);
    };
    EXPECT_EQ(at_x(BPF_W), 0x54657687u);
    EXPECT_EQ(at_x(BPF_H), 0x5465u);
    EXPECT_EQ(at_x(BPF_B), 0x54u);
}

TEST(FilterRun, LoadsTheLengthOfAnIpv4Header) {
    EXPECT_EQ(verdict({op(BPF_LDX | BPF_B | BPF_MSH, 5), op(BPF_MISC | BPF_TXA), op(kReturnA)}, kBytes), 20u);
}

TEST(FilterRun, LoadsTheLengthOnTheWireAndNotTheCapturedOne) {
    EXPECT_EQ(verified({op(BPF_LD | BPF_LEN), op(kReturnA)}).run(kBytes, 1514), 1514u);
    EXPECT_EQ(verified({op(BPF_LDX | BPF_LEN), op(BPF_MISC | BPF_TXA), op(kReturnA)}).run(kBytes, 60), 60u);
}

TEST(FilterRun, KeepsValuesInScratchMemory) {
    const Code code = {op(BPF_LD | BPF_IMM, 7),       op(BPF_ST, 0),
                       op(BPF_LDX | BPF_IMM, 5),      op(BPF_STX, 15),
                       op(BPF_LD | BPF_MEM, 15),      op(BPF_LDX | BPF_MEM, 0),
                       op(BPF_ALU | BPF_LSH | BPF_X), op(kReturnA)};
    EXPECT_EQ(verdict(code, {}), 5u << 7);
}

// A and X begin with 0.
TEST(FilterRun, BeginsWithRegistersOfZero) {
    EXPECT_EQ(verdict({op(BPF_ALU | BPF_ADD | BPF_X), op(BPF_ALU | BPF_ADD, 3), op(kReturnA)}, {}), 3u);
}

struct Sum {
    u16 operation;
    u32 a, b, result;
};

TEST(FilterRun, CalculatesWithoutSigns) {
    const u32 max = 0xffff'ffff;
    for (const Sum& s : {Sum{BPF_ADD, max, 2, 1},
                         {BPF_SUB, 1, 2, max},
                         {BPF_MUL, 0x1'0001, 0x1'0001, 0x2'0001},
                         {BPF_DIV, max, 2, 0x7fff'ffff},
                         {BPF_MOD, max, 16, 15},
                         {BPF_AND, 0xf0f0, 0xff, 0xf0},
                         {BPF_OR, 0xf0, 0x0f, 0xff},
                         {BPF_XOR, 0xff, 0x0f, 0xf0},
                         {BPF_LSH, 3, 31, 0x8000'0000},
                         {BPF_RSH, max, 31, 1}}) {
        const auto with = [&](u16 source, u32 k) {
            return verdict({op(BPF_LD | BPF_IMM, s.a), op(BPF_LDX | BPF_IMM, s.b),
                            op(static_cast<u16>(BPF_ALU | s.operation | source), k), op(kReturnA)},
                           {});
        };
        EXPECT_EQ(with(BPF_K, s.b), s.result) << "operation " << s.operation;
        EXPECT_EQ(with(BPF_X, 0), s.result) << "operation " << s.operation << " with X";
    }
    EXPECT_EQ(verdict({op(BPF_LD | BPF_IMM, 1), op(BPF_ALU | BPF_NEG), op(kReturnA)}, {}), max);
}

// As in libpcap, whose programs run here. A processor may use only the low five bits of X.
TEST(FilterRun, ShiftsOutAllBitsByMoreThan31) {
    for (const u16 shift : {BPF_LSH, BPF_RSH}) {
        for (const u32 by : {32u, 33u, 0xffff'ffffu}) {
            EXPECT_EQ(verdict({op(BPF_LD | BPF_IMM, 0xffff'ffff), op(BPF_LDX | BPF_IMM, by),
                               op(static_cast<u16>(BPF_ALU | shift | BPF_X)), op(BPF_ALU | BPF_ADD, 1),
                               op(kReturnA)},
                              {}),
                      1u);
        }
    }
}

struct Comparison {
    u16 operation;
    u32 a, b;
    bool holds;
};

TEST(FilterRun, ComparesWithoutSigns) {
    const u32 big = 0x8000'0000;
    for (const Comparison& c : {Comparison{BPF_JEQ, 5, 5, true},
                                {BPF_JEQ, 5, 6, false},
                                {BPF_JGT, big, 1, true},
                                {BPF_JGT, 1, 1, false},
                                {BPF_JGE, 1, 1, true},
                                {BPF_JGE, 1, big, false},
                                {BPF_JSET, 6, 2, true},
                                {BPF_JSET, 6, 9, false}}) {
        for (const u16 source : {BPF_K, BPF_X}) {
            const Code code = {
                op(BPF_LD | BPF_IMM, c.a), op(BPF_LDX | BPF_IMM, c.b),
                jump(static_cast<u16>(BPF_JMP | c.operation | source), source == BPF_K ? c.b : 0, 1, 0),
                reject(), accept()};
            EXPECT_EQ(verdict(code, {}) != 0, c.holds) << c.operation << " " << c.a << " " << c.b;
        }
    }
}

TEST(FilterRun, SkipsInstructions) {
    EXPECT_EQ(verdict({op(BPF_JMP | BPF_JA, 2), reject(), reject(), accept()}, {}), 262144u);
}

// A load and the jump behind it run in one step; a jump to the second of them must find it.
TEST(FilterRun, JumpsBetweenALoadAndItsComparison) {
    const Code code = {op(BPF_LD | BPF_IMM, 0x800),
                       op(BPF_JMP | BPF_JA, 1),
                       op(BPF_LD | BPF_H | BPF_ABS, 0),
                       jump(BPF_JMP | BPF_JEQ, 0x800, 0, 1),
                       accept(),
                       reject()};
    EXPECT_NE(verdict(code, kBytes), 0u);
}

TEST(FilterRun, DoesNotMatchWhenALoadIsBeyondThePacket) {
    for (const u16 size : {BPF_W, BPF_H, BPF_B}) {
        const u32 bytes = size == BPF_W ? 4 : size == BPF_H ? 2 : 1;
        for (u32 k = 0; k < 12; k++) {
            const bool inside = k + bytes <= kBytes.size();
            EXPECT_EQ(verdict({op(BPF_LD | size | BPF_ABS, k), accept()}, kBytes) != 0, inside) << k;
            EXPECT_EQ(
                verdict({op(BPF_LDX | BPF_IMM, k), op(BPF_LD | size | BPF_IND, 0), accept()}, kBytes) != 0,
                inside);
        }
    }
    EXPECT_NE(verdict({op(BPF_LDX | BPF_B | BPF_MSH, 7), accept()}, kBytes), 0u);
    EXPECT_EQ(verdict({op(BPF_LDX | BPF_B | BPF_MSH, 8), accept()}, kBytes), 0u);
}

// The sum of X and the offset must not wrap around to the packet, nor before it.
TEST(FilterRun, DoesNotMatchWhenAnOffsetIsNegativeOrWraps) {
    for (const u16 size : {BPF_W, BPF_H, BPF_B}) {
        for (const u32 x : {0xffff'ffffu, 0xffff'fffeu, 0x8000'0000u}) {
            for (const u32 k : {0u, 1u, 2u, 0x7fff'ffffu}) {
                EXPECT_EQ(
                    verdict({op(BPF_LDX | BPF_IMM, x), op(BPF_LD | size | BPF_IND, k), accept()}, kBytes),
                    0u);
            }
        }
    }
}

TEST(FilterRun, DoesNotMatchWhenXIsZeroInADivision) {
    for (const u16 operation : {BPF_DIV, BPF_MOD})
        EXPECT_EQ(verdict({op(static_cast<u16>(BPF_ALU | operation | BPF_X)), accept()}, kBytes), 0u);
}

TEST(FilterRun, TakesAnEmptyPacket) {
    EXPECT_EQ(verdict(kUdpPort, {}), 0u);
    EXPECT_NE(verified({accept()}).run({}, 0), 0u);
}

// --- any program, any packet

// ASan and UBSan watch it.
TEST(FilterRun, IsTotalForAnyVerifiedProgram) {
    std::mt19937 random(1);
    usize accepted = 0;
    for (int i = 0; i < 60'000; i++) {
        const Code code = random_program(random);
        FilterProgram p;
        if (!p.verify(code).ok()) continue;
        accepted++;
        std::vector<u8> packet(random() % 80);
        for (u8& b : packet) b = static_cast<u8>(random());
        const u32 whole = p.run(packet, packet.size());
        // reach() is true: with exactly so many bytes, the verdict is the same.
        if (p.reach() >= packet.size()) continue;
        const std::vector<u8> head(packet.begin(), packet.begin() + p.reach());
        EXPECT_EQ(p.run(head, packet.size()), whole);
    }
    EXPECT_GT(accepted, 10'000u);
}

}  // namespace
}  // namespace net
