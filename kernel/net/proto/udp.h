// UDP (RFC 768, RFC 1122 section 4.1).
#pragma once

#include "net/core/mbuf.h"
#include "net/proto/endpoint.h"
#include "net/proto/interface.h"
#include "net/wire/ipv4.h"
#include "net/wire/udp.h"

namespace net {

// Takes a received packet whose payload is UDP; m's data start at the IP header. Thread context, no lock
// held; never sleeps.
void udp_in(Interface& in, const Ipv4Packet& ip, MbufPtr m);

// Sends m as the payload of one datagram from the endpoint `key` to its remote. Takes m in any case. For
// threads that may wait for room in the device's ring. Errors: as ip_out.
Result<> net_tx_udp(Inet& inet, MbufPtr m, const EndpointKey& key);

}  // namespace net
