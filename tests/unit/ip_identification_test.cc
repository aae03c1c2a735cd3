#include "net/proto/ip_identification.h"
#include "new_mbuf.h"

#include <set>

#include "net/proto/ip.h"
#include "net_test.h"

using namespace net;

namespace {

constexpr IpProtocol kUdp = IpProtocol::Udp;

struct Identifications : NetTest {
    u16 next(Ipv4Addr dst, IpProtocol protocol = kUdp, u32 count = 1) {
        return stack->identification().next(kOurs, dst, protocol, count);
    }
    u16 sent_to(Ipv4Addr dst, IpControls controls = {}) {
        EXPECT_OK(ip_out(*stack, new_mbuf(), kOurs, dst, kUdp, WhenFull::Drop, controls));
        return SentIp(device.take_sent()).ip.identification;
    }
};

TEST_F(Identifications, OfPacketsThatMayNotBeFragmentedAreZero) {
    introduce(kPeer, kPeerMac);
    for (int i = 0; i < 3; i++) EXPECT_EQ(sent_to(kPeer, kNeverFragment), 0);
}

TEST_F(Identifications, OfOneDestinationDoNotRepeatSoon) {
    std::set<u16> seen;
    for (int i = 0; i < 65536 / 8; i++) EXPECT_TRUE(seen.insert(next(kPeer)).second) << i;
}

TEST_F(Identifications, AdvanceByStepsNobodyCanForesee) {
    std::set<u16> steps;
    for (u16 last = next(kPeer); steps.size() < 8;) {
        const u16 id = next(kPeer);
        steps.insert(static_cast<u16>(id - last));
        ASSERT_LE(static_cast<u16>(id - last), 8u);
        ASSERT_GE(static_cast<u16>(id - last), 1u);
        last = id;
    }
}

// An observer of the packets to one destination must not learn how many go to another.
TEST_F(Identifications, OfTwoDestinationsTellNothingOfEachOther) {
    int shared = 0;
    for (u8 i = 1; i < 200; i++) {
        const Ipv4Addr other{192, 0, 2, i};
        const u16 before = next(kPeer);
        for (int n = 0; n < 100; n++) next(other);
        shared += static_cast<u16>(next(kPeer) - before) > 8;
    }
    EXPECT_LE(shared, 3) << "two destinations share one of 1,024 counters by chance";
}

TEST_F(Identifications, AreOfAProtocolAndASourceToo) {
    const u16 udp = next(kPeer), icmp = next(kPeer, IpProtocol::Icmp);
    const u16 other = stack->identification().next(kFar, kPeer, kUdp);
    EXPECT_FALSE(icmp == udp && other == udp);
    for (int n = 0; n < 100; n++) next(kPeer, IpProtocol::Icmp);
    EXPECT_LE(static_cast<u16>(next(kPeer) - udp), 8u);
}

// The differences between destinations are secret, and differ after a reboot.
TEST_F(Identifications, AreOthersAfterAReboot) {
    IpIdentification a, b;
    int equal = 0;
    for (u8 i = 1; i < 100; i++) {
        const Ipv4Addr x{192, 0, 2, i};
        equal += a.next(kOurs, x, kUdp) == b.next(kOurs, x, kUdp);
    }
    EXPECT_LE(equal, 2);
}

TEST_F(Identifications, AreReservedForAllSegmentsOfABurst) {
    const u16 first = next(kPeer, kUdp, 45), after = next(kPeer);
    EXPECT_GE(static_cast<u16>(after - first), 45u);
    EXPECT_LE(static_cast<u16>(after - first), 45u + 8);
}

TEST_F(Identifications, DifferFromDatagramToDatagram) {
    introduce(kPeer, kPeerMac);
    EXPECT_NE(sent_to(kPeer), sent_to(kPeer));
}

}  // namespace
