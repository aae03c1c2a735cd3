// Vsock sockets of one stack over CID 1, and with a host that the test plays.
#include "new_mbuf.h"
#include "vsock_socket_kit.h"

using namespace vsock_socket_kit;

namespace {

TEST_F(VsockSockets, CarryBytesBothWaysOverCid1) {
    Pair p = pair();
    EXPECT_EQ(value_of(send(p.client, pattern(1000))), 1000u);
    deliver();
    EXPECT_EQ(receive(p.server, 2000), pattern(1000));
    EXPECT_EQ(value_of(send(p.server, pattern(5))), 5u);
    deliver();
    EXPECT_EQ(receive(p.client, 2000), pattern(5));
}

TEST_F(VsockSockets, KnowTheirAddresses) {
    Pair p = pair();
    EXPECT_EQ(p.server->local(), SocketAddr(VsockAddr{1, 5000}));
    EXPECT_EQ(value_of(p.client->remote()), SocketAddr(VsockAddr{1, 5000}));
    EXPECT_EQ(value_of(p.server->remote()), p.client->local());
    EXPECT_GT(p.client->local().vsock()->port, 1023u);
}

TEST_F(VsockSockets, CarryMoreThanTheirBuffers) {
    Pair p = pair();
    const Packet all = pattern(400'000);
    Packet got;
    fake::world().on_wait = [&] {
        deliver();
        const Packet part = receive(p.server, 30'000, MSG_DONTWAIT);
        got.insert(got.end(), part.begin(), part.end());
        return Result<>();
    };
    EXPECT_EQ(value_of(send(p.client, all)), all.size());
    fake::world().on_wait = [&] { return deliver(), Result<>(); };
    while (got.size() < all.size()) {
        deliver();
        const Packet part = receive(p.server, 100'000);
        got.insert(got.end(), part.begin(), part.end());
    }
    EXPECT_TRUE(got == all);
}

TEST_F(VsockSockets, RefuseAtAPortWithoutListener) {
    OpenSocket c = open();
    EXPECT_ERROR(c->connect(VsockAddr{1, 77}, true), ConnReset);
    OpenSocket l = listening(77);
    EXPECT_OK(c->connect(VsockAddr{1, 77}, true)) << "and may try again";
    OpenSocket s = accept(l);
}

TEST_F(VsockSockets, RefuseBeyondTheBacklog) {
    OpenSocket l = listening(77, SOCK_STREAM, 1), a = open(), b = open();
    EXPECT_OK(a->connect(VsockAddr{1, 77}, true));
    EXPECT_ERROR(b->connect(VsockAddr{1, 77}, true), ConnReset);
    EXPECT_EQ(count(Stat::vsock_listen_overflow), 1u);
}

TEST_F(VsockSockets, HaveNoHostWithoutADevice) {
    OpenSocket c = open();
    EXPECT_ERROR(c->connect(VsockAddr{2, 77}, true), NoDev);
    EXPECT_ERROR(c->bind(VsockAddr{3, 77}), Inval) << "it is bound";
    OpenSocket d = open();
    EXPECT_ERROR(d->bind(VsockAddr{3, 77}), AddrNotAvail);
    EXPECT_OK(d->bind(VsockAddr{1, 77}));
    OpenSocket e = open();
    EXPECT_ERROR(e->bind(VsockAddr{VMADDR_CID_ANY, 77}), AddrInUse);
}

TEST_F(VsockSockets, ShutDownEachHalf) {
    Pair p = pair();
    EXPECT_OK(send(p.client, pattern(10)));
    EXPECT_OK(p.client->shutdown(SHUT_WR));
    deliver();
    EXPECT_EQ(receive(p.server, 100).size(), 10u);
    EXPECT_EQ(receive(p.server, 100).size(), 0u);
    EXPECT_ERROR(send(p.client, pattern(1)), Pipe);
    EXPECT_OK(send(p.server, pattern(7)));
    deliver();
    EXPECT_EQ(receive(p.client, 100).size(), 7u);
    EXPECT_OK(p.server->shutdown(SHUT_WR));
    deliver();
    EXPECT_EQ(receive(p.client, 100).size(), 0u);
}

TEST_F(VsockSockets, DeliverWhatWasSentBeforeClose) {
    Pair p = pair();
    EXPECT_OK(send(p.client, pattern(30'000)));
    p.client->close();
    deliver();
    Packet got;
    for (;;) {
        const Packet part = receive(p.server, 7'000);
        if (part.empty()) break;
        got.insert(got.end(), part.begin(), part.end());
    }
    EXPECT_EQ(got, pattern(30'000));
    EXPECT_ERROR(send(p.server, pattern(1)), Pipe);
}

TEST_F(VsockSockets, PollTellsWhatIsPossible) {
    Pair p = pair();
    EXPECT_EQ(p.server->poll(nullptr), u32{POLLOUT | POLLWRNORM});
    EXPECT_OK(send(p.client, pattern(1)));
    deliver();
    EXPECT_TRUE(p.server->poll(nullptr) & POLLIN);
    p.client->close();
    deliver();
    EXPECT_TRUE(p.server->poll(nullptr) & POLLHUP);
}

TEST_F(VsockSockets, DontWaitReturnsAgain) {
    Pair p = pair();
    Packet room(10);
    EXPECT_ERROR(p.server->receive(at(room.data()), 10, MSG_DONTWAIT, nullptr), Again);
    const Packet much = pattern(1 << 20);
    const auto n = send(p.client, much, MSG_DONTWAIT);
    EXPECT_TRUE(n.ok() && n.value() < much.size());
    EXPECT_ERROR(send(p.client, much, MSG_DONTWAIT), Again);
    EXPECT_FALSE(p.client->poll(nullptr) & POLLOUT);
}

TEST_F(VsockSockets, PeekLeavesTheBytes) {
    Pair p = pair();
    EXPECT_OK(send(p.client, pattern(5000)));
    deliver();
    EXPECT_EQ(receive(p.server, 5000, MSG_PEEK), pattern(5000));
    EXPECT_EQ(receive(p.server, 5000), pattern(5000));
}

TEST_F(VsockSockets, MessagesKeepTheirBounds) {
    Pair p = pair(SOCK_SEQPACKET);
    for (const usize n : {1, 3, 500, 4000, 1, 100'000, 2}) EXPECT_EQ(value_of(send(p.client, pattern(n))), n);
    deliver();
    for (const usize n : {1, 3, 500, 4000, 1, 100'000, 2}) {
        EXPECT_EQ(receive(p.server, 200'000, MSG_PEEK), pattern(n));
        EXPECT_EQ(p.server->queued(), n);
        EXPECT_EQ(receive(p.server, 200'000), pattern(n));
    }
}

TEST_F(VsockSockets, ALongMessageIsTruncated) {
    Pair p = pair(SOCK_SEQPACKET);
    EXPECT_OK(send(p.client, pattern(5000)));
    EXPECT_OK(send(p.client, pattern(3)));
    deliver();
    Packet room(10);
    EXPECT_EQ(p.server->receive(at(room.data()), 10, MSG_TRUNC, nullptr).value(), 5000u);
    EXPECT_EQ(receive(p.server, 10), pattern(3));
}

TEST_F(VsockSockets, AMessageLongerThanTheBufferIsRefused) {
    Pair p = pair(SOCK_SEQPACKET);
    EXPECT_ERROR(send(p.client, pattern(300'000)), MsgSize);
}

TEST_F(VsockSockets, TinyMessagesDoNotExhaustTheMbufs) {
    Pair p = pair(SOCK_SEQPACKET);
    const u64 before = mbuf_usage().in_use();
    for (int i = 0; i < 5000; i++) {
        EXPECT_EQ(value_of(send(p.client, pattern(1))), 1u);
        if (i % 16 == 0) deliver();
    }
    deliver();
    EXPECT_LT(mbuf_usage().in_use() - before, 40u);
}

TEST_F(VsockSockets, AFaultReturnsAnErrorAndLeaksNothing) {
    Pair p = pair();
    fake::world().bad_from = 0x1000, fake::world().bad_until = 0x2000;
    EXPECT_ERROR(p.client->send({0x1000}, 100, 0, nullptr), Fault);
    EXPECT_OK(send(p.client, pattern(10)));
    deliver();
    EXPECT_ERROR(p.server->receive({0x1000}, 100, 0, nullptr), Fault);
    EXPECT_EQ(receive(p.server, 100), pattern(10)) << "and loses nothing";
}

TEST_F(VsockSockets, AConnectionThatCannotBeAcceptedForLackOfMemoryStaysInTheQueue) {
    OpenSocket l = listening(77), c = open();
    EXPECT_OK(c->connect(VsockAddr{1, 77}, true));
    fake::world().fail_at = 1;
    EXPECT_ERROR(l->accept(false), NoMem);
    OpenSocket s = accept(l);
    EXPECT_OK(send(c, pattern(10)));
    deliver();
    EXPECT_EQ(receive(s, 10), pattern(10));
}

TEST_F(VsockSockets, AKilledWaiterReturns) {
    Pair p = pair();
    fake::world().on_wait = [] { return Result<>(Errno::Intr); };
    Packet room(10);
    EXPECT_ERROR(p.server->receive(at(room.data()), 10, 0, nullptr), Intr);
    OpenSocket l = listening(99);
    EXPECT_ERROR(l->accept(true), Intr);
    OpenSocket c = open();
    EXPECT_ERROR(c->connect(VsockAddr{1, 99}, true), Intr);
}

// --- with a host

TEST_F(VsockHost, ConnectsAndAccepts) {
    OpenSocket c = connected();
    EXPECT_OK(send(c, pattern(100)));
    EXPECT_EQ(host.sent[0].payload, pattern(100));
    host.receive(from_host(VsockOp::Data, 80, port, 4000), pattern(4000), 1000);
    EXPECT_EQ(receive(c, 5000), pattern(4000));
    OpenSocket l = listening(22);
    host.sent.clear();
    host.receive(from_host(VsockOp::Request, 1 << 30, 22));
    EXPECT_EQ(host.ops(), "RESPONSE");
    OpenSocket s = accept(l);
    s->close();
    EXPECT_EQ(host.ops(), "SHUTDOWN");
    host.receive(from_host(VsockOp::Reset, 1 << 30, 22));
}

TEST_F(VsockHost, TimesOutAfterTwoSeconds) {
    OpenSocket c = open();
    EXPECT_ERROR(c->connect(VsockAddr{2, 80}, false), InProgress);
    fake::world().advance(milliseconds(1990));
    EXPECT_EQ(c->poll(nullptr), 0u);
    fake::world().advance(milliseconds(20));
    EXPECT_TRUE(c->poll(nullptr) & POLLERR);
    EXPECT_EQ(host.ops(), "REQUEST RST");
}

TEST_F(VsockHost, SendsWhenAFullQueueHasRoomAgain) {
    OpenSocket c = connected();
    host.room = 0;
    EXPECT_ERROR(send(c, pattern(10), MSG_DONTWAIT), Again);
    EXPECT_FALSE(c->poll(nullptr) & POLLOUT);
    fake::world().on_wait = [this] {
        host.room = -1;
        vsock_room_again(host);
        return Result<>();
    };
    EXPECT_EQ(value_of(send(c, pattern(10))), 10u);
    host.room = 0;
    c->close();
    host.receive(from_host(VsockOp::Data, 9, 9));  // refused with a RST, which also waits
    host.sent.clear();
    host.room = -1;
    vsock_room_again(host);
    EXPECT_EQ(host.ops(), "RST SHUTDOWN");
}

TEST_F(VsockHost, ATransportResetEndsAllConnectionsAndKeepsListeners) {
    OpenSocket l = listening(22), c = connected();
    host.our_cid = 7;
    vsock_transport_reset(host);
    Packet room(10);
    EXPECT_ERROR(c->receive(at(room.data()), 10, 0, nullptr), ConnReset);
    EXPECT_EQ(value_of(c->ioctl(IOCTL_VM_SOCKETS_GET_LOCAL_CID)), 7u);
    VsockHeader h = from_host(VsockOp::Request, 5, 22);
    host.receive(h);
    EXPECT_EQ(count(Stat::vsock_not_for_us), 1u);
    h.dst_cid = 7;
    host.receive(h);
    EXPECT_EQ(host.ops(), "RESPONSE");
}

TEST_F(VsockHost, ResetsAHostThatOverrunsUs) {
    OpenSocket c = connected();
    for (int i = 0; i < 5; i++) host.receive(from_host(VsockOp::Data, 80, port, 20'000), pattern(20'000));
    EXPECT_EQ(count(Stat::vsock_overrun), 1u);
    EXPECT_EQ(host.ops(), "RST RST") << "the second is for a packet without a connection";
}

TEST_F(VsockHost, BelievesNoPacketWithOurCidAsItsSource) {
    OpenSocket l = listening(22);
    for (const u32 cid : {1, 3}) {
        VsockHeader h = from_host(VsockOp::Request, 5, 22);
        h.src_cid = cid;
        host.receive(h);
    }
    EXPECT_EQ(count(Stat::vsock_not_for_us), 2u);
    EXPECT_EQ(host.ops(), "");
}

TEST_F(VsockHost, SurvivesShortPackets) {
    MbufPtr m = new_mbuf(0);
    m->put(43);
    vsock_rx(host, std::move(m));
    host.receive(from_host(VsockOp::Data, 1, 1, 5));
    EXPECT_EQ(count(Stat::vsock_bad), 2u);
}

TEST_F(VsockHost, ABrokenDeviceEndsTheConnection) {
    OpenSocket c = connected();
    host.broken = true;
    EXPECT_FALSE(send(c, pattern(10)).ok());
    EXPECT_TRUE(c->poll(nullptr) & POLLHUP);
}

TEST_F(VsockHost, ASilentHostIsProbed) {
    OpenSocket c = connected();
    fake::world().advance(seconds(21));
    EXPECT_EQ(host.ops(), "CREDIT_REQUEST CREDIT_REQUEST CREDIT_REQUEST RST");
    Packet room(10);
    EXPECT_ERROR(c->receive(at(room.data()), 10, 0, nullptr), TimedOut);
}

}  // namespace
