// Packets from this host to itself.
#include <bit>
#include <functional>

#include "net/wire/tcp.h"
#include "net_test.h"
#include "new_mbuf.h"
#include "tcp_sim.h"

using namespace net;
using packets::Packet;

namespace {

constexpr Ipv4Addr kLocalhost{127, 0, 0, 1};

struct LoopbackTest : NetTest {
    // Runs the timer thread, and the threads that were woken.
    static void deliver() { fake::world().advance({}); }

    // Gets the frames that are received as long as it exists.
    struct Looker : FrameTaps {
        explicit Looker(Inet& at) : stack(at) {
            stack.attach_taps(*this);
            stack.set_tapped(static_cast<u32>(Tap::Received));
        }
        ~Looker() { stack.set_tapped(0); }
        Inet& stack;
    };

    // Calls `work` once while the frame of a datagram is passed up: what it sends is queued meanwhile.
    void while_one_is_passed_up(std::function<void()> work) {
        struct Once final : Looker {
            using Looker::Looker;
            std::function<void()> work;
            bool offer(Tap, Interface&, const Mbuf&) override {
                if (const auto now = std::exchange(work, {})) now();
                return false;
            }
        } once(*stack);
        once.work = std::move(work);
        EXPECT_OK(write(*udp_socket(kLocalhost, 1024, 1033), packets::text("x")));  // queue 0
    }
    static Result<usize> send_one(Socket& from) {
        Packet byte = packets::text("x");
        return from.send({reinterpret_cast<uptr>(byte.data())}, 1, MSG_DONTWAIT, nullptr);
    }
    // The sum of the ports chooses the queue: it is 4096 + number.
    OpenSocket socket_of_queue(u16 number) {
        const u16 port = static_cast<u16>(2000 + 8 * number);
        return udp_socket(kLocalhost, port, static_cast<u16>(4096 + number - port));
    }
};

TEST_F(LoopbackTest, CarriesADatagramFromOneSocketToAnother) {
    for (Ipv4Addr a : {kLocalhost, Ipv4Addr{127, 1, 2, 3}, kOurs}) {
        const Ipv4Addr from = a == kOurs ? kOurs : kLocalhost;
        auto server = value_of(open_udp(*stack));
        const OpenSocket closer(server);
        EXPECT_OK(server->bind({a, 53}));
        auto client = udp_socket(a, 0, 53);
        EXPECT_EQ(client->local().inet()->addr, from);
        EXPECT_OK(write(*client, packets::text("hello")));
        EXPECT_EQ(server->queued(), 1u) << "delivered in the sender's own time";
        SocketAddr who;
        Packet buffer(10);
        EXPECT_EQ(server->receive({reinterpret_cast<uptr>(buffer.data())}, 10, 0, &who).value(), 5u);
        EXPECT_EQ(who, client->local());
    }
    nothing_was_sent();
}

TEST_F(LoopbackTest, AnswersEchoes) {
    auto s = echo_socket(kLocalhost);
    EXPECT_OK(write(*s, packets::text("ping")));
    deliver();
    EXPECT_EQ(as_text(read(*s).data).substr(4), "ping");
    EXPECT_EQ(count(Stat::icmp_echo_in), 1u);
}

TEST_F(LoopbackTest, CarriesTheLargestDatagram) {
    auto server = value_of(open_udp(*stack));
    const OpenSocket closer(server);
    EXPECT_OK(server->bind({{}, 53}));
    auto client = udp_socket(kOurs, 0, 53);
    EXPECT_OK(write(*client, packets::filled(65507)));
    deliver();
    EXPECT_EQ(read(*server, 70000).data, packets::filled(65507));
}

TEST_F(LoopbackTest, TellsOfAPortNobodyHas) {
    auto client = udp_socket(kLocalhost, 0, 53);
    EXPECT_OK(write(*client, packets::text("x")));
    deliver();
    EXPECT_EQ(read(*client).error, Errno::ConnRefused);
}

TEST_F(LoopbackTest, KeepsItsAddressesInside) {
    for (Ipv4Addr a : {kLocalhost, Ipv4Addr{127, 0, 0, 2}}) {
        receive_ip(packets::udp_packet({.src = kPeer, .dst = a, .src_port = 1, .dst_port = 2}, {}));
        receive_ip(packets::udp_packet({.src = a, .dst = kOurs, .src_port = 1, .dst_port = 2}, {}));
    }
    EXPECT_EQ(count(Stat::ip_not_for_us), 2u);
    EXPECT_EQ(count(Stat::ip_bad_source), 2u);
    auto s = value_of(open_udp(*stack));
    const OpenSocket closer(s);
    EXPECT_OK(s->bind({kLocalhost, 1000}));
    EXPECT_ERROR(s->connect({kPeer, 7}, true), AddrNotAvail) << "127.0.0.1 must not appear on the wire";
}

TEST_F(LoopbackTest, TakesNothingForOthersThoughARouteLeadsThere) {
    const Ipv4Addr other{50, 0, 0, 1};
    EXPECT_OK(stack->add_route({{other, 8}, {}, &stack->loopback()}));
    MbufPtr m = new_mbuf();
    m->put(8);
    EXPECT_OK(ip_out(*stack, std::move(m), kOurs, other, IpProtocol::Udp, WhenFull::Drop));
    stack->deliver_loopback();
    EXPECT_EQ(count(Stat::ip_not_for_us), 1u);
    EXPECT_EQ(count(Stat::udp_bad) + count(Stat::udp_no_socket), 0u);
}

TEST_F(LoopbackTest, IsFullAtItsBoundAndMakesRoom) {
    auto client = udp_socket(kLocalhost, 0, 53);
    while_one_is_passed_up([&] {
        for (usize i = 0; i < Loopback::kRoom; i++) EXPECT_OK(send_one(*client));
        EXPECT_ERROR(send_one(*client), Again);
    });
    deliver();
    EXPECT_ERROR(send_one(*client), ConnRefused);
    EXPECT_OK(send_one(*client));
}

TEST_F(LoopbackTest, EndsTheWaitForRoomOfAKilledProcess) {
    auto client = udp_socket(kLocalhost, 0, 53);
    Packet byte = packets::text("x");
    bool waited = false;
    while_one_is_passed_up([&] {
        for (usize i = 0; i < Loopback::kRoom; i++) EXPECT_OK(send_one(*client));
        fake::world().on_wait = [&]() -> Result<> { return waited = true, Errno::Intr; };
        EXPECT_ERROR(client->send({reinterpret_cast<uptr>(byte.data())}, 1, 0, nullptr), Intr);
        fake::world().on_wait = {};
    });
    EXPECT_TRUE(waited);
    deliver();
}

TEST_F(LoopbackTest, PassesUpWhatIsSentMeanwhileAfterwardsAndInOrder) {
    auto server = value_of(open_udp(*stack));
    const OpenSocket closer(server);
    EXPECT_OK(server->bind({kLocalhost, 54}));
    auto client = udp_socket(kLocalhost, 0, 54);
    while_one_is_passed_up([&] {
        for (const char* word : {"one", "two", "three"}) EXPECT_OK(write(*client, packets::text(word)));
        EXPECT_EQ(server->queued(), 0u) << "no call into the stack from inside of it";
    });
    for (const char* word : {"one", "two", "three"}) EXPECT_EQ(as_text(read(*server).data), word);
}

TEST_F(LoopbackTest, LeavesALongQueueToTheTimerThread) {
    const u64 before = count(Stat::rx_frames);
    while_one_is_passed_up([&] {
        for (u16 queue : {1, 2}) {
            auto client = socket_of_queue(queue);
            for (usize i = 0; i < Loopback::kRoom; i++) EXPECT_OK(send_one(*client));
        }
    });
    EXPECT_EQ(count(Stat::rx_frames) - before, Loopback::kBatch);
    for (int i = 0; i < 10; i++) deliver();
    EXPECT_EQ(count(Stat::udp_no_socket), 2 * Loopback::kRoom + 1);
}

TEST_F(LoopbackTest, PassesUpTwoFlowsOnTwoHartsAtTheSameTime) {
    auto server = value_of(open_udp(*stack));
    const OpenSocket closer(server);
    EXPECT_OK(server->bind({kLocalhost, 2089}));  // to which socket_of_queue(1) sends
    auto client = socket_of_queue(1);
    while_one_is_passed_up([&] {
        platform::this_hart = 1;
        EXPECT_OK(send_one(*client));
        EXPECT_EQ(server->queued(), 1u) << "although hart 0 passes up another flow's frame";
        platform::this_hart = 0;
    });
}

// Both ports of such a flow are the same.
TEST_F(LoopbackTest, QueuesWhatTwoSocketsSendToThemselvesApart) {
    std::atomic<u32> waiting{0};
    Loopback loopback(waiting);
    for (u16 port : {1000, 1001}) {
        const Packet frame =
            packets::ether({}, {}, EtherType::Ipv4,
                           packets::udp_packet({kLocalhost, kLocalhost, port, port}, packets::text("x")));
        MbufPtr m = new_mbuf();
        memcpy(m->put(frame.size()), frame.data(), frame.size());
        EXPECT_OK(loopback.transmit(m));
    }
    EXPECT_EQ(std::popcount(waiting.load()), 2);
}

// --- TCP

struct TcpOverLoopback : LoopbackTest {
    TcpOverLoopback() {
        auto listening = value_of(open_tcp(*stack));
        const OpenSocket closer(listening);
        EXPECT_OK(listening->bind({kLocalhost, 80}));
        EXPECT_OK(listening->listen(1));
        client = value_of(open_tcp(*stack));
        EXPECT_OK(client->connect({kLocalhost, 80}, false)) << "all of the handshake takes place in the call";
        server = value_of(listening->accept(false));
    }
    ~TcpOverLoopback() override {
        fake::judge_what_is_left();
        for (auto* s : {&client, &server}) {
            if (*s) (*s)->close();
        }
        for (int i = 0; i < 5; i++) fake::world().advance(seconds(30));
    }
    Result<usize> send(const Packet& bytes) {
        return client->send({reinterpret_cast<uptr>(bytes.data())}, bytes.size(), MSG_DONTWAIT, nullptr);
    }
    Packet receive(usize room, int flags = MSG_DONTWAIT) {
        Packet bytes(room);
        const auto n = server->receive({reinterpret_cast<uptr>(bytes.data())}, room, flags, nullptr);
        bytes.resize(n.ok() ? n.value() : 0);
        return bytes;
    }
    static u64 mbufs() { return mbuf_usage().in_use(); }
    Ref<Socket> client, server;
};

TEST_F(TcpOverLoopback, CarriesManyBytesInFewPackets) {
    const Packet all = sim::random_bytes(4'000'000, 1);
    const u64 before = count(Stat::tcp_in);
    Packet got;
    for (usize sent = 0; got.size() < all.size();) {
        const usize piece = std::min<usize>(all.size() - sent, 65536);
        sent += send({all.begin() + static_cast<long>(sent), all.begin() + static_cast<long>(sent + piece)})
                    .value();
        deliver();
        const Packet part = receive(65536);
        got.insert(got.end(), part.begin(), part.end());
        if (part.empty()) fake::world().advance(milliseconds(1));
    }
    EXPECT_EQ(got, all);
    EXPECT_LT(count(Stat::tcp_in) - before, 400u) << "61 times 64 KiB; in segments of 1460 bytes, 2740";
    EXPECT_EQ(count(Stat::tcp_retransmits), 0u);
}

TEST_F(TcpOverLoopback, AcknowledgesWhenAReaderThatWaitsHasRead) {
    const Packet all = sim::random_bytes(10'000, 7);
    u64 before = count(Stat::tcp_out);
    const auto segments = [&] { return count(Stat::tcp_out) - before; };
    EXPECT_EQ(value_of(send(all)), all.size());
    EXPECT_EQ(segments(), 2u) << "nobody waits: data and ACK";
    EXPECT_EQ(receive(20'000), all);
    fake::world().on_wait = [&]() -> Result<> {
        before = count(Stat::tcp_out);
        EXPECT_EQ(value_of(send(all)), all.size());
        EXPECT_EQ(segments(), 1u) << "the data";
        return Errno::None;
    };
    EXPECT_EQ(receive(20'000, 0), all);
    fake::world().on_wait = {};
    EXPECT_EQ(segments(), 2u) << "the ACK came with the read";
}

TEST_F(TcpOverLoopback, TheWindowUpdateOfAReadArrivesAtOnce) {
    while (send(Packet(65536)).ok()) deliver();
    const u64 before = count(Stat::tcp_in);
    EXPECT_FALSE(receive(100'000).empty());
    EXPECT_GT(count(Stat::tcp_in), before);
}

TEST_F(TcpOverLoopback, CopiesAShortSegmentAndFillsInItsChecksum) {
    const u64 before = mbufs();
    const Packet all = sim::random_bytes(1000, 6);
    struct First final : Looker {
        using Looker::Looker;
        Packet seen;
        bool offer(Tap, Interface&, const Mbuf& m) override {
            if (seen.empty()) m.for_each_range([&](Bytes b) { seen.insert(seen.end(), b.begin(), b.end()); });
            return true;
        }
    } first(*stack);
    EXPECT_EQ(value_of(send(all)), all.size());
    ASSERT_GE(first.seen.size(), sizeof(EtherHeader));
    const auto ip = Ipv4Packet::parse(Bytes(first.seen).subspan(sizeof(EtherHeader)));
    ASSERT_TRUE(ip);
    EXPECT_TRUE(TcpSegment::parse(ip->payload())->checksum_ok(kLocalhost, kLocalhost));
    EXPECT_LE(mbufs(), before + 2) << "one mbuf to read, and one until the ACK is processed";
    EXPECT_EQ(receive(2000), all);
}

TEST_F(TcpOverLoopback, PassesOnTheFragmentsOfALongSegment) {
    struct Counter final : Looker {
        using Looker::Looker;
        usize fragments = 0;
        bool offer(Tap, Interface&, const Mbuf& m) override { return fragments += m.fragment_count(), true; }
    } counter(*stack);
    const Packet all = sim::random_bytes(1600, 8);  // more than a card may send, and room in one mbuf
    EXPECT_EQ(value_of(send(all)), all.size());
    EXPECT_GT(counter.fragments, 0u) << "not copied";
    EXPECT_EQ(receive(2000), all);
}

TEST_F(TcpOverLoopback, ReadsTheSendersFragmentsInAnyPieces) {
    const Packet all = sim::random_bytes(10'000, 2);
    EXPECT_EQ(value_of(send(all)), all.size());
    deliver();
    EXPECT_EQ(receive(20'000, MSG_DONTWAIT | MSG_PEEK), all);
    Packet got;
    for (usize piece = 1; got.size() < all.size(); piece = piece * 3 % 4001) {
        const Packet part = receive(piece);
        ASSERT_FALSE(part.empty());
        got.insert(got.end(), part.begin(), part.end());
    }
    EXPECT_EQ(got, all);
}

TEST_F(TcpOverLoopback, KeepsBytesOfASenderThatIsGone) {
    const Packet all = sim::random_bytes(10'000, 3);
    const u64 before = mbufs();
    EXPECT_EQ(value_of(send(all)), all.size());
    deliver();
    client->close();
    client = {};
    deliver();
    EXPECT_GT(mbufs(), before);
    EXPECT_EQ(receive(20'000), all);
    server->close();
    server = {};
    fake::world().advance(seconds(120));
    EXPECT_LE(mbufs(), before);
}

TEST_F(TcpOverLoopback, FreesFragmentsThatNobodyReads) {
    const u64 before = mbufs();
    EXPECT_OK(send(sim::random_bytes(10'000, 4)));
    deliver();
    receive(5000);
    server->close();  // with unread data: a reset
    server = {};
    deliver();
    EXPECT_EQ(mbufs(), before);
}

TEST_F(TcpOverLoopback, RepeatsWhatWasLostInParts) {
    const Packet all = sim::random_bytes(60'000, 5);
    while_one_is_passed_up([&] {
        for (u16 queue = 0; queue < 8; queue++) {
            auto noise = socket_of_queue(queue);
            for (usize i = 0; i < Loopback::kRoom; i++) EXPECT_OK(send_one(*noise));
        }
        EXPECT_EQ(value_of(send(all)), all.size()) << "the queues are full: nothing gets into them now";
    });
    Packet got;
    for (int i = 0; i < 1000 && got.size() < all.size(); i++) {
        fake::world().advance(milliseconds(10));
        const Packet part = receive(65536);
        got.insert(got.end(), part.begin(), part.end());
    }
    EXPECT_EQ(got, all);
}

}  // namespace
