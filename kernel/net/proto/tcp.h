// The functions of TCP that IP and ICMP call. TCP is in the layer above, in tcp/.
#pragma once

#include "net/core/mbuf.h"
#include "net/proto/interface.h"
#include "net/wire/icmp.h"
#include "net/wire/tcp.h"

namespace net {

// Processes a received packet whose payload is TCP and consumes m, whose data start at the IP header. m may
// be a chain: `ip` is then a view of the head. `verified`: the checksum needs no verification. Thread
// context, no lock held; never sleeps.
void tcp_in(Interface& in, const Ipv4Packet& ip, MbufPtr&& m, bool verified);

// Reports why a segment of ours did not arrive; `quote` is its start. mtu: the next hop's MTU if the segment
// was too long, 0 if it is unknown or for other reasons. Context: as tcp_in.
void tcp_unreachable(Inet& inet, const QuotedPacket& quote, Errno error, u16 mtu);

// The addresses, ports and acknowledgment number of a received ACK.
struct TcpAck {
    Ipv4Addr local, remote;
    u16 local_port, remote_port;
    u32 number;
};
// Does the ACK acknowledge new data that one of our connections has sent? Context: as tcp_in.
bool tcp_waits_for(Inet& inet, const TcpAck& ack);

}  // namespace net
