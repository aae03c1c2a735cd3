// A router before a link with a smaller MTU: IPv4 fragmentation (RFC 791 section 2.3), and the ICMP message
// if DF is set (RFC 1191 section 4).
#pragma once

#include "tests/wire/weather.h"

namespace wire {

// Whether the frame has an IPv4 packet of more than mtu bytes. Ethernet's padding does not count.
bool is_longer_than(Bytes frame, usize mtu);

// The frames with the fragments of a packet. None if DF is set or the packet cannot be fragmented. Copies all
// options into every fragment, regardless of the copied flag.
std::vector<Frame> fragments_of(Bytes frame, usize mtu);

// The ICMP message to the packet's sender. Its source is the packet's destination, so it passes reverse path
// filters. Empty if RFC 1122 section 3.2.2 forbids it: about an ICMP error, a later fragment, a group
// address.
Frame fragmentation_needed(Bytes frame, usize mtu);

}  // namespace wire
