#include "fake/filter_traffic.h"

#include "net/wire/ipv4.h"

namespace filter_traffic {
namespace {

using namespace net;
using packets::Packet;

template <class T, usize kSize>
const T& one_of(Random& random, const T (&pool)[kSize]) {
    return pool[random() % kSize];
}

// Once in n times.
bool once_in(Random& random, u32 n) { return random() % n == 0; }

constexpr MacAddr kMacs[] = {{{0x52, 0x54, 0, 0x12, 0x34, 0x56}},
                             {{0x52, 0x55, 10, 0, 2, 2}},
                             {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
                             {{0x01, 0, 0x5e, 0, 0, 1}}};
constexpr Ipv4Addr kAddresses[] = {Ipv4Addr(10, 0, 2, 2),      Ipv4Addr(10, 0, 2, 15), Ipv4Addr(10, 1, 0, 9),
                                   Ipv4Addr(192, 168, 1, 255), Ipv4Addr(224, 0, 0, 1), Ipv4Addr(10, 0, 2, 0)};
constexpr u16 kPorts[] = {53, 80, 443, 2000, 67, 65535};
constexpr u8 kProtocols[] = {1, 2, 6, 6, 6, 17, 17, 17, 132, 58, 50, 51, 103, 112};
constexpr u16 kVlans[] = {5, 42, 4095};

Packet random_bytes(Random& random, usize n) {
    Packet p(n);
    for (u8& b : p) b = static_cast<u8>(once_in(random, 2) ? random() % 4 : random());
    return p;
}

void append16(Packet& p, u32 v) { p.insert(p.end(), {static_cast<u8>(v >> 8), static_cast<u8>(v)}); }

// What follows an IP header: ports where ports are, then small numbers.
Packet transport(Random& random) {
    Packet p;
    append16(p, one_of(random, kPorts));
    append16(p, one_of(random, kPorts));
    return packets::join(p, random_bytes(random, 4 + random() % 40));
}

Packet ipv4(Random& random) {
    packets::Ip header = {.src = one_of(random, kAddresses),
                          .dst = one_of(random, kAddresses),
                          .protocol = one_of(random, kProtocols)};
    if (once_in(random, 4)) header.options = random_bytes(random, 4 * (1 + random() % 10));
    if (once_in(random, 6))
        header.flags_offset = static_cast<u16>(random() % 4 << 13 | random() % 2 * (random() % 200));
    if (once_in(random, 12)) header.version_ihl = static_cast<u8>(random());
    return packets::ipv4(header, transport(random));
}

Packet ipv6(Random& random) {
    Packet p = {0x60, 0, 0, 0, 0, 40, one_of(random, kProtocols), 64};
    const bool fragment = once_in(random, 5);
    const u8 upper = p[6];
    if (fragment) p[6] = 44;
    Packet addresses = random_bytes(random, 32);
    if (once_in(random, 3)) addresses[16] = 0xff;
    p = packets::join(p, addresses);
    if (fragment) p.insert(p.end(), {upper, 0, 0, static_cast<u8>(random() % 2), 0, 0, 0, 1});
    return packets::join(p, transport(random));
}

Packet arp(Random& random) {
    const auto operation = static_cast<ArpOperation>(1 + random() % 2);
    return packets::arp(operation, one_of(random, kMacs), one_of(random, kAddresses), one_of(random, kMacs),
                        one_of(random, kAddresses));
}

Packet untagged(Random& random, u16& type) {
    switch (random() % 8) {
        case 0: return type = 0x0806, arp(random);
        case 1: return type = once_in(random, 3) ? 0x8035 : 0x0806, arp(random);
        case 2: return type = 0x86dd, ipv6(random);
        case 3: return type = once_in(random, 3) ? static_cast<u16>(random()) : 0x86dd, ipv6(random);
        default: return type = 0x0800, ipv4(random);
    }
}

constexpr u16 kTags[] = {0x8100, 0x8100, 0x88a8, 0x9100};

}  // namespace

Packet random_frame(Random& random) {
    u16 type = 0;
    Packet payload = untagged(random, type);
    for (u32 tags = once_in(random, 5) ? 1 + random() % 2 : 0; tags > 0; tags--) {
        Packet tag;
        append16(tag, random() % 8 << 13 | one_of(random, kVlans));
        append16(tag, type);
        payload = packets::join(tag, payload);
        type = one_of(random, kTags);
    }
    Packet frame = packets::ether(one_of(random, kMacs), one_of(random, kMacs), EtherType{type}, payload);
    for (u32 n = once_in(random, 4) ? 1 + random() % 3 : 0; n > 0; n--)
        frame[random() % frame.size()] = static_cast<u8>(random());
    if (once_in(random, 3)) frame.resize(frame.size() + random() % 80);
    if (once_in(random, 8)) frame.resize(random() % (frame.size() + 1));
    return frame;
}

namespace {

std::string text_of(Ipv4Addr a) { return format_addr(a).text; }

std::string direction(Random& random) {
    static const char* const kAll[] = {"", "", "src ", "dst ", "src or dst ", "src and dst ", "dst or src "};
    return one_of(random, kAll);
}

std::string network(Random& random) {
    static const char* const kAll[] = {"10",
                                       "10.0",
                                       "10.0.2",
                                       "10.0.2.0/24",
                                       "10.0.0.0/15",
                                       "192.168.1.254/31",
                                       "10.0.2.0 mask 255.255.255.0",
                                       "224.0.0.0/4",
                                       "10.1.0.9",
                                       "0.0.0.0/0"};
    return one_of(random, kAll);
}

std::string port_primitive(Random& random) {
    static const char* const kBefore[] = {"", "tcp ", "udp ", "sctp "};
    const std::string before = one_of(random, kBefore) + direction(random);
    if (once_in(random, 3))
        return before + "portrange " + std::to_string(random() % 100) + "-" +
               std::to_string(100 + random() % 2000);
    std::string text = before + "port " + std::to_string(one_of(random, kPorts));
    while (once_in(random, 3)) text += " or " + std::to_string(one_of(random, kPorts));
    return text;
}

std::string host_primitive(Random& random) {
    static const char* const kBefore[] = {"", "", "ip ", "arp ", "rarp "};
    const std::string before = one_of(random, kBefore) + direction(random);
    if (once_in(random, 3)) return before + "net " + network(random);
    if (once_in(random, 4))
        return before + "host (" + text_of(one_of(random, kAddresses)) + " or not " +
               text_of(one_of(random, kAddresses)) + ")";
    std::string text = before + "host " + text_of(one_of(random, kAddresses));
    while (once_in(random, 4))
        text += (once_in(random, 3) ? " or not " : " or ") + text_of(one_of(random, kAddresses));
    return text;
}

std::string simple_primitive(Random& random) {
    static const char* const kAll[] = {
        "ip",
        "ip6",
        "arp",
        "rarp",
        "tcp",
        "udp",
        "sctp",
        "icmp",
        "icmp6",
        "igmp",
        "ah",
        "esp",
        "pim",
        "vrrp",
        "broadcast",
        "multicast",
        "ether broadcast",
        "ether multicast",
        "ip multicast",
        "ip6 multicast",
        "ip broadcast",
        "ip proto 6",
        "ip proto \\udp",
        "ip6 proto 17",
        "proto 17",
        "proto 58",
        "ether proto \\arp",
        "ether proto 0x86dd",
        "ether proto 0x8100",
        "ip proto \\tcp or \\icmp",
        "less 60",
        "greater 100",
        "len >= 70",
    };
    return one_of(random, kAll);
}

// Only the bytes of one protocol: of two, libpcap checks only the first. As a divisor, libpcap refuses offset
// 0.
std::string bytes(Random& random, const char* protocol) {
    static const char* const kSizes[] = {"", ":1", ":2", ":4"};
    return std::string(protocol) + "[" + std::to_string(1 + random() % 24) + one_of(random, kSizes) + "]";
}

// Of an operation libpcap checks only on the left that the packet has this protocol: `reads` puts bytes
// there.
std::string value(Random& random, const char* protocol, u32 depth, bool reads = false) {
    if (depth == 0 || once_in(random, 3)) {
        switch (reads ? 5 : random() % 6) {
            case 0: return std::to_string(random() % 300);
            case 1: return "len";
            default: return bytes(random, protocol);
        }
    }
    if (once_in(random, 6)) return std::string(protocol) + "[(" + bytes(random, protocol) + " & 15) * 2]";
    static const char* const kOperators[] = {" + ", " - ", " * ", " / ", " % ", " & ", " | ", " ^ "};
    const std::string left = "(" + value(random, protocol, depth - 1, true) + ")";
    if (once_in(random, 4))
        return left + (once_in(random, 2) ? " << " : " >> ") + std::to_string(random() % 32);
    const std::string sign = one_of(random, kOperators);
    const bool divides = sign == " / " || sign == " % ";
    if (divides && once_in(random, 2)) return left + sign + std::to_string(1 + random() % 9);
    return left + sign + "(" + (divides ? bytes(random, protocol) : value(random, protocol, depth - 1)) + ")";
}

std::string comparison(Random& random) {
    static const char* const kHeaders[] = {"ether", "ip", "ip", "arp", "ip6", "tcp", "tcp", "udp", "icmp"};
    static const char* const kRelations[] = {" = ", " != ", " > ", " < ", " >= ", " <= ", " == "};
    const char* protocol = one_of(random, kHeaders);
    if (once_in(random, 4)) {
        static const char* const kKnown[] = {
            "tcp[tcpflags] & tcp-syn != 0",
            "tcp[tcpflags] & (tcp-syn|tcp-ack) = tcp-syn",
            "tcp[13] & 2 = 2",
            "icmp[icmptype] = icmp-echo",
            "icmp[icmptype] != icmp-echoreply and icmp[icmpcode] = 0",
            "ip[0] & 0xf != 5",
            "ip[6:2] & 0x1fff = 0",
            "ether[0] & 1 = 0",
            "ip[8] < 64",
            "(ip[2:2] - ((ip[0] & 0xf) << 2)) > 20",
            "tcp[((tcp[12] & 0xf0) >> 2):4] = 0x47455420",
            "udp[4:2] > 12",
            "10 < ip[8]",
            "-ip[8] = 0xffffffc3",
        };
        return one_of(random, kKnown);
    }
    return value(random, protocol, random() % 3) + one_of(random, kRelations) +
           value(random, protocol, random() % 3);
}

std::string station(Random& random) {
    const std::string where = direction(random);
    const char* host = where.empty() || once_in(random, 2) ? "host " : "";
    return "ether " + where + host + format_addr(one_of(random, kMacs)).text;
}

std::string primitive(Random& random) {
    switch (random() % 7) {
        case 0:
        case 1: return port_primitive(random);
        case 2: return host_primitive(random);
        case 3: return station(random);
        case 4: return comparison(random);
        default: return simple_primitive(random);
    }
}

std::string condition(Random& random, u32 depth) {
    if (depth == 0) return primitive(random);
    std::string text = condition(random, depth - 1);
    switch (random() % 5) {
        case 0: text = "not (" + text + ")"; break;
        case 1: text = "(" + text + ")"; break;
        case 2: return "not " + primitive(random) + " and " + text;
        default: break;
    }
    static const char* const kJoints[] = {" and ", " or ", " && ", " || ", " and not ", " or not "};
    return text + one_of(random, kJoints) + condition(random, depth - 1);
}

}  // namespace

std::string random_expression(Random& random) {
    const std::string text = condition(random, random() % 3);
    if (!once_in(random, 6)) return text;
    return std::string("vlan ") + (once_in(random, 2) ? std::to_string(one_of(random, kVlans)) + " " : "") +
           "and " + text;
}

}  // namespace filter_traffic
