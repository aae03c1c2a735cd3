// IPv4 (RFC 791).
#include "net/wire/ipv4.h"

#include "net/dump/layers.h"
#include "net/wire/options.h"

namespace net {
namespace {

constexpr Name kFlags[] = {{Ipv4Header::kReservedBit, "reserved"},
                           {Ipv4Header::kDontFragment, "don't fragment"},
                           {Ipv4Header::kMoreFragments, "more fragments"}};

void dump_fields(DumpWriter& w, Partial<Ipv4Header>& p) {
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
        print_bits(w, kFlags, h.flags_offset & ~Ipv4Header::kOffsetMask);
        w.print(")");
        w.end_line();
        w.field("Fragment offset", "%zu bytes", h.fragment_offset());
    }
    if (p.has(h.ttl)) w.field("TTL", "%u", h.ttl);
    if (p.has(h.protocol)) w.field("Protocol", "%u (%s)", h.protocol, name_of(IpProtocol{h.protocol}));
}

// The packet's length: the total length, if it is possible. A sender that leaves segmentation to its card
// (TSO) hands captures a zero.
usize length_of(const Ipv4Header& h, const Piece& p) {
    return h.total_length == 0 ? p.length : usize{u16{h.total_length}};
}

// Reports what is wrong with the packet as a whole. False when there is no payload to decode.
bool dump_verdict(DumpWriter& w, const Ipv4Header& h, const Piece& p, bool quoted) {
    switch (Ipv4Packet::check(p.here)) {
        case Ipv4Error::Truncated: return false;
        case Ipv4Error::BadVersion: return w.note("malformed: the version is %u, not 4", h.version()), false;
        case Ipv4Error::BadHeaderLength: return w.note("malformed: a header length below 20 bytes"), false;
        case Ipv4Error::LongHeader:
            w.note("truncated: the header takes %zu bytes, %zu are here", h.header_length(), p.here.size());
            return false;
        case Ipv4Error::BadTotalLength:
            if (h.total_length != 0)
                return w.note("malformed: the total length is below the header's"), false;
            w.note("the total length is 0, as before segmentation by a card: taken as %zu bytes", p.length);
            break;
        case Ipv4Error::LongTotalLength:
            if (h.total_length > p.length && !quoted)
                w.note("truncated: the total length says %u bytes, %zu are here", +h.total_length,
                       p.here.size());
            break;
        case Ipv4Error::None: break;
    }
    return true;
}

// Where the packet goes in the end. A source route whose pointer is not at its end has the final destination
// as its last address, and the pseudo header means that one (RFC 1122 section 4.1.3.4 names it for UDP).
Ipv4Addr final_destination(const Ipv4Header& h, Bytes options) {
    HeaderOptions walk(options);
    while (const auto o = walk.next()) {
        const Ipv4OptionKind kind{o->kind};
        if (kind != Ipv4OptionKind::LooseSourceRoute && kind != Ipv4OptionKind::StrictSourceRoute) continue;
        // The pointer counts from the option's first byte, from 1; `data` begins with the pointer, the third.
        const usize route =
            o->data.size() < 5 ? 0 : (o->data.size() - 1) / sizeof(Ipv4Addr) * sizeof(Ipv4Addr);
        if (route == 0 || o->data[0] > o->data.size() + 2) break;
        return *header_of<Ipv4Addr>(o->data.subspan(1 + route - sizeof(Ipv4Addr)));
    }
    return h.dst;
}

DumpContext context_of(const Ipv4Header& h, Bytes options, const DumpContext& outer) {
    DumpContext c{
        .quoted = outer.quoted, .complete = !h.is_fragment(), .depth = static_cast<u8>(outer.depth + 1)};
    const Ipv4Addr dst = final_destination(h, options);
    c.pseudo.add_header(h.src);
    c.pseudo.add_header(dst);
    return c;
}

// What follows the header, both addresses known.
void dump_contents(DumpWriter& w, const Ipv4Header& h, const Piece& payload, const DumpContext& c) {
    const IpProtocol protocol{h.protocol};
    if (h.fragment_offset() != 0) return dump_later_fragment(w, protocol, payload);
    dump_transport(w, protocol, payload, c);
}

void dump_header_checksum(DumpWriter& w, const Ipv4Header& h, const Piece& header) {
    const bool complete = header.here.size() >= sizeof h && header.length == h.header_length();
    dump_checksum(w, {"header", h.checksum, offsetof(Ipv4Header, checksum), complete}, header);
}

// Behind a header that cannot be right the bytes are only printed.
Piece dump_bad(DumpWriter& w, const Piece& p) {
    dump_payload(w, p.behind(sizeof(Ipv4Header)));
    return p.behind(p.length);
}

}  // namespace

Piece dump_ipv4(DumpWriter& w, const Piece& piece, const DumpContext& outer) {
    Partial<Ipv4Header> p(piece);
    const Ipv4Header& h = p.header;
    w.section("IP HEADER");
    dump_fields(w, p);
    const Piece header{at_most(piece.here, h.header_length()), h.header_length()};
    const Piece payload = piece.first(length_of(h, piece)).behind(h.header_length());
    w.say(" IP");
    if (p.whole())
        say_ends(
            w, {format_addr(h.src).text, format_addr(h.dst).text, false},
            upper_layer(IpProtocol{h.protocol}, h.fragment_offset() == 0 ? payload.here : Bytes{}, false));
    if (p.has(h.checksum)) dump_header_checksum(w, h, header);
    if (p.has(h.src)) w.field("IP src", "%s", format_addr(h.src).text);
    if (p.has(h.dst)) w.field("IP dest", "%s", format_addr(h.dst).text);
    if (!p.whole()) {
        dump_cut_header(w, "an IP header", sizeof h, piece.here.size(), p.rest());
        return piece.behind(piece.length);
    }
    const Bytes options = behind(header.here, sizeof h);
    if (h.version() == 4) dump_ipv4_options(w, options);
    if (!dump_verdict(w, h, piece, outer.quoted)) return dump_bad(w, piece);
    dump_contents(w, h, payload, context_of(h, options, outer));
    if (h.is_fragment()) say_fragment(w, h.fragment_offset(), h.more_fragments());
    return piece.behind(length_of(h, piece));
}

}  // namespace net
