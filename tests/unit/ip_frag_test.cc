// Fragmentation in ip_out, and reassembly.
#include "fragment_kit.h"

#include "net/proto/ip.h"
#include "new_mbuf.h"

using namespace net;
using fragment_kit::Fragments;
using packets::Packet;

namespace {

using Reassemble = Fragments;
using Cut = Fragments;

// --- receive ---

TEST_F(Reassemble, PutsADatagramTogetherInAnyOrder) {
    auto s = udp_socket(kPeer, 2000, 7);
    const Packet payload = packets::filled(3000), whole = datagram(payload);
    auto parts = cut(whole.size(), 1000);
    std::sort(parts.begin(), parts.end(), [](auto& a, auto& b) { return a.first < b.first; });
    u16 id = 0;
    do {
        id++;
        for (Where w : parts) {
            w.id = id;
            arrive(whole, w);
        }
        EXPECT_EQ(read(*s, 4000).data, payload);
    } while (std::next_permutation(parts.begin(), parts.end(),
                                   [](auto& a, auto& b) { return a.first < b.first; }));
    EXPECT_EQ(count(Stat::ip_reassembled), id);
    EXPECT_EQ(held(), 0u);
}

TEST_F(Reassemble, MakesASmallPacketOneMbufAgain) {
    auto s = udp_socket(kPeer, 2000, 7);
    const Packet whole = datagram(packets::filled(100));
    for (const Where& w : cut(whole.size(), 8)) arrive(whole, w);
    EXPECT_EQ(read(*s).data, packets::filled(100));
}

TEST_F(Reassemble, TakesTheLargestDatagramThereIs) {
    auto s = udp_socket(kPeer, 2000, 7);
    const Packet payload = packets::filled(65507), whole = datagram(payload);
    for (const Where& w : cut(whole.size(), 1480)) arrive(whole, w);
    EXPECT_EQ(read(*s, 70000).data, payload);
}

TEST_F(Reassemble, CutsAChainToTheDatagramsLength) {
    auto s = udp_socket(kPeer, 2000, 7);
    Packet whole = datagram(packets::filled(3000));
    whole.resize(whole.size() + 1000, 0xee);  // after the end of the UDP datagram
    for (const Where& w : cut(whole.size(), 1000)) arrive(whole, w);
    EXPECT_EQ(read(*s, 5000).data, packets::filled(3000));
}

TEST_F(Reassemble, ChecksTheChecksumOverAllPieces) {
    auto s = udp_socket(kPeer, 2000, 7);
    Packet whole = datagram(packets::filled(3000));
    whole.back() ^= 1;
    for (const Where& w : cut(whole.size(), 1480)) arrive(whole, w);
    EXPECT_EQ(count(Stat::udp_bad_checksum), 1u);
}

TEST_F(Reassemble, KeepsPacketsApart) {
    auto s = udp_socket(kPeer, 2000, 7);
    const Packet a = datagram(packets::filled(40, 1)), b = datagram(packets::filled(40, 100));
    arrive(a, {0, 24, false, 1});
    arrive(b, {0, 24, false, 2});
    arrive(b, {24, 48, true, 2});
    arrive(a, {24, 48, true, 1});
    EXPECT_EQ(read(*s).data, packets::filled(40, 100));
    EXPECT_EQ(read(*s).data, packets::filled(40, 1));
}

TEST_F(Reassemble, PassesOverAnExactCopy) {
    auto s = udp_socket(kPeer, 2000, 7);
    const Packet whole = datagram(packets::filled(40));
    arrive(whole, {0, 24, false});
    arrive(whole, {0, 24, false});
    arrive(whole, {24, 48, true});
    EXPECT_EQ(read(*s).data, packets::filled(40));
    EXPECT_EQ(count(Stat::ip_fragments_dropped), 1u);
    arrive(whole, {24, 48, true});
    arrive(whole, {24, 48, true});
    arrive(whole, {0, 24, false});
    EXPECT_EQ(read(*s).data, packets::filled(40));
    EXPECT_EQ(count(Stat::ip_fragments_dropped), 2u);
    EXPECT_EQ(count(Stat::ip_fragments_in), 6u);
}

TEST_F(Reassemble, PassesUpAPacketWithTheHeaderOfAWholeOne) {
    const Packet whole = datagram(packets::filled(40));  // for a port that nobody has
    arrive(whole, {0, 24, false});
    arrive(whole, {24, 48, true});
    const Packet quote = SentIp(device.take_sent()).data();
    const auto ip = *header_of<Ipv4Header>(quote);
    EXPECT_EQ(ip.total_length, 20 + 48);
    EXPECT_FALSE(ip.is_fragment());
    EXPECT_EQ(packets::internet_checksum(Bytes(quote).first(20)), 0);
}

TEST_F(Reassemble, DropsAPacketWhoseFragmentsOverlapAndWhatFollows) {
    auto s = udp_socket(kPeer, 2000, 7);
    const Packet whole = datagram(packets::filled(40));
    for (const Where& second : {Where{16, 32, false}, Where{0, 16, false}, Where{0, 32, false},
                                Where{8, 16, false}, Where{8, 24, false}}) {
        static u16 id = 0;
        id++;
        arrive(whole, {0, 24, false, id});
        Where w = second;
        w.id = id;
        arrive(whole, w);
        arrive(whole, {24, 48, true, id});
        arrive(whole, {0, 24, false, id});
        EXPECT_EQ(s->queued(), 0u) << second.first;
    }
    EXPECT_EQ(held(), 0u);
}

TEST_F(Reassemble, DropsWhatMakesNoSense) {
    auto s = udp_socket(kPeer, 2000, 7);
    const Packet whole = datagram(packets::filled(100));
    arrive(whole, {0, 12, false, 1});   // not a multiple of 8
    arrive(whole, {16, 32, true, 2});   // the last fragment
    arrive(whole, {48, 56, false, 2});  // beyond the last fragment
    arrive(whole, {0, 16, false, 3});
    arrive(whole, {48, 56, false, 3});
    arrive(whole, {16, 32, true, 3});  // ends before data already received
    arrive(whole, {16, 32, true, 4});
    arrive(whole, {16, 32, false, 4});  // the same, and not the last
    // RFC 791's largest offset: the packet would exceed the maximum length.
    receive_ip(packets::ipv4({.src = kPeer, .dst = kOurs, .protocol = 17, .flags_offset = 0x1fff},
                             packets::filled(64)));
    // With its header, the packet would be 5 bytes too long.
    receive_ip(packets::ipv4({.src = kPeer, .dst = kOurs, .protocol = 6, .flags_offset = 65512 / 8},
                             packets::filled(8)));
    EXPECT_EQ(held(), 0u);
    EXPECT_EQ(count(Stat::ip_fragments_dropped), 10u);
}

TEST_F(Reassemble, GivesUpAfterAMinuteAndTellsTheSender) {
    const Packet whole = datagram(packets::filled(100));
    arrive(whole, {0, 48, false, 1});
    fake::world().advance(Reassembly::kTimeout + milliseconds(1));
    EXPECT_EQ(held(), 0u);
    EXPECT_EQ(count(Stat::ip_fragments_timeout), 1u);
    device.sent.clear();  // an ARP request, because the entry has expired
    receive_arp(packets::arp(ArpOperation::Reply, kPeerMac, kPeer, kOurMac, kOurs));
    const SentIp s(device.take_sent());
    EXPECT_EQ(s.icmp().type, 11);
    EXPECT_EQ(s.icmp().code, 1);
    EXPECT_EQ(s.ip.dst, kPeer);
    EXPECT_EQ(s.data(28), Packet(whole.begin(), whole.begin() + 8)) << "the first 8 bytes are quoted";
}

TEST_F(Reassemble, SaysNothingWithoutTheFirstFragment) {
    const Packet whole = datagram(packets::filled(100));
    arrive(whole, {48, 96, false, 1});
    fake::world().advance(Reassembly::kTimeout + milliseconds(1));
    EXPECT_EQ(held(), 0u);
    nothing_was_sent();
}

TEST_F(Reassemble, BoundsOneSource) {
    auto s = udp_socket(kGateway, 2000, 7);
    const Packet good = datagram(packets::filled(40), kGateway);
    arrive(good, {0, 24, false, 9, kGateway});
    for (u16 id = 1; id <= 100; id++) arrive(good, {0, 24, false, id, kPeer});
    EXPECT_EQ(held(), Reassembly::kMaxEach + 1);
    arrive(good, {24, 48, true, 9, kGateway});
    EXPECT_EQ(read(*s).data, packets::filled(40)) << "another host's packet is not affected";
}

TEST_F(Reassemble, BoundsAllSourcesTogether) {
    const Packet some = datagram(packets::filled(4000));
    for (u8 host = 20; host < 100; host++) {
        for (usize i = 0; i < 60; i++) arrive(some, {i * 16, i * 16 + 8, false, 1, {10, 0, 2, host}});
        EXPECT_LE(held(), Reassembly::kMaxFragments);
    }
}

// When reassembly is full, each new packet replaces the oldest one.
TEST_F(Reassemble, TakesNewPacketsThoughItIsFull) {
    auto s = udp_socket(kPeer, 2000, 7);
    const Packet whole = datagram(packets::filled(4096)), mine = datagram(packets::filled(40));
    const auto fill = [&](u16 id, u8 host) {  // never complete: the first fragment is missing
        for (usize at = 8; at <= 1024 && held() < Reassembly::kMaxFragments; at += 8)
            arrive(whole, {at, at + 8, false, id, {10, 0, 2, host}});
    };
    for (u8 host = 100; host < 104; host++) fill(1, host);
    for (u16 round = 0; round < 10; round++) {
        EXPECT_EQ(held(), Reassembly::kMaxFragments);
        fake::world().now = fake::world().now + milliseconds(10);
        arrive(mine, {0, 24, false, round});
        arrive(mine, {24, mine.size(), true, round});
        EXPECT_EQ(read(*s).data, packets::filled(40)) << "round " << round;
        fill(round, 110);
    }
    fake::world().advance(Reassembly::kTimeout + seconds(1));
    EXPECT_EQ(held(), 0u);
}

TEST_F(Reassemble, BoundsOnePacket) {
    const Packet some = datagram(packets::filled(8000));
    for (usize i = 0; i < Reassembly::kMaxFragmentsEach; i++) arrive(some, {i * 16, i * 16 + 8, false});
    EXPECT_EQ(held(), Reassembly::kMaxFragmentsEach);
    arrive(some, {7000, 7008, false});
    EXPECT_EQ(held(), 0u);
}

TEST_F(Reassemble, SurvivesAnyFragments) {
    auto s = udp_socket(kPeer, 2000, 7);
    s->set_receive_timeout(milliseconds(1));
    const Packet whole = datagram(packets::filled(300));
    for (int i = 0; i < 20000; i++) {
        const auto at = static_cast<usize>(net::platform::random() % 38) * 8;
        const usize n = 1 + net::platform::random() % 64;
        arrive(whole, {at, std::min(at + n, whole.size()), net::platform::random() % 4 == 0,
                       static_cast<u16>(net::platform::random() % 40)});
        if (i % 100 == 0) fake::world().advance(seconds(1));
        device.sent.clear();
    }
}

TEST_F(Reassemble, AnswersALargeEchoWithAsMany) {
    const Packet data = packets::filled(5000);
    const Packet echo = packets::icmp(IcmpType::EchoRequest, 0, 3, 4, data);
    for (const Where& w : cut(echo.size(), 1480)) {
        Packet p = fragment(echo, w);
        p[9] = 1;  // ICMP, not UDP
        fix_checksum(p);
        receive_ip(p);
    }
    Packet answer;
    while (!device.sent.empty()) {
        const SentIp f(device.take_sent());
        EXPECT_EQ(f.ip.fragment_offset(), answer.size());
        EXPECT_EQ(f.ip.more_fragments(), !device.sent.empty());
        answer = packets::join(answer, f.payload);
    }
    EXPECT_EQ(answer, packets::icmp(IcmpType::EchoReply, 0, 3, 4, data));
}

// --- transmit ---

TEST_F(Cut, SendsALargeDatagramInFragments) {
    auto s = udp_socket(kPeer, 2000, 7);
    usize fragments = 0;
    for (usize n : {1473, 2952, 2953, 30000, 65507}) {
        const Packet payload = packets::filled(n);
        EXPECT_OK(write(*s, payload));
        Packet whole;
        u16 id = 0;
        fragments += device.sent.size();
        while (!device.sent.empty()) {
            const SentIp f(device.take_sent());
            if (whole.empty()) id = f.ip.identification;
            EXPECT_EQ(f.ip.identification, id);
            EXPECT_FALSE(f.ip.dont_fragment());
            EXPECT_EQ(f.ip.fragment_offset(), whole.size());
            EXPECT_EQ(f.ip.more_fragments(), !device.sent.empty());
            EXPECT_LE(f.bytes.size(), 1514u);
            whole = packets::join(whole, f.payload);
        }
        EXPECT_EQ(whole,
                  packets::udp({.src = kOurs, .dst = kPeer, .src_port = 2000, .dst_port = 7}, payload));
    }
    EXPECT_EQ(count(Stat::ip_fragments_out), fragments);
}

TEST_F(Cut, LeavesWhatFitsWhole) {
    auto s = udp_socket(kPeer, 2000, 7);
    EXPECT_OK(write(*s, packets::filled(1472)));
    EXPECT_FALSE(SentIp(device.take_sent()).ip.is_fragment());
    nothing_was_sent();
    EXPECT_EQ(count(Stat::ip_fragments_out), 0u);
}

TEST_F(Cut, WaitsWithAllFragmentsForTheNeighbour) {
    auto s = udp_socket(kGateway, 2000, 7);
    EXPECT_OK(write(*s, packets::filled(65507)));
    EXPECT_EQ(sent_arp(device.take_sent()).operation(), ArpOperation::Request);
    receive_arp(packets::arp(ArpOperation::Reply, kGatewayMac, kGateway, kOurMac, kOurs));
    EXPECT_EQ(device.sent.size(), 45u);
}

TEST_F(Cut, StopsWhenTheRingIsFullAndNobodyMayWait) {
    MbufPtr head = new_mbuf();
    for (int i = 0; i < 3; i++) {
        MbufPtr m = i ? new_mbuf() : std::move(head);
        m->put(1480);
        if (i)
            head->append(std::move(m));
        else
            head = std::move(m);
    }
    device.room = 1;
    EXPECT_ERROR(ip_out(*stack, std::move(head), kOurs, kPeer, IpProtocol::Udp, WhenFull::Drop), NoBufs);
    EXPECT_EQ(device.sent.size(), 1u);
}

}  // namespace
