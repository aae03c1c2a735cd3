// IPv4 (RFC 791, RFC 1122 section 3): input with all header checks, output with routing, and fragmentation.
#pragma once

#include "net/core/mbuf.h"
#include "net/proto/interface.h"
#include "net/wire/ipv4.h"

namespace net {

class Inet;

// Processes a received packet without its Ethernet header and consumes it. `broadcast`: the frame's
// destination was the broadcast address. `verified`: the device has verified the checksum of UDP or TCP. m is
// a chain only if the device has merged several TCP segments; then all headers are in the head. Thread
// context, no lock held; never sleeps. MbufPtr&& as on the way to the device (mbuf.h): net_rx frees what
// nobody has kept.
void ip_in(Interface& in, MbufPtr&& m, bool broadcast, bool verified);

// Passes a whole packet for us to its protocol and consumes it. `ip` is a view of the head of m. m is a chain
// only if the packet was reassembled and is too large for one mbuf, or was merged by the device. Context and
// `verified`: as ip_in.
void ip_deliver(Interface& in, const Ipv4Packet& ip, MbufPtr&& m, bool verified);

// The header fields that the sender of a packet may choose.
struct alignas(8) IpControls {  // fits in one register
    u8 ttl = kDefaultTtl;
    u8 tos = 0;
    u16 flags = 0;                // or kDontFragment: set in packets that fit the path MTU
    bool never_fragment = false;  // return MsgSize for packets that do not fit
    bool operator==(const IpControls&) const = default;
};
inline constexpr IpControls kNeverFragment{kDefaultTtl, 0, Ipv4Header::kDontFragment, true};

// Adds an IPv4 header to m and sends it to dst's next hop. A packet longer than the MTU of the link or, if
// known, of the path (path_mtu.h) is fragmented. m may be one mbuf or a chain of mbufs of any size; on
// Ethernet, mbufs of kMaxFragment bytes with headroom for the headers are not copied. With
// Offload::TcpSegments, each segment must fit the MTU. Consumes m, also on failure; drops are counted.
// Errors: AddrNotAvail (src is no longer our address); NetDown (its interface is down); NetUnreach (no
// route); MsgSize (longer than kMaxIpPacket, or than the MTU and must not be fragmented); those of
// Interface::send.
Result<> ip_out(Inet& inet, MbufPtr&& m, Ipv4Addr src, Ipv4Addr dst, IpProtocol protocol, WhenFull when,
                IpControls controls = {});

inline constexpr usize kMaxIpPayload = kEtherMtu - sizeof(Ipv4Header);
inline constexpr usize kMaxFragment = kMaxIpPayload & ~usize{7};
inline constexpr usize kMaxIpPacket = 65535;  // the limit of the length field

}  // namespace net
