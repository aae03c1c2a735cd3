// One frame of every kind of network and control protocol, for the tests that hold for any frame.
#pragma once

#include "unit/dump_icmp_frames.h"

namespace net {

inline std::vector<NamedFrame> ipv6_frames() {
    const auto udp_with = [](std::string_view headers, IpProtocol first = IpProtocol::HopByHop) {
        return frame6(first, from_hex(headers) + udp6("six"));
    };
    const auto routed = from_hex("11 02 00 01 00 00 00 00") + kSix3 + udp6("routed", kSix3);
    const auto segments = from_hex("11 05 04 01 01 00 00 07") + kSix3 + kSix2 +
                          from_hex("01 06 00 00 00 00 00 00") + udp6("sr", kSix3);
    auto jumbo = frame6(IpProtocol::HopByHop, from_hex("11 00 c2 04 00 00 00 13") + udp6("six"));
    jumbo = poke(jumbo, 18, {0, 0});
    return {
        {"ipv6 udp", frame6(IpProtocol::Udp, udp6("six"))},
        {"ipv6 udp without a checksum", poke(frame6(IpProtocol::Udp, udp6("six")), 60, {0, 0})},
        {"ipv6 hop-by-hop",
         udp_with("3c 01 05 02 00 00 01 01 00 00 00 01 02 00 00 00 11 00 04 01 04 00 00 00")},
        {"ipv6 options", udp_with("11 02 c9 10 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 09 7f 01 07 00",
                                  IpProtocol::DestinationOptions)},
        {"ipv6 bad option", udp_with("11 00 01 02 00 00 1e 05")},
        {"ipv6 jumbo", jumbo},
        {"ipv6 source route", frame6(IpProtocol::Routing, routed)},
        {"ipv6 segment routing", frame6(IpProtocol::Routing, segments)},
        {"ipv6 other routing", udp_with("11 00 fd 00 01 02 03 04", IpProtocol::Routing)},
        {"ipv6 first fragment", udp_with("11 00 00 01 00 00 00 2a", IpProtocol::Fragment)},
        {"ipv6 last fragment", udp_with("11 00 00 b8 00 00 00 2a", IpProtocol::Fragment)},
        {"ipv6 atomic fragment", udp_with("11 00 00 00 00 00 00 2a", IpProtocol::Fragment)},
        {"ipv6 ah",
         udp_with("11 04 00 00 00 00 01 00 00 00 00 07 01 02 03 04 05 06 07 08 09 0a 0b 0c", IpProtocol::Ah)},
        {"ipv6 short ah", udp_with("11 00 00 00 00 00 01 00", IpProtocol::Ah)},
        {"ipv6 esp", frame6(IpProtocol::Esp, from_hex("00 00 01 00 00 00 00 07 de ad be ef"))},
        {"ipv6 mobility",
         frame6(IpProtocol::Mobility, from_hex("3b 01 05 00 00 00 00 00 00 00 00 00 00 00 00 00"))},
        {"ipv6 no next header", frame6(IpProtocol::NoNextHeader, {1, 2, 3})},
        {"ah", kEther + ip(IpProtocol::Ah, from_hex("11 01 00 00 00 00 01 00 00 00 00 07") + udp("x"))},
        {"esp", kEther + ip(IpProtocol::Esp, from_hex("00 00 01 00 00 00 00 07 de ad be ef"))},
    };
}

inline std::vector<u8> gre(std::string_view hex, const std::vector<u8>& rest = {}) {
    auto m = from_hex(hex) + rest;
    if (m[0] & 0x80) m = poke(m, 4, be(checksum_of(poke(m, 4, {0, 0})), 2));
    return kEther + ip(IpProtocol::Gre, m);
}

inline std::vector<NamedFrame> tunnel_frames() {
    const auto inner = ip(IpProtocol::Udp, udp("inner"));
    return {
        {"gre", gre("00 00 08 00", inner)},
        {"gre with all fields", gre("b0 00 08 00 00 00 00 00 00 00 00 2a 00 00 00 07", inner)},
        {"gre ethernet", gre("20 00 65 58 00 00 00 2a", udp_frame())},
        {"gre llc",
         gre("00 00 65 58", poke(kEther, 12, {0, 41}) + from_hex("aa aa 03 00 00 00 08 00") + inner)},
        {"gre ipv6", gre("00 00 86 dd", ip6(IpProtocol::Udp, udp6("six")))},
        {"gre keepalive", gre("00 00 00 00")},
        {"gre with routes", gre("40 00 08 00 12 34 00 00 00 02 00 04 0a 00 02 02 00 00 00 00")},
        {"gre of another version", gre("00 05 08 00 01 02 03 04")},
        {"gre pptp", gre("30 81 88 0b 00 05 00 2a 00 00 00 07 00 00 00 06 ff 03 c0 21 01")},
        {"gre trailer", gre("00 00 08 00", inner + std::vector<u8>{0, 1})},
        {"ip in ip", kEther + ip(IpProtocol::Ipv4, inner)},
        {"6in4", kEther + ip(IpProtocol::Ipv6, ip6(IpProtocol::Udp, udp6("six")))},
        {"4in6", frame6(IpProtocol::Ipv4, inner)},
        {"6in6", frame6(IpProtocol::DestinationOptions,
                        from_hex("29 00 04 01 04 01 01 00") + ip6(IpProtocol::Udp, udp6("six")))},
    };
}

// A SYN with options, and one end of options at least.
inline std::vector<u8> with_tcp_options(std::string_view hex) {
    auto options = from_hex(hex);
    options.resize((options.size() + 4) / 4 * 4);
    return kEther + ip(IpProtocol::Tcp, tcp(TcpFlags::Syn, options));
}
inline std::vector<u8> with_ip_options(std::string_view hex) {
    auto options = from_hex(hex);
    options.resize((options.size() + 4) / 4 * 4);
    const auto payload = udp("options");
    auto header =
        bytes_of(Ipv4Header::make(kGateway, kGuest, IpProtocol::Udp, options.size() + payload.size()));
    header[0] = static_cast<u8>(0x45 + options.size() / 4);
    header = poke(header + options, 10, {0, 0});
    return kEther + poke(header, 10, be(checksum_of(header), 2)) + payload;
}

inline std::vector<NamedFrame> option_frames() {
    return {
        {"tcp md5", with_tcp_options("13 12 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f")},
        {"tcp ao", with_tcp_options("1d 10 01 02 aa bb cc dd ee ff 00 11 22 33 44 55")},
        {"tcp user timeout", with_tcp_options("1c 04 80 05 22 0a 01 02 03 04 05 06 07 08")},
        {"tcp accurate ecn", with_tcp_options("ac 0b 00 00 01 00 00 02 00 00 03 ae 08 00 00 04 00 00 05")},
        {"tcp experiment", with_tcp_options("fe 08 f9 89 01 02 03 04 fd 06 12 34 56 78")},
        {"tcp sack", with_tcp_options("05 12 00 00 00 01 00 00 00 05 00 00 00 09 00 00 00 0b")},
        {"mptcp capable",
         with_tcp_options("1e 16 01 81 01 02 03 04 05 06 07 08 11 12 13 14 15 16 17 18 00 0a")},
        {"mptcp join", with_tcp_options("1e 0c 10 02 aa bb cc dd 01 02 03 04")},
        {"mptcp join syn ack", with_tcp_options("1e 10 11 02 01 02 03 04 05 06 07 08 aa bb cc dd")},
        {"mptcp join ack",
         with_tcp_options("1e 18 10 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12 13 14")},
        {"mptcp dss", with_tcp_options("1e 14 20 05 00 00 00 0a 00 00 00 14 00 00 00 1e 00 28 be ef")},
        {"mptcp long dss", with_tcp_options("1e 0d 20 13 00 00 00 01 00 00 00 0a 07")},
        {"mptcp add address",
         with_tcp_options(
             "1e 08 30 02 0a 00 02 10 1e 14 31 03 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 09")},
        {"mptcp others",
         with_tcp_options("1e 04 40 02 1e 03 51 1e 0c 60 00 00 00 00 00 00 00 00 07 1e 04 81 03 1e 03 f5")},
        {"ip timestamps",
         with_ip_options("44 0c 0d 10 02 1f 4a 3b 80 00 00 05 44 0e 0d 01 0a 00 02 02 02 1f 4a 3b 0a 0b")},
        {"ip security",
         with_ip_options("82 0b f1 35 00 01 00 02 00 00 03 82 04 5a 80 86 0a 00 00 00 07 01 04 00 05")},
        {"ip names", with_ip_options("88 04 00 09 19 08 01 02 03 04 05 06 94 04 00 01 c8 03 07")},
    };
}

inline void add_net_frames(std::vector<NamedFrame>& to) {
    for (const auto& more : {ipv6_frames(), icmp_frames(), icmpv6_frames(), tunnel_frames(), option_frames()})
        to.insert(to.end(), more.begin(), more.end());
}

}  // namespace net
