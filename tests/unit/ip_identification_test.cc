#include "net/proto/ip_identification.h"
#include "new_mbuf.h"

#include <memory>
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

// Each bit of an address counts: no two triples have the same sequence because a bit was lost.
TEST_F(Identifications, OfAddressesThatDifferInOneBitAreOthers) {
    const auto fresh = [](u64 ends) {  // the first identification, with the same secret each time
        fake::world().random = [n = u64{0}]() mutable { return ++n * 0x9e37'79b9'7f4a'7c15; };
        const auto ids = std::make_unique<IpIdentification>();
        fake::world().random = {};
        return ids->next(Ipv4Addr(static_cast<u32>(ends >> 32)), Ipv4Addr(static_cast<u32>(ends)), kUdp);
    };
    const u64 ends = u64{kOurs.value()} << 32 | kPeer.value();
    for (int bit = 0; bit < 64; bit++) EXPECT_NE(fresh(ends ^ u64{1} << bit), fresh(ends)) << bit;
}

TEST_F(Identifications, AreOneForEachDatagram) {
    introduce(kPeer, kPeerMac);
    u16 last = sent_to(kPeer);
    for (int i = 0; i < 100; i++) {
        const u16 id = sent_to(kPeer);
        EXPECT_GE(static_cast<u16>(id - last), 1);
        EXPECT_LE(static_cast<u16>(id - last), 8);
        last = id;
    }
}

// RFC 6864 section 4: only the fragments of one datagram have the same identification.
TEST_F(Identifications, DifferFromFragmentedDatagramToFragmentedDatagram) {
    introduce(kPeer, kPeerMac);
    auto s = udp_socket(kPeer, 2000, 7);
    std::set<u16> seen;
    for (int i = 0; i < 50; i++) {
        EXPECT_OK(write(*s, packets::filled(2000)));
        const u16 first = SentIp(device.take_sent()).ip.identification;
        EXPECT_EQ(SentIp(device.take_sent()).ip.identification, first);
        EXPECT_TRUE(seen.insert(first).second);
    }
}

TEST_F(Identifications, OfChainsThatMayNotBeFragmentedAreZero) {
    introduce(kPeer, kPeerMac);
    MbufPtr m = new_mbuf();
    m->put(100);
    m->append(new_mbuf());
    EXPECT_OK(ip_out(*stack, std::move(m), kOurs, kPeer, kUdp, WhenFull::Drop, kNeverFragment));
    EXPECT_EQ(SentIp(device.take_sent()).ip.identification, 0);
}

// The device makes the segments and increments the identification for each.
struct IdentificationsOfSegments : NetTest {
    IdentificationsOfSegments() : NetTest(NetDevice::kGather | NetDevice::kTcpSegments) {
        introduce(kPeer, kPeerMac);
        data->put(1900);
    }
    // Sends a TCP packet of 3,800 bytes. The identification of the first of its three segments.
    u16 sent() {
        MbufPtr m = new_mbuf();
        memset(m->put(20), 0, 20);
        m->data()[12] = 0x50;  // a header without options
        for (int i = 0; i < 2; i++) EXPECT_TRUE(m->attach(*data, data->data(), 1900));
        m->set_offload(Offload::TcpSegments, 1460);
        EXPECT_OK(ip_out(*stack, std::move(m), kOurs, kPeer, IpProtocol::Tcp, WhenFull::Drop));
        EXPECT_EQ(device.sent.size(), 3u);
        const u16 first = SentIp(device.take_sent()).ip.identification;
        device.sent.clear();
        return first;
    }
    MbufPtr data = new_mbuf(0);
};

TEST_F(IdentificationsOfSegments, AreReservedByIp) {
    u16 last = sent();
    for (int i = 0; i < 100; i++) {
        const u16 id = sent();
        EXPECT_GE(static_cast<u16>(id - last), 3);
        EXPECT_LE(static_cast<u16>(id - last), 2 + 8);
        last = id;
    }
}

}  // namespace
