#include "net/dump/names.h"

namespace net {
namespace {

constexpr Name kEtherTypes[] = {
    {0x0004, "802.2 LLC"},  // in Linux cooked headers
    {number(EtherType::Ipv4), "IPv4"},
    {number(EtherType::Arp), "ARP"},
    {number(EtherType::WakeOnLan), "Wake-on-LAN"},
    {number(EtherType::Rarp), "RARP"},
    {number(EtherType::Vlan), "802.1Q VLAN"},
    {number(EtherType::Ipv6), "IPv6"},
    {number(EtherType::FlowControl), "Ethernet flow control"},
    {number(EtherType::QinQ), "802.1ad service VLAN"},
    {number(EtherType::Lldp), "LLDP"},
    {0x6558, "transparent Ethernet bridging"},
    {0x8137, "IPX"},
    {0x880b, "PPP"},
    {0x8847, "MPLS"},
    {0x8863, "PPPoE discovery"},
    {0x8864, "PPPoE session"},
    {0x888e, "802.1X"},
    {0x88e5, "MACsec"},
    {0x88f7, "PTP"},
    {0x9000, "loopback test"},
};

constexpr Name kProtocols[] = {
    {number(IpProtocol::HopByHop), "hop-by-hop options"},
    {number(IpProtocol::Icmp), "ICMP"},
    {number(IpProtocol::Igmp), "IGMP"},
    {number(IpProtocol::Ipv4), "IPv4"},
    {number(IpProtocol::Tcp), "TCP"},
    {number(IpProtocol::Egp), "EGP"},
    {number(IpProtocol::Udp), "UDP"},
    {number(IpProtocol::Dccp), "DCCP"},
    {number(IpProtocol::Ipv6), "IPv6"},
    {number(IpProtocol::Routing), "IPv6 routing header"},
    {number(IpProtocol::Fragment), "IPv6 fragment header"},
    {number(IpProtocol::Rsvp), "RSVP"},
    {number(IpProtocol::Gre), "GRE"},
    {number(IpProtocol::Esp), "ESP"},
    {number(IpProtocol::Ah), "AH"},
    {number(IpProtocol::Icmpv6), "ICMPv6"},
    {number(IpProtocol::NoNextHeader), "no next header"},
    {number(IpProtocol::DestinationOptions), "destination options"},
    {number(IpProtocol::Eigrp), "EIGRP"},
    {number(IpProtocol::Ospf), "OSPF"},
    {number(IpProtocol::EtherIp), "EtherIP"},
    {number(IpProtocol::Pim), "PIM"},
    {number(IpProtocol::Vrrp), "VRRP"},
    {number(IpProtocol::L2tp), "L2TP"},
    {number(IpProtocol::Sctp), "SCTP"},
    {number(IpProtocol::Mobility), "mobility header"},
    {number(IpProtocol::UdpLite), "UDP-Lite"},
    {number(IpProtocol::MplsInIp), "MPLS in IP"},
    {number(IpProtocol::Hip), "HIP"},
    {number(IpProtocol::Shim6), "Shim6"},
    {number(IpProtocol::Ethernet), "Ethernet"},
};

// RFC 2474, 2597, 3246, 5865, 8622.
constexpr Name kDscps[] = {{0, "CS0"},   {1, "LE"},    {8, "CS1"},   {10, "AF11"}, {12, "AF12"},
                           {14, "AF13"}, {16, "CS2"},  {18, "AF21"}, {20, "AF22"}, {22, "AF23"},
                           {24, "CS3"},  {26, "AF31"}, {28, "AF32"}, {30, "AF33"}, {32, "CS4"},
                           {34, "AF41"}, {36, "AF42"}, {38, "AF43"}, {40, "CS5"},  {44, "VOICE-ADMIT"},
                           {46, "EF"},   {48, "CS6"},  {56, "CS7"}};
constexpr Name kEcns[] = {{0, "Not-ECT"}, {1, "ECT(1)"}, {2, "ECT(0)"}, {3, "CE"}};

// Calls print(text) for each bit that is set and for what stands between.
template <class Print>
void each_bit(std::span<const Name> names, u16 bits, Print print) {
    const char* between = "";
    for (const Name& n : names) {
        if (!(bits & n.value)) continue;
        print(between), print(n.text);
        between = ", ";
    }
    if (!*between) print("none");
}

}  // namespace

const char* look_up(std::span<const Name> names, u16 value, const char* otherwise) {
    for (const Name& n : names) {
        if (n.value == value) return n.text;
    }
    return otherwise;
}

void print_bits(DumpWriter& w, std::span<const Name> names, u16 bits) {
    each_bit(names, bits, [&](const char* text) { w.print("%s", text); });
}
void say_bits(DumpWriter& w, std::span<const Name> names, u16 bits) {
    each_bit(names, bits, [&](const char* text) { w.say("%s", text); });
}

const char* name_of(EtherType t) { return look_up(kEtherTypes, number(t)); }
const char* name_of(IpProtocol p) { return look_up(kProtocols, number(p)); }
const char* name_of_dscp(u8 dscp) { return look_up(kDscps, dscp); }
const char* name_of_ecn(u8 ecn) { return look_up(kEcns, ecn); }

}  // namespace net
