// TCP on paths with a small MTU: the segment size shrinks and grows again, with and without ICMP.
#include "tcp_peer.h"
#include "tcp_sim.h"

using namespace net;
using packets::Packet;

namespace {

struct TcpPathMtu : TcpPeerTest {
    void too_big(u16 mtu, u32 seq = 1) {
        auto c = stack->tcp().table().any();
        c->unreachable(Seq(our_iss + seq), Errno::MsgSize, mtu, platform::now());
    }
    // Takes all segments off the wire, checks DF, and returns the length of the longest IP packet.
    usize longest_sent(bool dont_fragment) {
        usize longest = 0;
        for (; !device.sent.empty(); device.sent.pop_front()) {
            const SentIp s(device.sent.front());
            EXPECT_EQ(s.ip.dont_fragment(), dont_fragment);
            longest = std::max<usize>(longest, s.ip.total_length);
        }
        return longest;
    }
};

TEST_F(TcpPathMtu, GoesOnBelow552WithoutDf) {
    accept_one();
    EXPECT_OK(send(2920));
    device.sent.clear();
    too_big(68);
    EXPECT_EQ(longest_sent(false), 552u);
    EXPECT_EQ(info().tcpi_pmtu, 552u);
    too_big(68);
    EXPECT_TRUE(silence()) << "no further change";
}

TEST_F(TcpPathMtu, ReportsForSegmentsInFlightAreCounted) {
    accept_one();
    EXPECT_OK(send(2920));
    too_big(1000, 2921);
    EXPECT_EQ(count(Stat::icmp_too_big_in), 0u) << "quotes a segment that was never sent";
    too_big(1000);
    EXPECT_EQ(count(Stat::icmp_too_big_in), 1u);
}

// RFC 1191 section 4: only "fragmentation needed" has the MTU in this field.
TEST_F(TcpPathMtu, IsReadFromTheErrorThatHasItOnly) {
    accept_one();
    EXPECT_OK(send(1460));
    const Packet frame = device.sent.at(0);
    const Packet quote(frame.begin() + 14, frame.begin() + 14 + 28);
    const auto receive = [&](IcmpType type, u8 code, u16 mtu) {
        receive_ip(packets::ipv4({.src = kGateway, .dst = kOurs, .protocol = 1},
                                 packets::icmp(type, code, 0, mtu, quote)));
    };
    for (u8 code : {u8{1}, u8{4}, u8{13}}) {
        if (code != 4) receive(IcmpType::Unreachable, code, 600);
        receive(IcmpType::TimeExceeded, code, 600);
    }
    EXPECT_EQ(info().tcpi_pmtu, 1500u);
    Packet other = quote;
    other[21] ^= 1;  // the port of no connection
    receive_ip(packets::ipv4({.src = kGateway, .dst = kOurs, .protocol = 1},
                             packets::icmp(IcmpType::Unreachable, 4, 0, 600, other)));
    EXPECT_EQ(info().tcpi_pmtu, 1500u);
    receive(IcmpType::Unreachable, 4, 600);
    EXPECT_EQ(info().tcpi_pmtu, 600u);
    device.sent.clear();
}

TEST_F(TcpPathMtu, IsKnownToTheNextConnection) {
    stack->path_mtus().learn(kPeer, 1000, 1500, platform::now());
    accept_one();
    EXPECT_OK(send(2920));
    EXPECT_EQ(longest_sent(true), 1000u);
}

TEST_F(TcpPathMtu, OfOneConnectionShrinksTheOthers) {
    accept_one();
    stack->path_mtus().learn(kPeer, 1000, 1500, platform::now());
    EXPECT_OK(send(2920));
    pass(milliseconds(10));
    EXPECT_EQ(longest_sent(true), 1000u);
    EXPECT_EQ(info().tcpi_snd_mss, 960u);
    EXPECT_EQ(count(Stat::tcp_timeouts), 0u);
    EXPECT_EQ(count(Stat::tx_oversize), 0u);
}

TEST_F(TcpPathMtu, IsTriedAgainAfterTenMinutes) {
    accept_one();
    EXPECT_OK(send(1460));
    device.sent.clear();
    too_big(1000);
    device.sent.clear();
    say({.seq = 1, .ack = 1461});
    pass(seconds(602));
    device.sent.clear();
    for (u32 sent = 1461; sent < 1461 + 4 * 1460; sent += 1460) {
        EXPECT_OK(send(1460));
        say({.seq = 1, .ack = sent + 1460});
        pass(milliseconds(300));
    }
    EXPECT_EQ(info().tcpi_snd_mss, 1460u);
    device.sent.clear();
}

// --- local links with a small MTU

template <u16 mtu>
struct TcpOnALinkOf : TcpPeerTest {
    TcpOnALinkOf()
        : TcpPeerTest(NetDevice::kGather | NetDevice::kTcpChecksum | NetDevice::kTcpSegments, mtu) {}
    u16 offered() {
        start_connect_quietly();
        return syn_.mss;
    }
    void start_connect_quietly() {
        program = socket();
        their_port = 80;
        EXPECT_EQ(program->connect({kPeer, 80}, false).error(), Errno::InProgress);
        our_port = program->local().inet()->port;
        syn_ = hear();
    }
    // Sends 3,000 bytes to a peer with a large MSS; checks that all arrive, in frames that fit.
    void sends_all() {
        start_connect_quietly();
        say({.flags = kSyn | kAck, .ack = 1, .mss = 1460, .sack_ok = true, .ts = {{1, syn_.ts->value}}});
        device.sent.clear();
        EXPECT_OK(send(3000));
        Packet arrived;
        for (int i = 0; i < 200 && arrived.size() < 3000; i++) {
            Packet segment;
            while (!silence()) {
                const SentIp f(device.take_sent());
                ASSERT_LE(f.bytes.size(), 14u + mtu);
                segment = packets::join(segment, f.payload);
                if (f.ip.more_fragments()) continue;
                const usize header = (segment[12] >> 4) * 4u;
                arrived.insert(arrived.end(), segment.begin() + static_cast<long>(header), segment.end());
                segment.clear();
            }
            say({.seq = 1, .ack = 1 + static_cast<u32>(arrived.size()), .ts = {{1, 0}}});
        }
        EXPECT_EQ(arrived, packets::filled(3000));
        EXPECT_EQ(count(Stat::tcp_timeouts), 0u);
    }

  private:
    Seg syn_;
};
using TcpOnALinkOf576 = TcpOnALinkOf<576>;
using TcpOnALinkOf68 = TcpOnALinkOf<68>;

TEST_F(TcpOnALinkOf576, OffersWhatTheLinkCarries) { EXPECT_EQ(offered(), 536); }
TEST_F(TcpOnALinkOf576, SendsAll) { sends_all(); }
TEST_F(TcpOnALinkOf68, OffersNoLessThanLinuxDoes) { EXPECT_EQ(offered(), 256); }
TEST_F(TcpOnALinkOf68, SendsAll) { sends_all(); }

// --- black holes

// A wire between two stacks with a link that silently drops longer packets with DF.
struct SilentRouter : sim::TwoStacks {
    SilentRouter() : TwoStacks(1, NetDevice::kGather | NetDevice::kTcpChecksum | NetDevice::kTcpSegments) {}
    ~SilentRouter() override { wire->filter = nullptr; }
    usize mtu = 1500;
    u64 vanished = 0;
    void dig() {
        wire->filter = [this](sim::Port&, const Packet& frame) {
            if (frame.size() <= 14 + mtu) return true;
            const bool df = frame[20] & 0x40;
            vanished += df;
            return !df;  // without DF the packet arrives (not fragmented here)
        };
    }
    Duration transfer(usize n, u16 port = 80) {
        auto [client, server] = connected(port);
        const Instant start = platform::now();
        sim::Talker out(client, sim::random_bytes(n, 1)), in(server, {});
        until([&, s = server] {
            out.poll();
            in.poll();
            return in.received.size() == n || out.error != Errno::None;
        });
        EXPECT_EQ(in.received, sim::random_bytes(n, 1));
        const Duration took = platform::now() - start;
        client->close(), server->close();
        return took;
    }
};

struct BlackHole : SilentRouter, ::testing::WithParamInterface<usize> {};

TEST_P(BlackHole, IsFoundByTimeouts) {
    mtu = GetParam();
    dig();
    const Duration took = transfer(1 << 20);
    EXPECT_GE(a->count(Stat::tcp_black_holes), 1u);
    EXPECT_LT(took, seconds(60));
    EXPECT_GT(vanished, 0u);
}
INSTANTIATE_TEST_SUITE_P(, BlackHole, ::testing::Values(1492, 1280, 1100, 576, 300),
                         [](const auto& tested) { return std::to_string(tested.param); });

TEST_F(SilentRouter, IsRememberedForOtherConnections) {
    mtu = 576;
    dig();
    wire->weather.bytes_per_second = 200'000;
    (void)transfer(1 << 20);  // takes 5 s, enough to try full segments twice
    const u64 before = vanished;
    EXPECT_LT(transfer(1 << 20, 81), seconds(6));
    EXPECT_EQ(vanished, before);
}

TEST_F(SilentRouter, IsNotSuspectedWhenOnlySmallSegmentsAreLost) {
    auto [client, server] = connected();
    const OpenSocket closes_client(client), closes_server(server);
    wire->filter = [](sim::Port&, const Packet&) { return false; };
    const Packet some = packets::filled(400);
    EXPECT_OK(client->send({reinterpret_cast<uptr>(some.data())}, some.size(), MSG_DONTWAIT, nullptr));
    wire->run_for(seconds(20));
    EXPECT_EQ(a->count(Stat::tcp_black_holes), 0u);
    wire->filter = nullptr;
    wire->run_for(seconds(60));
}

// An outage looks like a black hole; the segment size recovers soon after it.
TEST_F(SilentRouter, IsNotBelievedAfterAnOutage) {
    wire->weather.bytes_per_second = 1'000'000;
    auto [client, server] = connected();
    bool out = false;
    wire->filter = [&](sim::Port&, const Packet&) { return !out; };
    sim::Talker talker(client, sim::random_bytes(64 << 20, 1)), in(server, {});
    const auto poll = [&] { return talker.poll(), in.poll(), false; };
    wire->run(poll, milliseconds(50));
    out = true;
    wire->run(poll, seconds(4));
    EXPECT_GT(a->count(Stat::tcp_black_holes), 0u);
    out = false;
    wire->run(poll, seconds(20));
    const u64 seen = wire->carried;
    usize longest = 0;
    wire->filter = [&](sim::Port&, const Packet& f) { return longest = std::max(longest, f.size()), true; };
    wire->run(poll, milliseconds(100));
    EXPECT_GT(wire->carried, seen);
    EXPECT_EQ(longest, 1514u);
    EXPECT_TRUE(a->path_mtus().empty());
    wire->filter = nullptr;
    client->close(), server->close();
}

}  // namespace
