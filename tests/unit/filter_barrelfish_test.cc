// What went wrong in the demultiplexer of Barrelfish (bfdmux), each as a test here. Its builders' defects are
// in filter_builders_test.cc: fixed offsets without Ethernet type, header length and fragments; "ARP reply"
// for all ARP.
#include "net/filter/language/compiler.h"
#include "net/filter/numbers.h"
#include "unit/filter_kit.h"

namespace net {
namespace {

language::Compiler compiler;

bool holds(const std::string& expression, const std::vector<u8>& packet = std::vector<u8>(64)) {
    EXPECT_TRUE(compiler.compile(expression)) << expression << ": " << compiler.fault().message;
    return verified({compiler.program().begin(), compiler.program().end()}).matches(packet);
}

TEST(FilterUnlikeBarrelfish, ShortCircuitWorksInsideTheOtherConnective) {
    EXPECT_TRUE(holds("(ether[0] = 1 and ether[1] = 0) or ether[2] = 0"));
    EXPECT_FALSE(holds("(ether[0] = 0 or ether[1] = 1) and ether[2] = 1"));
}

TEST(FilterUnlikeBarrelfish, BitsCanBeInverted) {
    EXPECT_TRUE(holds("ether[0] ^ 0xffffffff = 4294967295"));
    EXPECT_TRUE(holds("-1 = 0xffffffff"));
}

TEST(FilterUnlikeBarrelfish, DifferencesAndQuotientsAssociateToTheLeft) {
    EXPECT_TRUE(holds("len - 10 - 4 = 50"));
    EXPECT_TRUE(holds("len / 4 / 2 = 8"));
}

TEST(FilterUnlikeBarrelfish, DivisionByZeroIsNoMatch) {
    EXPECT_FALSE(compiler.compile("len / 0 = 1"));
    EXPECT_EQ(fault_of({op(BPF_ALU | BPF_DIV, 0), accept()}).error, FilterError::DivisionByZero);
    EXPECT_FALSE(holds("len / ether[1] = 1"));  // the byte is 0
}

TEST(FilterUnlikeBarrelfish, ALoadBeforeThePacketIsRefusedOrNoMatch) {
    EXPECT_FALSE(compiler.compile("ether[-4:4] = 0"));
    EXPECT_EQ(fault_of({op(BPF_LD | BPF_W | BPF_ABS, 0xffff'fffc), accept()}).error,
              FilterError::AncillaryLoad);
    EXPECT_FALSE(holds("ether[ether[0] - 4:4] = 0"));
}

TEST(FilterUnlikeBarrelfish, ComparisonsUseAllBits) {
    std::vector<u8> packet(64);
    packet[0] = 0x80;
    EXPECT_TRUE(holds("ether[0:4] = 0x80000000", packet));
    EXPECT_TRUE(holds("ether[0:4] > 0x7fffffff", packet));
    EXPECT_FALSE(holds("ether[0:4] = 0", packet));
}

TEST(FilterUnlikeBarrelfish, ATruncatedProgramIsRefused) {
    bpf_insn room[4];
    EXPECT_FALSE(parse_numbers("2 40 0 0 12 6 0 0", room));
    for (usize n = 0; n < kUdpPort.size() - 1; n++)
        EXPECT_FALSE(fault_of({kUdpPort.begin(), kUdpPort.begin() + static_cast<i64>(n)}).ok()) << n;
}

TEST(FilterUnlikeBarrelfish, DeepNestingIsRefused) {
    EXPECT_FALSE(compiler.compile(std::string(2000, '(') + "ip" + std::string(2000, ')')));
    EXPECT_STREQ(compiler.fault().message, "too deeply nested");
}

// bfdmux verified nothing beforehand: any error was found on a packet.
TEST(FilterUnlikeBarrelfish, AWrongProgramIsRefusedBeforeAnyPacket) {
    EXPECT_EQ(fault_of({op(0x77), accept()}).error, FilterError::BadOpcode);
    EXPECT_EQ(fault_of({op(BPF_LD | BPF_IMM)}).error, FilterError::NoReturn);
}

}  // namespace
}  // namespace net
