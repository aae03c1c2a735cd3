// ARP noise, invalid addresses, neighbours that die or move.
#include "net_test.h"

using namespace net;
using packets::filled;
using packets::Packet;
using packets::text;

namespace {

constexpr MacAddr kZero{}, kGroup{{0x01, 0x00, 0x5e, 0, 0, 1}}, kOther{{0x52, 0x55, 0, 0, 0, 9}};

struct ArpScenario : NetTest {
    void arp_from(MacAddr ether_source, MacAddr sender, Ipv4Addr ip,
                  ArpOperation op = ArpOperation::Request) {
        device.receive(packets::ether(MacAddr::broadcast(), ether_source, EtherType::Arp,
                                      packets::arp(op, sender, ip, {}, kOurs)));
    }
    std::optional<MacAddr> known(Ipv4Addr ip) {
        for (usize i = 0;; i++) {
            const auto e = interface->arp().at(i);
            if (!e) return {};
            if (e->ip == ip && e->state >= ArpCache::State::Reachable) return e->mac;
        }
    }
    // The destination MAC of the next datagram to the peer.
    MacAddr destination(Socket& s) {
        device.sent.clear();
        EXPECT_OK(write(s, text("x")));
        const Packet frame = device.take_sent();
        MacAddr to;
        std::copy(frame.begin(), frame.begin() + 6, to.bytes);
        return to;
    }
};

TEST_F(ArpScenario, TheAddressZeroIsNotLearnt) {
    arp_from(kPeerMac, kZero, kPeer);
    EXPECT_FALSE(known(kPeer));
    nothing_was_sent();
    EXPECT_EQ(count(Stat::arp_bad), 1u);
}
TEST_F(ArpScenario, AGroupAddressIsNotLearnt) {
    arp_from(kPeerMac, kGroup, kPeer);
    arp_from(kPeerMac, MacAddr::broadcast(), kPeer);
    EXPECT_FALSE(known(kPeer));
    nothing_was_sent();
}
TEST_F(ArpScenario, NothingIsLearntFromAFrameWhoseSourceIsZero) {
    arp_from(kZero, kPeerMac, kPeer);
    EXPECT_FALSE(known(kPeer));
    EXPECT_EQ(count(Stat::arp_bad), 1u);
}
TEST_F(ArpScenario, NothingIsLearntFromAFrameWhoseSourceIsAGroup) {
    arp_from(kGroup, kPeerMac, kPeer);
    EXPECT_FALSE(known(kPeer));
    EXPECT_EQ(count(Stat::arp_bad), 1u);
}
TEST_F(ArpScenario, AnAnswerWithTheAddressZeroDoesNotEndTheQuestion) {
    auto s = udp_socket(kPeer, 2000, 7);
    EXPECT_OK(write(*s, text("wait")));
    EXPECT_EQ(sent_arp(device.take_sent()).target_ip, kPeer);
    arp_from(kPeerMac, kZero, kPeer, ArpOperation::Reply);
    nothing_was_sent();
    arp_from(kPeerMac, kPeerMac, kPeer, ArpOperation::Reply);
    EXPECT_EQ(SentIp(device.take_sent()).ether.dst, kPeerMac);
}
TEST_F(ArpScenario, AZeroAddressDoesNotOverwriteAKnownOne) {
    introduce(kPeer, kPeerMac);
    auto s = udp_socket(kPeer, 2000, 7);
    arp_from(kPeerMac, kZero, kPeer);
    EXPECT_EQ(destination(*s), kPeerMac);
}

// --- neighbours that move and die

TEST_F(ArpScenario, AGratuitousRequestMovesANeighbour) {
    introduce(kPeer, kPeerMac);
    auto s = udp_socket(kPeer, 2000, 7);
    receive_arp(packets::arp(ArpOperation::Request, kOther, kPeer, {}, kPeer), MacAddr::broadcast());
    EXPECT_EQ(destination(*s), kOther) << "a failover (RFC 5227 section 4)";
}
TEST_F(ArpScenario, AGratuitousReplyMovesANeighbour) {
    introduce(kPeer, kPeerMac);
    auto s = udp_socket(kPeer, 2000, 7);
    receive_arp(packets::arp(ArpOperation::Reply, kOther, kPeer, kOther, kPeer), MacAddr::broadcast());
    EXPECT_EQ(destination(*s), kOther);
}
TEST_F(ArpScenario, AGratuitousArpOfAStrangerIsNotRemembered) {
    receive_arp(packets::arp(ArpOperation::Request, kOther, {10, 0, 2, 77}, {}, {10, 0, 2, 77}),
                MacAddr::broadcast());
    EXPECT_FALSE(known({10, 0, 2, 77}));
}
TEST_F(ArpScenario, ADeadNeighbourIsAskedForAgainAndTheNextPacketWaits) {
    introduce(kPeer, kPeerMac);
    auto s = udp_socket(kPeer, 2000, 7);
    EXPECT_EQ(destination(*s), kPeerMac);
    fake::world().advance(seconds(70));
    device.sent.clear();
    EXPECT_FALSE(known(kPeer)) << "no reply to the probes";
    EXPECT_OK(write(*s, text("anybody?")));
    EXPECT_EQ(sent_arp(device.take_sent()).target_ip, kPeer);
    nothing_was_sent();
}
TEST_F(ArpScenario, ANeighbourThatComesBackWithAnotherAddressIsFound) {
    introduce(kPeer, kPeerMac);
    auto s = udp_socket(kPeer, 2000, 7);
    EXPECT_EQ(destination(*s), kPeerMac);
    fake::world().advance(seconds(70));
    device.sent.clear();
    EXPECT_OK(write(*s, text("anybody?")));
    device.sent.clear();
    arp_from(kOther, kOther, kPeer, ArpOperation::Reply);
    EXPECT_EQ(SentIp(device.take_sent()).ether.dst, kOther);
}
TEST_F(ArpScenario, ANeighbourThatAnswersProbesStays) {
    introduce(kPeer, kPeerMac);
    auto s = udp_socket(kPeer, 2000, 7);
    for (int i = 0; i < 10; i++) {
        EXPECT_EQ(destination(*s), kPeerMac);
        fake::world().advance(seconds(61));
        device.sent.clear();
        arp_from(kPeerMac, kPeerMac, kPeer, ArpOperation::Reply);
    }
    EXPECT_EQ(destination(*s), kPeerMac);
}

// --- noise

TEST_F(ArpScenario, AnswersNobodyAskedForAreNotRemembered) {
    for (u8 i = 20; i < 200; i++)
        device.receive(
            packets::ether(MacAddr::broadcast(), kOther, EtherType::Arp,
                           packets::arp(ArpOperation::Reply, kOther, {10, 0, 2, i}, kGroup, kGateway)));
    EXPECT_FALSE(interface->arp().at(0)) << "the packets were not for us";
    nothing_was_sent();
}
TEST_F(ArpScenario, AnUnknownOperationIsDropped) {
    for (const u16 op : {u16{0}, u16{3}, u16{8}, u16{0xffff}})
        arp_from(kPeerMac, kPeerMac, kPeer, ArpOperation{op});
    EXPECT_FALSE(known(kPeer));
    nothing_was_sent();
    EXPECT_EQ(count(Stat::arp_bad), 4u);
}
TEST_F(ArpScenario, ARequestInsideALargeFrameIsAnsweredInASmallOne) {
    Packet request = packets::arp(ArpOperation::Request, kPeerMac, kPeer, {}, kOurs);
    request.resize(1500, 0xee);
    receive_arp(request);
    EXPECT_EQ(device.take_sent().size(), 42u) << "the reply does not include the trailing bytes";
}
TEST_F(ArpScenario, ANeighbourCannotClaimTheBroadcastOrNetworkAddress) {
    for (const Ipv4Addr ip : {Ipv4Addr{10, 0, 2, 255}, Ipv4Addr{10, 0, 2, 0}, Ipv4Addr{255, 255, 255, 255}}) {
        arp_from(kPeerMac, kPeerMac, ip);
        EXPECT_FALSE(known(ip));
    }
    device.sent.clear();
}
TEST_F(ArpScenario, WhoeverClaimsOurAddressIsNotLearnt) {
    arp_from(kOther, kOther, kOurs);
    EXPECT_FALSE(known(kOurs));
    EXPECT_EQ(count(Stat::arp_conflicts), 1u);
    device.sent.clear();
}

}  // namespace
