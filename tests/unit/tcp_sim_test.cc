// Complete connections between two stacks, over good and bad wires: the data arrive unchanged, every
// connection ends, no mbuf is leaked.
#include "tcp_sim.h"

#include "abi/socket.h"
#include "open_sockets.h"
#include "world.h"

using namespace net;
using packets::Packet;
using sim::Talker;

namespace {

struct Wires : sim::TwoStacks {
    explicit Wires(u64 seed = 1, u32 features = 0) : TwoStacks(seed, features) {}

    // Sends in both directions at once and checks the received data.
    void exchange(usize to_server, usize to_client, Duration limit = seconds(3600)) {
        Pair p = connected();
        const Packet up = sim::random_bytes(to_server, 1), down = sim::random_bytes(to_client, 2);
        Talker client(p.client, up), server(p.server, down);
        p = {};
        const bool over = until(
            [&] {
                client.poll();
                server.poll();
                return client.over() && server.over();
            },
            limit);
        EXPECT_TRUE(over) << "received " << server.received.size() << " and " << client.received.size();
        EXPECT_EQ(client.error, Errno::None);
        EXPECT_EQ(server.error, Errno::None);
        EXPECT_TRUE(server.received == up);
        EXPECT_TRUE(client.received == down);
        if (getenv("TCP_SIM_STATS"))
            printf(
                "%.3f s: carried %lu lost %lu, sent %lu again %lu timeouts %lu spurious %lu recoveries %lu "
                "early %lu bad %lu\n",
                (double)fake::world().now.ns / 1e9 - 1, wire->carried, wire->lost, a->count(Stat::tcp_out),
                a->count(Stat::tcp_retransmits), a->count(Stat::tcp_timeouts),
                a->count(Stat::tcp_spurious_timeouts), a->count(Stat::tcp_fast_recoveries),
                b->count(Stat::tcp_out_of_order), b->count(Stat::tcp_bad_checksum));
        client.close();
        server.close();
    }
};

TEST_F(Wires, CarryAByte) { exchange(1, 0); }
TEST_F(Wires, CarryNothingButTheEnd) { exchange(0, 0); }
TEST_F(Wires, CarryAMegabyteEachWay) { exchange(1 << 20, 1 << 20); }

TEST_F(Wires, CarryMuchWithoutSendingAnythingTwice) {
    exchange(4 << 20, 0);
    EXPECT_EQ(a->count(Stat::tcp_retransmits), 0u);
    EXPECT_EQ(b->count(Stat::tcp_out_of_order), 0u);
}

struct BadWires : Wires, ::testing::WithParamInterface<int> {
    BadWires() : Wires(static_cast<u64>(GetParam())) {}
};
TEST_P(BadWires, Lose) {
    wire->weather.loss = 50;
    exchange(200'000, 100'000);
}
TEST_P(BadWires, LoseALot) {
    wire->weather.loss = 250;
    exchange(20'000, 20'000);
}
TEST_P(BadWires, Reorder) {
    wire->weather.jitter = milliseconds(5);
    exchange(300'000, 0);
}
TEST_P(BadWires, Double) {
    wire->weather.doubling = 300;
    exchange(200'000, 50'000);
}
TEST_P(BadWires, Damage) {
    wire->weather.damage = 60;
    exchange(150'000, 50'000);
}
TEST_P(BadWires, DoEverything) {
    wire->weather = {
        .loss = 40, .doubling = 40, .damage = 40, .delay = milliseconds(20), .jitter = milliseconds(30)};
    exchange(150'000, 150'000);
}
TEST_P(BadWires, AreNarrow) {
    wire->weather = {.delay = milliseconds(10), .bytes_per_second = 1'000'000, .queue_limit = 20'000};
    exchange(2'000'000, 0);
}
INSTANTIATE_TEST_SUITE_P(Seeds, BadWires, ::testing::Range(1, 9));

// The same with devices with scatter-gather, checksum and segmentation offload.
struct Offload : Wires, ::testing::WithParamInterface<u32> {
    Offload() : Wires(7, GetParam()) {}
};
TEST_P(Offload, CarriesTheSameBytes) {
    exchange(1 << 20, 100'001);
    EXPECT_EQ(b->count(Stat::tcp_bad_checksum) + a->count(Stat::tcp_bad_checksum), 0u);
    const u64 most = GetParam() & NetDevice::kTcpSegments ? 400u : 2000u;
    EXPECT_LT(a->count(Stat::ip_out), most) << "up to 64 KiB per packet";
}
// QEMU's E1000 sends an empty segment if the payload is a multiple of the MSS.
TEST_P(Offload, SendsNoEmptySegments) {
    for (const usize bytes : {2u, 3u, 20u, 300u}) {
        int empty = 0;
        wire->filter = [&](sim::Port& from, const Packet& frame) {
            const usize headers = 14 + 20 + (frame.at(46) >> 4) * 4u;
            if (&from == &wire->a && frame.size() <= headers) empty++;
            return true;
        };
        exchange(bytes * 1448, 0);
        wire->run_for(seconds(100));  // TIME-WAIT
        EXPECT_LE(empty, 4) << "SYN, its ACK, perhaps a FIN, the ACK of a FIN; " << bytes << " segments";
    }
}
TEST_P(Offload, SurvivesABadWire) {
    wire->weather = {
        .loss = 30, .doubling = 20, .damage = 20, .delay = milliseconds(5), .jitter = milliseconds(3)};
    exchange(300'000, 200'000);
}
INSTANTIATE_TEST_SUITE_P(Features, Offload, ::testing::Values(1u, 2u, 3u, 7u));

// Many connections at once share the wire, and all of them end.
TEST_F(Wires, CarryManyConnections) {
    constexpr usize kMany = 100;
    wire->weather = {
        .loss = 10, .delay = milliseconds(1), .bytes_per_second = 20'000'000, .queue_limit = 100'000};
    Ref<Socket> l = listener(80, 128);
    std::vector<Talker> clients, servers;
    for (usize i = 0; i < kMany; i++) {
        Ref<Socket> c = value_of(open_tcp(*a));
        EXPECT_EQ(c->connect({sim::kB, 80}, false).error(), Errno::InProgress);
        clients.emplace_back(c, sim::random_bytes(20'000, i));
    }
    const bool over = until(
        [&] {
            for (auto s = l->accept(false); s.ok(); s = l->accept(false))
                servers.emplace_back(std::move(s).value(), Packet{});
            bool all = servers.size() == kMany;
            for (Talker& t : clients) t.poll(), all = all && t.over();
            for (Talker& t : servers) t.poll(), all = all && t.over();
            return all;
        },
        seconds(3600));
    EXPECT_TRUE(over);
    usize whole = 0;
    for (Talker& t : servers) whole += t.received.size(), t.close();
    for (Talker& t : clients) EXPECT_EQ(t.error, Errno::None), t.close();
    EXPECT_EQ(whole, kMany * 20'000);
    l->close();
}

TEST_F(Wires, AThousandIdleConnectionsAreSmall) {
    const OpenSocket l(listener(80, 128));
    std::vector<OpenSocket> all;
    const long pages = fake::world().pages_out;
    const u64 mbufs = mbuf_usage().total;
    for (int i = 0; i < 500; i++) {
        all.emplace_back(value_of(open_tcp(*a)));
        EXPECT_EQ(all.back()->connect({sim::kB, 80}, false).error(), Errno::InProgress);
        Ref<Socket> s;
        until([&] {
            auto accepted = l->accept(false);
            if (accepted.ok()) s = std::move(accepted).value();
            return static_cast<bool>(s);
        });
        all.emplace_back(s);
    }
    const long used = fake::world().pages_out - pages - static_cast<long>((mbuf_usage().total - mbufs) / 2);
    EXPECT_LT(used * 4096, 3 << 20) << "for a thousand connection ends";
    printf("%ld bytes for a connection and its socket\n", used * 4096 / 1000);
}

// The reader pauses: the window closes and opens again.
TEST_F(Wires, ASlowReaderStopsTheSender) {
    Pair p = connected();
    const Packet data = sim::random_bytes(600'000, 5);
    Talker client(p.client, data), server(p.server, {});
    p = {};
    server.lazy = true;
    until([&] { return client.poll(), server.poll(), false; }, seconds(30));
    EXPECT_GT(a->count(Stat::tcp_window_probes), 0u);
    EXPECT_LE(server.socket().queued(), 128u << 10);
    server.lazy = false;
    EXPECT_TRUE(
        until([&] { return client.poll(), server.poll(), client.over() && server.over(); }, seconds(120)));
    EXPECT_TRUE(server.received == data);
    client.close();
    server.close();
}

// One end disappears without a FIN or RST; the other end detects it.
TEST_F(Wires, APeerThatVanishesIsNoticed) {
    Pair p = connected();
    Talker client(p.client, sim::random_bytes(100'000, 3)), server(p.server, {});
    p = {};
    wire->filter = [](sim::Port&, const Packet&) { return false; };
    EXPECT_TRUE(until([&] { return client.poll(), client.error != Errno::None; }, seconds(2000)));
    EXPECT_EQ(client.error, Errno::TimedOut);
    client.close();
    server.close();
}

TEST_F(Wires, BothOpenAtOnce) {
    const Ref<Socket> x = value_of(open_tcp(*a)), y = value_of(open_tcp(*b));
    const OpenSocket closes_x(x), closes_y(y);
    EXPECT_TRUE(x->bind({{}, 1000}).ok());
    EXPECT_TRUE(y->bind({{}, 2000}).ok());
    EXPECT_EQ(x->connect({sim::kB, 2000}, false).error(), Errno::InProgress);
    EXPECT_EQ(y->connect({sim::kA, 1000}, false).error(), Errno::InProgress);
    EXPECT_TRUE(until(
        [&] {
            return x->connect({sim::kB, 2000}, false).error() == Errno::IsConn &&
                   y->connect({sim::kA, 1000}, false).error() == Errno::IsConn;
        },
        seconds(10)));
    Talker client(x, sim::random_bytes(5000, 1)), server(y, sim::random_bytes(6000, 2));
    EXPECT_TRUE(
        until([&] { return client.poll(), server.poll(), client.over() && server.over(); }, seconds(60)));
    EXPECT_EQ(server.received.size(), 5000u);
    EXPECT_EQ(client.received.size(), 6000u);
    client.close();
    server.close();
}

}  // namespace
