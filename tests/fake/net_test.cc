#include "net_test.h"

#include <cstring>

using namespace net;
using packets::Packet;

template <class Header>
static Header header_at(const Packet& p, usize offset = 0) {
    Header h{};
    EXPECT_GE(p.size(), offset + sizeof h) << "truncated packet";
    if (p.size() >= offset + sizeof h) std::memcpy(&h, p.data() + offset, sizeof h);
    return h;
}

SentIp::SentIp(const Packet& frame) : bytes(frame) {
    ether = header_at<EtherHeader>(frame);
    EXPECT_EQ(ether.type, 0x0800);
    EXPECT_EQ(ether.src, kOurMac);
    ip = header_at<Ipv4Header>(frame, sizeof ether);
    if (frame.size() < 34) return;
    EXPECT_EQ(ip.version_ihl, 0x45);
    EXPECT_EQ(ip.total_length, frame.size() - sizeof ether);
    EXPECT_EQ(packets::internet_checksum(Bytes(frame).subspan(14, 20)), 0);
    payload = Packet(frame.begin() + 34, frame.end());
}

static u16 transport_sum(const SentIp& s) {
    Packet pseudo(s.bytes.begin() + 26, s.bytes.begin() + 34);  // both addresses
    const usize n = s.payload.size();
    pseudo.insert(pseudo.end(), {0, s.ip.protocol, static_cast<u8>(n >> 8), static_cast<u8>(n)});
    return packets::internet_checksum(packets::join(pseudo, s.payload));
}

UdpHeader SentIp::udp() const {
    EXPECT_EQ(ip.protocol, 17);
    EXPECT_EQ(transport_sum(*this), 0);
    return header_at<UdpHeader>(payload);
}

IcmpHeader SentIp::icmp() const {
    EXPECT_EQ(ip.protocol, 1);
    EXPECT_EQ(packets::internet_checksum(payload), 0);
    return header_at<IcmpHeader>(payload);
}

TcpHeader SentIp::tcp() const {
    EXPECT_EQ(ip.protocol, 6);
    EXPECT_EQ(transport_sum(*this), 0);
    return header_at<TcpHeader>(payload);
}

Packet SentIp::data(usize header) const {
    if (payload.size() < header) return {};
    return Packet(payload.begin() + static_cast<long>(header), payload.end());
}

ArpPacket sent_arp(const Packet& frame) {
    EXPECT_EQ(header_at<EtherHeader>(frame).type, 0x0806);
    return header_at<ArpPacket>(frame, sizeof(EtherHeader));
}

NetTest::NetTest(u32 device_features, u16 mtu)
    : device(kOurMac, "fake0", device_features, mtu), mbufs_before_(mbuf_usage().in_use()), pages_before_(0) {
    fake::world().reset();
    pages_before_ = fake::world().pages_out - static_cast<long>(mbuf_usage().total / 2);
    stack = std::make_unique<Stack>();
    interface = value_of(stack->add_interface(device, {kOurs, 24}, kGateway));
    device.sent.clear();  // the ARP announcement, which another test checks
}

NetTest::~NetTest() {
    fake::judge_what_is_left();
    EXPECT_EQ(stack->sockets_in_use(), 0u) << "sockets leaked";
    stack.reset();
    EXPECT_EQ(mbuf_usage().in_use(), mbufs_before_) << "mbufs leaked";
    EXPECT_EQ(fake::world().pages_out - static_cast<long>(mbuf_usage().total / 2), pages_before_)
        << "pages leaked";
    EXPECT_TRUE(fake::world().timers.empty()) << "timers left behind";
}

void NetTest::introduce(Ipv4Addr ip, MacAddr mac) {
    receive_arp(packets::arp(ArpOperation::Request, mac, ip, {}, kOurs), MacAddr::broadcast());
    EXPECT_EQ(sent_arp(device.take_sent()).operation(), ArpOperation::Reply);
}

OpenSocket NetTest::udp_socket(Ipv4Addr remote, u16 local_port, u16 remote_port) {
    auto s = stack->connect_udp(remote, local_port, remote_port);
    EXPECT_OK(s);
    return OpenSocket(std::move(s).value());
}

OpenSocket NetTest::echo_socket(Ipv4Addr remote) {
    auto s = stack->open_echo(remote);
    EXPECT_OK(s);
    return OpenSocket(std::move(s).value());
}

Result<usize> write(Socket& s, const Packet& data) {
    return s.write({reinterpret_cast<uptr>(data.data())}, data.size());
}

ReadResult read(Socket& s, usize room) {
    Packet buffer(room);
    const auto n = s.read({reinterpret_cast<uptr>(buffer.data())}, room);
    buffer.resize(n.ok() ? n.value() : 0);
    return {n.error(), buffer};
}

std::string as_text(const Packet& p) { return std::string(p.begin(), p.end()); }
