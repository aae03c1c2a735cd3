// IPv6 packets for the tests of the dump.
#pragma once

#include "net/wire/ipv6.h"
#include "unit/dump_kit.h"

namespace net {

struct NamedFrame {
    std::string name;
    std::vector<u8> bytes;
};

inline const auto kSix1 = from_hex("20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01");
inline const auto kSix2 = from_hex("20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 02");
inline const auto kSix3 = from_hex("fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 03");

inline std::vector<u8> be(u32 value, usize bytes) {
    std::vector<u8> b;
    for (usize i = bytes; i > 0; i--) b.push_back(static_cast<u8>(value >> (8 * (i - 1))));
    return b;
}

inline std::vector<u8> ip6(IpProtocol next, const std::vector<u8>& payload) {
    return from_hex("60 00 00 00") + be(static_cast<u32>(payload.size()), 2) +
           std::vector<u8>{static_cast<u8>(next), 64} + kSix1 + kSix2 + payload;
}
inline std::vector<u8> frame6(IpProtocol next, const std::vector<u8>& payload) {
    return poke(kEther, 12, {0x86, 0xdd}) + ip6(next, payload);
}

// Fills in the checksum at byte `at`, for a packet from kSix1 to `dst`.
inline std::vector<u8> sum6(IpProtocol protocol, std::vector<u8> b, usize at,
                            const std::vector<u8>& dst = kSix2) {
    Checksum sum;
    b = poke(b, at, {0, 0});
    const auto pseudo = kSix1 + dst + be(static_cast<u32>(b.size()), 4) + be(static_cast<u8>(protocol), 4);
    sum.add(pseudo);
    sum.add(b);
    return poke(b, at, be(sum.finish(), 2));
}
inline std::vector<u8> udp6(const std::string& text, const std::vector<u8>& dst = kSix2) {
    return sum6(IpProtocol::Udp, udp(text), 6, dst);
}
inline std::vector<u8> icmp6(u8 type, u8 code, const std::vector<u8>& body) {
    return sum6(IpProtocol::Icmpv6, std::vector<u8>{type, code, 0, 0} + body, 2);
}

}  // namespace net
