#include "net_test.h"
#include "new_mbuf.h"

using namespace net;
using packets::Packet;

namespace {

struct Arp : NetTest {
    // Sends an IPv4 packet to a neighbour; only its last byte matters.
    Result<> send(Ipv4Addr to, u8 mark = 0) {
        MbufPtr m = new_mbuf();
        const Packet p = packets::udp_packet({kOurs, to, 2000, 7}, {mark});
        std::copy(p.begin(), p.end(), m->put(p.size()));
        return interface->send(std::move(m), interface->hop_to(to), WhenFull::Drop);
    }
    void answer(Ipv4Addr ip, MacAddr mac) {
        receive_arp(packets::arp(ArpOperation::Reply, mac, ip, kOurMac, kOurs));
    }
    void advance(Duration d) { fake::world().advance(d); }
    void expect_request_for(Ipv4Addr ip, MacAddr to = MacAddr::broadcast()) {
        const Packet frame = device.take_sent();
        const ArpPacket p = sent_arp(frame);
        EXPECT_TRUE(std::equal(to.bytes, to.bytes + 6, frame.begin()));
        EXPECT_EQ(p.operation(), ArpOperation::Request);
        EXPECT_EQ(p.sender_mac, kOurMac);
        EXPECT_EQ(p.sender_ip, kOurs);
        EXPECT_EQ(p.target_ip, ip);
    }
    u8 take_mark(MacAddr expected_mac = kPeerMac) {
        const SentIp s(device.take_sent());
        EXPECT_EQ(s.ether.dst, expected_mac);
        return s.bytes.back();
    }
};

TEST_F(Arp, AnswersARequestForOurAddress) {
    receive_arp(packets::arp(ArpOperation::Request, kPeerMac, kPeer, {}, kOurs), MacAddr::broadcast());
    const Packet frame = device.take_sent();
    EXPECT_EQ(frame, packets::ether(kPeerMac, kOurMac, EtherType::Arp,
                                    packets::arp(ArpOperation::Reply, kOurMac, kOurs, kPeerMac, kPeer)));
    EXPECT_EQ(count(Stat::arp_in), 1u);
    EXPECT_EQ(count(Stat::arp_replies_out), 1u);
}

TEST_F(Arp, AnswersARequestWithPaddingWithoutIt) {
    Packet request = packets::arp(ArpOperation::Request, kPeerMac, kPeer, {}, kOurs);
    request.resize(46, 0xee);
    receive_arp(request, MacAddr::broadcast());
    EXPECT_EQ(device.take_sent().size(), 42u);
}

TEST_F(Arp, AnswersAProbeForOurAddressAndLearnsNothing) {
    receive_arp(packets::arp(ArpOperation::Request, kPeerMac, {}, {}, kOurs), MacAddr::broadcast());
    EXPECT_EQ(sent_arp(device.take_sent()).sender_ip, kOurs);
    nothing_was_sent();
}

TEST_F(Arp, IgnoresRequestsForOthers) {
    receive_arp(packets::arp(ArpOperation::Request, kPeerMac, kPeer, {}, kGateway), MacAddr::broadcast());
    nothing_was_sent();
    EXPECT_OK(send(kPeer));
    expect_request_for(kPeer);
}

TEST_F(Arp, LearnsFromWhoeverAsksForUs) {
    introduce(kPeer, kPeerMac);
    EXPECT_OK(send(kPeer, 7));
    EXPECT_EQ(take_mark(), 7);
}

TEST_F(Arp, DoesNotLearnAddressesThatAreNotOnTheLink) {
    for (Ipv4Addr a : {kFar, Ipv4Addr{10, 0, 2, 0}}) {
        introduce(a, kPeerMac);
        EXPECT_OK(send(a));
        expect_request_for(a);
    }
    introduce({10, 0, 2, 255}, kPeerMac);
    EXPECT_OK(send({10, 0, 2, 255}));
    EXPECT_EQ(SentIp(device.take_sent()).ether.dst, MacAddr::broadcast()) << "no ARP for a broadcast";
}

TEST_F(Arp, DropsAndCountsMalformedPackets) {
    const Packet good = packets::arp(ArpOperation::Request, kPeerMac, kPeer, {}, kOurs);
    for (usize n = 0; n < good.size(); n++)
        receive_arp(Packet(good.begin(), good.begin() + static_cast<long>(n)));
    for (usize at : {0, 2, 4, 5, 6, 8}) {  // types, lengths, operation, and a group address as the sender
        Packet bad = good;
        bad[at] ^= 1;
        receive_arp(bad);
    }
    nothing_was_sent();
    EXPECT_EQ(count(Stat::arp_bad), good.size() + 6);
}

TEST_F(Arp, QueuesTheFirstPacketsToAnUnknownNeighbour) {
    for (u8 i = 0; i < 3; i++) EXPECT_OK(send(kPeer, i));
    expect_request_for(kPeer);
    nothing_was_sent();
    answer(kPeer, kPeerMac);
    for (u8 i = 0; i < 3; i++) EXPECT_EQ(take_mark(), i);
    EXPECT_EQ(interface->arp().waiting(), 0u);
}

// What waited for the reply has used the neighbour, even if nothing follows.
TEST_F(Arp, ANeighbourForWhomAPacketWaitedIsInUse) {
    EXPECT_OK(send(kPeer));
    advance(ArpCache::kFastInterval * 5);
    device.sent.clear();
    answer(kPeer, kPeerMac);
    take_mark();
    advance(seconds(60));
    for (int i = 0; i < ArpCache::kProbes; i++) {
        expect_request_for(kPeer, kPeerMac);
        nothing_was_sent();
        advance(ArpCache::kProbeInterval);
    }
    nothing_was_sent();
}

TEST_F(Arp, DropsTheOldestOfTooManyThatWait) {
    for (u8 i = 0; i < ArpCache::kMaxWaitingEach + 2; i++) EXPECT_OK(send(kPeer, i));
    EXPECT_EQ(count(Stat::arp_queue_full), 2u);
    expect_request_for(kPeer);
    answer(kPeer, kPeerMac);
    EXPECT_EQ(take_mark(), 2) << "0 and 1 were dropped";
    EXPECT_EQ(device.sent.size(), ArpCache::kMaxWaitingEach - 1);
}

// The oldest incomplete neighbour is dropped with its waiting packets.
TEST_F(Arp, BoundsWhatWaitsForAllNeighboursTogether) {
    constexpr u8 kEach = 40;
    for (u8 n = 0; n < 4; n++) {
        for (u8 i = 0; i < kEach; i++) EXPECT_OK(send({10, 0, 2, static_cast<u8>(100 + n)}, i));
        EXPECT_LE(interface->arp().waiting(), ArpCache::kMaxWaiting);
    }
    EXPECT_EQ(interface->arp().waiting(), 3u * kEach);
    EXPECT_EQ(count(Stat::arp_queue_full), u64{kEach});
    EXPECT_EQ(device.sent.size(), 4u) << "one request each";
    device.sent.clear();
    answer({10, 0, 2, 101}, kPeerMac);
    EXPECT_EQ(device.sent.size(), usize{kEach});
    device.sent.clear();
}

TEST_F(Arp, RepeatsItsRequestsFastAndThenSlowly) {
    EXPECT_OK(send(kPeer));
    expect_request_for(kPeer);
    for (int i = 1; i < ArpCache::kFastRequests; i++) {
        advance(milliseconds(99));
        nothing_was_sent();
        advance(milliseconds(1));
        expect_request_for(kPeer);
    }
    advance(milliseconds(100));
    expect_request_for(kPeer);
    advance(milliseconds(499));
    nothing_was_sent();
    advance(milliseconds(1));
    expect_request_for(kPeer);
}

TEST_F(Arp, GivesUpAfterFourSecondsAndCountsWhatWaited) {
    EXPECT_OK(send(kPeer));
    EXPECT_OK(send(kPeer));
    advance(milliseconds(3999));
    EXPECT_EQ(device.sent.size(), ArpCache::kMaxRequests);
    EXPECT_EQ(count(Stat::arp_requests_out), 1u + ArpCache::kMaxRequests) << "with the announcement";
    EXPECT_EQ(count(Stat::arp_unresolved), 0u);
    advance(milliseconds(1));
    EXPECT_EQ(count(Stat::arp_unresolved), 2u);
    EXPECT_EQ(interface->arp().waiting(), 0u);
    EXPECT_TRUE(fake::world().timers.empty()) << "no timer is left";
}

TEST_F(Arp, TellsTheSocketThatNobodyAnswered) {
    auto s = udp_socket(kPeer);
    EXPECT_OK(write(*s, packets::text("anybody?")));
    fake::world().on_wait = [&]() -> Result<> {
        advance(seconds(5));
        return {};
    };
    EXPECT_EQ(read(*s).error, Errno::HostUnreach);
}

// Whoever sends may hold a lock, such as a connection's; the one that must be told has such a lock too.
TEST_F(Arp, TellsNobodyWhileASegmentIsSentThoughItsTimerIsLate) {
    const OpenSocket first(value_of(open_tcp(*stack))), second(value_of(open_tcp(*stack)));
    EXPECT_ERROR(first->connect({kPeer, 80}, false), InProgress);
    advance(milliseconds(3999));
    fake::world().now = platform::now() + milliseconds(2);
    EXPECT_ERROR(second->connect({kPeer, 80}, false), InProgress);
    EXPECT_EQ(count(Stat::arp_unresolved), 0u);
    advance({});
    EXPECT_EQ(count(Stat::arp_unresolved), 4u) << "three SYNs of the first, one of the second";
    device.sent.clear();
}

TEST_F(Arp, StartsAnewAfterAFailure) {
    EXPECT_OK(send(kPeer));
    advance(seconds(5));
    device.sent.clear();
    EXPECT_OK(send(kPeer, 9));
    expect_request_for(kPeer);
    answer(kPeer, kPeerMac);
    EXPECT_EQ(take_mark(), 9);
}

TEST_F(Arp, ForgetsANeighbourNobodyUsesForAMinute) {
    introduce(kPeer, kPeerMac);
    advance(seconds(61));
    nothing_was_sent();
    EXPECT_TRUE(fake::world().timers.empty());
    EXPECT_OK(send(kPeer));
    expect_request_for(kPeer);
}

TEST_F(Arp, AsksANeighbourInUseWhetherItIsStillThere) {
    introduce(kPeer, kPeerMac);
    EXPECT_OK(send(kPeer, 1));
    EXPECT_EQ(take_mark(), 1);
    advance(seconds(60));
    expect_request_for(kPeer, kPeerMac);
    EXPECT_OK(send(kPeer, 2));
    EXPECT_EQ(take_mark(), 2) << "packets are still sent meanwhile";
    answer(kPeer, kPeerMac);
    advance(seconds(50));
    nothing_was_sent();
}

TEST_F(Arp, ForgetsANeighbourThatDoesNotAnswerThreeProbes) {
    introduce(kPeer, kPeerMac);
    EXPECT_OK(send(kPeer));
    take_mark();
    advance(seconds(64));
    for (int i = 0; i < 3; i++) expect_request_for(kPeer, kPeerMac);
    nothing_was_sent();
    EXPECT_OK(send(kPeer));
    expect_request_for(kPeer);
}

TEST_F(Arp, BelievesANeighbourThatMoved) {
    introduce(kPeer, kPeerMac);
    const MacAddr moved{{2, 0, 0, 0, 0, 9}};
    // The announcement is not for us, but the address is in the cache.
    receive_arp(packets::arp(ArpOperation::Request, moved, kPeer, {}, kPeer), MacAddr::broadcast());
    EXPECT_OK(send(kPeer, 5));
    EXPECT_EQ(take_mark(moved), 5);
}

TEST_F(Arp, IgnoresAnnouncementsOfStrangers) {
    receive_arp(packets::arp(ArpOperation::Reply, kPeerMac, kPeer, kPeerMac, kPeer), MacAddr::broadcast());
    EXPECT_OK(send(kPeer));
    expect_request_for(kPeer);
}

TEST_F(Arp, KeepsNeighboursInUseWhenStrangersFloodTheTable) {
    introduce(kPeer, kPeerMac);
    EXPECT_OK(send(kPeer));
    take_mark();
    for (int round = 0; round < 2; round++) {
        for (u8 i = 20; i < 250; i++) introduce({10, 0, 2, i}, {{2, 0, 0, 0, 0, i}});
    }
    EXPECT_OK(send(kPeer, 3));
    EXPECT_EQ(take_mark(), 3);
}

TEST_F(Arp, MakesRoomForWhomWeWantToTalkTo) {
    for (u8 i = 20; i < 250; i++) {
        const Ipv4Addr a{10, 0, 2, i};
        const MacAddr mac{{2, 0, 0, 0, 0, i}};
        EXPECT_OK(send(a));
        expect_request_for(a);
        answer(a, mac);
        take_mark(mac);
    }
    EXPECT_EQ(count(Stat::arp_queue_full), 0u);
}

TEST_F(Arp, BoundsHowManyAreAskedForAtATime) {
    constexpr u32 kAll = 200;
    for (u32 i = 0; i < kAll; i++) EXPECT_OK(send(Ipv4Addr{0x0a000214u + i}));
    EXPECT_LE(interface->arp().waiting(), ArpCache::kMaxIncomplete);
    EXPECT_GE(interface->arp().waiting(), ArpCache::kMaxIncomplete / 2);
    EXPECT_EQ(count(Stat::arp_queue_full), kAll - interface->arp().waiting());
    device.sent.clear();
    answer(Ipv4Addr{0x0a000214u + kAll - 1}, kPeerMac);
    EXPECT_EQ(device.sent.size(), 1u) << "the latest are still cached";
    device.sent.clear();
}

TEST_F(Arp, NoticesAConflictLogsItAndDefendsOurAddress) {
    receive_arp(packets::arp(ArpOperation::Request, kPeerMac, kOurs, {}, kOurs), MacAddr::broadcast());
    EXPECT_EQ(count(Stat::arp_conflicts), 1u);
    expect_request_for(kOurs);
    ASSERT_EQ(fake::world().logged.size(), 1u);
    EXPECT_EQ(fake::world().logged[0], "fake0: address conflict: 52:55:0a:00:02:03 also claims 10.0.2.15");
}

TEST_F(Arp, DefendsOurAddressOnceInTenSecondsOnly) {
    const Packet claim = packets::arp(ArpOperation::Reply, kPeerMac, kOurs, kOurMac, kOurs);
    for (int i = 0; i < 100; i++) receive_arp(claim);
    EXPECT_EQ(count(Stat::arp_conflicts), 100u);
    EXPECT_EQ(fake::world().logged.size(), 1u);
    EXPECT_EQ(device.sent.size(), 1u);
    advance(seconds(10));
    receive_arp(claim);
    EXPECT_EQ(device.sent.size(), 2u);
}

TEST_F(Arp, TakesItsOwnAnnouncementForNoConflict) {
    receive_arp(packets::arp(ArpOperation::Request, kOurMac, kOurs, {}, kOurs), MacAddr::broadcast());
    EXPECT_EQ(count(Stat::arp_conflicts), 0u);
    nothing_was_sent();
}

TEST_F(Arp, AnnouncesUsWhenAnInterfaceIsAddedAndWhenItsLinkComesUp) {
    FakeDevice other({{2, 0, 0, 0, 0, 1}}, "fake1");
    EXPECT_OK(stack->add_interface(other, {{10, 1, 0, 1}, 16}));
    ArpPacket p = sent_arp(other.take_sent());
    EXPECT_TRUE(p.is_announcement());
    EXPECT_EQ(p.sender_ip, (Ipv4Addr{10, 1, 0, 1}));
    net_link_changed(other, false);
    EXPECT_TRUE(other.sent.empty());
    net_link_changed(other, true);
    EXPECT_TRUE(sent_arp(other.take_sent()).is_announcement());
    net_link_changed(other, true);
    other.sent.clear();
    FakeDevice stranger(kPeerMac);
    net_link_changed(stranger, true);
    EXPECT_TRUE(stranger.sent.empty());
}

TEST_F(Arp, SurvivesAFullRingAndADeadLink) {
    device.room = 0;
    EXPECT_OK(send(kPeer)) << "it waits for a reply to the next request";
    EXPECT_EQ(count(Stat::tx_ring_full), 1u);
    device.room = -1;
    advance(milliseconds(100));
    expect_request_for(kPeer);
    device.up = false;
    answer(kPeer, kPeerMac);
    EXPECT_EQ(count(Stat::tx_failed), 1u) << "the packet that waited";
}

TEST_F(Arp, SurvivesWithoutMbufs) {
    MbufQueue hoard;
    EXPECT_OK(send(kPeer, 4));
    expect_request_for(kPeer);
    fake::world().pages_left = 0;
    while (MbufPtr m = Mbuf::alloc()) hoard.push_tail(std::move(m));
    advance(milliseconds(100));
    nothing_was_sent();
    EXPECT_EQ(count(Stat::no_mbuf), 1u);
    hoard.clear();
    advance(milliseconds(100));
    expect_request_for(kPeer);
}

TEST_F(Arp, SendsAtOnceWhenTheAnswerCameJustNow) {
    introduce(kPeer, kPeerMac);
    MbufPtr m = new_mbuf();
    *m->put(20) = 0x45;
    // Simulates a reply between the lookup and the queueing.
    EXPECT_OK(interface->arp().resolve(kPeer, std::move(m), fake::world().now));
    EXPECT_EQ(device.take_sent().size(), 34u);
    EXPECT_EQ(interface->arp().waiting(), 0u);
}

}  // namespace
