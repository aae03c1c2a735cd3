// UDP (RFC 768).
#include "net/wire/udp.h"

#include "net/dump/layers.h"

namespace net {
namespace {

void dump_udp_checksum(DumpWriter& w, const UdpHeader& h, const Piece& datagram, const DumpContext& ip) {
    if (h.checksum == 0) return w.field("Checksum", "0x0000 (none)");
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
    Partial<UdpHeader> p(piece);
    const UdpHeader& h = p.header;
    w.section("UDP HEADER");
    w.say(" UDP");
    if (p.has(h.src_port)) w.field("UDP src port", "%u", +h.src_port);
    if (p.has(h.dst_port)) w.field("UDP dest port", "%u", +h.dst_port);
    if (p.has(h.length)) w.field("UDP length", "%u bytes", +h.length);
    if (!p.whole()) return dump_cut_header(w, "a UDP header", sizeof h, piece.here.size(), p.rest());
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
