// One end of a vsock connection without its data, and a peer that the test plays.
#pragma once

#include <gtest/gtest.h>

#include "net/vsock/engine.h"

using namespace net;

namespace vsock_kit {

inline constexpr VsockKey kKey{.local_cid = 3, .remote_cid = 2, .local_port = 1024, .remote_port = 5000};
inline constexpr u32 kNoReceive = VsockHeader::kNoReceive, kNoSend = VsockHeader::kNoSend;
inline constexpr u32 kBoth = kNoReceive | kNoSend;
inline constexpr Instant kStart{1'000'000'000};

// What the peer puts in its packets.
struct Sent {
    VsockOp op = VsockOp::Data;
    u32 length = 0, flags = 0;
    u32 buf_alloc = 1000, fwd_cnt = 0;
    VsockType type = VsockType::Stream;
};

inline VsockPacket packet(const Sent& s) {
    VsockHeader h{};
    h.src_cid = kKey.remote_cid, h.dst_cid = kKey.local_cid;
    h.src_port = kKey.remote_port, h.dst_port = kKey.local_port;
    h.length = s.length, h.flags = s.flags;
    h.type = static_cast<u16>(s.type), h.op = static_cast<u16>(s.op);
    h.buf_alloc = s.buf_alloc, h.fwd_cnt = s.fwd_cnt;
    return *VsockPacket::parse({reinterpret_cast<const u8*>(&h), sizeof h}, s.length);
}

// One end of a connection, and a peer that the test plays.
struct End {
    VsockBlock v;
    Instant now = kStart;
    VsockOffer offer;

    VsockVerdict arrives(const Sent& s) { return vsock_arrive(v, packet(s), now); }
    // Sends the next packet that is due; nothing if there is none.
    std::optional<VsockHeader> sends() {
        const auto h = vsock_next(v, offer);
        if (!h) return h;
        vsock_sent(v, *h);
        offer.bytes -= h->length;
        return h;
    }
    // The ops of all packets that are due, in words.
    std::string sends_all() {
        std::string ops;
        while (const auto h = sends()) ops += (ops.empty() ? "" : " ") + std::string(name_of(op_of(*h)));
        return ops;
    }
    static VsockOp op_of(const VsockHeader& h) { return static_cast<VsockOp>(static_cast<u16>(h.op)); }
    u8 take_events() { return std::exchange(v.events, u8{0}); }
};

inline VsockConfig small_buffer() {
    VsockConfig c;
    c.buffer = 1000;
    return c;
}

inline End connecting(VsockType type = VsockType::Stream) {
    End e;
    vsock_open_active(e.v, kKey, type, small_buffer(), e.now);
    EXPECT_EQ(e.sends_all(), "REQUEST");
    return e;
}

inline End accepting() {
    End e;
    vsock_open_passive(e.v, packet({.op = VsockOp::Request}), small_buffer(), e.now);
    EXPECT_EQ(e.v.state, VsockState::Accepting);
    EXPECT_EQ(e.v.key, kKey);
    return e;
}

inline End established(VsockType type = VsockType::Stream) {
    End e = connecting(type);
    EXPECT_EQ(e.arrives({.op = VsockOp::Response, .type = type}), VsockVerdict::Done);
    EXPECT_EQ(e.v.state, VsockState::Established);
    e.take_events();
    return e;
}

inline End closing() {
    End e = established();
    vsock_close(e.v, e.now);
    EXPECT_EQ(e.sends_all(), "SHUTDOWN");
    EXPECT_EQ(e.v.state, VsockState::Closing);
    return e;
}

inline End in_state(VsockState s) {
    switch (s) {
        case VsockState::Connecting: return connecting();
        case VsockState::Accepting: return accepting();
        case VsockState::Closing: return closing();
        default: return established();
    }
}

inline constexpr auto kConnecting = VsockState::Connecting, kAccepting = VsockState::Accepting,
                      kEstablished = VsockState::Established, kClosing = VsockState::Closing,
                      kClosed = VsockState::Closed;
inline constexpr auto kDone = VsockVerdict::Done, kWrong = VsockVerdict::WrongOp;

}  // namespace vsock_kit
