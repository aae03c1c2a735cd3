// IPv6 (RFC 8200).
#include "net/wire/ipv6.h"

#include "net/dump/fields.h"
#include "net/dump/layers.h"

namespace net {
namespace {

constexpr Field kFields[] = {
    {"IP version", 0, 1, Show::Number, {}, 0xf0},
    {"Traffic class", 0, 2, Show::Hex, {}, 0x0ff0},
    {"Flow label", 0, 4, Show::Hex, {}, 0x000fffff},
    {"Payload length", 4, 2, Show::Bytes},
    {"Next header", 6, 1, Show::Protocol},
    {"Hop limit", 7, 1},
    {"IP src", 8, 16, Show::Ipv6},
    {"IP dest", 24, 16, Show::Ipv6},
};

// A payload length of 0 without a jumbo payload option is a sender's that leaves segmentation to its card.
usize payload_length_of(DumpWriter& w, const Ipv6Header& h, const Piece& rest, bool quoted) {
    const IpProtocol next{h.next_header};
    usize length = h.payload_length;
    if (length == 0) length = jumbo_length(next, rest.here).value_or(0);
    if (length == 0 && rest.length != 0 && next != IpProtocol::NoNextHeader) {
        w.note("the payload length is 0: taken as %zu bytes", rest.length);
        return rest.length;
    }
    if (length > rest.length && !quoted)
        w.note("truncated: the payload length says %zu bytes, %zu are here", length, rest.here.size());
    return length;
}

DumpContext context_of(const Ipv6Header& h, const UpperLayer& upper, const DumpContext& outer) {
    DumpContext c{.quoted = outer.quoted, .is_ipv6 = true, .depth = static_cast<u8>(outer.depth + 1)};
    c.pseudo.add_header(upper.home_address.value_or(h.src));
    c.pseudo.add_header(upper.final_destination.value_or(h.dst));
    return c;
}

}  // namespace

Piece dump_ipv6(DumpWriter& w, const Piece& piece, const DumpContext& outer) {
    w.section("IPV6 HEADER");
    w.say(" IP6");
    if (!dump_fields(w, "an IPv6 header", sizeof(Ipv6Header), kFields, piece))
        return piece.behind(piece.length);
    const auto& h = *header_of<Ipv6Header>(piece.here);
    const Piece rest = piece.behind(sizeof h);
    const IpProtocol next{h.next_header};
    const UpperLayer upper = upper_layer(next, rest.here, true);
    say_ends(w, {format_addr(h.src).text, format_addr(h.dst).text, true}, upper);
    if (h.version() != 6) w.note("malformed: the version is %u, not 6", h.version());
    const usize length = payload_length_of(w, h, rest, outer.quoted);
    dump_transport(w, next, rest.first(length), context_of(h, upper, outer));
    return rest.behind(length);
}

}  // namespace net
