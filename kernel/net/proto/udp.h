// UDP (RFC 768, RFC 1122 section 4.1).
#pragma once

#include "net/core/mbuf.h"
#include "net/proto/endpoint.h"
#include "net/proto/interface.h"
#include "net/proto/ip.h"
#include "net/wire/udp.h"

namespace net {

// Processes a received packet whose payload is UDP and consumes m, whose data start at the IP header. Thread
// context, no lock held; never sleeps.
void udp_in(Interface& in, const Ipv4Packet& ip, MbufPtr&& m, bool verified);

inline constexpr usize kMaxUdpPayload = kMaxIpPacket - sizeof(Ipv4Header) - sizeof(UdpHeader);

// Sends m as the payload of one datagram from the endpoint `key` to its remote address. m is one mbuf or a
// chain, with headroom for the UDP header. Consumes m, also on failure. Errors: as ip_out.
Result<> net_tx_udp(Inet& inet, MbufPtr&& m, const EndpointKey& key, WhenFull when = WhenFull::Wait,
                    IpControls controls = {});

}  // namespace net
