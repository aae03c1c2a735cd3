// The effects of one direction of a wire on frames. Shares are from 0 to 1 and apply only to IPv4 frames.
// Other frames, such as ARP, have delay and rate but are never lost, duplicated, damaged or held back.
#pragma once

#include <vector>

#include "lib/time.h"
#include "lib/types.h"

namespace wire {

using Frame = std::vector<u8>;  // with the Ethernet header, without the frame check sequence

struct Weather {
    // A link of `bytes_per_second` (0: unlimited) after a drop-tail queue of `queue_bytes` (0: unlimited).
    i64 bytes_per_second = 0;
    usize queue_bytes = 0;
    // The link's MTU in bytes, including the IP header (0: any). Longer packets are fragmented. With DF they
    // are dropped, and the sender gets an ICMP message unless `black_hole` is set.
    usize mtu = 0;
    bool black_hole = false;

    double loss = 0;
    // Gilbert-Elliott: `burst` is the probability that a frame begins a burst. A burst lasts burst_length
    // frames on average and loses the share burst_loss of them.
    double burst = 0, burst_length = 1, burst_loss = 1;
    double damage = 0;    // one bit after the Ethernet header is flipped
    double doubling = 0;  // the frame arrives twice
    double held = 0;      // the frame is delayed by held_by, so later frames overtake it

    u64 spared = 0;  // the first IPv4 frames, this many, have only rate and delay

    Duration delay{};   // of every frame
    Duration jitter{};  // IPv4 frames: an additional delay, uniform from 0 to this
    Duration held_by{};
};

// Frame counts of one direction. Each frame that enters is lost, refused or delivered.
struct Counts {
    u64 entered = 0, bytes = 0;
    u64 delivered = 0;  // copies and fragments each count
    u64 lost = 0;       // by --loss and --burst
    u64 damaged = 0, doubled = 0, held = 0;
    u64 queue_full = 0;
    u64 fragmented = 0;  // packets cut into fragments
    u64 too_long = 0;    // packets dropped for their length, with or without ICMP
};

}  // namespace wire
