// IPv4 (RFC 791, RFC 1122 section 3): input with every check of the header, output by the routes, and
// fragments both ways.
#pragma once

#include "net/core/mbuf.h"
#include "net/proto/interface.h"
#include "net/wire/ipv4.h"

namespace net {

class Inet;

// Takes a received packet, the Ethernet header gone. `broadcast`: the frame was for every station.
// Thread context, no lock held; never sleeps.
void ip_in(Interface& in, MbufPtr m, bool broadcast);

// Hands a whole packet for us to its protocol. `ip` views the head of m, which is a chain only when the
// packet was reassembled and is too large for one mbuf. As ip_in.
void ip_deliver(Interface& in, const Ipv4Packet& ip, MbufPtr m);

// What a sender may choose of the headers of its packets.
struct alignas(8) IpControls {  // one register
    u8 ttl = kDefaultTtl;
    u8 tos = 0;
    u16 flags = 0;                // or kDontFragment, of packets that fit the path's MTU
    bool never_fragment = false;  // MsgSize for what does not fit
    bool operator==(const IpControls&) const = default;
};
inline constexpr IpControls kNeverFragment{kDefaultTtl, 0, Ipv4Header::kDontFragment, true};

// Puts an IPv4 header in front of m and sends it to dst's next hop. What is longer than the MTU of the link
// or, as far as it is known, of the path (path_mtu.h) goes in fragments: m may be one mbuf or a chain with
// pieces of any size. Pieces of kMaxFragment bytes with headroom for the headers are not copied on Ethernet.
// What the device cuts into segments must fit as it is. Takes m in any case; what is dropped is counted.
// Errors: NetUnreach (no route); MsgSize: more than kMaxIpPacket, or than the MTU and not to be fragmented;
// and those of Interface::send.
Result<> ip_out(Inet& inet, MbufPtr m, Ipv4Addr src, Ipv4Addr dst, IpProtocol protocol, WhenFull when,
                IpControls controls = {});

inline constexpr usize kMaxIpPayload = kEtherMtu - sizeof(Ipv4Header);
inline constexpr usize kMaxFragment = kMaxIpPayload & ~usize{7};
inline constexpr usize kMaxIpPacket = 65535;  // what the length field can say

}  // namespace net
