// A run of pure ACKs: many peers send one for each segment, and they arrive in bursts. Once TCP has accepted
// the last of a run, the others contain no new information.
#pragma once

#include "net/core/mbuf.h"
#include "net/proto/tcp.h"

namespace net {

// Is the Ethernet frame an ACK without data, and without options other than timestamps? It is not validated.
bool is_pure_ack(const Mbuf& frame);

// `earlier` is a pure ACK. Is `later` one, too, of the same TCP connection, and does it acknowledge more, but
// at most 1 MiB more? False for duplicate ACKs, which TCP must count, and if the timestamps go back, for then
// TCP rejects `later` (RFC 7323 section 5). `later` covers `earlier` only if TCP accepts it.
bool ack_covers(const Mbuf& later, const Mbuf& earlier);

// The connection and the acknowledgment number of such a frame.
TcpAck ack_in(const Mbuf& frame);

// Are the IP and TCP checksums of such a frame right?
bool ack_is_intact(const Mbuf& frame);

}  // namespace net
