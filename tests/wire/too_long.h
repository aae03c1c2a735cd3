// A router before a link with a smaller MTU: IPv4 fragmentation (RFC 791 section 2.3) and what is sent back
// instead where it is forbidden (RFC 1191 section 4).
#pragma once

#include "tests/wire/weather.h"

namespace wire {

// An IPv4 packet of more than mtu bytes? Ethernet's padding does not count.
bool is_longer_than(Bytes frame, usize mtu);

// The frames that carry its fragments. None when DF is set, or when the packet cannot be cut. Options go into
// every fragment: those that should not be copied are too rare here.
std::vector<Frame> fragments_of(Bytes frame, usize mtu);

// The ICMP message to the packet's sender, in the name of its destination: so it passes any reverse path
// filter. Empty where RFC 1122 section 3.2.2 forbids one: about an ICMP error, a later fragment, a group
// address.
Frame fragmentation_needed(Bytes frame, usize mtu);

}  // namespace wire
