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

inline void add_net_frames(std::vector<NamedFrame>& to) {
    for (const auto& more : {ipv6_frames(), icmp_frames(), icmpv6_frames(), tunnel_frames()})
        to.insert(to.end(), more.begin(), more.end());
}

}  // namespace net
