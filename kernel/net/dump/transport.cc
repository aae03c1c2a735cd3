// What is common to the layers above IP: the dispatch on a protocol number, ports, checksums, options,
// quotes.
#include "net/dump/layers.h"
#include "net/dump/switch.h"
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

namespace {

// A packet in a packet. False: it is no tunnel, or one too deep to be followed.
bool dump_tunnel(DumpWriter& w, IpProtocol protocol, const Piece& p, const DumpContext& ip) {
    if (ip.depth >= kMaxDepth) return false;
    if (kDumpAll && protocol == IpProtocol::Gre) return dump_gre(w, p, ip), true;
    if (protocol != IpProtocol::Ipv4 && protocol != IpProtocol::Ipv6) return false;
    const Piece rest = protocol == IpProtocol::Ipv4 ? dump_ipv4(w, p, ip) : dump_ipv6(w, p, ip);
    dump_rest(w, "Trailer", rest, "behind the inner packet");
    return true;
}

// The protocols that the kernel does not speak.
bool dump_foreign(DumpWriter& w, IpProtocol protocol, const Piece& p, const DumpContext& ip) {
    switch (protocol) {
        case IpProtocol::Icmpv6: return dump_icmpv6(w, p, ip), true;
        case IpProtocol::Igmp: return dump_igmp(w, p, ip), true;
        case IpProtocol::Esp: return dump_esp(w, p), true;
        default: return false;
    }
}

}  // namespace

void dump_transport(DumpWriter& w, IpProtocol first, const Piece& all, const DumpContext& outer) {
    IpProtocol protocol = first;
    Piece p = all;
    DumpContext ip = outer;
    if (kDumpAll && !dump_extensions(w, protocol, p, ip)) return;
    switch (protocol) {
        case IpProtocol::Icmp: return dump_icmp(w, p, ip);
        case IpProtocol::Udp: return dump_udp(w, p, ip);
        case IpProtocol::Tcp: return dump_tcp(w, p, ip);
        default: break;
    }
    if (kDumpAll && dump_foreign(w, protocol, p, ip)) return;
    if (dump_tunnel(w, protocol, p, ip)) return;
    w.say(" %s (%u) length %zu", name_of(protocol), number(protocol), p.length);
    dump_payload(w, p);
}

void dump_later_fragment(DumpWriter& w, IpProtocol protocol, const Piece& p) {
    w.say(" %s (%u) length %zu", name_of(protocol), number(protocol), p.length);
    w.field("Contents", "a fragment without a %s header, which is in the first fragment", name_of(protocol));
    dump_payload(w, p);
}

void say_fragment(DumpWriter& w, usize offset, bool more) {
    w.say(" [fragment at %zu, %s]", offset, more ? "more follow" : "the last");
}

void say_ends(DumpWriter& w, const DumpEnds& ends, const UpperLayer& upper) {
    struct Ports {
        be16 src, dst;
    };
    const auto* ports = header_of<Ports>(upper.bytes);
    const bool has_ports = upper.protocol == IpProtocol::Udp || upper.protocol == IpProtocol::Tcp;
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
    const u16 computed = without.finish();
    const u16 right = computed || !c.zero_as_ones ? computed : 0xffff;
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
