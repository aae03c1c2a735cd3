// The dump of IPv4 with its options, and of IPv6's fixed header.
#include "net/dump/layers.h"
#include "net/wire/ipv6.h"
#include "net/wire/options.h"

namespace net {
namespace {

void dump_fields(DumpWriter& w, const Partial<Ipv4Header>& p) {
    const Ipv4Header& h = p.header;
    if (p.has(h.version_ihl)) {
        w.field("IP version", "%u", h.version());
        w.field("Header length", "%zu bytes", h.header_length());
    }
    if (p.has(h.tos)) {
        w.field("DSCP", "%u (%s)", h.dscp(), name_of_dscp(h.dscp()));
        w.field("ECN", "%u (%s)", h.ecn(), name_of_ecn(h.ecn()));
    }
    if (p.has(h.total_length)) w.field("Total length", "%u bytes", +h.total_length);
    if (p.has(h.identification))
        w.field("Identification", "0x%04x (%u)", +h.identification, +h.identification);
    if (p.has(h.flags_offset)) {
        w.label("IP flags");
        w.print("0x%x (", h.flags());
        print_flags(w, h);
        w.print(")");
        w.end_line();
        w.field("Fragment offset", "%zu bytes", h.fragment_offset());
    }
    if (p.has(h.ttl)) w.field("TTL", "%u", h.ttl);
    if (p.has(h.protocol)) w.field("Protocol", "%u (%s)", h.protocol, name_of(IpProtocol{h.protocol}));
}

// The checksum covers the header with its options: `header`, which is not the whole when that is cut short.
void dump_header_checksum(DumpWriter& w, const Ipv4Header& h, Bytes header) {
    if (header.size() >= sizeof h && header.size() == h.header_length()) {
        return dump_checksum(w, h.checksum, header, offsetof(Ipv4Header, checksum), Checksum{});
    }
    w.field("Checksum", "0x%04x (not checked: the header is incomplete)", +h.checksum);
}

// Addresses in a route option: a pointer, then four bytes each (RFC 791 section 3.1).
void print_route(DumpWriter& w, Bytes data) {
    if (data.empty()) return;
    w.print(", pointer %u:", data[0]);
    for (Bytes rest = data.subspan(1); rest.size() >= sizeof(Ipv4Addr);
         rest = rest.subspan(sizeof(Ipv4Addr))) {
        w.print(" %s", format_addr(*header_of<Ipv4Addr>(rest)).text);
    }
}

void dump_option(DumpWriter& w, const HeaderOption& o) {
    w.label("IP option");
    w.print("%u (%s)", o.kind, name_of_ipv4_option(o.kind));
    switch (Ipv4OptionKind{o.kind}) {
        case Ipv4OptionKind::RecordRoute:
        case Ipv4OptionKind::LooseSourceRoute:
        case Ipv4OptionKind::StrictSourceRoute: print_route(w, o.data); break;
        default:
            if (!o.data.empty()) w.print(", data ");
            w.hex(o.data);
    }
    w.end_line();
}

void dump_options(DumpWriter& w, Bytes options) {
    HeaderOptions walk(options);
    while (const auto o = walk.next()) dump_option(w, *o);
    if (!walk.malformed()) return;
    w.label("IP option");
    w.print("[malformed: impossible length] ");
    w.hex(walk.rest());
    w.end_line();
}

// What is wrong with the packet as a whole, if anything. A quote is always cut short: no word of that.
void dump_verdict(DumpWriter& w, const Ipv4Header& h, Bytes b, Quoted quoted) {
    switch (Ipv4Packet::check(b)) {
        case Ipv4Error::None: break;
        case Ipv4Error::Truncated:
            w.note("truncated: an IP header takes 20 bytes, %zu are here", b.size());
            break;
        case Ipv4Error::BadVersion: w.note("malformed: the version is %u, not 4", h.version()); break;
        case Ipv4Error::BadHeaderLength: w.note("malformed: a header length below 20 bytes"); break;
        case Ipv4Error::LongHeader:
            w.note("truncated: the header takes %zu bytes, %zu are here", h.header_length(), b.size());
            break;
        case Ipv4Error::BadTotalLength: w.note("malformed: the total length is below the header's"); break;
        case Ipv4Error::LongTotalLength:
            if (quoted == Quoted::Yes) break;
            w.note("truncated: the total length says %u bytes, %zu are here", +h.total_length, b.size());
            break;
    }
}

// Bytes behind the packet: an Ethernet frame has at least 60, so short packets are followed by padding.
void dump_padding(DumpWriter& w, Bytes padding) {
    bool zero = true;
    for (u8 byte : padding) zero = zero && byte == 0;
    if (padding.empty()) return;
    w.field("Padding", "%zu bytes behind the IP packet%s", padding.size(), zero ? "" : ", not all zero");
}

void dump_transport(DumpWriter& w, const Ipv4Header& h, Bytes b, const DumpContext& ip) {
    if (h.fragment_offset() != 0) {
        w.note("fragment: the header of the protocol above is in the first one");
        return dump_payload(w, b);
    }
    switch (IpProtocol{h.protocol}) {
        case IpProtocol::Icmp: return dump_icmp(w, b, ip);
        case IpProtocol::Udp: return dump_udp(w, b, ip);
        case IpProtocol::Tcp: return dump_tcp(w, b, ip);
        default: return dump_payload(w, b);
    }
}

}  // namespace

void dump_checksum(DumpWriter& w, u16 stored, Bytes b, usize at, Checksum sum) {
    Checksum without = sum;
    without.add(b.first(at));
    without.add(b.subspan(at + sizeof(be16)));
    sum.add(b);
    if (sum.finish() == 0) return w.field("Checksum", "0x%04x (correct)", stored);
    w.field("Checksum", "0x%04x (wrong, should be 0x%04x)", stored, without.finish());
}

void dump_ipv4(DumpWriter& w, Bytes b, Quoted quoted) {
    const Partial<Ipv4Header> p(b);
    const Ipv4Header& h = p.header;
    w.section(quoted == Quoted::Yes ? "QUOTED IP HEADER" : "IP HEADER");
    dump_fields(w, p);
    const Bytes header = at_most(b, h.header_length());
    if (p.has(h.checksum)) dump_header_checksum(w, h, header);
    if (p.has(h.src)) w.field("IP src", "%s", format_addr(h.src).text);
    if (p.has(h.dst)) w.field("IP dest", "%s", format_addr(h.dst).text);
    if (h.version() == 4) dump_options(w, behind(header, sizeof h));
    dump_verdict(w, h, b, quoted);

    const Ipv4Error error = Ipv4Packet::check(b);
    const bool cut = error == Ipv4Error::LongTotalLength;
    if (error != Ipv4Error::None && !cut) return dump_payload(w, behind(b, sizeof h));
    const Bytes packet = at_most(b, h.total_length);
    if (quoted == Quoted::No) dump_padding(w, behind(b, packet.size()));
    dump_transport(w, h, packet.subspan(h.header_length()), {h.src, h.dst, quoted, !cut && !h.is_fragment()});
}

void dump_ipv6(DumpWriter& w, Bytes b) {
    const Partial<Ipv6Header> p(b);
    const Ipv6Header& h = p.header;
    w.section("IPV6 HEADER");
    if (p.has(h.version_class_flow)) {
        w.field("IP version", "%u", h.version());
        w.field("Traffic class", "0x%02x", h.traffic_class());
        w.field("Flow label", "0x%05x", h.flow_label());
    }
    if (p.has(h.payload_length)) w.field("Payload length", "%u bytes", +h.payload_length);
    if (p.has(h.next_header))
        w.field("Next header", "%u (%s)", h.next_header, name_of(IpProtocol{h.next_header}));
    if (p.has(h.hop_limit)) w.field("Hop limit", "%u", h.hop_limit);
    if (p.has(h.src)) w.field("IP src", "%s", format_addr(h.src).text);
    if (p.has(h.dst)) w.field("IP dest", "%s", format_addr(h.dst).text);
    if (!p.whole()) return w.note("truncated: an IPv6 header takes 40 bytes, %zu are here", b.size());
    const Bytes rest = b.subspan(sizeof h);
    if (h.payload_length > rest.size()) {
        w.note("truncated: the payload length says %u bytes, %zu are here", +h.payload_length, rest.size());
    }
    dump_payload(w, at_most(rest, h.payload_length));
}

}  // namespace net
