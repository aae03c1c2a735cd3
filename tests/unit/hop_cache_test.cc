// The next hop of the last packet is used again until a route or a neighbour changes.
#include "net_test.h"
#include "new_mbuf.h"

using namespace net;

namespace {

struct HopCacheOf : NetTest {
    Inet& inet = interface->inet();
    HopCacheOf() { introduce(kPeer, kPeerMac); }
    void send(Ipv4Addr to) {
        MbufPtr m = new_mbuf();
        m->put(4);
        EXPECT_OK(ip_out(inet, std::move(m), kOurs, to, IpProtocol::Udp, WhenFull::Drop));
    }
    MacAddr sent_to() { return SentIp(device.take_sent()).ether.dst; }
    void expect_arp_request_to(MacAddr mac) {
        const packets::Packet frame = device.take_sent();
        ASSERT_GE(frame.size(), 14u);
        EXPECT_TRUE(std::equal(mac.bytes, mac.bytes + 6, frame.begin()));
        EXPECT_EQ(sent_arp(frame).operation(), ArpOperation::Request);
    }
};

TEST_F(HopCacheOf, TheLastDestinationIsFoundWithoutASearch) {
    EXPECT_EQ(inet.hops().find(kOurs, kPeer), nullptr);
    send(kPeer);
    const Hop* hop = inet.hops().find(kOurs, kPeer);
    ASSERT_NE(hop, nullptr);
    EXPECT_EQ(hop->mac, kPeerMac);
    EXPECT_EQ(inet.hops().find(kOurs, kGateway), nullptr);
}

TEST_F(HopCacheOf, AlternatingDestinationsEachGetTheirMac) {
    introduce(kGateway, kGatewayMac);
    for (int i = 0; i < 3; i++) {
        send(kPeer);
        EXPECT_EQ(sent_to(), kPeerMac);
        send(kGateway);
        EXPECT_EQ(sent_to(), kGatewayMac);
        send(kFar);
        EXPECT_EQ(sent_to(), kGatewayMac);
    }
}

TEST_F(HopCacheOf, ANeighboursNewMacIsUsedAtOnce) {
    send(kPeer);
    EXPECT_EQ(sent_to(), kPeerMac);
    introduce(kPeer, kGatewayMac);
    send(kPeer);
    EXPECT_EQ(sent_to(), kGatewayMac);
}

TEST_F(HopCacheOf, ANewRouteAndARemovedOneAreUsedAtOnce) {
    introduce(kGateway, kGatewayMac);
    const Ipv4Prefix far{kFar, 32};
    send(kFar);
    EXPECT_EQ(sent_to(), kGatewayMac);
    EXPECT_OK(inet.routes().add({far, kPeer, interface, 0}));
    send(kFar);
    EXPECT_EQ(sent_to(), kPeerMac);
    EXPECT_OK(inet.routes().remove(far, *interface));
    send(kFar);
    EXPECT_EQ(sent_to(), kGatewayMac);
}

TEST_F(HopCacheOf, ANeighbourThatIsSentToIsProbedAndNotForgotten) {
    for (int second = 0; second < 59; second++) {
        send(kPeer);
        EXPECT_EQ(sent_to(), kPeerMac);
        fake::world().advance(seconds(1));
    }
    nothing_was_sent();
    fake::world().advance(seconds(1));
    expect_arp_request_to(kPeerMac);
    introduce(kPeer, kPeerMac);  // the answer
    send(kPeer);
    EXPECT_EQ(sent_to(), kPeerMac);
    fake::world().advance(seconds(60));
    expect_arp_request_to(kPeerMac);  // used since the answer, so it is probed again
}

TEST_F(HopCacheOf, ANeighbourThatNoLongerAnswersIsAskedForAgain) {
    send(kPeer);
    EXPECT_EQ(sent_to(), kPeerMac);
    fake::world().advance(seconds(60) + ArpCache::kProbeInterval * (ArpCache::kProbes + 1));
    for (int i = 0; i < ArpCache::kProbes; i++) expect_arp_request_to(kPeerMac);
    send(kPeer);
    expect_arp_request_to(MacAddr::broadcast());
}

TEST_F(HopCacheOf, BroadcastsAndLoopbackNeedNoNeighbour) {
    for (int i = 0; i < 2; i++) {
        send(Ipv4Addr{10, 0, 2, 255});
        EXPECT_EQ(sent_to(), MacAddr::broadcast());
    }
    send(Ipv4Addr{127, 0, 0, 1});
    EXPECT_EQ(inet.hops().find(kOurs, Ipv4Addr{127, 0, 0, 1})->interface, &inet.loopback());
    nothing_was_sent();
}

// --- the cache alone

constexpr Hop kHop{.interface = nullptr, .neighbour = kPeer, .mac = kPeerMac, .mtu = 1500, .has_mac = true};

TEST(HopCache, KeepsAHopOfWhichTheMacIsKnown) {
    HopCache cache;
    Hop unknown = kHop;
    unknown.has_mac = false;
    EXPECT_EQ(cache.remember(kOurs, kPeer, unknown, cache.epoch())->neighbour, kPeer);
    EXPECT_EQ(cache.find(kOurs, kPeer), nullptr);
    EXPECT_EQ(cache.remember(kOurs, kPeer, kHop, cache.epoch())->neighbour, kPeer);
    EXPECT_NE(cache.find(kOurs, kPeer), nullptr);
    cache.forget();
    EXPECT_EQ(cache.find(kOurs, kPeer), nullptr);
}

TEST(HopCache, AChangeDuringTheLookUpMakesTheHopInvalid) {
    HopCache cache;
    const u64 before = cache.epoch();
    cache.forget();
    cache.remember(kOurs, kPeer, kHop, before);
    EXPECT_EQ(cache.find(kOurs, kPeer), nullptr);
}

TEST(HopCache, ComparesEachBitOfBothAddresses) {
    HopCache cache;
    cache.remember(kOurs, kPeer, kHop, cache.epoch());
    for (int bit = 0; bit < 32; bit++) {
        EXPECT_EQ(cache.find(Ipv4Addr{kOurs.value() ^ 1u << bit}, kPeer), nullptr) << bit;
        EXPECT_EQ(cache.find(kOurs, Ipv4Addr{kPeer.value() ^ 1u << bit}), nullptr) << bit;
    }
    EXPECT_NE(cache.find(kOurs, kPeer), nullptr);
}

}  // namespace
