// The language: what each construct chooses, on frames made for it. tests/unit/libpcap_filter_test.cc
// compares all of it with libpcap; here a reader sees what each means.
#include "fake/packets.h"
#include "net/filter/language/compiler.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "unit/filter_kit.h"

namespace net {
namespace {

using packets::Packet;

constexpr MacAddr kOurs{{0x52, 0x54, 0, 0x12, 0x34, 0x56}}, kTheirs{{0x52, 0x55, 10, 0, 2, 2}};
constexpr Ipv4Addr kLocal(10, 0, 2, 15), kRemote(10, 0, 2, 2);

language::Compiler compiler;

bool chooses(const char* expression, const Packet& frame, const language::Options& options = {}) {
    EXPECT_TRUE(compiler.compile(expression, options)) << expression << ": " << compiler.fault().message;
    FilterProgram p;
    EXPECT_TRUE(p.verify(compiler.program()).ok()) << expression;
    return p.matches(frame);
}

Packet frame(EtherType type, const Packet& payload) { return packets::ether(kOurs, kTheirs, type, payload); }

Packet ip_frame(IpProtocol protocol, const Packet& segment, u16 flags_offset = 0,
                const Packet& options = {}) {
    return frame(EtherType::Ipv4, packets::ipv4({.src = kRemote,
                                                 .dst = kLocal,
                                                 .protocol = static_cast<u8>(protocol),
                                                 .options = options,
                                                 .flags_offset = flags_offset},
                                                segment));
}

// From 10.0.2.2 port 1024 to 10.0.2.15 port 53.
Packet udp() { return ip_frame(IpProtocol::Udp, {4, 0, 0, 53, 0, 12, 0, 0, 1, 2, 3, 4}); }
// From port 80 to 2000; a SYN.
Packet tcp() {
    return ip_frame(IpProtocol::Tcp, {0, 80, 7, 208, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 2, 0, 0, 0, 0, 0, 0});
}
Packet echo() {
    return ip_frame(IpProtocol::Icmp, packets::icmp(IcmpType::EchoRequest, 0, 1, 1, Packet(20)));
}
Packet arp() {
    return frame(EtherType::Arp, packets::arp(ArpOperation::Request, kTheirs, kRemote, {}, kLocal));
}
Packet ip6(u8 next, const Packet& payload) {
    Packet header(40);
    header[0] = 0x60, header[6] = next;
    return frame(EtherType::Ipv6, packets::join(header, payload));
}
Packet vlan(u8 id, const Packet& inner) {
    Packet p(inner.begin(), inner.begin() + 12);
    p.insert(p.end(), {0x81, 0, 0, id});
    return packets::join(p, Packet(inner.begin() + 12, inner.end()));
}

struct Row {
    const char* expression;
    bool udp, tcp, echo, arp;
};

// Which of four frames each chooses.
constexpr Row kRows[] = {
    {"", true, true, true, true},
    {"ip", true, true, true, false},
    {"arp", false, false, false, true},
    {"ip6", false, false, false, false},
    {"rarp", false, false, false, false},
    {"udp", true, false, false, false},
    {"tcp", false, true, false, false},
    {"icmp", false, false, true, false},
    {"not ip", false, false, false, true},
    {"! ip", false, false, false, true},
    {"not not udp", true, false, false, false},
    {"udp or arp", true, false, false, true},
    {"udp || icmp", true, false, true, false},
    {"ip and not udp", false, true, true, false},
    {"ip && ! (udp or tcp)", false, false, true, false},
    // and binds no closer than or: both are taken from the left.
    {"arp or udp and ip", true, false, false, false},
    {"arp or (udp and ip)", true, false, false, true},
    // hosts and networks; in ARP the sender and the target
    {"host 10.0.2.2", true, true, true, true},
    {"src host 10.0.2.2", true, true, true, true},
    {"dst host 10.0.2.2", false, false, false, false},
    {"src 10.0.2.2", true, true, true, true},
    {"src or dst host 10.0.2.15", true, true, true, true},
    {"src and dst host 10.0.2.15", false, false, false, false},
    {"ip host 10.0.2.2", true, true, true, false},
    {"arp host 10.0.2.2", false, false, false, true},
    {"host (10.9.9.9 or 10.0.2.2)", true, true, true, true},
    {"host 10.9.9.9 or 10.0.2.2", true, true, true, true},
    {"net 10", true, true, true, true},
    {"net 10.0.2", true, true, true, true},
    {"net 10.0.3", false, false, false, false},
    {"net 10.0.2.0/24", true, true, true, true},
    {"net 10.0.2.8/29", true, true, true, true},
    {"src net 10.0.2.8/29", false, false, false, false},
    {"net 10.0.0.0 mask 255.255.0.0", true, true, true, true},
    {"dst net 192.168.0.0/16", false, false, false, false},
    {"net 0.0.0.0/0", true, true, true, true},
    // ports
    {"port 53", true, false, false, false},
    {"dst port 53", true, false, false, false},
    {"src port 53", false, false, false, false},
    {"port domain", true, false, false, false},
    {"tcp port 53", false, false, false, false},
    {"udp port 53 or 80", true, false, false, false},
    {"port 53 or 80", true, true, false, false},
    {"port (53 or http)", true, true, false, false},
    {"portrange 50-100", true, true, false, false},
    {"udp portrange 1000-1030", true, false, false, false},
    {"src portrange 50-100", false, true, false, false},
    {"portrange 1-2 or 50-60", true, false, false, false},
    // protocols
    {"ip proto 17", true, false, false, false},
    {"proto 6", false, true, false, false},
    {"ip proto \\udp or \\icmp", true, false, true, false},
    {"ether proto 0x806", false, false, false, true},
    {"ether proto \\ip", true, true, true, false},
    // Ethernet
    {"ether host 52:54:00:12:34:56", true, true, true, true},
    {"ether src 52:54:00:12:34:56", false, false, false, false},
    {"ether dst host 52:54:0:12:34:56", true, true, true, true},
    {"broadcast", false, false, false, false},
    {"multicast", false, false, false, false},
    // bytes
    {"ip[9] = 17", true, false, false, false},
    {"ip[9] == 17", true, false, false, false},
    {"ip[9] != 17", false, true, true, false},
    {"not ip[9] = 17", false, true, true, true},
    {"ether[12:2] = 0x806", false, false, false, true},
    {"ip[16:4] = 0x0a00020f", true, true, true, false},
    {"tcp[0:2] = 80", false, true, false, false},
    {"tcp[tcpflags] & tcp-syn != 0", false, true, false, false},
    {"tcp[tcpflags] & (tcp-syn|tcp-ack) = tcp-syn", false, true, false, false},
    {"icmp[icmptype] = icmp-echo", false, false, true, false},
    {"udp[4:2] - 8 = 4", true, false, false, false},
    {"(ip[0] & 0xf) << 2 = 20", true, true, true, false},
    {"ip[ip[0] & 0xf] = ip[5]", true, true, true, false},
    {"ip[2:2] + 14 = len", true, true, true, false},
    {"1 + 2 * 3 = 7", true, true, true, true},
    {"0x10 = 16 and 010 = 8", true, true, true, true},
    {"arp[6:2] = 1", false, false, false, true},
    // lengths: 46, 54, 62, 42
    {"less 46", true, false, false, true},
    {"greater 54", false, true, true, false},
    {"len > 46 and len <= 54", false, true, false, false},
};

TEST(FilterLanguage, ChoosesWhatEachConstructSays) {
    for (const Row& r : kRows) {
        EXPECT_EQ(chooses(r.expression, udp()), r.udp) << r.expression << ": the UDP frame";
        EXPECT_EQ(chooses(r.expression, tcp()), r.tcp) << r.expression << ": the TCP frame";
        EXPECT_EQ(chooses(r.expression, echo()), r.echo) << r.expression << ": the echo request";
        EXPECT_EQ(chooses(r.expression, arp()), r.arp) << r.expression << ": the ARP request";
    }
}

TEST(FilterLanguage, LooksForPortsInFirstFragmentsOnly) {
    const Packet ports = {4, 0, 0, 53, 0, 12, 0, 0};
    EXPECT_TRUE(chooses("port 53", ip_frame(IpProtocol::Udp, ports, Ipv4Header::kMoreFragments)));
    EXPECT_FALSE(chooses("port 53", ip_frame(IpProtocol::Udp, ports, 100)));
    EXPECT_TRUE(chooses("udp", ip_frame(IpProtocol::Udp, ports, 100)));
    EXPECT_TRUE(chooses("not port 53", ip_frame(IpProtocol::Udp, ports, 100)));
}

TEST(FilterLanguage, LooksForPortsBehindOptions) {
    EXPECT_TRUE(chooses("dst port 53", ip_frame(IpProtocol::Udp, {4, 0, 0, 53}, 0, Packet(12, 1))));
}

TEST(FilterLanguage, LooksForTransportsInIpv6) {
    EXPECT_TRUE(chooses("tcp dst port 80", ip6(6, {1, 0, 0, 80})));
    EXPECT_TRUE(chooses("ip6 and udp", ip6(17, {1, 0, 0, 80})));
    EXPECT_TRUE(chooses("udp", ip6(44, {17, 0, 0, 0, 0, 0, 0, 1})));  // behind a fragment header
    EXPECT_TRUE(chooses("icmp6[icmp6type] = icmp6-echo", ip6(58, {128, 0})));
    EXPECT_FALSE(chooses("icmp", ip6(58, {128, 0})));
}

TEST(FilterLanguage, LooksIntoAVlanBehindTheWordVlan) {
    EXPECT_FALSE(chooses("udp", vlan(5, udp())));
    EXPECT_TRUE(chooses("vlan", vlan(5, udp())));
    EXPECT_TRUE(chooses("vlan 5", vlan(5, udp())));
    EXPECT_FALSE(chooses("vlan 6", vlan(5, udp())));
    EXPECT_TRUE(chooses("vlan 5 and udp port 53 and src host 10.0.2.2", vlan(5, udp())));
    EXPECT_TRUE(chooses("vlan 5 and vlan 7 and udp", vlan(5, vlan(7, udp()))));
    EXPECT_FALSE(chooses("vlan", udp()));
}

TEST(FilterLanguage, KnowsBroadcastsAndMulticasts) {
    const Packet all = packets::ether(MacAddr::broadcast(), kTheirs, EtherType::Arp, Packet(28));
    EXPECT_TRUE(chooses("broadcast", all));
    EXPECT_TRUE(chooses("ether multicast", all));
    const auto to = [](Ipv4Addr dst) {
        return frame(EtherType::Ipv4, packets::ipv4({.src = kRemote, .dst = dst}, {}));
    };
    const language::Options link = {.netmask = 0xffffff00};
    EXPECT_TRUE(chooses("ip broadcast", to({10, 0, 2, 255}), link));
    EXPECT_TRUE(chooses("ip broadcast", to({10, 0, 2, 0}), link));
    EXPECT_TRUE(chooses("ip broadcast", to({255, 255, 255, 255}), link));
    EXPECT_FALSE(chooses("ip broadcast", to(kLocal), link));
    EXPECT_TRUE(chooses("ip multicast", to({224, 0, 0, 1})));
    EXPECT_FALSE(chooses("ip multicast", to(kLocal)));
}

TEST(FilterLanguage, DividesByAFieldThatMayBeZero) {
    EXPECT_TRUE(chooses("ip[2:2] / ip[8] = 0", udp()));  // 32 bytes, a TTL of 61
    EXPECT_FALSE(chooses("ip[2:2] / ip[1] = 0", udp()));
    EXPECT_FALSE(chooses("not ip[2:2] / ip[1] = 0", udp()));  // the whole filter ends
}

TEST(FilterLanguage, FiltersOtherLinks) {
    const auto bytes = udp();
    const Packet packet(bytes.begin() + 14, bytes.end());
    EXPECT_TRUE(chooses("udp port 53", packet, {.link = language::Link::RawIp}));
    EXPECT_FALSE(chooses("arp or ip6", packet, {.link = language::Link::RawIp}));
    Packet cooked(16);
    cooked[14] = 8;
    EXPECT_TRUE(chooses("udp port 53", packets::join(cooked, packet), {.link = language::Link::LinuxCooked}));
    Packet cooked2(20);
    cooked2[0] = 8;
    EXPECT_TRUE(
        chooses("udp port 53", packets::join(cooked2, packet), {.link = language::Link::LinuxCooked2}));
}

// Long lists: jumps of more than 255 instructions.
TEST(FilterLanguage, TakesAListOfPortsAsLongAsAProgramMayBe) {
    std::string list = "udp dst port 1";
    for (int port = 2; port <= 53; port++) list += " or " + std::to_string(port);
    EXPECT_TRUE(chooses(list.c_str(), udp()));
    EXPECT_FALSE(chooses(("not (" + list + ")").c_str(), udp()));
    EXPECT_TRUE(chooses(("not (" + list + ")").c_str(), tcp()));
}

TEST(FilterLanguage, NeedsNoMoreThan17InstructionsForThePortFilter) {
    ASSERT_TRUE(compiler.compile("ether dst 52:54:00:12:34:56 and dst host 10.0.2.15 and udp dst port 53"));
    ASSERT_EQ(compiler.program().size(), kUdpPort.size());
    EXPECT_EQ(verified({compiler.program().begin(), compiler.program().end()}), verified(kUdpPort));
}

TEST(FilterLanguage, LoadsNothingTwice) {
    ASSERT_TRUE(compiler.compile("tcp[13] & 2 != 0 and tcp[13] & 16 = 0"));
    usize loads = 0;
    for (const bpf_insn& i : compiler.program()) loads += (i.code & 7) == BPF_LD || (i.code & 7) == BPF_LDX;
    EXPECT_EQ(loads, 5u);  // the type, the protocol, the fragment, the header's length, the flags
}

}  // namespace
}  // namespace net
