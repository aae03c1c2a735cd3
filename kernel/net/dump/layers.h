// The layers of the dump. Each prints its header and hands the bytes behind it to the next layer. Internal to
// net/dump. Every function takes any bytes.
#pragma once

#include "net/dump/names.h"
#include "net/wire/checksum.h"
#include "net/wire/ipv6.h"

namespace net {

// What the layers below know of a packet, for those above.
struct DumpContext {
    Checksum pseudo{};     // the addresses of the pseudo header
    bool quoted = false;   // the copy of a packet inside an ICMP error: cut short by design
    bool complete = true;  // not a fragment: a checksum over the whole packet can be judged
    bool is_ipv6 = false;
    u8 depth = 0;  // IP headers around this one

    // The pseudo header of RFC 768 and RFC 8200 section 8.1. Their sums have the same form.
    Checksum pseudo_header(IpProtocol protocol, usize length) const;
};

// --- link layers: the whole packet. `outer` is the packet around it, in a tunnel ---
void dump_ethernet(DumpWriter& w, const Piece& p, const DumpContext& outer = {});
void dump_raw_ip(DumpWriter& w, const Piece& p);
void dump_linux_cooked(DumpWriter& w, const Piece& p);
void dump_linux_cooked2(DumpWriter& w, const Piece& p);
void dump_null(DumpWriter& w, const Piece& p);
void dump_loop(DumpWriter& w, const Piece& p);
void dump_ppp(DumpWriter& w, const Piece& p, const DumpContext& outer = {});

// The section for bytes behind the packet that a link layer carries. `name` is "Padding" or "Trailer".
void dump_trailer(DumpWriter& w, const char* name, const Piece& rest);

// More IP headers inside each other than any network uses: the rest is shown as bytes. All recursion of the
// dump goes through an IP header, and a header takes half a kilobyte of the kernel's stacks.
inline constexpr u8 kMaxDepth = 4;

// --- network layers: each returns what is behind its packet, such as Ethernet's padding ---
// The payload that an Ethernet type names; unknown types are printed as bytes.
Piece dump_ether_payload(DumpWriter& w, EtherType type, const Piece& p, const DumpContext& outer);
Piece dump_arp(DumpWriter& w, const Piece& p);
Piece dump_llc(DumpWriter& w, const Piece& p, const DumpContext& outer = {});
Piece dump_stp(DumpWriter& w, const Piece& p);
Piece dump_lldp(DumpWriter& w, const Piece& p);
Piece dump_ipv4(DumpWriter& w, const Piece& p, const DumpContext& outer);
Piece dump_ipv6(DumpWriter& w, const Piece& p, const DumpContext& outer);

// --- transport layers: `p` is all of the payload of an IP packet ---
// The payload that an IP protocol number names; unknown protocols are printed as bytes.
void dump_transport(DumpWriter& w, IpProtocol protocol, const Piece& p, const DumpContext& ip);
void dump_icmp(DumpWriter& w, const Piece& p, const DumpContext& ip);
void dump_icmpv6(DumpWriter& w, const Piece& p, const DumpContext& ip);
void dump_igmp(DumpWriter& w, const Piece& p, const DumpContext& ip);
void dump_udp(DumpWriter& w, const Piece& p, const DumpContext& ip);
void dump_tcp(DumpWriter& w, const Piece& p, const DumpContext& ip);
void dump_gre(DumpWriter& w, const Piece& p, const DumpContext& ip);
void dump_ah(DumpWriter& w, const Piece& header);  // behind its next header and length
void dump_esp(DumpWriter& w, const Piece& p);

// --- extension headers: those of IPv6, and AH, which IPv4 has too ---
bool is_extension(IpProtocol protocol, bool is_ipv6);
// Prints them and takes them off. False: no header of the layer above is there, and all is printed.
bool dump_extensions(DumpWriter& w, IpProtocol& protocol, Piece& p, DumpContext& ip);
// What stands behind them, for the brief text, which names the ports first, and for the pseudo header.
struct UpperLayer {
    IpProtocol protocol;
    Bytes bytes;  // none in a fragment that is not the first
    // What the pseudo header has instead of the addresses in the IPv6 header.
    std::optional<Ipv6Addr> home_address{};       // of the sender (RFC 6275 section 11.3.2)
    std::optional<Ipv6Addr> final_destination{};  // of a routing header with segments left
};
UpperLayer upper_layer(IpProtocol protocol, Bytes b, bool is_ipv6);
void dump_routing(DumpWriter& w, const Piece& header);
// The final destination that a routing header names; null without segments left.
const Ipv6Addr* final_destination_of(Bytes routing_header);
// The payload length of a jumbogram (RFC 2675), when `b` begins with such a hop-by-hop header.
std::optional<u32> jumbo_length(IpProtocol first, Bytes b);

// The payload of a fragment that is not the first.
void dump_later_fragment(DumpWriter& w, IpProtocol protocol, const Piece& p);
// Brief text: " [fragment at 1480, more follow]".
void say_fragment(DumpWriter& w, usize offset, bool more);

// --- applications: what is known of a UDP or TCP payload; the caller prints its bytes ---
void dump_application(DumpWriter& w, IpProtocol protocol, u16 src_port, u16 dst_port, const Piece& p);

// --- parts of a header ---
void dump_ipv4_options(DumpWriter& w, Bytes options);
void dump_tcp_options(DumpWriter& w, Bytes options);
void dump_mptcp(DumpWriter& w, Bytes data);  // a TCP option, from its subtype on
// An option list that ends in an impossible length, and bytes behind its end.
class HeaderOptions;
void dump_options_rest(DumpWriter& w, const char* label, const HeaderOptions& walk);

// Brief text: "10.0.2.2:47044 > 10.0.2.15:7: " with the ports of UDP or TCP, where they are there.
struct DumpEnds {
    const char *src, *dst;
    bool brackets;  // IPv6 addresses that a port follows stand in brackets (RFC 3986)
};
void say_ends(DumpWriter& w, const DumpEnds& ends, const UpperLayer& upper);

// The packet that an ICMP error quotes; returns what is behind it. An error must not quote an error (RFC 1122
// section 3.2.2): inside a quote the bytes are only printed.
Piece dump_quote(DumpWriter& w, const Piece& p, const DumpContext& ip, bool is_ipv6);

// The field "Checksum", with a verdict: `stored` stands at byte `at` of `p`, `pseudo` is the sum of the bytes
// that are not in `p`. Not judged unless p is whole and `complete`. `what` is what the checksum covers.
struct DumpChecksum {
    const char* what;
    u16 stored;
    usize at;
    bool complete = true;
    bool zero_as_ones = false;  // UDP: a computed zero is sent as 0xffff
};
void dump_checksum(DumpWriter& w, const DumpChecksum& c, const Piece& p, Checksum pseudo = {});

}  // namespace net
