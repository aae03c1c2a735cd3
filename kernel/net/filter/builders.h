// Filters that the system itself needs, built without the language and its compiler. The names are those of
// Barrelfish's bfdmuxtools.
//
// Each function writes a program that accepts exactly the frames it describes. What a frame claims to be is
// checked from the outside in: the Ethernet type before any field of IPv4 or ARP; version 4 and a header
// length of at least 20 bytes before any address; that it is no later fragment before any port, because only
// the first one has ports. Options are skipped. A VLAN tag is another Ethernet type: no match.
//
// Any address 0.0.0.0 and any port 0 means "whatever is there". None of these programs needs a lock or
// memory; each has at most 40 instructions and a bounded reach().
#pragma once

#include "net/filter/program.h"
#include "net/wire/addr.h"

namespace net {

// Who sends and who receives, as in the packet. 0: any.
struct FilterEnds {
    Ipv4Addr src, dst;
    u16 src_port = 0, dst_port = 0;
};

void build_src_mac(FilterProgram& to, MacAddr src);
void build_dst_mac(FilterProgram& to, MacAddr dst);

// IPv4, and what is in it, between two hosts. The ports of `ends` matter to tcp and udp only.
void build_ipv4(FilterProgram& to, const FilterEnds& ends);
void build_icmp(FilterProgram& to, const FilterEnds& ends);
void build_tcp(FilterProgram& to, const FilterEnds& ends);
void build_udp(FilterProgram& to, const FilterEnds& ends);

// What a card with the address `dst` receives for a port of its host: the paper's receive filters. A frame to
// the broadcast address is not for `dst`.
void build_ether_dst_ipv4_tcp(FilterProgram& to, MacAddr dst, const FilterEnds& ends);
void build_ether_dst_ipv4_udp(FilterProgram& to, MacAddr dst, const FilterEnds& ends);

// What the owner of a port may send: the paper's transmit filters.
void build_ether_src_ipv4_tcp(FilterProgram& to, MacAddr src, const FilterEnds& ends);
void build_ether_src_ipv4_udp(FilterProgram& to, MacAddr src, const FilterEnds& ends);

// ARP for IPv4 over Ethernet (RFC 826): replies, to anyone. Requests do not match.
void build_arp_reply(FilterProgram& to);
// Requests and replies that tell the truth about their sender: `mac`, which is the frame's source too, and
// `ip`.
void build_arp_transmit(FilterProgram& to, MacAddr mac, Ipv4Addr ip);

}  // namespace net
