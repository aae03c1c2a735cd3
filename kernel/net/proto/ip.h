// IPv4 (RFC 791, RFC 1122 section 3): input with every check of the header, and output by the routes.
#pragma once

#include "net/core/mbuf.h"
#include "net/proto/interface.h"
#include "net/wire/ipv4.h"

namespace net {

class Inet;

// Takes a received packet, the Ethernet header gone. `broadcast`: the frame was for every station.
// Thread context, no lock held; never sleeps.
void ip_in(Interface& in, MbufPtr m, bool broadcast);

// Puts an IPv4 header in front of m and sends it to dst's next hop. Never fragments: m is at most
// kMaxIpPayload long, or MsgSize. Takes m in any case; what is dropped is counted.
// Errors: NetUnreach (no route), MsgSize, and those of Interface::send.
Result<> ip_out(Inet& inet, MbufPtr m, Ipv4Addr src, Ipv4Addr dst, IpProtocol protocol, WhenFull when);

inline constexpr usize kMaxIpPayload = kEtherMtu - sizeof(Ipv4Header);

}  // namespace net
