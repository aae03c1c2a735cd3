// The link layers of captures that are not Ethernet's (https://www.tcpdump.org/linktypes.html).
#include "net/dump/fields.h"
#include "net/dump/layers.h"

namespace net {
namespace {

constexpr Name kPacketTypes[] = {
    {0, "to this host"}, {1, "broadcast"}, {2, "multicast"}, {3, "to another host"}, {4, "from this host"}};
constexpr Name kArphrd[] = {
    {1, "Ethernet"}, {512, "PPP"}, {768, "IP tunnel"}, {772, "loopback"}, {65534, "none"}};

constexpr Field kCooked[] = {
    {"Packet type", 0, 2, Show::Number, kPacketTypes},
    {"Hardware type", 2, 2, Show::Number, kArphrd},
    {"Address length", 4, 2, Show::Bytes},
    {"Address", 6, 8, Show::Raw},
    {"Protocol", 14, 2, Show::Type},
};
constexpr Field kCooked2[] = {
    {"Protocol", 0, 2, Show::Type},
    {"Reserved", 2, 2, Show::Unused},
    {"Interface index", 4, 4},
    {"Hardware type", 8, 2, Show::Number, kArphrd},
    {"Packet type", 10, 1, Show::Number, kPacketTypes},
    {"Address length", 11, 1, Show::Bytes},
    {"Address", 12, 8, Show::Raw},
};

// In a cooked header, numbers below 0x600 are Linux's own: 4 is an 802.2 frame.
void dump_contents(DumpWriter& w, u16 protocol, const Piece& p) {
    dump_trailer(w, "Trailer",
                 protocol == 4 ? dump_llc(w, p) : dump_ether_payload(w, EtherType{protocol}, p, {}));
}

void dump_cooked(DumpWriter& w, const Piece& p, Fields fields, usize takes, usize protocol_at) {
    w.section("LINUX COOKED");
    w.length("Frame length", p);
    if (!dump_fields(w, "a Linux cooked header", takes, fields, p)) return;
    dump_contents(w, *header_of<be16>(p.here.subspan(protocol_at)), p.behind(takes));
}

// Address families of BSD's: IPv4 has one number, IPv6 a different one on each system.
void dump_family(DumpWriter& w, u32 family, const Piece& p) {
    const bool ipv4 = family == 2, ipv6 = family == 24 || family == 28 || family == 30;
    w.field("Address family", "%u (%s)", family, ipv4 ? "IPv4" : ipv6 ? "IPv6" : "unknown");
    if (ipv4) return dump_trailer(w, "Trailer", dump_ipv4(w, p, {}));
    if (ipv6) return dump_trailer(w, "Trailer", dump_ipv6(w, p, {}));
    w.say(" address family %u length %zu", family, p.length);
    dump_payload(w, p);
}

bool has_family(DumpWriter& w, const char* section, const Piece& p) {
    w.section(section);
    w.length("Frame length", p);
    if (p.here.size() >= sizeof(be32)) return true;
    dump_cut_header(w, "an address family", sizeof(be32), p.here.size(), p.here);
    return false;
}

constexpr Name kPppProtocols[] = {{0x0021, "IPv4"}, {0x0057, "IPv6"}, {0x8021, "IPCP"}, {0x8057, "IPV6CP"},
                                  {0xc021, "LCP"},  {0xc023, "PAP"},  {0xc223, "CHAP"}};

}  // namespace

void dump_raw_ip(DumpWriter& w, const Piece& p) {
    const u8 version = p.here.empty() ? 0 : p.here[0] >> 4;
    if (version == 4) return dump_trailer(w, "Trailer", dump_ipv4(w, p, {}));
    if (version == 6) return dump_trailer(w, "Trailer", dump_ipv6(w, p, {}));
    w.say(" IP");
    w.section("IP HEADER");
    w.note("malformed: neither IPv4 nor IPv6: the version is %u", version);
    dump_payload(w, p);
}

void dump_linux_cooked(DumpWriter& w, const Piece& p) { dump_cooked(w, p, kCooked, 16, 14); }
void dump_linux_cooked2(DumpWriter& w, const Piece& p) { dump_cooked(w, p, kCooked2, 20, 0); }

// The family is in the byte order of the machine that captured. No family is above 255.
void dump_null(DumpWriter& w, const Piece& p) {
    if (!has_family(w, "NULL", p)) return;
    const u32 big = *header_of<be32>(p.here);
    dump_family(w, big > 0xffff ? __builtin_bswap32(big) : big, p.behind(sizeof(be32)));
}

void dump_loop(DumpWriter& w, const Piece& p) {
    if (has_family(w, "LOOPBACK", p)) dump_family(w, *header_of<be32>(p.here), p.behind(sizeof(be32)));
}

// RFC 1661 section 2, with the address and control of RFC 1662 where they were not left out.
void dump_ppp(DumpWriter& w, const Piece& whole, const DumpContext& outer) {
    w.section("PPP");
    w.length("Frame length", whole);
    Piece p = whole;
    if (p.here.size() >= 2 && p.here[0] == 0xff && p.here[1] == 0x03) {
        w.field("Address, control", "0xff03");
        p = p.behind(2);
    }
    // A compressed protocol field has one byte; its lowest bit is set.
    const usize takes = !p.here.empty() && p.here[0] & 1 ? 1 : 2;
    if (p.here.size() < takes) return dump_cut_header(w, "a PPP protocol", takes, p.here.size(), p.here);
    const u16 protocol = takes == 1 ? p.here[0] : u16{*header_of<be16>(p.here)};
    w.field("Protocol", takes == 1 ? "0x%02x (%s)" : "0x%04x (%s)", protocol,
            look_up(kPppProtocols, protocol));
    p = p.behind(takes);
    if (protocol == 0x0021) return dump_trailer(w, "Trailer", dump_ipv4(w, p, outer));
    if (protocol == 0x0057) return dump_trailer(w, "Trailer", dump_ipv6(w, p, outer));
    w.say(" PPP %s (0x%04x) length %zu", look_up(kPppProtocols, protocol), protocol, p.length);
    dump_payload(w, p);
}

}  // namespace net
