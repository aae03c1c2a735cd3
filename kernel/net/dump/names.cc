#include "net/dump/names.h"

namespace net {
namespace {

struct Name {
    u16 value;
    const char* text;
};

const char* look_up(std::span<const Name> names, u16 value) {
    for (const Name& n : names) {
        if (n.value == value) return n.text;
    }
    return "unknown";
}

void print_bits(DumpWriter& w, std::span<const Name> names, u16 bits) {
    const char* between = "";
    for (const Name& n : names) {
        if (!(bits & n.value)) continue;
        w.print("%s%s", between, n.text);
        between = ", ";
    }
    if (!*between) w.print("none");
}

template <class Enum>
constexpr u16 number(Enum e) {
    return static_cast<u16>(e);
}

constexpr Name kEtherTypes[] = {
    {number(EtherType::Ipv4), "IPv4"},
    {number(EtherType::Arp), "ARP"},
    {number(EtherType::WakeOnLan), "Wake-on-LAN"},
    {number(EtherType::Rarp), "RARP"},
    {number(EtherType::Vlan), "802.1Q VLAN"},
    {number(EtherType::Ipv6), "IPv6"},
    {number(EtherType::FlowControl), "Ethernet flow control"},
    {number(EtherType::QinQ), "802.1ad service VLAN"},
    {number(EtherType::Lldp), "LLDP"},
};

constexpr Name kProtocols[] = {
    {number(IpProtocol::Icmp), "ICMP"},     {number(IpProtocol::Igmp), "IGMP"},
    {number(IpProtocol::Tcp), "TCP"},       {number(IpProtocol::Udp), "UDP"},
    {number(IpProtocol::Ipv6), "IPv6"},     {number(IpProtocol::Gre), "GRE"},
    {number(IpProtocol::Esp), "ESP"},       {number(IpProtocol::Ah), "AH"},
    {number(IpProtocol::Icmpv6), "ICMPv6"}, {number(IpProtocol::Ospf), "OSPF"},
    {number(IpProtocol::Sctp), "SCTP"},
};

constexpr Name kArpOperations[] = {
    {1, "request"}, {2, "reply"}, {3, "reverse request"}, {4, "reverse reply"}};

constexpr Name kIcmpTypes[] = {
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

// RFC 2474, 2597, 3246, 5865, 8622.
constexpr Name kDscps[] = {{0, "CS0"},   {1, "LE"},    {8, "CS1"},   {10, "AF11"}, {12, "AF12"},
                           {14, "AF13"}, {16, "CS2"},  {18, "AF21"}, {20, "AF22"}, {22, "AF23"},
                           {24, "CS3"},  {26, "AF31"}, {28, "AF32"}, {30, "AF33"}, {32, "CS4"},
                           {34, "AF41"}, {36, "AF42"}, {38, "AF43"}, {40, "CS5"},  {44, "VOICE-ADMIT"},
                           {46, "EF"},   {48, "CS6"},  {56, "CS7"}};
constexpr Name kEcns[] = {{0, "Not-ECT"}, {1, "ECT(1)"}, {2, "ECT(0)"}, {3, "CE"}};

constexpr Name kIpv4Options[] = {
    {number(Ipv4OptionKind::End), "end of options"},
    {number(Ipv4OptionKind::Nop), "no operation"},
    {number(Ipv4OptionKind::RecordRoute), "record route"},
    {number(Ipv4OptionKind::Timestamp), "timestamp"},
    {number(Ipv4OptionKind::Security), "security"},
    {number(Ipv4OptionKind::LooseSourceRoute), "loose source route"},
    {number(Ipv4OptionKind::StreamId), "stream identifier"},
    {number(Ipv4OptionKind::StrictSourceRoute), "strict source route"},
    {number(Ipv4OptionKind::RouterAlert), "router alert"},
};

constexpr Name kTcpOptions[] = {
    {number(TcpOptionKind::End), "EOL"},
    {number(TcpOptionKind::Nop), "NOP"},
    {number(TcpOptionKind::MaxSegmentSize), "MSS"},
    {number(TcpOptionKind::WindowScale), "window scale"},
    {number(TcpOptionKind::SackPermitted), "SACK permitted"},
    {number(TcpOptionKind::Sack), "SACK"},
    {number(TcpOptionKind::Timestamps), "timestamps"},
    {number(TcpOptionKind::FastOpen), "fast open cookie"},
};

constexpr Name kIpFlags[] = {{Ipv4Header::kReservedBit, "reserved"},
                             {Ipv4Header::kDontFragment, "don't fragment"},
                             {Ipv4Header::kMoreFragments, "more fragments"}};
// From the least significant on, as Wireshark words them: SYN, ACK.
constexpr Name kTcpFlags[] = {{TcpFlags::Fin, "FIN"}, {TcpFlags::Syn, "SYN"}, {TcpFlags::Rst, "RST"},
                              {TcpFlags::Psh, "PSH"}, {TcpFlags::Ack, "ACK"}, {TcpFlags::Urg, "URG"},
                              {TcpFlags::Ece, "ECE"}, {TcpFlags::Cwr, "CWR"}, {TcpFlags::Ae, "AE"}};

}  // namespace

const char* name_of(EtherType t) {
    // IEEE 802.3 clause 3.2.6: below 0x600 the field is no type.
    return number(t) < 0x600 ? "IEEE 802.3 length" : look_up(kEtherTypes, number(t));
}
const char* name_of(IpProtocol p) { return look_up(kProtocols, number(p)); }
const char* name_of(IcmpType t) { return look_up(kIcmpTypes, number(t)); }
const char* name_of_arp_operation(u16 operation) { return look_up(kArpOperations, operation); }

const char* name_of_icmp_code(IcmpType t, u8 code) {
    if (t == IcmpType::Unreachable) return look_up(kUnreachableCodes, code);
    if (t == IcmpType::Redirect) return look_up(kRedirectCodes, code);
    if (t == IcmpType::TimeExceeded) return look_up(kTimeExceededCodes, code);
    if (t == IcmpType::ParameterProblem) return look_up(kParameterCodes, code);
    return "";
}

const char* name_of_dscp(u8 dscp) { return look_up(kDscps, dscp); }
const char* name_of_ecn(u8 ecn) { return look_up(kEcns, ecn); }
const char* name_of_ipv4_option(u8 kind) { return look_up(kIpv4Options, kind); }
const char* name_of_tcp_option(u8 kind) { return look_up(kTcpOptions, kind); }

void print_flags(DumpWriter& w, const Ipv4Header& h) {
    print_bits(w, kIpFlags, h.flags_offset & ~Ipv4Header::kOffsetMask);
}
void print_flags(DumpWriter& w, TcpFlags f) { print_bits(w, kTcpFlags, f.bits); }

}  // namespace net
