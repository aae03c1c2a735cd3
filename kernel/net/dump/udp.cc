// The dump of UDP.
#include "net/wire/udp.h"
#include "net/dump/layers.h"

namespace net {
namespace {

void dump_udp_checksum(DumpWriter& w, const UdpHeader& h, Bytes b, const DumpContext& ip) {
    if (h.checksum == 0) return w.field("Checksum", "0x0000 (none)");
    if (h.length < sizeof h || h.length > b.size()) {
        return w.field("Checksum", "0x%04x (not checked: the datagram is incomplete)", +h.checksum);
    }
    Checksum pseudo;
    pseudo.add_pseudo_header(ip.src, ip.dst, IpProtocol::Udp, h.length);
    dump_checksum(w, h.checksum, b.first(h.length), offsetof(UdpHeader, checksum), pseudo);
}

void dump_udp_verdict(DumpWriter& w, const UdpHeader& h, Bytes b, const DumpContext& ip) {
    if (h.length < sizeof h) return w.note("malformed: a length below the header's 8 bytes");
    if (!ip.whole) return;
    if (h.length > b.size()) {
        w.note("malformed: the length says %u bytes, the IP packet has %zu", +h.length, b.size());
    } else if (h.length < b.size()) {
        w.note("%zu bytes behind the datagram", b.size() - h.length);
    }
}

}  // namespace

void dump_udp(DumpWriter& w, Bytes b, const DumpContext& ip) {
    const Partial<UdpHeader> p(b);
    const UdpHeader& h = p.header;
    w.section(ip.quoted == Quoted::Yes ? "QUOTED UDP HEADER" : "UDP HEADER");
    if (p.has(h.src_port)) w.field("UDP src port", "%u", +h.src_port);
    if (p.has(h.dst_port)) w.field("UDP dest port", "%u", +h.dst_port);
    if (p.has(h.length)) w.field("UDP length", "%u bytes", +h.length);
    if (!p.whole()) return w.note("truncated: a UDP header takes 8 bytes, %zu are here", b.size());
    dump_udp_checksum(w, h, b, ip);
    dump_udp_verdict(w, h, b, ip);
    const Bytes payload = h.length < sizeof h ? b.subspan(sizeof h) : at_most(b, h.length).subspan(sizeof h);
    w.field("Payload length", "%zu bytes", payload.size());
    dump_payload(w, payload);
}

}  // namespace net
