// TCP options. Iterate over them with HeaderOptions and read them with the functions below. Each function
// returns nothing when the option is of another kind or has a wrong length.
#pragma once

#include "lib/endian.h"
#include "net/wire/options.h"

namespace net {

enum class TcpOptionKind : u8 {
    End = 0,
    Nop = 1,
    MaxSegmentSize = 2,   // RFC 9293 section 3.7.1
    WindowScale = 3,      // RFC 7323 section 2
    SackPermitted = 4,    // RFC 2018 section 2
    Sack = 5,             // RFC 2018 section 3
    Timestamps = 8,       // RFC 7323 section 3
    Md5Signature = 19,    // RFC 2385
    UserTimeout = 28,     // RFC 5482
    Authentication = 29,  // RFC 5925
    Multipath = 30,       // RFC 8684
    FastOpen = 34,        // RFC 7413
    AccEcn0 = 172,        // RFC 9768 section 3.2.3
    AccEcn1 = 174,
    Experiment = 254,  // RFC 6994
};

using TcpOptions = HeaderOptions;

inline TcpOptionKind kind_of(const HeaderOption& o) { return TcpOptionKind{o.kind}; }

inline std::optional<u16> max_segment_size_of(const HeaderOption& o) {
    if (kind_of(o) != TcpOptionKind::MaxSegmentSize || o.data.size() != sizeof(be16)) return std::nullopt;
    return u16{*header_of<be16>(o.data)};
}

// The shift count as sent. RFC 7323 section 2.3: a receiver must use 14 if it is larger.
inline std::optional<u8> window_scale_of(const HeaderOption& o) {
    if (kind_of(o) != TcpOptionKind::WindowScale || o.data.size() != 1) return std::nullopt;
    return o.data[0];
}

inline bool is_sack_permitted(const HeaderOption& o) {
    return kind_of(o) == TcpOptionKind::SackPermitted && o.data.empty();
}

struct TcpTimestamps {
    be32 value, echo;
};

inline std::optional<TcpTimestamps> timestamps_of(const HeaderOption& o) {
    if (kind_of(o) != TcpOptionKind::Timestamps || o.data.size() != sizeof(TcpTimestamps))
        return std::nullopt;
    return *header_of<TcpTimestamps>(o.data);
}

// The receiver has the sequence numbers [left, right).
struct SackBlock {
    be32 left, right;
};

// One to four blocks; empty for another option or a wrong length.
inline std::span<const SackBlock> sack_blocks_of(const HeaderOption& o) {
    if (kind_of(o) != TcpOptionKind::Sack || o.data.size() % sizeof(SackBlock) != 0) return {};
    return {reinterpret_cast<const SackBlock*>(o.data.data()), o.data.size() / sizeof(SackBlock)};
}

}  // namespace net
