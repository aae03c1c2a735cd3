// A datagram socket in detail: datagrams in several mbufs, copies that fail, what the buffer
// holds, shutdown, and the source address.
#include "abi/ioctl.h"
#include "abi/poll.h"
#include "abi/socket.h"
#include "net_test.h"

using namespace net;
using packets::Packet;

namespace {

struct ToItself : NetTest {
    OpenSocket s = udp_socket(kOurs, 2000, 2000);  // what it sends, it receives

    // Of several mbufs. Each byte differs from its neighbours.
    static Packet long_one(usize n = 5000) {
        Packet p(n);
        for (usize i = 0; i < n; i++) p[i] = static_cast<u8>(i * 7 + i / 256);
        return p;
    }
    ReadResult receive(usize room, int flags = MSG_DONTWAIT) {
        Packet buffer(room + 1, 0xee);
        const auto n = s->receive({reinterpret_cast<uptr>(buffer.data())}, room, flags, nullptr);
        EXPECT_EQ(buffer.back(), 0xee) << "the byte behind the buffer";
        buffer.resize(n.ok() ? std::min(n.value(), room) : 0);
        return {n.error(), buffer};
    }
};
using DatagramInParts = ToItself;
using DatagramCopy = ToItself;
using DatagramBuffer = ToItself;
using DatagramShutdown = ToItself;

TEST_F(DatagramInParts, IsCopiedAsFarAsTheBufferGoes) {
    const Packet sent = long_one();
    for (const usize room : {0, 1, 100, 2500, 4999, 5000, 6000}) {
        EXPECT_OK(write(*s, sent));
        const usize n = std::min(room, sent.size());
        EXPECT_EQ(receive(room),
                  (ReadResult{Errno::None, Packet(sent.begin(), sent.begin() + static_cast<long>(n))}));
        EXPECT_EQ(s->queued(), 0u);
    }
}

TEST_F(DatagramInParts, IsPeekedAtWhole) {
    EXPECT_OK(write(*s, long_one()));
    EXPECT_EQ(value_of(s->ioctl(FIONREAD)), 5000u);
    EXPECT_EQ(receive(5000, MSG_PEEK).data, long_one());
    EXPECT_EQ(s->queued(), 1u);
    EXPECT_EQ(receive(5000).data, long_one());
}

TEST_F(DatagramCopy, ThatFailsKeepsTheDatagram) {
    for (const Packet& sent : {long_one(20), long_one()}) {
        EXPECT_OK(write(*s, sent));
        fake::world().bad_from = 0;
        fake::world().bad_until = ~uptr{0};
        u8 byte;
        EXPECT_ERROR(s->receive({reinterpret_cast<uptr>(&byte)}, 1, MSG_DONTWAIT, nullptr), Fault);
        fake::world().bad_until = 0;
        EXPECT_EQ(receive(5000).data, sent);
        EXPECT_EQ(s->queued(), 0u);
    }
}

TEST_F(DatagramCopy, ReturnsTheWholeLengthOnlyIfAsked) {
    SocketAddr from;
    u8 bytes[3];
    const UserAddr to{reinterpret_cast<uptr>(bytes)};
    for (const auto& [flags, length] : {std::pair(0, 3u), std::pair(int{MSG_TRUNC}, 20u)}) {
        EXPECT_OK(write(*s, long_one(20)));
        EXPECT_EQ(value_of(s->receive(to, sizeof bytes, flags, &from)), length);
        EXPECT_EQ(from, (SocketAddr(InetAddr{kOurs, 2000})));
    }
}

TEST_F(DatagramBuffer, HasRoomAgainForWhatWasReceived) {
    const int size = 4 * kMbufSize;
    EXPECT_OK(s->set_option(SOL_SOCKET, SO_RCVBUF, {reinterpret_cast<const u8*>(&size), sizeof size}));
    for (int i = 0; i < 20; i++) {
        const Packet sent = long_one(i % 2 ? 20 : 5000);
        EXPECT_OK(write(*s, sent));
        EXPECT_EQ(receive(5000, MSG_DONTWAIT | MSG_PEEK).data, sent);
        EXPECT_EQ(receive(5000).data, sent) << i;
    }
}

TEST_F(DatagramBuffer, HasItsDefaultSizes) {
    for (const auto& [name, size] : {std::pair(SO_RCVBUF, 524'288), std::pair(SO_SNDBUF, 65'536)}) {
        int value = 0;
        EXPECT_OK(s->get_option(SOL_SOCKET, name, {reinterpret_cast<u8*>(&value), sizeof value}));
        EXPECT_EQ(value, size);
    }
}

TEST_F(DatagramShutdown, IsSeenByPollInEachDirection) {
    constexpr u32 kIn = POLLIN | POLLRDNORM, kOut = POLLOUT | POLLWRNORM;
    EXPECT_EQ(s->poll(nullptr), kOut);
    EXPECT_OK(s->shutdown(SHUT_RD));
    EXPECT_EQ(s->poll(nullptr), kIn | kOut);
    EXPECT_OK(s->shutdown(SHUT_WR));
    EXPECT_EQ(s->poll(nullptr), kIn | POLLHUP);
    auto other = udp_socket(kPeer, 2001, 7);
    EXPECT_OK(other->shutdown(SHUT_WR));
    EXPECT_EQ(other->poll(nullptr), 0u);
    auto both = udp_socket(kPeer, 2002, 7);
    EXPECT_OK(both->shutdown(SHUT_RDWR));
    EXPECT_EQ(both->poll(nullptr), kIn | POLLHUP);
}

struct DatagramSource : NetTest {
    DatagramSource() { introduce(kPeer, kPeerMac); }
    Result<usize> send(Ipv4Addr from, Ipv4Addr to) {
        OpenSocket s(value_of(open_udp(*stack)));
        EXPECT_OK(s->bind(InetAddr{from, 2000}));
        const SocketAddr remote = InetAddr{to, 7};
        return s->send({reinterpret_cast<uptr>("x")}, 1, 0, &remote);
    }
};

TEST_F(DatagramSource, OfTheHostItselfStaysOnIt) {
    constexpr Ipv4Addr kLocalhost{127, 0, 0, 1};
    EXPECT_ERROR(send(kLocalhost, kPeer), AddrNotAvail);
    nothing_was_sent();
    EXPECT_OK(send(kLocalhost, kLocalhost));
    EXPECT_OK(send(kLocalhost, kOurs));
}

TEST_F(DatagramSource, IsNeverABroadcastAddress) {
    EXPECT_OK(send({10, 0, 2, 255}, kPeer));
    ASSERT_EQ(device.sent.size(), 1u);
    EXPECT_EQ(SentIp(device.sent[0]).ip.src, kOurs);
}

}  // namespace
