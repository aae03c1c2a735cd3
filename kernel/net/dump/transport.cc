// What is common to the layers above IP: the dispatch on a protocol number, ports, checksums, options,
// quotes.
#include "net/dump/layers.h"
#include "net/wire/options.h"

namespace net {

Checksum DumpContext::pseudo_header(IpProtocol protocol, usize length) const {
    struct {
        be32 length, protocol;
    } tail{static_cast<u32>(length), u32{number(protocol)}};
    Checksum sum = pseudo;
    sum.add_header(tail);
    return sum;
}

void dump_transport(DumpWriter& w, IpProtocol protocol, const Piece& p, const DumpContext& ip) {
    switch (protocol) {
        case IpProtocol::Icmp: return dump_icmp(w, p, ip);
        case IpProtocol::Udp: return dump_udp(w, p, ip);
        case IpProtocol::Tcp: return dump_tcp(w, p, ip);
        default: break;
    }
    w.say(" %s (%u) length %zu", name_of(protocol), number(protocol), p.length);
    dump_payload(w, p);
}

void say_ends(DumpWriter& w, const DumpEnds& ends, IpProtocol protocol, const Piece& payload) {
    struct Ports {
        be16 src, dst;
    };
    const auto* ports = header_of<Ports>(payload.here);
    const bool has_ports = protocol == IpProtocol::Udp || protocol == IpProtocol::Tcp;
    if (!has_ports || !ports) return w.say(" %s > %s:", ends.src, ends.dst);
    const char *open = ends.brackets ? "[" : "", *close = ends.brackets ? "]" : "";
    w.say(" %s%s%s:%u > %s%s%s:%u:", open, ends.src, close, +ports->src, open, ends.dst, close, +ports->dst);
}

void dump_checksum(DumpWriter& w, const DumpChecksum& c, const Piece& p, Checksum pseudo) {
    if (!c.complete || !p.whole() || p.here.size() < c.at + sizeof(be16)) {
        return w.field("Checksum", "0x%04x (not checked: the %s is incomplete)", c.stored, c.what);
    }
    Checksum sum = pseudo, without = pseudo;
    sum.add(p.here);
    if (sum.finish() == 0) return w.field("Checksum", "0x%04x (correct)", c.stored);
    without.add(p.here.first(c.at));
    without.add(p.here.subspan(c.at + sizeof(be16)));
    const u16 right = without.finish() || !c.zero_as_ones ? without.finish() : 0xffff;
    w.field("Checksum", "0x%04x (wrong, should be 0x%04x)", c.stored, right);
    w.say(" [bad %s checksum]", c.what);
}

void dump_options_rest(DumpWriter& w, const char* label, const HeaderOptions& walk) {
    if (walk.malformed()) {
        w.label(label);
        w.print("[malformed: impossible length] ");
        w.hex(walk.rest());
        w.end_line();
        w.say(" [malformed option]");
        return;
    }
    dump_rest(w, "Padding", Piece{walk.padding()}, "behind the options");
}

Piece dump_quote(DumpWriter& w, const Piece& p, const DumpContext& ip, bool is_ipv6) {
    if (ip.quoted || p.empty()) {
        dump_payload(w, p);
        return p.behind(p.length);
    }
    DumpContext inside = ip;
    inside.quoted = true;
    w.say(", about");
    w.begin_quote();
    const Piece rest = is_ipv6 ? dump_ipv6(w, p, inside) : dump_ipv4(w, p, inside);
    w.end_quote();
    return rest;
}

}  // namespace net
