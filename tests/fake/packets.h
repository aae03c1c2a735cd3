// Builds packets for tests, layer by layer, with correct lengths and checksums unless a test changes them.
// The checksum is RFC 1071's simple loop, independent of the stack's own.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "net/wire/arp.h"
#include "net/wire/icmp.h"
#include "net/wire/tcp.h"
#include "net/wire/udp.h"

namespace packets {

using Packet = std::vector<u8>;

Packet text(std::string_view s);
Packet filled(usize n, u8 first = 0);  // n bytes counting up from `first`
Packet join(const Packet& a, const Packet& b);
u16 internet_checksum(Bytes b);

Packet ether(net::MacAddr dst, net::MacAddr src, net::EtherType type, const Packet& payload);

Packet arp(net::ArpOperation op, net::MacAddr sender_mac, net::Ipv4Addr sender, net::MacAddr target_mac,
           net::Ipv4Addr target);

struct Ip {
    net::Ipv4Addr src, dst;
    u8 protocol = 0;
    Packet options = {};  // padded to words by the caller
    u8 ttl = 61;
    u16 flags_offset = 0;
    std::optional<u8> version_ihl = {};
    std::optional<u16> total_length = {};
    u16 spoil_checksum = 0;  // added to the correct checksum
};
Packet ipv4(const Ip& f, const Packet& payload);

struct Udp {
    net::Ipv4Addr src, dst;
    u16 src_port = 0, dst_port = 0;
    std::optional<u16> length = {};
    std::optional<u16> checksum = {};
};
Packet udp(const Udp& f, const Packet& payload);         // only the datagram
Packet udp_packet(const Udp& f, const Packet& payload);  // an IPv4 packet

Packet icmp(net::IcmpType type, u8 code, u16 identifier, u16 sequence, const Packet& payload);

struct Tcp {
    net::Ipv4Addr src, dst;
    net::TcpFields fields;
    u16 spoil_checksum = 0;
};
Packet tcp_packet(const Tcp& f,
                  const Packet& payload);  // with options_length, the payload starts with options

}  // namespace packets
