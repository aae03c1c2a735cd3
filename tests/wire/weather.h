// What one direction of a wire does to frames. Shares are from 0 to 1 and concern IPv4 frames alone: all
// others, ARP above all, have delay and rate but are never lost, doubled, damaged or held back.
#pragma once

#include <vector>

#include "lib/time.h"
#include "lib/types.h"

namespace wire {

using Frame = std::vector<u8>;  // from the Ethernet header on, without the frame check sequence

struct Weather {
    // A router with a link of `bytes_per_second` (0: any number) and a queue before it that drops the newest
    // frame when it is full (0: endless).
    i64 bytes_per_second = 0;
    usize queue_bytes = 0;
    // The link's MTU in bytes, IP header included (0: any). Longer packets are fragmented; where they must
    // not be, the sender hears of it by ICMP, or with `black_hole` of nothing.
    usize mtu = 0;
    bool black_hole = false;

    double loss = 0;
    // Gilbert-Elliott: a frame begins a burst with this chance; a burst lasts burst_length frames on average
    // and loses this share of them.
    double burst = 0, burst_length = 1, burst_loss = 1;
    double damage = 0;    // one bit behind the Ethernet header is flipped
    double doubling = 0;  // the frame arrives twice
    double held = 0;      // the frame arrives later by held_by: those behind it overtake it

    u64 spared = 0;  // so many IPv4 frames come first, and have rate and delay alone

    Duration delay{};   // of every frame
    Duration jitter{};  // and for IPv4 frames between nothing and this on top, evenly spread
    Duration held_by{};
};

// What became of the frames of one direction. Each frame that entered was lost, refused or has left.
struct Counts {
    u64 entered = 0, bytes = 0;
    u64 delivered = 0;  // copies and fragments each count
    u64 lost = 0;       // by chance, bursts included
    u64 damaged = 0, doubled = 0, held = 0;
    u64 queue_full = 0;
    u64 fragmented = 0;  // packets cut into fragments
    u64 too_long = 0;    // packets refused, with ICMP or without
};

}  // namespace wire
