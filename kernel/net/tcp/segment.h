// A received segment, taken apart: what the steps of RFC 9293 section 3.10.7 work on.
#pragma once

#include "net/core/mbuf.h"
#include "net/tcp/scoreboard.h"
#include "net/wire/tcp.h"

namespace net {

struct TcpOptionsIn {
    static constexpr usize kMaxSacks = 4;
    u16 mss = 0;  // 0: not told
    u8 scale = 0;
    bool has_scale = false;
    bool sack_permitted = false;
    bool has_timestamps = false;
    u8 sack_count = 0;
    u32 ts_value = 0, ts_echo = 0;
    SeqRange sacks[kMaxSacks];
};

// Options that are malformed end the list; those before count.
TcpOptionsIn parse_tcp_options(Bytes options);

struct Segment {
    Seq seq, ack;
    u32 length = 0;  // SEG.LEN less SYN and FIN: bytes of data
    TcpFlags flags;
    u16 window = 0;  // as it stands there, not scaled
    TcpOptionsIn options;
    MbufPtr data;  // exactly the `length` bytes; null is as good as none

    // Sequence numbers it takes: SEG.LEN.
    u32 sequence_length() const { return length + u32{flags.syn()} + u32{flags.fin()}; }
    Seq end() const { return seq + sequence_length(); }
};

}  // namespace net
