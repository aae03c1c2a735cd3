// ICMP (RFC 792, RFC 1122 section 3.2.2): sending and receiving of echo messages and errors.
#pragma once

#include "net/core/mbuf.h"
#include "net/proto/interface.h"
#include "net/proto/ip.h"
#include "net/wire/icmp.h"

namespace net {

// Processes a received packet whose payload is ICMP and consumes m, whose data start at the IP header. Thread
// context, no lock held; never sleeps.
void icmp_in(Interface& in, const Ipv4Packet& ip, MbufPtr m);

// Sends an ICMP error to the sender of `ip`, in the packet's own mbuf m, which it consumes. Sends nothing
// where RFC 1122 section 3.2.2 forbids it, or above the rate limit. Never sleeps.
void icmp_tx_error(Interface& in, const Ipv4Packet& ip, MbufPtr m, IcmpType type, u8 code);
inline void icmp_tx_unreachable(Interface& in, const Ipv4Packet& ip, MbufPtr m, IcmpUnreachableCode code) {
    icmp_tx_error(in, ip, std::move(m), IcmpType::Unreachable, static_cast<u8>(code));
}

// Sends an echo request with m as its data: one mbuf or a chain, with headroom for the ICMP header. Consumes
// m, also on failure. Errors: as ip_out.
Result<> icmp_tx_echo(Inet& inet, MbufPtr m, Ipv4Addr src, Ipv4Addr dst, u16 identifier, u16 sequence,
                      WhenFull when = WhenFull::Wait, IpControls controls = {});

}  // namespace net
