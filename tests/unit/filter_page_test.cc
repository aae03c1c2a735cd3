// Filters in pages of their own, as the kernel keeps them, and the dump that uses one.
#include "net/core/filter_page.h"

#include "fake/net_test.h"
#include "fake/world.h"
#include "unit/filter_kit.h"

namespace net {
namespace {

using packets::Packet;

struct FilterPageTest : testing::Test {
    FilterPageTest() { fake::world().reset(); }
    ~FilterPageTest() override { EXPECT_EQ(pages(), 0); }
    FilterPageTest(const FilterPageTest&) = delete;

    // Pools of earlier tests may have pages.
    long pages() const { return fake::world().pages_out - before_; }
    const long before_ = fake::world().pages_out;

    // What a process passes to a system call.
    static Result<FilterPage> from_user(const bpf_program& p) {
        return FilterPage::from_user({reinterpret_cast<uptr>(&p)});
    }
    static bpf_program program(const Code& code) { return {static_cast<u32>(code.size()), code.data()}; }
};

TEST_F(FilterPageTest, HoldsAVerifiedProgram) {
    const auto filter = from_user(program(kUdpPort));
    ASSERT_TRUE(filter.ok());
    EXPECT_EQ(*filter.value(), verified(kUdpPort));
    EXPECT_EQ(pages(), 1);
}

TEST_F(FilterPageTest, MovesAndFreesItsPageOnce) {
    auto first = FilterPage::make(kUdpPort);
    FilterPage second = std::move(first).value();
    FilterPage third = std::move(second);
    third = FilterPage();
    EXPECT_FALSE(third);
}

TEST_F(FilterPageTest, RefusesAProgramThatIsNotValid) {
    EXPECT_EQ(from_user(program({op(0xff)})).error(), Errno::Inval);
    EXPECT_EQ(from_user({0, nullptr}).error(), Errno::Inval);
    EXPECT_EQ(from_user({BPF_MAXINSNS + 1, kUdpPort.data()}).error(), Errno::Inval);
    EXPECT_EQ(from_user({0xffff'ffff, kUdpPort.data()}).error(), Errno::Inval);
}

TEST_F(FilterPageTest, RefusesMemoryThatTheProcessDoesNotHave) {
    const bpf_program p = program(kUdpPort);
    fake::world().bad_from = reinterpret_cast<uptr>(kUdpPort.data() + 16);
    fake::world().bad_until = fake::world().bad_from + 8;
    EXPECT_EQ(from_user(p).error(), Errno::Fault);
    fake::world().bad_from = reinterpret_cast<uptr>(&p);
    fake::world().bad_until = fake::world().bad_from + 1;
    EXPECT_EQ(from_user(p).error(), Errno::Fault);
}

// The process changes the program while the kernel reads it: what was verified is what runs.
TEST_F(FilterPageTest, VerifiesACopyThatTheProcessCannotChange) {
    Code code = {accept()};
    const auto filter = from_user(program(code));
    code[0] = op(0xff);
    ASSERT_TRUE(filter.ok());
    EXPECT_TRUE(filter.value()->matches(Bytes{}));
}

TEST_F(FilterPageTest, FailsWhenMemoryIsExhausted) {
    for (long pages = 0; pages < 2; pages++) {
        fake::world().pages_left = pages;
        EXPECT_EQ(from_user(program(kUdpPort)).error(), Errno::NoMem);
        fake::world().pages_left = pages;
        EXPECT_EQ(FilterPage::from_numbers("1 6 0 0 1").error(), Errno::NoMem);
    }
    fake::world().pages_left = 2;
    EXPECT_TRUE(from_user(program(kUdpPort)).ok());
}

TEST_F(FilterPageTest, ReadsTheNumbersOfABootArgument) {
    EXPECT_TRUE(FilterPage::from_numbers("1,6,0,0,1").ok());
    EXPECT_EQ(FilterPage::from_numbers("1,6,0,0").error(), Errno::Inval);
    EXPECT_EQ(FilterPage::from_numbers("1,255,0,0,0").error(), Errno::Inval);
}

// --- the dump

struct DumpTapTest : NetTest {
    static Packet arp() {
        return packets::ether(kOurMac, kPeerMac, EtherType::Arp,
                              packets::arp(ArpOperation::Request, kPeerMac, kPeer, {}, kOurs));
    }
    static Packet other() { return packets::ether(kOurMac, kPeerMac, EtherType{0x88b5}, Packet(46)); }
    static FilterPage only_arp() {
        return FilterPage::make(Code{op(BPF_LD | BPF_H | BPF_ABS, 12), jump(BPF_JMP | BPF_JEQ, 0x806, 0, 1),
                                     accept(), reject()})
            .value();
    }
    std::string printed(const Packet& frame) {
        fake::world().printed.clear();
        device.receive(frame);
        return fake::world().printed;
    }
};

TEST_F(DumpTapTest, PrintsOnlyWhatItsFilterChooses) {
    stack->dump().set(DumpMode::Brief, only_arp());
    EXPECT_TRUE(stack->dump().is_filtered());
    EXPECT_NE(printed(arp()), "");
    EXPECT_EQ(printed(other()), "");
}

TEST_F(DumpTapTest, PrintsEverythingAgainWithoutAFilter) {
    stack->dump().set(DumpMode::Brief, only_arp());
    stack->dump().set(DumpMode::Brief);
    EXPECT_FALSE(stack->dump().is_filtered());
    EXPECT_NE(printed(other()), "");
}

TEST_F(DumpTapTest, PrintsNothingWhenItIsOff) {
    stack->dump().set(DumpMode::Off, only_arp());
    EXPECT_EQ(printed(arp()), "");
}

}  // namespace
}  // namespace net
