// ICMP (RFC 792).
#include "net/wire/icmp.h"

#include "net/dump/layers.h"

namespace net {
namespace {

constexpr Name kTypes[] = {
    {number(IcmpType::EchoReply), "echo reply"},
    {number(IcmpType::Unreachable), "destination unreachable"},
    {number(IcmpType::SourceQuench), "source quench"},
    {number(IcmpType::Redirect), "redirect"},
    {number(IcmpType::EchoRequest), "echo request"},
    {number(IcmpType::RouterAdvertisement), "router advertisement"},
    {number(IcmpType::RouterSolicitation), "router solicitation"},
    {number(IcmpType::TimeExceeded), "time exceeded"},
    {number(IcmpType::ParameterProblem), "parameter problem"},
    {number(IcmpType::TimestampRequest), "timestamp request"},
    {number(IcmpType::TimestampReply), "timestamp reply"},
    {number(IcmpType::AddressMaskRequest), "address mask request"},
    {number(IcmpType::AddressMaskReply), "address mask reply"},
};

using Unreachable = IcmpUnreachableCode;
constexpr Name kUnreachableCodes[] = {
    {number(Unreachable::Net), "network unreachable"},
    {number(Unreachable::Host), "host unreachable"},
    {number(Unreachable::Protocol), "protocol unreachable"},
    {number(Unreachable::Port), "port unreachable"},
    {number(Unreachable::FragmentationNeeded), "fragmentation needed"},
    {number(Unreachable::SourceRouteFailed), "source route failed"},
    {number(Unreachable::NetUnknown), "network unknown"},
    {number(Unreachable::HostUnknown), "host unknown"},
    {number(Unreachable::SourceHostIsolated), "source host isolated"},
    {number(Unreachable::NetProhibited), "network prohibited"},
    {number(Unreachable::HostProhibited), "host prohibited"},
    {number(Unreachable::NetTos), "network unreachable for this service"},
    {number(Unreachable::HostTos), "host unreachable for this service"},
    {number(Unreachable::Prohibited), "communication prohibited"},
    {number(Unreachable::HostPrecedence), "host precedence violation"},
    {number(Unreachable::PrecedenceCutoff), "precedence cutoff"},
};

constexpr Name kRedirectCodes[] = {{0, "for the network"},
                                   {1, "for the host"},
                                   {2, "for the service and the network"},
                                   {3, "for the service and the host"}};
constexpr Name kTimeExceededCodes[] = {{0, "TTL exceeded in transit"}, {1, "reassembly time exceeded"}};
constexpr Name kParameterCodes[] = {
    {0, "pointer tells the error"}, {1, "a required option is missing"}, {2, "bad length"}};

// "" for types whose code is always 0.
const char* name_of_code(IcmpType t, u8 code) {
    if (t == IcmpType::Unreachable) return look_up(kUnreachableCodes, code);
    if (t == IcmpType::Redirect) return look_up(kRedirectCodes, code);
    if (t == IcmpType::TimeExceeded) return look_up(kTimeExceededCodes, code);
    if (t == IcmpType::ParameterProblem) return look_up(kParameterCodes, code);
    return "";
}

bool has_identifier(IcmpType t) {
    switch (t) {
        case IcmpType::EchoRequest:
        case IcmpType::EchoReply:
        case IcmpType::TimestampRequest:
        case IcmpType::TimestampReply:
        case IcmpType::AddressMaskRequest:
        case IcmpType::AddressMaskReply: return true;
        default: return false;
    }
}

// The four bytes whose meaning the type gives. What it leaves unused is shown where it is not zero.
void dump_rest_of_header(DumpWriter& w, const IcmpHeader& h) {
    const IcmpType type{h.type};
    if (has_identifier(type)) {
        w.field("Identifier", "0x%04x (%u)", +h.identifier, +h.identifier);
        w.field("Sequence number", "%u", +h.sequence);
        return w.say(" id %u seq %u", +h.identifier, +h.sequence);
    }
    if (type == IcmpType::Redirect) return w.field("Gateway", "%s", format_addr(h.gateway()).text);
    u32 unused = u32{h.identifier} << 16 | h.sequence;
    if (type == IcmpType::Unreachable && Unreachable{h.code} == Unreachable::FragmentationNeeded) {
        w.field("Next-hop MTU", "%u bytes", h.mtu());
        w.say(" MTU %u", h.mtu());
        unused &= 0xffff0000;
    }
    if (type == IcmpType::ParameterProblem) {
        w.field("Pointer", "%u", h.pointer());
        unused &= 0x00ffffff;
    }
    if (unused) w.field("Unused", "0x%08x", unused);
}

void dump_fixed_fields(DumpWriter& w, Partial<IcmpHeader>& p, const Piece& piece, bool complete) {
    const IcmpHeader& h = p.header;
    const IcmpType type{h.type};
    if (p.has(h.type)) {
        w.field("Type", "%u (%s)", h.type, look_up(kTypes, h.type));
        w.say(" ICMP %s", look_up(kTypes, h.type));
    }
    if (p.has(h.code)) {
        const char* name = name_of_code(type, h.code);
        w.field("Code", *name ? "%u (%s)" : "%u", h.code, name);
        if (*name) w.say(" (%s)", name);
    }
    if (p.has(h.checksum))
        dump_checksum(w, {"message", h.checksum, offsetof(IcmpHeader, checksum), complete && p.whole()},
                      piece);
}

}  // namespace

void dump_icmp(DumpWriter& w, const Piece& piece, const DumpContext& ip) {
    Partial<IcmpHeader> p(piece);
    const IcmpHeader& h = p.header;
    w.section("ICMP");
    dump_fixed_fields(w, p, piece, ip.complete);
    if (!p.whole()) return dump_cut_header(w, "an ICMP header", sizeof h, piece.here.size(), p.rest());
    dump_rest_of_header(w, h);
    const Piece body = piece.behind(sizeof h);
    w.length("Payload length", body);
    w.say(" length %zu", body.length);
    if (!is_icmp_error(IcmpType{h.type})) return dump_payload(w, body);
    dump_rest(w, "Extension", dump_quote(w, body, ip, false), "behind the quoted packet");
}

}  // namespace net
