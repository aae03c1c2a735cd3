// ARP for IPv4 over Ethernet (RFC 826). Announcements, probes and conflicts: RFC 5227.
#pragma once

#include "net/wire/ether.h"

namespace net {

enum class ArpOperation : u16 { Request = 1, Reply = 2 };

struct ArpPacket {
    be16 hardware_type;  // kHardwareEthernet
    be16 protocol_type;  // EtherType::Ipv4
    u8 hardware_length;
    u8 protocol_length;
    be16 operation_code;
    MacAddr sender_mac;
    Ipv4Addr sender_ip;
    MacAddr target_mac;
    Ipv4Addr target_ip;

    static constexpr u16 kHardwareEthernet = 1;

    // Accepts ARP for IPv4 over Ethernet; bytes after the packet (padding) are allowed. The operation may be
    // unknown: check operation().
    static std::optional<ArpPacket> parse(Bytes b) {
        const auto* p = header_of<ArpPacket>(b);
        if (!p || !p->is_ipv4_over_ethernet()) return std::nullopt;
        return *p;
    }

    static ArpPacket make(ArpOperation op, MacAddr sender_mac, Ipv4Addr sender_ip, MacAddr target_mac,
                          Ipv4Addr target_ip) {
        return {kHardwareEthernet,
                static_cast<u16>(EtherType::Ipv4),
                sizeof(MacAddr),
                sizeof(Ipv4Addr),
                static_cast<u16>(op),
                sender_mac,
                sender_ip,
                target_mac,
                target_ip};
    }

    ArpOperation operation() const { return ArpOperation{u16{operation_code}}; }
    bool is_probe() const { return sender_ip.is_any(); }             // RFC 5227: is target_ip in use?
    bool is_announcement() const { return sender_ip == target_ip; }  // gratuitous: sender claims sender_ip
    bool is_ipv4_over_ethernet() const {
        return hardware_type == kHardwareEthernet && protocol_type == static_cast<u16>(EtherType::Ipv4) &&
               hardware_length == sizeof(MacAddr) && protocol_length == sizeof(Ipv4Addr);
    }
};
static_assert(sizeof(ArpPacket) == 28 && alignof(ArpPacket) == 1);

}  // namespace net
