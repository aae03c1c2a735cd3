// The dump of ICMP, with the packet that an error quotes.
#include "net/dump/layers.h"

namespace net {
namespace {

// The four bytes whose meaning is the type's.
void dump_rest_of_header(DumpWriter& w, const IcmpHeader& h) {
    switch (IcmpType{h.type}) {
        case IcmpType::EchoRequest:
        case IcmpType::EchoReply:
        case IcmpType::TimestampRequest:
        case IcmpType::TimestampReply:
        case IcmpType::AddressMaskRequest:
        case IcmpType::AddressMaskReply:
            w.field("Identifier", "0x%04x (%u)", +h.identifier, +h.identifier);
            w.field("Sequence number", "%u", +h.sequence);
            break;
        case IcmpType::Unreachable:
            if (IcmpUnreachableCode{h.code} == IcmpUnreachableCode::FragmentationNeeded) {
                w.field("Next-hop MTU", "%u bytes", h.mtu());
            }
            break;
        case IcmpType::Redirect: w.field("Gateway", "%s", format_addr(h.gateway()).text); break;
        case IcmpType::ParameterProblem: w.field("Pointer", "%u", h.pointer()); break;
        default: break;
    }
}

void dump_body(DumpWriter& w, IcmpType type, Bytes body, Quoted quoted) {
    if (!is_icmp_error(type)) return dump_payload(w, body);
    // An error about an error must not be (RFC 1122 section 3.2.2); nor do we follow a chain of quotes.
    if (quoted == Quoted::Yes) return dump_payload(w, body);
    dump_ipv4(w, body, Quoted::Yes);
}

}  // namespace

void dump_icmp(DumpWriter& w, Bytes b, const DumpContext& ip) {
    const Partial<IcmpHeader> p(b);
    const IcmpHeader& h = p.header;
    const IcmpType type{h.type};
    w.section(ip.quoted == Quoted::Yes ? "QUOTED ICMP" : "ICMP");
    if (p.has(h.type)) w.field("Type", "%u (%s)", h.type, name_of(type));
    if (p.has(h.code)) {
        const char* name = name_of_icmp_code(type, h.code);
        w.field("Code", *name ? "%u (%s)" : "%u", h.code, name);
    }
    if (p.has(h.checksum)) {
        if (ip.whole && p.whole())
            dump_checksum(w, h.checksum, b, offsetof(IcmpHeader, checksum), Checksum{});
        else
            w.field("Checksum", "0x%04x (not checked: the message is incomplete)", +h.checksum);
    }
    if (!p.whole()) return w.note("truncated: an ICMP header takes 8 bytes, %zu are here", b.size());
    dump_rest_of_header(w, h);
    const Bytes body = b.subspan(sizeof h);
    w.field("Payload length", "%zu bytes", body.size());
    dump_body(w, type, body, ip.quoted);
}

}  // namespace net
