// IPv6 (RFC 8200).
#include "net/wire/ipv6.h"

#include "net/dump/layers.h"

namespace net {
namespace {

void dump_fields(DumpWriter& w, Partial<Ipv6Header>& p) {
    const Ipv6Header& h = p.header;
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
}

// A payload length of 0 is a jumbogram's (RFC 2675), or a sender's that leaves segmentation to its card.
usize payload_length_of(DumpWriter& w, const Ipv6Header& h, const Piece& rest, bool quoted) {
    if (h.payload_length == 0 && rest.length != 0 && h.next_header != 59) {
        w.note("the payload length is 0: taken as %zu bytes", rest.length);
        return rest.length;
    }
    if (h.payload_length > rest.length && !quoted) {
        w.note("truncated: the payload length says %u bytes, %zu are here", +h.payload_length,
               rest.here.size());
    }
    return h.payload_length;
}

DumpContext context_of(const Ipv6Header& h, const DumpContext& outer) {
    DumpContext c{.quoted = outer.quoted, .depth = static_cast<u8>(outer.depth + 1)};
    c.pseudo.add_header(h.src);
    c.pseudo.add_header(h.dst);
    return c;
}

}  // namespace

Piece dump_ipv6(DumpWriter& w, const Piece& piece, const DumpContext& outer) {
    Partial<Ipv6Header> p(piece);
    const Ipv6Header& h = p.header;
    w.section("IPV6 HEADER");
    w.say(" IP6");
    dump_fields(w, p);
    if (!p.whole()) {
        dump_cut_header(w, "an IPv6 header", sizeof h, piece.here.size(), p.rest());
        return piece.behind(piece.length);
    }
    const Piece rest = piece.behind(sizeof h);
    const IpProtocol next{h.next_header};
    say_ends(w, {format_addr(h.src).text, format_addr(h.dst).text, true}, next, rest);
    if (h.version() != 6) w.note("malformed: the version is %u, not 6", h.version());
    const usize length = payload_length_of(w, h, rest, outer.quoted);
    dump_transport(w, next, rest.first(length), context_of(h, outer));
    return rest.behind(length);
}

}  // namespace net
