// The door between IP and TCP: what IP and ICMP call. TCP itself lies above, in tcp/.
#pragma once

#include "net/core/mbuf.h"
#include "net/proto/interface.h"
#include "net/wire/icmp.h"
#include "net/wire/tcp.h"

namespace net {

// Takes a received packet whose payload is TCP; m's data start at the IP header. Thread context, no lock
// held; never sleeps.
void tcp_in(Interface& in, const Ipv4Packet& ip, MbufPtr m);

// A segment of ours, of which `quote` shows the start, did not arrive, and this is why. mtu: what the next
// hop can take, when that is the reason and it is known; else 0. As tcp_in.
void tcp_unreachable(Inet& inet, const QuotedPacket& quote, Errno error, u16 mtu);

// An acknowledgment from outside: who acknowledges how much to whom.
struct TcpAck {
    Ipv4Addr local, remote;
    u16 local_port, remote_port;
    u32 number;
};
// Does a connection of ours wait for an acknowledgment of all up to there? Not if it never sent that much. As
// tcp_in.
bool tcp_waits_for(Inet& inet, const TcpAck& ack);

}  // namespace net
