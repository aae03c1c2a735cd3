// Vsock sockets of one stack over CID 1, and with a host that the test plays.
#pragma once

#include <gtest/gtest.h>

#include <cstring>

#include "abi/poll.h"
#include "abi/socket.h"
#include "abi/vm_sockets.h"
#include "net_test.h"

namespace vsock_socket_kit {

using namespace net;
using packets::Packet;

inline UserAddr at(void* p) { return {reinterpret_cast<uptr>(p)}; }
inline Packet pattern(usize n) {
    Packet p(n);
    for (usize i = 0; i < n; i++) p[i] = static_cast<u8>(i * 7 + i / 251);
    return p;
}

// A device to the host that records what is sent. Its queue can be full.
class FakeVsockDevice final : public VsockDevice {
  public:
    FakeVsockDevice() : VsockDevice("fake-vsock") {}
    struct Sent {
        VsockHeader header;
        Packet payload;
    };
    std::vector<Sent> sent;
    Sent last_sent() const {
        EXPECT_FALSE(sent.empty());
        return sent.empty() ? Sent{} : sent.back();
    }
    long room = -1;  // packets; negative: unlimited
    u32 our_cid = 3;
    bool broken = false;

    u32 cid() const override { return our_cid; }
    bool has_seqpacket() const override { return true; }
    VsockDeviceCounters counters() const override { return {}; }
    Result<> transmit(MbufPtr& m) override {
        if (broken) return m.reset(), Errno::Io;
        if (room == 0) return Errno::Again;
        if (room > 0) room--;
        Packet all;
        m->for_each_range([&](Bytes b) { all.insert(all.end(), b.begin(), b.end()); });
        Sent s;
        std::memcpy(&s.header, all.data(), sizeof s.header);
        s.payload.assign(all.begin() + sizeof s.header, all.end());
        sent.push_back(s);
        m.reset();
        return {};
    }
    // Passes a packet up, in mbufs of at most `piece` bytes.
    void receive(const VsockHeader& h, const Packet& payload = {}, usize piece = 2000) {
        if (MbufPtr m = chain_of(h, payload, piece)) vsock_rx(*this, std::move(m));
    }
    // Null: there are not enough mbufs.
    static MbufPtr chain_of(const VsockHeader& h, const Packet& payload, usize piece) {
        Packet all(sizeof h);
        std::memcpy(all.data(), &h, sizeof h);
        all.insert(all.end(), payload.begin(), payload.end());
        MbufPtr head;
        for (usize done = 0; done < all.size(); done += piece) {
            const usize n = std::min(piece, all.size() - done);
            MbufPtr m = Mbuf::alloc(0);
            if (!m) return nullptr;
            std::memcpy(m->put(n), all.data() + done, n);
            if (head)
                head->append(std::move(m));
            else
                head = std::move(m);
        }
        return head;
    }
    std::string ops() {
        std::string all;
        for (const Sent& s : std::exchange(sent, {})) {
            if (!all.empty()) all += " ";
            all += name_of(static_cast<VsockOp>(static_cast<u16>(s.header.op)));
        }
        return all;
    }
};

class VsockSockets : public NetTest {
  protected:
    OpenSocket open(int type = SOCK_STREAM) {
        auto s = stack->open_socket(AF_VSOCK, type, 0);
        EXPECT_OK(s);
        return OpenSocket(std::move(s).value());
    }
    OpenSocket listening(u32 port, int type = SOCK_STREAM, int backlog = 5) {
        OpenSocket s = open(type);
        EXPECT_OK(s->bind(VsockAddr{VMADDR_CID_ANY, port}));
        EXPECT_OK(s->listen(backlog));
        return s;
    }
    OpenSocket accept(OpenSocket& l) {
        auto s = l->accept(false);
        EXPECT_OK(s);
        return OpenSocket(std::move(s).value());
    }
    // The loopback device's timer passes packets up.
    void deliver() {
        for (int i = 0; i < 8; i++) fake::world().advance(microseconds(1));
    }
    VsockSockets() {
        fake::world().on_wait = [this] { return deliver(), Result<>(); };
    }
    ~VsockSockets() override {
        fake::judge_what_is_left();
        deliver();
        fake::world().on_wait = nullptr;
        fake::world().advance(seconds(10));  // connections that still close
    }
    FakeVsockDevice host;  // here, because connections that still close may send to it
    struct Pair {
        OpenSocket client, server;
    };
    Pair pair(int type = SOCK_STREAM) {
        OpenSocket l = listening(5000, type), c = open(type);
        EXPECT_OK(c->connect(VsockAddr{VMADDR_CID_LOCAL, 5000}, true));
        OpenSocket s = accept(l);
        return {std::move(c), std::move(s)};
    }
    static Result<usize> send(OpenSocket& s, const Packet& p, int flags = 0) {
        return s->send({reinterpret_cast<uptr>(p.data())}, p.size(), flags, nullptr);
    }
    static Packet receive(OpenSocket& s, usize room, int flags = 0) {
        Packet p(room);
        const auto n = s->receive(at(p.data()), room, flags, nullptr);
        EXPECT_OK(n);
        p.resize(n.value());
        return p;
    }
};

class VsockHost : public VsockSockets {
  protected:
    VsockHost() { EXPECT_OK(stack->vsock().add_device(host)); }
    VsockHeader from_host(VsockOp op, u32 host_port, u32 our_port, u32 length = 0) {
        VsockHeader h{};
        h.src_cid = 2, h.dst_cid = 3, h.src_port = host_port, h.dst_port = our_port;
        h.op = static_cast<u16>(op), h.type = 1, h.length = length, h.buf_alloc = 64 << 10;
        return h;
    }
    OpenSocket connected() {
        OpenSocket c = open();
        EXPECT_ERROR(c->connect(VsockAddr{2, 80}, false), InProgress);
        port = host.last_sent().header.src_port;
        EXPECT_EQ(host.ops(), "REQUEST");
        host.receive(from_host(VsockOp::Response, 80, port));
        return c;
    }
    u32 port = 0;
};

}  // namespace vsock_socket_kit
