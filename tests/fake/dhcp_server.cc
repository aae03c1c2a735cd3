#include "dhcp_server.h"

namespace dhcp_kit {

using namespace net;

Packet address(Ipv4Addr a) { return number(a.value()); }

Packet number(u32 n) {
    return {static_cast<u8>(n >> 24), static_cast<u8>(n >> 16), static_cast<u8>(n >> 8), static_cast<u8>(n)};
}

Packet option(u8 code, const Packet& value) {
    return packets::join({code, static_cast<u8>(value.size())}, value);
}

static u32 number_at(const Packet& p, usize at, usize bytes = 4) {
    u32 n = 0;
    for (usize i = 0; i < bytes; i++) n = n << 8 | p.at(at + i);
    return n;
}

static std::map<u8, Packet> options_at(const Packet& p, usize at) {
    std::map<u8, Packet> found;
    while (p.at(at) != 255) {
        if (p[at] == 0) {
            at++;
            continue;
        }
        const usize length = p.at(at + 1);
        EXPECT_LE(at + 2 + length, p.size());
        const auto begin = p.begin() + static_cast<long>(at) + 2;
        EXPECT_TRUE(found.emplace(p[at], Packet(begin, begin + static_cast<long>(length))).second);
        at += 2 + length;
    }
    return found;
}

bool is_arp(const Packet& frame) { return number_at(frame, 12, 2) == 0x0806; }

Said::Said(const Packet& f) {
    constexpr usize kIp = 14, kUdp = 34, kDhcp = 42;
    EXPECT_GE(f.size(), kDhcp + 300) << "BOOTP's least size";
    EXPECT_EQ(number_at(f, 12, 2), 0x0800u);
    EXPECT_EQ(packets::internet_checksum(Bytes(f).subspan(kIp, 20)), 0);
    EXPECT_EQ(number_at(f, kIp + 2, 2), f.size() - kIp);
    EXPECT_EQ(number_at(f, kUdp), 68u << 16 | 67u) << "ports";
    std::memcpy(to.bytes, f.data(), 6);
    from_ip = Ipv4Addr(number_at(f, kIp + 12)), to_ip = Ipv4Addr(number_at(f, kIp + 16));
    Packet pseudo(f.begin() + kIp + 12, f.begin() + kIp + 20);
    const usize n = f.size() - kUdp;
    pseudo.insert(pseudo.end(), {0, 17, static_cast<u8>(n >> 8), static_cast<u8>(n)});
    EXPECT_EQ(packets::internet_checksum(packets::join(pseudo, Packet(f.begin() + kUdp, f.end()))), 0);
    EXPECT_EQ(number_at(f, kDhcp), 0x01010600u);
    EXPECT_EQ(std::memcmp(&f[kDhcp + 28], kUs.bytes, 6), 0);
    EXPECT_EQ(number_at(f, kDhcp + 236), 0x63825363u);
    xid = number_at(f, kDhcp + 4);
    seconds = static_cast<u16>(number_at(f, kDhcp + 8, 2));
    flags = static_cast<u16>(number_at(f, kDhcp + 10, 2));
    client = Ipv4Addr(number_at(f, kDhcp + 12));
    options = options_at(f, kDhcp + 240);
    type = MessageType{value(53).at(0)};
}

Packet message_of(const Answer& a) {
    Packet p{a.operation, a.hardware_type, a.hardware_length, 0};
    for (const Packet& part : {number(a.xid), number(0), number(0), address(a.yours), number(0), number(0)})
        p = packets::join(p, part);
    p.insert(p.end(), a.client.bytes, a.client.bytes + 6);
    p.resize(44);
    p = packets::join(p, a.server_name);
    p.resize(108);
    p = packets::join(p, a.file);
    p.resize(236);
    p = packets::join(p, number(a.cookie));
    if (a.all) return packets::join(p, *a.all);
    p = packets::join(p, option(53, {static_cast<u8>(a.type)}));
    p = packets::join(p, option(54, address(a.server)));
    if (a.type != MessageType::Nak) p = packets::join(p, option(51, number(a.lease)));
    p = packets::join(p, a.more);
    p.push_back(255);
    return p;
}

Packet frame_of(const Answer& a) {
    const Ipv4Addr to = a.to == MacAddr::broadcast() ? kEverybody : a.yours;
    const Packet ip = packets::udp_packet({.src = a.server,
                                           .dst = to,
                                           .src_port = a.source_port,
                                           .dst_port = a.target_port,
                                           .checksum = a.checksum},
                                          message_of(a));
    return packets::ether(a.to, a.from, EtherType::Ipv4, ip);
}

void DhcpTest::pass(Duration d) {
    const Instant end = now + d;
    for (int calls = 0; client.next_deadline() <= end; calls++) {
        ASSERT_LT(calls, 10'000) << "the client asks for the same time again and again";
        if (now < client.next_deadline()) now = client.next_deadline();
        client.on_time(now);
    }
    now = end;
}

Said DhcpTest::take() {
    EXPECT_EQ(sent.size(), 1u) << "frames were sent";
    if (sent.empty()) return Said(Packet(342, 0));
    const Said said(sent.front());
    forget();
    xid = said.xid;
    return said;
}

void DhcpTest::select() {
    client.start(now);
    EXPECT_EQ(take().type, MessageType::Discover);
}

void DhcpTest::request() {
    select();
    answer({.xid = xid});
    EXPECT_EQ(take().type, MessageType::Request);
}

void DhcpTest::acknowledge(Answer a) {
    select();
    a.type = MessageType::Offer;
    a.xid = xid;
    answer(a);
    EXPECT_EQ(take().type, MessageType::Request);
    a.type = MessageType::Ack;
    answer(a);
    EXPECT_EQ(client.state(), dhcp::DhcpClient::State::Probing);
}

void DhcpTest::become_bound(Answer a) {
    acknowledge(a);
    pass(seconds(8));
    EXPECT_EQ(client.state(), dhcp::DhcpClient::State::Bound);
    EXPECT_EQ(configured.size(), 1u);
    forget();
}

}  // namespace dhcp_kit
