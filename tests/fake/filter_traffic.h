// Random packets and random expressions that fit each other: both take addresses, ports and protocols from
// the same small pools, so that an expression matches a good part of the packets.
#pragma once

#include <random>
#include <string>

#include "fake/packets.h"

namespace filter_traffic {

using Random = std::mt19937;

// An Ethernet frame of any kind: IPv4 with options and fragments, IPv6, ARP, VLAN tags, every transport. Some
// are mutated, some are cut.
packets::Packet random_frame(Random& random);

// A valid expression of the filter language. Libpcap takes it too, and means the same by it: docs/filter.md
// lists the few things in which the two differ, which it leaves out.
std::string random_expression(Random& random);

}  // namespace filter_traffic
