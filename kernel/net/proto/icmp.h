// ICMP (RFC 792, RFC 1122 section 3.2.2): echo both ways, and the errors both ways.
#pragma once

#include "net/core/mbuf.h"
#include "net/proto/interface.h"
#include "net/proto/ip.h"
#include "net/wire/icmp.h"

namespace net {

// Takes a received packet whose payload is ICMP; m's data start at the IP header. Thread context, no lock
// held; never sleeps.
void icmp_in(Interface& in, const Ipv4Packet& ip, MbufPtr m);

// Tells the sender of `ip` that it was lost, in the very buffer m it came in. Says nothing where RFC 1122
// section 3.2.2 forbids it, or when too much was said lately. Never sleeps.
void icmp_tx_error(Interface& in, const Ipv4Packet& ip, MbufPtr m, IcmpType type, u8 code);
inline void icmp_tx_unreachable(Interface& in, const Ipv4Packet& ip, MbufPtr m, IcmpUnreachableCode code) {
    icmp_tx_error(in, ip, std::move(m), IcmpType::Unreachable, static_cast<u8>(code));
}

// Sends an echo request with m as its data: one mbuf or a chain, with headroom for the ICMP header. Takes m
// in any case. Errors: as ip_out.
Result<> icmp_tx_echo(Inet& inet, MbufPtr m, Ipv4Addr src, Ipv4Addr dst, u16 identifier, u16 sequence,
                      WhenFull when = WhenFull::Wait, IpControls controls = {});

}  // namespace net
