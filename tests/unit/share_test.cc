// Fair sharing of memory: some remote hosts or programs hold as much as they can, and an honest host is still
// served.
#include <algorithm>
#include <random>

#include "crowd.h"

using namespace net;
using packets::filled;
using packets::Packet;
using packets::text;

namespace {

struct Share : CrowdTest {
    // Sends one byte at every second sequence number, but not the first.
    void make_holes(const Guest& g, u32 n) {
        for (u32 i = 0; i < n; i++) say(g, {.seq = 3 + 2 * i, .data = text("x")});
        device.sent.clear();
    }
    // Sends in-order data to a program that does not read.
    void fill_window(const Guest& g, usize segment) {
        for (u32 seq = 1; seq + segment < 65536; seq += static_cast<u32>(segment))
            say(g, {.seq = seq, .data = filled(segment)});
        device.sent.clear();
    }
    // A connection of an honest host.
    Guest honest() { return enter({203, 0, 113, 7}, 4711); }
};

// --- in-order and out-of-order data

TEST_F(Share, FourConnectionsFullOfHolesLeaveRoomForOthers) {
    for (unsigned i = 0; i < 4; i++) make_holes(enter(host(i), 5000), 600);
    EXPECT_GT(count(Stat::tcp_ofo_full), 0u);
    Guest g = honest();
    EXPECT_TRUE(transfer(g, filled(100'000), 10, 40));
}

TEST_F(Share, ManyConnectionsOfOneHostLeaveRoomForOtherHosts) {
    for (u16 i = 0; i < 300; i++) make_holes(enter(host(0), static_cast<u16>(5000 + i)), 8);
    Guest g = honest();
    EXPECT_TRUE(transfer(g, filled(100'000), 10, 40));
}

TEST_F(Share, ManyHostsFullOfHolesLeaveRoomForOneMore) {
    for (unsigned i = 0; i < 60; i++) make_holes(enter(host(i), 5000), 600);
    Guest g = honest();
    EXPECT_TRUE(transfer(g, filled(100'000), 100));
}

// With little memory left, a connection drops its own out-of-order data to accept in-order data.
TEST_F(Share, AConnectionGivesUpItsOwnEarlyDataForDataInOrder) {
    Guest g = enter(host(0), 5000);
    for (u32 i = 0; i < 60; i++) say(g, {.seq = 20'001 + 700 * i, .data = filled(600)});
    MbufAccount others;
    others.open(stack->queue_budget(), 0);
    others.take_anyway(Inet::kMaxQueued * 7 / 8 - stack->queue_budget().total());
    for (u32 i = 0; i < 10; i++) say(g, {.seq = 1 + 1000 * i, .data = filled(1000)});
    hear(g);
    EXPECT_EQ(g.acked, 10'001u);
    EXPECT_GT(count(Stat::tcp_ofo_pruned), 0u);
    EXPECT_EQ(count(Stat::tcp_rcvq_full), 0u);
    others.give(others.held());
}

// With no memory left, another connection's early data are dropped, if they are a second old. The data in
// order come again.
TEST_F(Share, DataInOrderDriveOutWhatIsBehindAnothersHole) {
    const Guest early = enter(host(0), 5000), late = enter(host(1), 5000);
    say(early, {.seq = 2001, .data = filled(600)});
    MbufAccount others;
    others.open(stack->queue_budget(), 0);
    others.take_anyway(Inet::kMaxQueued);
    fake::world().now = platform::now() + milliseconds(999);
    say(late, {.seq = 1, .data = filled(600)});
    EXPECT_EQ(count(Stat::tcp_ofo_pruned), 0u);
    fake::world().now = platform::now() + milliseconds(1);
    say(late, {.seq = 1, .data = filled(600)});
    EXPECT_EQ(count(Stat::tcp_ofo_pruned), 1u);
    EXPECT_EQ(count(Stat::tcp_rcvq_full), 2u);
    others.give(others.held());
    device.sent.clear();
}

TEST_F(Share, ProgramsThatDoNotReadLeaveRoomForOneThatDoes) {
    for (unsigned i = 0; i < 60; i++) fill_window(enter(host(i), 5000), 600);
    Guest g = honest();
    EXPECT_TRUE(transfer(g, filled(100'000), 100));
}

TEST_F(Share, SmallSegmentsInAnyOrderTakeTheMemoryOfLargeOnes) {
    for (const bool backwards : {false, true}) {
        const Guest g = enter(host(0), backwards ? 5000 : 5001);
        const usize before = mbufs_held();
        for (u32 i = 0; i < 1000; i++) say(g, {.seq = 10 + (backwards ? 999 - i : i), .data = text("x")});
        device.sent.clear();
        EXPECT_LE(mbufs_held() - before, 4u) << "1,000 bytes, " << (backwards ? "backwards" : "forwards");
    }
}

TEST_F(Share, ASegmentOfWhichNothingIsNewTakesNoMemory) {
    const Guest g = enter(host(0), 5000);
    const usize before = mbufs_held();
    for (const u32 seq : {1001u, 2001u, 1501u}) say(g, {.seq = seq, .data = filled(1000)});
    EXPECT_EQ(mbufs_held() - before, 2u);
    device.sent.clear();
}

TEST_F(Share, WhatASackBlockReportsIsStillHeld) {
    for (unsigned i = 0; i < 12; i++) make_holes(enter(host(i), 5000), 600);
    Guest g = honest();
    const Packet stream = filled(60'000);
    const auto send = [&](u32 from, u32 to) {
        say(g, {.seq = from, .data = Packet(stream.begin() + from - 1, stream.begin() + to - 1)});
        hear(g);
    };
    // Sends every second segment, then repeatedly those that the last ACK does not report.
    for (u32 at = 1001; at < 60'000; at += 2000) send(at, at + 1000);
    Packet got;
    for (int round = 0; round < 200 && g.acked < 60'001; round++) {
        u32 end = 60'001;
        for (const auto& [left, right] : g.sacks) end = left > g.acked && left < end ? left : end;
        send(g.acked, end - g.acked < 1000 ? end : g.acked + 1000);
        got = packets::join(got, read_all(g));
        pass(milliseconds(20));
    }
    EXPECT_EQ(got, stream);
}

TEST_F(Share, SocketsThatNobodyReadsLeaveRoomForOneMore) {
    std::vector<OpenSocket> sockets;
    for (u16 i = 0; i < 40; i++) sockets.push_back(udp_socket(kGateway, static_cast<u16>(2000 + i)));
    for (const OpenSocket& s : sockets) {
        for (usize i = 0; i < 300; i++) receive_ip(to_socket(*s, text("x")));
    }
    auto last = udp_socket(kGateway, 3000);
    for (u8 i = 0; i < 10; i++) {
        receive_ip(to_socket(*last, Packet{i}));
        EXPECT_EQ(read(*last).data, Packet{i});
    }
    Guest g = honest();
    EXPECT_TRUE(transfer(g, filled(100'000), 100));
}

// --- fragments

struct ShareFragments : Share {
    // Receives a fragment of a UDP datagram to port 2000.
    void fragment(const Packet& whole, Ipv4Addr src, u16 id, usize first, usize length) {
        const bool last = first + length >= whole.size();
        const usize end = last ? whole.size() : first + length;
        Packet p = packets::ipv4(
            {.src = src, .dst = kOurs, .protocol = 17, .flags_offset = u16(first / 8 | (last ? 0 : 0x2000))},
            Packet(whole.begin() + long(first), whole.begin() + long(end)));
        p[4] = u8(id >> 8), p[5] = u8(id), p[10] = p[11] = 0;
        const u16 sum = packets::internet_checksum(Bytes(p).first(20));
        p[10] = u8(sum >> 8), p[11] = u8(sum);
        receive_ip(p);
    }
    // Sends packets without their last fragment.
    void rubbish(Ipv4Addr src, u16 id, usize n) {
        const Packet whole = filled(8 * n + 8);
        for (usize i = 0; i < n; i++) fragment(whole, src, id, 8 * i, 8);
    }
};

TEST_F(ShareFragments, OneSourceDoesNotDriveOutAnothersPacket) {
    auto s = udp_socket(kGateway, 2000, 7);
    const Packet payload = filled(20'000);
    const Packet whole =
        packets::udp({.src = kGateway, .dst = kOurs, .src_port = 7, .dst_port = 2000}, payload);
    for (usize at = 0; at < whole.size(); at += 1480) {
        fragment(whole, kGateway, 1, at, 1480);
        fake::world().now = fake::world().now + milliseconds(1);
        rubbish(host(0), static_cast<u16>(at), 120);
    }
    EXPECT_EQ(read(*s, 65535).data, payload);
    device.sent.clear();
}

TEST_F(ShareFragments, ManySourcesDoNotDriveOutAPacketThatComesSwiftly) {
    auto s = udp_socket(kGateway, 2000, 7);
    const Packet payload = filled(4000);
    const Packet whole =
        packets::udp({.src = kGateway, .dst = kOurs, .src_port = 7, .dst_port = 2000}, payload);
    unsigned source = 0;
    for (usize at = 0; at < whole.size(); at += 1480) {
        fragment(whole, kGateway, 1, at, 1480);
        fake::world().now = fake::world().now + milliseconds(1);
        for (int i = 0; i < 25; i++) rubbish(host(source++), 1, 4);
    }
    EXPECT_EQ(read(*s, 65535).data, payload);
    device.sent.clear();
}

// --- neighbours

struct ShareNeighbours : Share {
    static Ipv4Addr spoofed(unsigned n) { return {10, 0, 2, static_cast<u8>(50 + n % 200)}; }
    void echo_request(Ipv4Addr from) {
        receive_ip(packets::ipv4({.src = from, .dst = kOurs, .protocol = 1},
                                 packets::icmp(IcmpType::EchoRequest, 0, 1, 1, filled(8))));
    }
    // Whether one of our frames was sent to this station.
    bool was_sent_to(MacAddr mac) {
        bool found = false;
        while (!device.sent.empty()) {
            const Packet f = device.take_sent();
            found = found || std::equal(mac.bytes, mac.bytes + 6, f.begin());
        }
        return found;
    }
    // A stack whose ARP cache draws another secret.
    void start_again(u64 secret) {
        stack.reset();
        fake::world().random = [=] { return secret; };
        stack = std::make_unique<Stack>();
        fake::world().random = nullptr;
        interface = stack->add_interface(device, {kOurs, 24}, kGateway).value();
    }
    // Asks for neighbours, in a flood of packets that make the stack ask for invented ones.
    unsigned found_in_a_flood() {
        unsigned found = 0;
        for (unsigned i = 0; i < 1000; i++) echo_request(spoofed(i));
        device.sent.clear();
        for (u8 n = 3; n < 14; n++) {
            const Ipv4Addr neighbour{10, 0, 2, n};
            const MacAddr mac{{2, 0, 0, 0, 0, n}};
            auto s = udp_socket(neighbour);
            EXPECT_OK(write(*s, text("hello")));
            for (unsigned i = 0; i < 20; i++) echo_request(spoofed(n * 20 + i));
            receive_arp(packets::arp(ArpOperation::Reply, mac, neighbour, kOurMac, kOurs));
            found += was_sent_to(mac);
        }
        return found;
    }
};

// With any secret: a set that takes many of twenty consecutive addresses loses the one that was asked for.
TEST_F(ShareNeighbours, AFloodFromInventedStationsDoesNotKeepOneFromBeingFound) {
    std::mt19937_64 any(1);
    for (int i = 0; i < 40; i++) {
        const u64 secret = i < 4 ? u64{static_cast<unsigned>(i)} : i < 8 ? u64{1} << (8 * i) : any();
        start_again(secret);
        EXPECT_EQ(found_in_a_flood(), 11u) << "secret " << secret;
    }
}

TEST_F(ShareNeighbours, AFloodDoesNotDriveOutWhoIsInUse) {
    introduce(kPeer, kPeerMac);
    auto s = udp_socket(kPeer);
    for (unsigned i = 0; i < 2000; i++) {
        EXPECT_OK(write(*s, text("hello")));
        EXPECT_TRUE(was_sent_to(kPeerMac));
        echo_request(spoofed(i));
        if (i % 100 == 0) pass(milliseconds(50));
    }
    device.sent.clear();
}

// --- listeners

TEST_F(Share, OneHostDoesNotFillTheAcceptQueueForOthers) {
    listen(4);
    std::vector<Guest> guests;
    for (u16 i = 0; i < 40; i++) {
        Guest g{.addr = host(0), .port = static_cast<u16>(5000 + i), .iss = i};
        if (knock(g)) say(g, {});
        device.sent.clear();
    }
    Guest g{.addr = host(1), .port = 5000, .iss = 77};
    ASSERT_TRUE(knock(g));
    say(g, {});
    say(g, {.data = text("hello")});
    bool served = false;
    for (;;) {
        const auto accepted = listening->accept(false);
        if (!accepted.ok()) break;
        g.program = accepted.value();
        served = served || as_text(read_all(g)) == "hello";
        g.program->close();
    }
    EXPECT_TRUE(served);
    device.sent.clear();
}

TEST_F(Share, AFloodOfSynsKeepsNobodyOut) {
    listen(16);
    for (unsigned i = 0; i < 2000; i++) {
        Guest g{.addr = host(i % 1000), .port = static_cast<u16>(1000 + i), .iss = i};
        (void)knock(g);
    }
    Guest g = honest();
    EXPECT_TRUE(transfer(g, filled(20'000), 20));
}

// --- duplicates are reported by D-SACK (RFC 2883)

struct Duplicates : Share {
    using Blocks = std::vector<std::pair<u32, u32>>;
    Blocks sacks_after(Guest& g, u32 seq, usize n) {
        hear(g);
        g.sacks.clear();
        say(g, {.seq = seq, .data = filled(n)});
        hear(g);
        return g.sacks;
    }
};

TEST_F(Duplicates, BelowWhatIsAcknowledged) {
    Guest g = enter(host(0), 5000);
    sacks_after(g, 1, 1000);
    EXPECT_EQ(sacks_after(g, 1, 1000), (Blocks{{1, 1001}})) << "the whole segment";
    EXPECT_EQ(sacks_after(g, 1001, 1000), (Blocks{})) << "reported only once";
    EXPECT_EQ(sacks_after(g, 1501, 1000), (Blocks{{1501, 2001}})) << "the duplicate part";
}

TEST_F(Duplicates, WithinWhatIsHeld) {
    Guest g = enter(host(0), 5000);
    sacks_after(g, 1001, 1000);
    EXPECT_EQ(sacks_after(g, 3001, 1000), (Blocks{{3001, 4001}, {1001, 2001}}));
    EXPECT_EQ(sacks_after(g, 1001, 500), (Blocks{{1001, 1501}, {1001, 2001}, {3001, 4001}}));
    EXPECT_EQ(sacks_after(g, 5001, 1000), (Blocks{{5001, 6001}, {1001, 2001}, {3001, 4001}}));
    EXPECT_EQ(sacks_after(g, 1, 1000), (Blocks{{5001, 6001}, {3001, 4001}}));
}

}  // namespace
