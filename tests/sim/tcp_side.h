// What one end of a TCP connection has sent, and what has arrived at it, as seen on the wire. Sequence
// numbers are relative: 0 is the SYN of the side that sends them.
#pragma once

#include <optional>
#include <tuple>

#include "net/tcp/segment.h"
#include "packets.h"
#include "source.h"

namespace sim {

// The addresses and ports of a segment, the sender's first.
using FlowKey = std::tuple<u32, u16, u32, u16>;
inline FlowKey reversed(const FlowKey& k) {
    const auto& [a, b, c, d] = k;
    return {c, d, a, b};
}

// A TCP segment of a frame, taken apart.
struct WireSegment {
    FlowKey key;
    u32 seq, ack;
    u16 window;
    net::TcpFlags flags;
    net::TcpOptionsIn options;
    Bytes data;
    u32 length() const { return static_cast<u32>(data.size()) + u32{flags.syn()} + u32{flags.fin()}; }
};
// Nothing: the frame has no whole TCP segment.
std::optional<WireSegment> segment_in(const packets::Packet& frame);

// Ranges of numbers [left, right), sorted and disjoint.
class Ranges {
  public:
    void add(u32 left, u32 right);
    bool contain(u32 left, u32 right) const;
    u32 end_of_first() const { return ranges_.empty() || ranges_[0].first ? 0 : ranges_[0].second; }

  private:
    std::vector<std::pair<u32, u32>> ranges_;
};

// The intervals between transmissions of the same segment while nothing arrives.
struct Resending {
    u32 seq = 0;
    Instant at{}, third{};
    Duration gap{};  // before the last; zero: unknown
    unsigned count = 0;
    bool paused = false;  // the host has paused since
};

struct Side {
    bool open = false;  // its SYN was seen, and the checks apply
    bool has_reset = false;
    u32 iss = 0;
    u32 end = 0;  // after everything ever sent
    std::optional<u32> fin;
    bool scales = false;
    u8 scale = 0;
    std::optional<u32> timestamp;  // the last one sent
    std::optional<Source> source;

    // Relative to the peer's numbers.
    u32 acked = 0;    // the highest ACK sent
    u64 offered = 0;  // the right edge of the window, as sent
    Ranges arrived;

    // What its peer has told it: relative to its own numbers.
    u32 known_una = 0;
    u64 known_right = 0;

    // Since when nothing has arrived, nothing that was not delayed (PAWS drops that), and since when data
    // wait for an ACK.
    Instant heard{}, fresh{}, progress{};
    std::optional<u32> newest;  // timestamp that has arrived
    bool has_wrapped = false;   // a number has passed 2^32

    Resending resending;
    std::optional<Instant> owes_ack;  // since when

    void hear(const WireSegment& s, Instant now);
    u32 next() const { return arrived.end_of_first(); }  // everything before it has arrived
};

}  // namespace sim
