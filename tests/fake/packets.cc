#include "packets.h"

using namespace net;

namespace packets {

template <class Header>
static Packet bytes_of(const Header& h) {
    const u8* p = reinterpret_cast<const u8*>(&h);
    return Packet(p, p + sizeof h);
}

static void put16(Packet& p, usize at, u16 v) {
    p[at] = static_cast<u8>(v >> 8);
    p[at + 1] = static_cast<u8>(v);
}

Packet text(std::string_view s) { return Packet(s.begin(), s.end()); }

Packet filled(usize n, u8 first) {
    Packet p(n);
    for (usize i = 0; i < n; i++) p[i] = static_cast<u8>(first + i);
    return p;
}

Packet join(const Packet& a, const Packet& b) {
    Packet p = a;
    p.insert(p.end(), b.begin(), b.end());
    return p;
}

u16 internet_checksum(Bytes b) {
    u32 sum = 0;
    for (usize i = 0; i < b.size(); i += 2) {
        sum += static_cast<u32>(b[i] << 8 | (i + 1 < b.size() ? b[i + 1] : 0));
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return static_cast<u16>(~sum);
}

static u16 transport_checksum(Ipv4Addr src, Ipv4Addr dst, IpProtocol protocol, const Packet& p) {
    Packet pseudo = join(bytes_of(src), bytes_of(dst));
    const u16 length = static_cast<u16>(p.size());
    pseudo.insert(pseudo.end(),
                  {0, static_cast<u8>(protocol), static_cast<u8>(length >> 8), static_cast<u8>(length)});
    return internet_checksum(join(pseudo, p));
}

Packet ether(MacAddr dst, MacAddr src, EtherType type, const Packet& payload) {
    return join(bytes_of(EtherHeader{dst, src, static_cast<u16>(type)}), payload);
}

Packet arp(ArpOperation op, MacAddr sender_mac, Ipv4Addr sender, MacAddr target_mac, Ipv4Addr target) {
    return bytes_of(ArpPacket{1, 0x0800, 6, 4, static_cast<u16>(op), sender_mac, sender, target_mac, target});
}

Packet ipv4(const Ip& f, const Packet& payload) {
    const usize header = sizeof(Ipv4Header) + f.options.size();
    const Ipv4Header h{f.version_ihl.value_or(static_cast<u8>(0x40 | header / 4)),
                       0,
                       f.total_length.value_or(static_cast<u16>(header + payload.size())),
                       0x1234,
                       f.flags_offset,
                       f.ttl,
                       f.protocol,
                       0,
                       f.src,
                       f.dst};
    Packet p = join(bytes_of(h), f.options);
    put16(p, 10, static_cast<u16>(internet_checksum(p) + f.spoil_checksum));
    return join(p, payload);
}

Packet udp(const Udp& f, const Packet& payload) {
    const u16 length = static_cast<u16>(sizeof(UdpHeader) + payload.size());
    Packet p = join(bytes_of(UdpHeader{f.src_port, f.dst_port, f.length.value_or(length), 0}), payload);
    const u16 sum = transport_checksum(f.src, f.dst, IpProtocol::Udp, p);
    put16(p, 6, f.checksum.value_or(sum ? sum : 0xffff));
    return p;
}

Packet udp_packet(const Udp& f, const Packet& payload) {
    return ipv4({.src = f.src, .dst = f.dst, .protocol = 17}, udp(f, payload));
}

Packet icmp(IcmpType type, u8 code, u16 identifier, u16 sequence, const Packet& payload) {
    Packet p = join(bytes_of(IcmpHeader{static_cast<u8>(type), code, 0, identifier, sequence}), payload);
    put16(p, 2, internet_checksum(p));
    return p;
}

Packet tcp_packet(const Tcp& f, const Packet& payload) {
    const TcpFields& t = f.fields;
    const u16 offset_flags = static_cast<u16>((5 + t.options_length / 4) << 12 | t.flags);
    Packet p = join(bytes_of(TcpHeader{t.src_port, t.dst_port, t.seq, t.ack, offset_flags, t.window, 0, 0}),
                    payload);
    const u16 sum = transport_checksum(f.src, f.dst, IpProtocol::Tcp, p);
    put16(p, 16, static_cast<u16>(sum + f.spoil_checksum));
    return ipv4({.src = f.src, .dst = f.dst, .protocol = 6}, p);
}

}  // namespace packets
