#include "net/filter/language/words.h"

#include "net/wire/ip_protocol.h"

namespace net::language {
namespace {

template <class T>
struct Word {
    const char* word;
    T meaning;
};

constexpr Word<Protocol> kProtocols[] = {
    {"ether", Protocol::Ether}, {"ip", Protocol::Ip},       {"ip6", Protocol::Ip6},
    {"arp", Protocol::Arp},     {"rarp", Protocol::Rarp},   {"tcp", Protocol::Tcp},
    {"udp", Protocol::Udp},     {"sctp", Protocol::Sctp},   {"icmp", Protocol::Icmp},
    {"igmp", Protocol::Igmp},   {"icmp6", Protocol::Icmp6}, {"ah", Protocol::Ah},
    {"esp", Protocol::Esp},     {"pim", Protocol::Pim},     {"vrrp", Protocol::Vrrp},
};

constexpr Word<Direction> kDirections[] = {{"src", Direction::Source}, {"dst", Direction::Destination}};

constexpr Word<Type> kTypes[] = {
    {"host", Type::Host},           {"net", Type::Net},     {"port", Type::Port},
    {"portrange", Type::PortRange}, {"proto", Type::Proto},
};

// Offsets in a header, and values that are found there.
constexpr Word<u32> kConstants[] = {
    {"icmptype", 0},
    {"icmpcode", 1},
    {"icmp-echoreply", 0},
    {"icmp-unreach", 3},
    {"icmp-sourcequench", 4},
    {"icmp-redirect", 5},
    {"icmp-echo", 8},
    {"icmp-routeradvert", 9},
    {"icmp-routersolicit", 10},
    {"icmp-timxceed", 11},
    {"icmp-paramprob", 12},
    {"icmp-tstamp", 13},
    {"icmp-tstampreply", 14},
    {"icmp-ireq", 15},
    {"icmp-ireqreply", 16},
    {"icmp-maskreq", 17},
    {"icmp-maskreply", 18},
    {"icmp6type", 0},
    {"icmp6code", 1},
    {"icmp6-destinationunreach", 1},
    {"icmp6-packettoobig", 2},
    {"icmp6-timeexceeded", 3},
    {"icmp6-parameterproblem", 4},
    {"icmp6-echo", 128},
    {"icmp6-echoreply", 129},
    {"icmp6-routersolicit", 133},
    {"icmp6-routeradvert", 134},
    {"icmp6-neighborsolicit", 135},
    {"icmp6-neighboradvert", 136},
    {"icmp6-redirect", 137},
    {"tcpflags", 13},
    {"tcp-fin", 0x01},
    {"tcp-syn", 0x02},
    {"tcp-rst", 0x04},
    {"tcp-push", 0x08},
    {"tcp-ack", 0x10},
    {"tcp-urg", 0x20},
    {"tcp-ece", 0x40},
    {"tcp-cwr", 0x80},
};

constexpr Word<u32> kPorts[] = {
    {"echo", 7},  {"discard", 9}, {"daytime", 13}, {"ftp", 21},    {"ssh", 22},     {"telnet", 23},
    {"smtp", 25}, {"time", 37},   {"domain", 53},  {"bootps", 67}, {"bootpc", 68},  {"tftp", 69},
    {"http", 80}, {"ntp", 123},   {"snmp", 161},   {"https", 443}, {"syslog", 514}, {"mdns", 5353},
};

struct InIpRow {
    Protocol protocol;
    IpProtocol number;
    bool v4, v6;
};
constexpr InIpRow kInIp[] = {
    {Protocol::Tcp, IpProtocol::Tcp, true, true},    {Protocol::Udp, IpProtocol::Udp, true, true},
    {Protocol::Sctp, IpProtocol::Sctp, true, true},  {Protocol::Icmp, IpProtocol::Icmp, true, false},
    {Protocol::Igmp, IpProtocol::Igmp, true, false}, {Protocol::Icmp6, IpProtocol::Icmpv6, false, true},
    {Protocol::Ah, IpProtocol::Ah, true, true},      {Protocol::Esp, IpProtocol::Esp, true, true},
    {Protocol::Pim, IpProtocol::Pim, true, true},    {Protocol::Vrrp, IpProtocol::Vrrp, true, false},
};

template <class T, usize kSize>
std::optional<T> find(const Word<T> (&table)[kSize], TextView word) {
    for (const auto& row : table) {
        if (word == row.word) return row.meaning;
    }
    return std::nullopt;
}

}  // namespace

std::optional<Protocol> find_protocol(TextView word) { return find(kProtocols, word); }
std::optional<Direction> find_direction(TextView word) { return find(kDirections, word); }
std::optional<Type> find_type(TextView word) { return find(kTypes, word); }
std::optional<u32> find_constant(TextView word) { return find(kConstants, word); }
std::optional<u32> find_port(TextView word) { return find(kPorts, word); }

std::optional<EtherType> ether_type_of(Protocol protocol) {
    switch (protocol) {
        case Protocol::Ip: return EtherType::Ipv4;
        case Protocol::Ip6: return EtherType::Ipv6;
        case Protocol::Arp: return EtherType::Arp;
        case Protocol::Rarp: return EtherType::Rarp;
        default: return std::nullopt;
    }
}

std::optional<InIp> in_ip(Protocol protocol) {
    for (const InIpRow& row : kInIp) {
        if (row.protocol == protocol) return InIp{static_cast<u8>(row.number), row.v4, row.v6};
    }
    return std::nullopt;
}

}  // namespace net::language
