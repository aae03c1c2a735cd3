// What many vsock sockets may hold: mbufs of senders that wait for room, and credit.
#include "socket_listing.h"
#include "vsock_socket_kit.h"

using namespace vsock_socket_kit;

namespace {

class VsockExhaustion : public VsockHost {
  protected:
    // A connection to the host with 64 KiB of credit to send.
    OpenSocket connected_to(u32 host_port, int type = SOCK_STREAM) {
        OpenSocket c = open(type);
        EXPECT_ERROR(c->connect(VsockAddr{2, host_port}, false), InProgress);
        VsockHeader h = from_host(VsockOp::Response, host_port, host.last_sent().header.src_port);
        h.type = static_cast<u16>(type == SOCK_STREAM ? VsockType::Stream : VsockType::SeqPacket);
        host.receive(h);
        return c;
    }
    // The credit that a new connection has announced.
    u32 announced() const { return host.last_sent().header.buf_alloc; }

    // Blocks a sender in each of sockets[from...], one inside the wait of the other; `inside` runs in the
    // last. The device says that there is room when there is none, so each sender copies its data.
    void block_senders(usize from, const std::function<void()>& inside) {
        if (from == sockets.size()) return inside();
        fake::world().on_wait = [&, from] {
            vsock_room_again(host);
            block_senders(from + 1, inside);
            return Result<>(Errno::Intr);
        };
        EXPECT_ERROR(send(sockets[from], data), Intr);
    }
    const Packet data = pattern(64 << 10);
    std::vector<OpenSocket> sockets;
};

TEST_F(VsockExhaustion, AThousandSendersThatWaitForTheHostHoldFewMbufs) {
    for (u32 i = 0; i < 1000; i++) sockets.push_back(connected_to(i));
    host.room = 0;
    const u64 before = mbuf_usage().in_use();
    u64 most = 0;
    block_senders(0, [&] { most = mbuf_usage().in_use() - before; });
    EXPECT_LE(most, u64{VsockLink::kMostKept});
    EXPECT_GT(most, 64u) << "some keep what they have copied";
    EXPECT_EQ(mbuf_usage().in_use(), before);
}

TEST_F(VsockExhaustion, SendersCopyNothingUntilAFullDeviceHasRoom) {
    OpenSocket first = connected_to(1), second = connected_to(2);
    host.room = 0;
    EXPECT_ERROR(send(first, data, MSG_DONTWAIT), Again);
    int copies = 0;
    fake::world().on_copy = [&] { copies++; };
    EXPECT_ERROR(send(second, data, MSG_DONTWAIT), Again);
    EXPECT_EQ(copies, 0);
    fake::world().on_copy = nullptr;
}

TEST_F(VsockExhaustion, ADeviceWithRoomAgainServesAllWhoWaited) {
    for (u32 i = 0; i < 50; i++) sockets.push_back(connected_to(i));
    host.room = 0;
    host.sent.clear();
    fake::world().on_wait = [&] { return Result<>(Errno::Intr); };
    for (OpenSocket& s : sockets) EXPECT_ERROR(send(s, data), Intr);
    for (OpenSocket& s : sockets) EXPECT_FALSE(s->poll(nullptr) & POLLOUT);
    host.room = -1;
    vsock_room_again(host);
    for (OpenSocket& s : sockets) {
        EXPECT_TRUE(s->poll(nullptr) & POLLOUT);
        EXPECT_EQ(value_of(send(s, data, MSG_DONTWAIT)), data.size());
    }
}

TEST_F(VsockExhaustion, AResetOfAFullDeviceLetsNewConnectionsSend) {
    OpenSocket old = connected_to(1);
    host.room = 0;
    EXPECT_ERROR(send(old, data, MSG_DONTWAIT), Again);
    host.room = -1;
    vsock_transport_reset(host);
    OpenSocket fresh = connected_to(2);
    EXPECT_EQ(value_of(send(fresh, data, MSG_DONTWAIT)), data.size());
}

TEST_F(VsockExhaustion, ManyConnectionsHaveShortChainsAndEndWithTheTransport) {
    for (u32 i = 0; i < 1500; i++) sockets.push_back(connected_to(i));
    EXPECT_LE(stack->vsock().table().longest_chain(), 8u);
    SocketListing before, after;
    stack->list_sockets(before);
    EXPECT_EQ(before.found.size(), 1500u);
    vsock_transport_reset(host);
    stack->list_sockets(after);
    EXPECT_TRUE(after.found.empty());
}

TEST_F(VsockExhaustion, MessageSocketsPromiseNoMoreThanThereIs) {
    u64 promised = 0;
    u32 largest = 0;
    for (u32 i = 0;; i++) {
        ASSERT_LT(i, 1000u) << "they promise without a limit";
        OpenSocket c = open(SOCK_SEQPACKET);
        const auto connected = c->connect(VsockAddr{2, i}, false);
        if (connected.error() == Errno::NoBufs) break;
        EXPECT_EQ(connected.error(), Errno::InProgress);
        if (sockets.empty()) largest = announced();
        promised += announced();
        sockets.push_back(std::move(c));
    }
    EXPECT_LE(promised, kMaxMbufs / 8 * kMbufSize);
    EXPECT_GE(sockets.size(), 6u);
    EXPECT_EQ(largest, 256u << 10);
    sockets.clear();
    connected_to(9999, SOCK_SEQPACKET);
    EXPECT_EQ(announced(), 256u << 10) << "all is given back";
}

TEST_F(VsockExhaustion, AMessageSocketThatCannotPromiseItsBufferIsNotAccepted) {
    OpenSocket l = listening(22, SOCK_SEQPACKET, 1000);
    VsockHeader h = from_host(VsockOp::Request, 0, 22);
    h.type = static_cast<u16>(VsockType::SeqPacket);
    for (h.src_port = 0; h.src_port < 1000; h.src_port = h.src_port + 1) host.receive(h);
    EXPECT_GT(count(Stat::vsock_listen_overflow), 900u);
    EXPECT_EQ(host.last_sent().header.op, static_cast<u16>(VsockOp::Reset));
}

TEST_F(VsockExhaustion, ASocketWithoutABufferPromisesAByte) {
    OpenSocket c = open();
    const u64 nothing = 0;
    for (const int option : {SO_VM_SOCKETS_BUFFER_MIN_SIZE, SO_VM_SOCKETS_BUFFER_SIZE})
        EXPECT_OK(c->set_option(AF_VSOCK, option, {reinterpret_cast<const u8*>(&nothing), sizeof nothing}));
    EXPECT_ERROR(c->connect(VsockAddr{2, 80}, false), InProgress);
    EXPECT_EQ(announced(), 1u);
}

TEST_F(VsockExhaustion, StreamsPromiseNoMoreThanTheQueueBudget) {
    u64 promised = 0;
    u32 least = ~0u;
    for (u32 i = 0; i < 2000; i++) {
        OpenSocket c = open();
        const auto connected = c->connect(VsockAddr{2, i}, false);
        if (connected.error() == Errno::NoBufs) break;
        EXPECT_EQ(connected.error(), Errno::InProgress);
        promised += announced(), least = std::min(least, announced());
        sockets.push_back(std::move(c));
    }
    EXPECT_LE(promised, Inet::kMaxQueued * kMbufSize);
    EXPECT_GE(sockets.size(), 1023u) << "as many as vsockd has by default";
    EXPECT_EQ(least, 2u << 10);
}

// --- a host that sends all that it may to programs that do not read

class VsockFullQueues : public VsockExhaustion {
  protected:
    // Uses up the credit of a new connection, in packets of this size, which occupy an mbuf each.
    void fill(u32 host_port, u32 our_port, u32 credit, VsockType type, u32 size = 600) {
        const Packet packet = pattern(size);
        VsockHeader h = from_host(VsockOp::Data, host_port, our_port, size);
        h.type = static_cast<u16>(type);
        for (; credit >= size; credit -= size) host.receive(h, packet);
    }
    u32 our_port() const { return host.last_sent().header.src_port; }
    u32 queued() const { return stack->queue_budget().total(); }
    static constexpr u32 kMost = Inet::kMaxQueued * 4 / 5;
};

TEST_F(VsockFullQueues, LeaveMbufsForDatagrams) {
    for (u32 i = 0; i < 900; i++) {
        sockets.push_back(connected_to(i));
        fill(i, our_port(), announced(), VsockType::Stream);
    }
    EXPECT_LE(queued(), kMost);
    EXPECT_GT(queued(), kMost / 2) << "otherwise this shows nothing";
    OpenSocket udp = udp_socket();
    fake::world().on_wait = nullptr;  // a read that must wait fails
    for (int i = 0; i < 10; i++) receive_ip(to_socket(*udp, pattern(1000)));
    for (int i = 0; i < 10; i++) EXPECT_EQ(read(*udp).data, pattern(1000));
}

// Otherwise a host could open, fill and end one connection after the other, until others' promises are
// broken.
TEST_F(VsockFullQueues, KeepTheirPromiseAfterTheEndOfTheConnection) {
    for (u32 i = 0; i < 100; i++) {
        sockets.push_back(connected_to(i));
        fill(i, our_port(), announced(), VsockType::Stream, 1900);
        host.receive(from_host(VsockOp::Reset, i, our_port()));
    }
    EXPECT_EQ(count(Stat::vsock_no_room), 0u);
}

// These readers are awaited, but they take nothing before the message is complete.
TEST_F(VsockFullQueues, AreNotLongerForReadersOfUnfinishedMessages) {
    constexpr u32 kSockets = 6;
    u32 ports[kSockets], credit[kSockets];
    for (u32 i = 0; i < kSockets; i++) {
        sockets.push_back(connected_to(i, SOCK_SEQPACKET));
        ports[i] = our_port(), credit[i] = announced();
    }
    std::function<void(u32)> read_in = [&](u32 i) {
        if (i == kSockets) {
            for (u32 k = 0; k < kSockets; k++) fill(k, ports[k], credit[k], VsockType::SeqPacket);
            EXPECT_LE(queued(), kMost);
            EXPECT_GT(queued(), kMost / 2) << "otherwise this shows nothing";
            return;
        }
        fake::world().on_wait = [&read_in, i] { return read_in(i + 1), Result<>(Errno::Intr); };
        u8 byte = 0;
        (void)sockets[i]->receive(at(&byte), 1, 0, nullptr);
    };
    read_in(0);
}

}  // namespace
