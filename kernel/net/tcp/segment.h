// A parsed received segment: the input of the steps of RFC 9293 section 3.10.7.
#pragma once

#include "net/core/mbuf.h"
#include "net/tcp/scoreboard.h"
#include "net/wire/tcp.h"

namespace net {

struct TcpOptionsIn {
    static constexpr usize kMaxSacks = 4;
    u16 mss = 0;  // 0: absent
    u8 scale = 0;
    bool has_scale = false;
    bool sack_permitted = false;
    bool has_timestamps = false;
    u8 sack_count = 0;
    SeqRange sacks[kMaxSacks];
    u32 ts_value = 0, ts_echo = 0;
};

// Stops at a malformed option; the options before it are used.
TcpOptionsIn parse_tcp_options(Bytes options);

struct Segment {
    Seq seq, ack;
    u32 length = 0;  // bytes of data: SEG.LEN without SYN and FIN
    TcpFlags flags;
    u16 window = 0;  // the field's value, not scaled
    TcpOptionsIn options;
    MbufPtr data;  // exactly the `length` bytes, in one mbuf or a chain; may be null if length is 0

    // SEG.LEN: SYN and FIN count as one each.
    u32 sequence_length() const { return length + u32{flags.syn()} + u32{flags.fin()}; }
    Seq end() const { return seq + sequence_length(); }
};

}  // namespace net
