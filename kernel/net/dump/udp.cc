// UDP (RFC 768).
#include "net/wire/udp.h"

#include "net/dump/fields.h"
#include "net/dump/layers.h"

namespace net {
namespace {

constexpr Field kFields[] = {
    {"UDP src port", 0, 2}, {"UDP dest port", 2, 2}, {"UDP length", 4, 2, Show::Bytes}};

void dump_udp_checksum(DumpWriter& w, const UdpHeader& h, const Piece& datagram, const DumpContext& ip) {
    if (h.checksum == 0) {
        w.field("Checksum", "0x0000 (none%s)", ip.is_ipv6 ? ", which IPv6 forbids" : "");
        if (ip.is_ipv6) w.say(" [no checksum, which IPv6 forbids]");
        return;
    }
    const bool complete = ip.complete && h.length >= sizeof h;
    dump_checksum(w, {"datagram", h.checksum, offsetof(UdpHeader, checksum), complete, true}, datagram,
                  ip.pseudo_header(IpProtocol::Udp, h.length));
}

// A first fragment has less than the length says.
void dump_verdict(DumpWriter& w, const UdpHeader& h, const Piece& p, const DumpContext& ip) {
    if (h.length < sizeof h) return w.note("malformed: a length below the header's 8 bytes");
    if (h.length > p.length && ip.complete && !ip.quoted) {
        w.note("malformed: the length says %u bytes, the IP packet has %zu", +h.length, p.length);
    }
}

}  // namespace

void dump_udp(DumpWriter& w, const Piece& piece, const DumpContext& ip) {
    w.section("UDP HEADER");
    w.say(" UDP");
    if (!dump_fields(w, "a UDP header", sizeof(UdpHeader), kFields, piece)) return;
    const auto& h = *header_of<UdpHeader>(piece.here);
    const Piece datagram = piece.first(h.length < sizeof h ? piece.length : usize{u16{h.length}});
    const Piece payload = datagram.behind(sizeof h);
    dump_udp_checksum(w, h, datagram, ip);
    w.say(" length %zu", payload.length);
    dump_verdict(w, h, piece, ip);
    w.length("Payload length", payload);
    if (!ip.quoted) dump_application(w, IpProtocol::Udp, h.src_port, h.dst_port, payload);
    dump_payload(w, payload);
    dump_rest(w, "Trailer", piece.behind(datagram.length), "behind the UDP datagram");
}

}  // namespace net
