#include "net/filter/language/primitives.h"

#include <cstddef>

#include "net/wire/arp.h"
#include "net/wire/ip_protocol.h"
#include "net/wire/ipv4.h"
#include "net/wire/ipv6.h"

namespace net::language {

NodeId Primitives::fail(const char* why) {
    fault_ = why;
    return kNone;
}

// One end of the packet, the other, either or both.
NodeId Primitives::ended(Direction direction, NodeId source, NodeId destination) {
    switch (direction) {
        case Direction::Source: return source;
        case Direction::Destination: return destination;
        case Direction::Both: return tree_.both(source, destination);
        case Direction::Either: return tree_.either(source, destination);
    }
    return kNone;
}

NodeId Primitives::protocol(Protocol p) {
    if (const auto type = ether_type_of(p)) return headers_.is_type(*type);
    const auto ip = in_ip(p);
    if (!ip) return fail("say what of ether: ether host, ether proto, ether[0]");
    if (!ip->v6) return headers_.is_ipv4(ip->number);
    if (!ip->v4) return headers_.is_ipv6(ip->number);
    return tree_.either(headers_.is_ipv4(ip->number), headers_.is_ipv6(ip->number));
}

// --- hosts and networks

NodeId Primitives::address(EtherType type, u32 source_at, u32 destination_at, Direction d, u32 value,
                           u32 mask) {
    const NodeId source = headers_.network(BPF_W, source_at, value, mask);
    const NodeId destination = headers_.network(BPF_W, destination_at, value, mask);
    return tree_.both(headers_.is_type(type), ended(d, source, destination));
}

NodeId Primitives::host(const Qualifier& q, u32 value, u32 mask) {
    if (value & ~mask) return fail("bits are set behind the mask");
    constexpr u32 kSource = offsetof(Ipv4Header, src), kDestination = offsetof(Ipv4Header, dst);
    constexpr u32 kSender = offsetof(ArpPacket, sender_ip), kTarget = offsetof(ArpPacket, target_ip);
    const auto ip = [&] { return address(EtherType::Ipv4, kSource, kDestination, q.direction, value, mask); };
    const auto arp = [&](EtherType type) {
        return address(type, kSender, kTarget, q.direction, value, mask);
    };
    switch (q.protocol) {
        case Protocol::Any:
            return tree_.either(ip(), tree_.either(arp(EtherType::Arp), arp(EtherType::Rarp)));
        case Protocol::Ip: return ip();
        case Protocol::Arp: return arp(EtherType::Arp);
        case Protocol::Rarp: return arp(EtherType::Rarp);
        case Protocol::Ether: return fail("behind ether, give an address such as 52:54:00:12:34:56");
        case Protocol::Ip6: return fail("this is no IPv6 address");
        default: return fail("this protocol has no addresses: use ip, arp or rarp before it");
    }
}

// In an order in which the bytes that differ most between cards come first.
NodeId Primitives::is_mac(u32 at, MacAddr m) {
    const u32 first = u32{m.bytes[0]} << 8 | m.bytes[1];
    const u32 rest = u32{m.bytes[2]} << 24 | u32{m.bytes[3]} << 16 | u32{m.bytes[4]} << 8 | m.bytes[5];
    return tree_.both(tree_.field(BPF_W, at + 2, rest), tree_.field(BPF_H, at, first));
}

NodeId Primitives::station(const Qualifier& q, MacAddr mac) {
    if (q.protocol != Protocol::Ether) return fail("an Ethernet address needs ether before it: ether host");
    if (q.type != Type::Default && q.type != Type::Host) return fail("an Ethernet address is a host's");
    if (headers_.link() != Link::Ethernet) return fail("these packets have no Ethernet header");
    return ended(q.direction, is_mac(offsetof(EtherHeader, src), mac),
                 is_mac(offsetof(EtherHeader, dst), mac));
}

// --- ports

NodeId Primitives::port_range(NodeId port, u32 first, u32 last) {
    if (first == last) return tree_.test(BPF_JEQ, port, tree_.constant(first));
    const NodeId from = tree_.test(BPF_JGE, port, tree_.constant(first));
    return tree_.both(from, tree_.invert(tree_.test(BPF_JGT, port, tree_.constant(last))));
}

NodeId Primitives::ports_in(u8 protocol, Direction d, u32 first, u32 last) {
    const NodeId source = tree_.constant(0), destination = tree_.constant(2);
    const auto v6 = [&](NodeId at) { return port_range(headers_.load_behind_ipv6(BPF_H, at), first, last); };
    const auto v4 = [&](NodeId at) { return port_range(headers_.load_behind_ipv4(BPF_H, at), first, last); };
    const NodeId upper6 = headers_.network(BPF_B, offsetof(Ipv6Header, next_header), protocol);
    const NodeId in6 = tree_.both(headers_.is_type(EtherType::Ipv6),
                                  tree_.both(upper6, ended(d, v6(source), v6(destination))));
    const NodeId ends4 = tree_.both(headers_.has_transport(), ended(d, v4(source), v4(destination)));
    return tree_.either(in6, tree_.both(headers_.is_ipv4(protocol), ends4));
}

NodeId Primitives::ports(const Qualifier& q, u32 first, u32 last) {
    if (first > 0xffff || last > 0xffff) return fail("a port is at most 65535");
    if (first > last) return fail("the first port of the range is greater than the last");
    const auto of = [&](IpProtocol p) { return ports_in(static_cast<u8>(p), q.direction, first, last); };
    switch (q.protocol) {
        case Protocol::Tcp: return of(IpProtocol::Tcp);
        case Protocol::Udp: return of(IpProtocol::Udp);
        case Protocol::Sctp: return of(IpProtocol::Sctp);
        case Protocol::Any:
            return tree_.either(tree_.either(of(IpProtocol::Tcp), of(IpProtocol::Udp)), of(IpProtocol::Sctp));
        default: return fail("a port needs tcp, udp, sctp or nothing before it");
    }
}

// --- protocols by number

NodeId Primitives::number(const Qualifier& q, u32 n) {
    if (q.direction != Direction::Either) return fail("a protocol has no direction");
    if (q.protocol == Protocol::Ether) {
        if (n > 0xffff || n < 0x600) return fail("an Ethernet type is 0x600 to 0xffff");
        return headers_.is_type(EtherType{static_cast<u16>(n)});
    }
    if (n > 0xff) return fail("an IP protocol is at most 255");
    const u8 p = static_cast<u8>(n);
    switch (q.protocol) {
        case Protocol::Any: return tree_.either(headers_.is_ipv4(p), headers_.is_ipv6(p));
        case Protocol::Ip: return headers_.is_ipv4(p);
        case Protocol::Ip6: return headers_.is_ipv6(p);
        default: return fail("proto needs ether, ip, ip6 or nothing before it");
    }
}

NodeId Primitives::named(const Qualifier& q, Protocol p) {
    if (q.protocol == Protocol::Ether) {
        const auto type = ether_type_of(p);
        return type ? number(q, static_cast<u32>(*type)) : fail("this protocol has no Ethernet type");
    }
    const auto ip = in_ip(p);
    return ip ? number(q, ip->number) : fail("this protocol is not in IP");
}

// --- the rest

NodeId Primitives::broadcast(Protocol p) {
    if (p == Protocol::Any || p == Protocol::Ether)
        return station({Protocol::Ether, Direction::Destination, Type::Host}, MacAddr::broadcast());
    if (p != Protocol::Ip) return fail("broadcast needs ether, ip or nothing before it");
    if (!netmask_) return fail("the netmask is not known here: ip broadcast is not possible");
    constexpr u32 kTo = offsetof(Ipv4Header, dst);
    const NodeId all_zeros = headers_.network(BPF_W, kTo, 0, ~netmask_);
    const NodeId all_ones = headers_.network(BPF_W, kTo, ~netmask_, ~netmask_);
    return tree_.both(headers_.is_type(EtherType::Ipv4), tree_.either(all_zeros, all_ones));
}

NodeId Primitives::multicast(Protocol p) {
    const auto at_least = [&](u32 at, u32 value) {
        return tree_.test(BPF_JGE, headers_.load_network(BPF_B, tree_.constant(at)), tree_.constant(value));
    };
    switch (p) {
        case Protocol::Any:
        case Protocol::Ether:
            if (headers_.link() != Link::Ethernet) return fail("these packets have no Ethernet header");
            return tree_.field(BPF_B, 0, 1, 1);
        case Protocol::Ip:
            return tree_.both(headers_.is_type(EtherType::Ipv4), at_least(offsetof(Ipv4Header, dst), 224));
        case Protocol::Ip6:
            return tree_.both(headers_.is_type(EtherType::Ipv6), at_least(offsetof(Ipv6Header, dst), 255));
        default: return fail("multicast needs ether, ip, ip6 or nothing before it");
    }
}

NodeId Primitives::vlan(std::optional<u32> id) {
    if (headers_.link() == Link::RawIp) return fail("these packets have no VLAN tags");
    if (id && *id > 0xfff) return fail("a VLAN identifier is at most 4095");
    return headers_.enter_vlan(id ? std::optional<u16>(static_cast<u16>(*id)) : std::nullopt);
}

NodeId Primitives::load(Protocol p, u8 size, NodeId index, NodeId& condition) {
    if (p == Protocol::Ether) {
        condition = tree_.always(true);
        return headers_.load_link(size, index);
    }
    if (const auto type = ether_type_of(p)) {
        condition = headers_.is_type(*type);
        return headers_.load_network(size, index);
    }
    const InIp ip = *in_ip(p);
    if (!ip.v4) {
        // libpcap looks at the first next header only, too.
        const NodeId upper = headers_.network(BPF_B, offsetof(Ipv6Header, next_header), ip.number);
        condition = tree_.both(headers_.is_type(EtherType::Ipv6), upper);
        return headers_.load_behind_ipv6(size, index);
    }
    if (ip.number == static_cast<u8>(IpProtocol::Ah) || ip.number == static_cast<u8>(IpProtocol::Esp))
        return fail("the bytes of this protocol cannot be asked for");
    condition = tree_.both(headers_.is_ipv4(ip.number), headers_.has_transport());
    return headers_.load_behind_ipv4(size, index);
}

}  // namespace net::language
