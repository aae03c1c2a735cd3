// A run of acknowledgments: many a peer sends one for each segment it gets, and they come in bursts. The last
// of a run says all that the others did.
#pragma once

#include "net/core/mbuf.h"

namespace net {

// Are both Ethernet frames bare ACKs of one TCP connection, `later` for more than `earlier`? Then the earlier
// need not be looked at. Not so where ACKs are counted: one that acknowledges nothing new, or carries SACK
// blocks.
//
// Neither is validated here. The later may turn out to be damaged, and then both are lost; any wire may lose
// an ACK, and the next makes up for it.
bool ack_says_all_of(const Mbuf& later, const Mbuf& earlier);

}  // namespace net
