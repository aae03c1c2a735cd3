// The layers of the dump. Each prints its header and hands the bytes behind it to the next layer. Internal to
// net/dump. Every function takes any bytes.
#pragma once

#include "net/dump/names.h"
#include "net/wire/checksum.h"

namespace net {

// --- link layers: the whole packet ---
void dump_ethernet(DumpWriter& w, const Piece& p);
void dump_raw_ip(DumpWriter& w, const Piece& p);
void dump_linux_cooked(DumpWriter& w, const Piece& p);
void dump_linux_cooked2(DumpWriter& w, const Piece& p);
void dump_null(DumpWriter& w, const Piece& p);
void dump_loop(DumpWriter& w, const Piece& p);
void dump_ppp(DumpWriter& w, const Piece& p);

// The section for bytes behind the packet that a link layer carries. `name` is "Padding" or "Trailer".
void dump_trailer(DumpWriter& w, const char* name, const Piece& rest);

// What the layers below know of a packet, for those above.
struct DumpContext {
    Checksum pseudo{};     // the addresses of the pseudo header
    bool quoted = false;   // the copy of a packet inside an ICMP error: cut short by design
    bool complete = true;  // not a fragment: a checksum over the whole packet can be judged
    u8 depth = 0;          // IP headers around this one

    // The pseudo header of RFC 768 and RFC 8200 section 8.1. Their sums have the same form.
    Checksum pseudo_header(IpProtocol protocol, usize length) const;
};
// More IP headers inside each other than any network uses: the rest is shown as bytes.
inline constexpr u8 kMaxDepth = 6;

// --- network layers: each returns what is behind its packet, such as Ethernet's padding ---
// The payload that an Ethernet type names; unknown types are printed as bytes.
Piece dump_ether_payload(DumpWriter& w, EtherType type, const Piece& p, const DumpContext& outer);
Piece dump_arp(DumpWriter& w, const Piece& p);
Piece dump_llc(DumpWriter& w, const Piece& p);
Piece dump_stp(DumpWriter& w, const Piece& p);
Piece dump_lldp(DumpWriter& w, const Piece& p);
Piece dump_ipv4(DumpWriter& w, const Piece& p, const DumpContext& outer);
Piece dump_ipv6(DumpWriter& w, const Piece& p, const DumpContext& outer);

// --- transport layers: `p` is all of the payload of an IP packet ---
// The payload that an IP protocol number names; unknown protocols are printed as bytes.
void dump_transport(DumpWriter& w, IpProtocol protocol, const Piece& p, const DumpContext& ip);
void dump_icmp(DumpWriter& w, const Piece& p, const DumpContext& ip);
void dump_udp(DumpWriter& w, const Piece& p, const DumpContext& ip);
void dump_tcp(DumpWriter& w, const Piece& p, const DumpContext& ip);

// --- applications: what is known of a UDP or TCP payload; the caller prints its bytes ---
void dump_application(DumpWriter& w, IpProtocol protocol, u16 src_port, u16 dst_port, const Piece& p);

// --- parts of a header ---
void dump_ipv4_options(DumpWriter& w, Bytes options);
void dump_tcp_options(DumpWriter& w, Bytes options);
// An option list that ends in an impossible length, and bytes behind its end.
class HeaderOptions;
void dump_options_rest(DumpWriter& w, const char* label, const HeaderOptions& walk);

// Brief text: "10.0.2.2:47044 > 10.0.2.15:7: " with the ports of UDP or TCP, where they are there.
struct DumpEnds {
    const char *src, *dst;
    bool brackets;  // IPv6 addresses that a port follows stand in brackets (RFC 3986)
};
void say_ends(DumpWriter& w, const DumpEnds& ends, IpProtocol protocol, const Piece& payload);

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
