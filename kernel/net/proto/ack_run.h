// A run of ACKs: many peers send one for each segment they get, and they come in bursts. Once TCP has taken
// the last of a run, the others say nothing new.
#pragma once

#include "net/core/mbuf.h"
#include "net/proto/tcp.h"

namespace net {

// Are both Ethernet frames pure ACKs of one TCP connection, `later` for more than `earlier`? Not where ACKs
// are counted: one that acknowledges nothing new, or carries SACK blocks. Neither is validated: `later` makes
// up for `earlier` only if TCP takes it.
bool ack_says_all_of(const Mbuf& later, const Mbuf& earlier);

// What such a frame acknowledges.
TcpAck ack_in(const Mbuf& frame);

}  // namespace net
