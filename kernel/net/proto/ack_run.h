// A run of pure ACKs: many peers send one for each segment, and they arrive in bursts. Once TCP has accepted
// the last of a run, the others contain no new information.
#pragma once

#include "net/core/mbuf.h"
#include "net/proto/tcp.h"

namespace net {

// Are both Ethernet frames pure ACKs of one TCP connection, and does `later` acknowledge more than `earlier`,
// but at most 1 MiB more? False for duplicate ACKs and ACKs with SACK blocks, which TCP must count, and if
// the timestamps go back, for then TCP rejects `later` (RFC 7323 section 5). The frames are not validated:
// `later` covers `earlier` only if TCP accepts it.
bool ack_covers(const Mbuf& later, const Mbuf& earlier);

// The connection and the acknowledgment number of such a frame.
TcpAck ack_in(const Mbuf& frame);

// Are the IP and TCP checksums of such a frame right?
bool ack_is_intact(const Mbuf& frame);

}  // namespace net
