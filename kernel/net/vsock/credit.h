// Credit: how many bytes may be sent before the receiver must read some (virtio 1.2, 5.10.6.3).
//
//   receiver:   |<----- buf_alloc ----->|            The receiver tells buf_alloc and fwd_cnt in each packet.
//        ...read|unread|     free       |
//        -------+------+----------------+--> bytes since the connection began, modulo 2^32
//            fwd_cnt  rx_cnt    fwd_cnt + buf_alloc = the edge
//
// The sender may send up to the edge. Each end has one object of each class.
#pragma once

#include "lib/types.h"

namespace net {

// For what we send: the peer's buffer.
class VsockSendCredit {
  public:
    // A peer may claim any size. Less than half of the numbers are in use, so that they can be ordered.
    static constexpr u32 kMostAlloc = 1u << 30;

    enum class Heard : u8 { Fine, Stale, False };
    // Takes the peer's values from a packet. Stale: older than the last ones, so ignored (two threads of a
    // Linux peer may send in the wrong order). False: the peer claims to have read what we have not sent.
    Heard hear(u32 fwd_cnt, u32 buf_alloc) {
        if (static_cast<i32>(fwd_cnt - tx_cnt_) > 0) return Heard::False;
        if (static_cast<i32>(fwd_cnt - fwd_cnt_) < 0) return Heard::Stale;
        fwd_cnt_ = fwd_cnt;
        buf_alloc_ = buf_alloc < kMostAlloc ? buf_alloc : kMostAlloc;
        return Heard::Fine;
    }
    void sent(u32 n) { tx_cnt_ += n; }

    // Bytes that the peer has not read yet, as far as we know.
    u32 in_flight() const { return tx_cnt_ - fwd_cnt_; }
    // Bytes that may be sent now. 0 also when the peer has made its buffer smaller than what is in flight.
    u32 available() const { return in_flight() < buf_alloc_ ? buf_alloc_ - in_flight() : 0; }
    u32 peer_buffer() const { return buf_alloc_; }

  private:
    u32 tx_cnt_ = 0;
    u32 fwd_cnt_ = 0, buf_alloc_ = 0;  // the peer's, as last heard
};

// For what we receive: our buffer.
class VsockReceiveCredit {
  public:
    static constexpr u32 kMostAlloc = VsockSendCredit::kMostAlloc;

    // Sets the size of the buffer. What the peer was told before remains valid.
    void set_buffer(u32 n) { buf_alloc_ = n < kMostAlloc ? n : kMostAlloc; }
    u32 buffer() const { return buf_alloc_; }
    u32 fwd_cnt() const { return fwd_cnt_; }

    // Takes n received bytes. False, and nothing done: the peer has sent more than it may.
    [[nodiscard]] bool receive(u32 n) {
        if (n > limit_ - rx_cnt_) return false;
        rx_cnt_ += n;
        return true;
    }
    // n received bytes have left the buffer.
    void read(u32 n) { fwd_cnt_ += n; }
    u32 unread() const { return rx_cnt_ - fwd_cnt_; }

    // Bytes that the peer may still send, as far as it has been told last.
    u32 window() const { return above(told_edge_, rx_cnt_); }
    // By how much a packet sent now would increase the window.
    u32 gain() const { return above(edge(), rx_cnt_ + window()); }
    // A packet with the present values has been sent.
    void told() {
        told_edge_ = edge();
        limit_ += above(told_edge_, limit_);
    }

    // Is the gain worth a packet of its own? Half of the buffer keeps the peer sending; 64 KiB is the longest
    // packet. With a small window, a peer might also wait with the end of a message that no one can read
    // before it is complete, so for messages any gain counts when the window is closed.
    bool is_update_due(bool messages) const {
        constexpr u32 kLongestPacket = 64 << 10;
        const u32 half = buf_alloc_ / 2 ? buf_alloc_ / 2 : 1;
        const u32 enough = half < kLongestPacket ? half : kLongestPacket;
        return gain() >= (messages && window() == 0 ? 1 : enough);
    }

  private:
    static u32 above(u32 a, u32 b) { return static_cast<i32>(a - b) > 0 ? a - b : 0; }
    u32 edge() const { return fwd_cnt_ + buf_alloc_; }

    u32 buf_alloc_ = 0;
    u32 rx_cnt_ = 0, fwd_cnt_ = 0;
    u32 told_edge_ = 0;  // the last edge told: it goes back when the buffer shrinks
    u32 limit_ = 0;      // the furthest edge told: the peer may already use it
};

}  // namespace net
