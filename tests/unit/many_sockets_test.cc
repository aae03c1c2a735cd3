// Ten thousand sockets and connections: the tables grow with them, and memory bounds them.
#include <set>

#include "abi/socket.h"
#include "socket_listing.h"
#include "tcp_peer.h"

using namespace net;

namespace {

constexpr u16 kMany = 10'000;
constexpr usize kLongest = 8;  // a bound for chains; with two buckets for each object, most have at most one

struct Many : TcpPeerTest {
    // A SYN from this port; what it is answered with.
    std::vector<Seg> knock(u32 port) {
        their_port = static_cast<u16>(port);
        say({.flags = kSyn});
        return hear_all();
    }
    Ref<Socket> accepted_from(u32 port) {
        their_port = static_cast<u16>(port);
        say({.flags = kSyn});
        our_iss += hear().seq;
        say({.seq = 1, .ack = 1});
        return value_of(listening->accept(false));
    }
    static void reset_at_close(Socket& s) {
        const linger at_once = {1, 0};
        EXPECT_OK(
            s.set_option(SOL_SOCKET, SO_LINGER, {reinterpret_cast<const u8*>(&at_once), sizeof at_once}));
    }
};

TEST_F(Many, UdpSocketsHaveShortChains) {
    const long before = fake::world().pages_out;
    {
        std::vector<OpenSocket> sockets;
        for (u16 i = 0; i < kMany; i++) {
            sockets.emplace_back(value_of(open_udp(*stack)));
            ASSERT_OK(sockets.back()->bind({{}, static_cast<u16>(20'000 + i)}));
        }
        EXPECT_LE(stack->endpoints().longest_chain(), kLongest);
    }
    EXPECT_EQ(fake::world().pages_out, before);
}

TEST_F(Many, ConnectionsHaveShortChains) {
    listen();
    std::vector<Ref<Socket>> sockets;
    for (u32 i = 0; i < kMany; i++) sockets.push_back(accepted_from(1000 + i));
    EXPECT_LE(stack->tcp().table().longest_chain(), kLongest);
    const long before = fake::world().pages_out;
    for (const Ref<Socket>& s : sockets) reset_at_close(*s), s->close();
    sockets.clear();
    EXPECT_LT(fake::world().pages_out, before - kMany / 4);
}

// The entries are in several tables, each longer than what one look at it passes.
TEST_F(Many, PartsOfTheListOfSocketsMakeUpTheWhole) {
    std::vector<OpenSocket> sockets;
    for (u16 i = 0; i < 300; i++) {
        for (auto open : {open_udp, open_tcp}) {
            sockets.emplace_back(value_of(open(*stack)));
            ASSERT_OK(sockets.back()->bind({{}, static_cast<u16>(20'000 + i)}));
        }
        EXPECT_OK(sockets.back()->listen(1));
    }
    SocketListing all;
    stack->list_sockets(all);
    std::set<const void*> objects;
    for (const auto& [object, entry] : all.found) objects.insert(object);
    EXPECT_EQ(objects.size(), 600u);
    usize at = 0;
    for (usize n = 1; at < 600; n = n * 3 % 101) {
        SocketListing part(at, n);
        stack->list_sockets(part);
        ASSERT_EQ(part.found.size(), std::min<usize>(n, 600 - at));
        for (const auto& [object, entry] : part.found) EXPECT_EQ(object, all.found[at++].first);
    }
    SocketListing past(600);
    stack->list_sockets(past);
    EXPECT_TRUE(past.found.empty());
}

// A quarter of 256 pages is room for about 190 connections.
TEST_F(Many, RemoteHostsLeaveMemoryToProgramsThatConnect) {
    listen(4096);
    fake::world().memory_pages = 256;
    u32 opened = 0;
    while (opened < 1000 && !knock(1000 + opened).empty()) opened++;
    EXPECT_GT(opened, 100u);
    EXPECT_LT(opened, 200u);
    EXPECT_EQ(count(Stat::tcp_listen_overflow), 1u);
    u32 connected = 0;
    Errno error = Errno::None;
    while (connected < 1000 && error == Errno::None) {
        const Errno e = socket()->connect({kPeer, 80}, false).error();
        if (e == Errno::InProgress)
            connected++;
        else
            error = e;
    }
    EXPECT_GE(connected, 20u);
    EXPECT_LT(opened + connected, 200u);
    EXPECT_EQ(error, Errno::NoMem);
    device.sent.clear();
    fake::world().memory_pages = 32768;
    EXPECT_FALSE(knock(2000).empty()) << "with room again";
}

}  // namespace
