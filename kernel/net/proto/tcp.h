// TCP, as far as it goes: there are no connections yet, so every segment for us is answered with a reset
// (RFC 9293 section 3.10.7.1, the CLOSED state). A peer then fails at once instead of trying for minutes.
#pragma once

#include "net/core/mbuf.h"
#include "net/proto/interface.h"
#include "net/wire/ipv4.h"
#include "net/wire/tcp.h"

namespace net {

// Takes a received packet whose payload is TCP; m's data start at the IP header. Thread context, no lock
// held; never sleeps.
void tcp_in(Interface& in, const Ipv4Packet& ip, MbufPtr m);

}  // namespace net
