// Reassembly's bounds: how many packets and fragments it keeps, of which sources, and for how long.
#include "fragment_kit.h"
#include "net/proto/ip.h"
#include "new_mbuf.h"

using namespace net;
using packets::Packet;

namespace {

struct ReassemblyBounds : fragment_kit::Fragments {
    OpenSocket s = udp_socket(kPeer, 2000, 7);
    const Packet some = packets::filled(8000);

    // The first or the last of the two fragments of a datagram. Each datagram has other data.
    void first(u16 id, Ipv4Addr src = kPeer) { arrive(of(id, src), {0, 24, false, id, src}); }
    void last(u16 id, Ipv4Addr src = kPeer) { arrive(of(id, src), {24, 48, true, id, src}); }
    static Packet data(u16 id) { return packets::filled(40, static_cast<u8>(id)); }
    static Packet of(u16 id, Ipv4Addr src) { return datagram(data(id), src); }

    static Ipv4Addr host(u8 n) { return {10, 0, 2, static_cast<u8>(100 + n)}; }
    // So many fragments of a packet, with gaps.
    void many(Ipv4Addr src, u16 id, usize n) {
        for (usize i = 0; i < n; i++) arrive(some, {i * 16, i * 16 + 8, false, id, src});
        tick();
    }
    // Would it be completed? If not, it was dropped.
    bool is_kept(Ipv4Addr src, u16 id) {
        const usize before = held();
        arrive(some, {7000, 7008, false, id, src});
        return held() == before + 1;
    }
    static void tick() { fake::world().advance(milliseconds(1)); }
};

TEST_F(ReassemblyBounds, AnIdentificationMayBeUsedAgain) {
    first(1), first(2);
    last(1);
    EXPECT_EQ(read(*s).data, data(1));
    first(1), last(1);
    EXPECT_EQ(read(*s).data, data(1));
    last(2);
    EXPECT_EQ(read(*s).data, data(2));
}

TEST_F(ReassemblyBounds, APacketInThePlaceOfADroppedOneHasOnlyItsOwnData) {
    for (u16 id = 0; id <= Reassembly::kMaxEach; id++) first(id);
    EXPECT_EQ(held(), Reassembly::kMaxEach);
    last(Reassembly::kMaxEach);
    EXPECT_EQ(read(*s).data, data(Reassembly::kMaxEach));
}

// Packets that were completed do not count, wherever they were kept.
TEST_F(ReassemblyBounds, ASourceLosesItsOldestPacket) {
    for (u16 id = 1; id <= 8; id++) first(id, kGateway);
    tick();
    first(1);
    for (u16 id = 2; id <= 8; id++) last(id, kGateway);
    for (u16 id = 2; id <= 8; id++) tick(), first(id);
    last(1);
    EXPECT_EQ(read(*s).data, data(1));
    last(1, kGateway);
    tick(), first(9);
    EXPECT_EQ(held(), Reassembly::kMaxEach);
    tick(), first(10);
    EXPECT_EQ(held(), Reassembly::kMaxEach);
    for (u16 id = 3; id <= 10; id++) {
        last(id);
        EXPECT_EQ(read(*s).data, data(id));
    }
    last(2);
    EXPECT_EQ(s->queued(), 0u);
}

TEST_F(ReassemblyBounds, AmongEqualSourcesTheOneWithTheOldestPacketLosesIt) {
    first(1);
    for (u16 id : {1, 2})
        for (u8 n : {1, 2, 3}) many(host(n), id, 64);
    last(1);
    for (u16 id : {1, 2}) many(host(4), id, 64);  // the first of these takes the first place
    EXPECT_EQ(held(), Reassembly::kMaxFragments);
    first(2);
    EXPECT_EQ(held(), Reassembly::kMaxFragments - 64 + 1);
    for (u8 n : {1, 2, 3, 4})
        for (u16 id : {1, 2}) EXPECT_EQ(is_kept(host(n), id), n != 1 || id != 1) << int{n} << " " << id;
}

TEST_F(ReassemblyBounds, TheSourceWithTheMostFragmentsLosesEvenIfOthersHaveOlderPackets) {
    first(1);
    for (u8 n : {1, 2, 3}) many(host(n), 1, 120);
    last(1);
    many(host(4), 1, 100);
    many(host(4), 2, 52);
    EXPECT_EQ(held(), Reassembly::kMaxFragments);
    first(2);
    EXPECT_EQ(held(), Reassembly::kMaxFragments - 100 + 1);
    for (u8 n : {1, 2, 3}) EXPECT_TRUE(is_kept(host(n), 1));
    EXPECT_FALSE(is_kept(host(4), 1)) << "later fragments of the packet are dropped, too";
    EXPECT_TRUE(is_kept(host(4), 2));
}

// The source's older packet was completed; its place, behind those of others, is not used again.
TEST_F(ReassemblyBounds, TheHeaviestSourceLosesAPacketThatHasFragments) {
    for (u8 n = 10; n < 20; n++) first(1, host(n));
    first(1, host(1));
    last(1, host(1));
    for (u8 n = 10; n < 20; n++) last(1, host(n));
    tick();
    for (u8 n : {2, 3, 4}) many(host(n), 1, 100);
    many(host(1), 2, 128);
    many(host(1), 3, 84);
    EXPECT_EQ(held(), Reassembly::kMaxFragments);
    first(2);
    EXPECT_EQ(held(), Reassembly::kMaxFragments - 128 + 1);
}

TEST_F(ReassemblyBounds, ManySourcesWithFewFragmentsMakeRoom) {
    for (u8 n = 0; n < 32; n++) many(host(n), 1, 16);
    EXPECT_EQ(held(), Reassembly::kMaxFragments);
    first(1);
    EXPECT_EQ(held(), Reassembly::kMaxFragments - 16 + 1);
}

TEST_F(ReassemblyBounds, AFragmentIsDroppedWithItsPacketIfThatIsTheOneToLose) {
    for (u8 n : {1, 2, 3}) many(host(n), 1, 120);
    many(host(4), 1, 100);
    many(host(4), 2, 52);
    EXPECT_FALSE(is_kept(host(4), 1));
    EXPECT_EQ(held(), Reassembly::kMaxFragments - 100);
    EXPECT_EQ(count(Stat::ip_fragments_dropped), 101u);
    EXPECT_TRUE(is_kept(host(4), 2));
}

// --- time

TEST_F(ReassemblyBounds, APacketExpiresAMinuteAfterTheFirstFragmentThatArrived) {
    first(1);
    fake::world().advance(seconds(30));
    first(2);
    fake::world().advance(seconds(29));
    EXPECT_EQ(held(), 2u);
    fake::world().advance(seconds(1));
    EXPECT_EQ(held(), 1u);
    fake::world().advance(seconds(29));
    last(2);
    EXPECT_EQ(read(*s).data, data(2));
    device.sent.clear();
}

TEST_F(ReassemblyBounds, AnIdentificationThatExpiredBeginsANewPacket) {
    first(1);
    fake::world().advance(seconds(61));
    first(1);
    fake::world().advance(seconds(59));
    EXPECT_EQ(held(), 1u);
    last(1);
    EXPECT_EQ(read(*s).data, data(1));
    device.sent.clear();
}

TEST_F(ReassemblyBounds, EachExpiredPacketWithAFirstFragmentIsReported) {
    last(1), first(2), first(3);
    fake::world().advance(seconds(60));
    EXPECT_EQ(held(), 0u);
    EXPECT_EQ(count(Stat::ip_fragments_timeout), 3u);
    device.sent.clear();  // an ARP request, because the entry has expired
    receive_arp(packets::arp(ArpOperation::Reply, kPeerMac, kPeer, kOurMac, kOurs));
    for (u16 id : {2, 3}) {
        const SentIp error(device.take_sent());
        EXPECT_EQ(error.icmp().type, 11);
        EXPECT_EQ(error.data()[5], id) << "the identification of the quoted packet";
    }
    nothing_was_sent();
}

TEST_F(ReassemblyBounds, AnExpiredPacketOverLoopbackIsReportedAtOnce) {
    constexpr Ipv4Addr kLocalhost{127, 0, 0, 1};
    MbufPtr m = new_mbuf();
    memset(m->put(16), 0, 16);
    IpControls controls;
    controls.flags = Ipv4Header::kMoreFragments;
    EXPECT_OK(
        ip_out(*stack, std::move(m), kLocalhost, kLocalhost, IpProtocol::Udp, WhenFull::Drop, controls));
    stack->deliver_loopback();
    EXPECT_EQ(held(), 1u);
    fake::world().advance(seconds(60));
    EXPECT_EQ(held(), 0u);
    EXPECT_EQ(count(Stat::icmp_time_exceeded_in), 1u);
}

}  // namespace
