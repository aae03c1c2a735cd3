// Packets from this host to itself.
#include "net_test.h"

using namespace net;
using packets::Packet;

namespace {

constexpr Ipv4Addr kLocalhost{127, 0, 0, 1};

struct LoopbackTest : NetTest {
    // Runs the timer thread.
    static void deliver() { fake::world().advance({}); }
};

TEST_F(LoopbackTest, CarriesADatagramFromOneSocketToAnother) {
    for (Ipv4Addr a : {kLocalhost, Ipv4Addr{127, 1, 2, 3}, kOurs}) {
        const Ipv4Addr from = a == kOurs ? kOurs : kLocalhost;
        auto server = open_udp(*stack).value();
        const OpenSocket closer(server);
        EXPECT_OK(server->bind({a, 53}));
        auto client = udp_socket(a, 0, 53);
        EXPECT_EQ(client->local().inet()->addr, from);
        EXPECT_OK(write(*client, packets::text("hello")));
        EXPECT_EQ(server->queued(), 0u) << "not delivered before the sender has left the stack";
        deliver();
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
    auto server = open_udp(*stack).value();
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
    auto s = open_udp(*stack).value();
    const OpenSocket closer(s);
    EXPECT_OK(s->bind({kLocalhost, 1000}));
    EXPECT_ERROR(s->connect({kPeer, 7}, true), AddrNotAvail) << "127.0.0.1 must not appear on the wire";
}

TEST_F(LoopbackTest, IsFullAtItsBoundAndMakesRoom) {
    auto client = udp_socket(kLocalhost, 0, 53);
    Packet byte = packets::text("x");
    const UserAddr from{reinterpret_cast<uptr>(byte.data())};
    for (usize i = 0; i < Loopback::kRoom; i++) EXPECT_OK(client->send(from, 1, 0x40, nullptr));
    EXPECT_ERROR(client->send(from, 1, 0x40, nullptr), Again);
    fake::world().on_wait = []() -> Result<> { return deliver(), Errno::None; };
    EXPECT_OK(client->send(from, 1, 0, nullptr));
    deliver();
}

}  // namespace
