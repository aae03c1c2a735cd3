// One frame of every kind of ICMP, ICMPv6 and IGMP message, for the tests of the dump.
#pragma once

#include "unit/dump_ip6_kit.h"

namespace net {

// An IPv4 frame with an ICMP or IGMP message, whose checksum is filled in.
inline std::vector<u8> message4(std::string_view hex, const std::vector<u8>& rest = {},
                                IpProtocol protocol = IpProtocol::Icmp) {
    auto m = from_hex(hex) + rest;
    return kEther + ip(protocol, poke(m, 2, be(checksum_of(m), 2)));
}
inline std::vector<u8> igmp(std::string_view hex) { return message4(hex, {}, IpProtocol::Igmp); }
inline std::vector<u8> message6(u8 type, u8 code, std::string_view hex, const std::vector<u8>& rest = {}) {
    return frame6(IpProtocol::Icmpv6, icmp6(type, code, from_hex(hex) + rest));
}
// An extension structure of objects.
inline std::vector<u8> extension(std::string_view objects) {
    const auto e = from_hex("20 00 00 00") + from_hex(objects);
    return poke(e, 2, be(checksum_of(e), 2));
}
// The packet that an error quotes, zeros behind it up to 128 bytes.
inline std::vector<u8> padded_quote() {
    auto quote = ip(IpProtocol::Udp, udp("quoted"));
    quote.resize(128);
    return quote;
}
inline const std::string_view kMplsObject = "00 0c 01 01 00 3e 80 01 00 00 13 02";
inline const std::string_view kInterfaceObject =
    "00 20 02 0f 00 00 00 07 00 01 00 00 0a 00 02 02 08 65 74 68 31 00 00 00 00 00 05 dc 00 00 00 00";

inline std::vector<NamedFrame> icmp_frames() {
    const auto unreachable = from_hex("03 03 00 00 00 20 00 00");
    return {
        {"icmp mpls", message4("0b 00 00 00 00 20 00 00", padded_quote() + extension(kMplsObject))},
        {"icmp interface", message4("0b 00 00 00 00 20 00 00", padded_quote() + extension(kInterfaceObject))},
        {"icmp old extension", message4("0b 00 00 00 00 00 00 00", padded_quote() + extension(kMplsObject))},
        {"icmp other object",
         message4("03 03 00 00 00 20 00 00", padded_quote() + extension("00 08 f7 01 aa bb cc dd"))},
        {"icmp extension without a checksum",
         message4("03 03 00 00 00 20 00 00", padded_quote() + from_hex("20 00 00 00 00 04 01 01"))},
        {"icmp bad extension",
         message4("03 03 00 00 00 20 00 00", padded_quote() + extension("00 02 01 01"))},
        {"icmp long quote length", message4("03 03 00 00 00 ff 00 00", padded_quote())},
        {"icmp timestamp", message4("0d 00 00 00 00 01 00 02 02 1f 4a 3b 00 00 00 00 80 00 00 05")},
        {"icmp timestamp reply", message4("0e 00 00 00 00 01 00 02 02 1f 4a 3b 02 1f 4a 3c 02 1f 4a 3d aa")},
        {"icmp mask", message4("12 00 00 00 00 01 00 02 ff ff ff 00")},
        {"icmp information", message4("0f 00 00 00 00 01 00 02")},
        {"icmp routers", message4("09 00 00 00 02 02 07 08 0a 00 02 01 00 00 00 01 0a 00 02 02 ff ff ff fe")},
        {"icmp long router entries",
         message4("09 00 00 00 01 03 07 08 0a 00 02 01 00 00 00 01 0a 00 02 02 ff")},
        {"icmp router solicitation", message4("0a 00 00 00 00 00 00 00")},
        {"icmp probe by name",
         message4("2a 00 00 00 00 07 03 01", extension("00 0c 03 01 65 74 68 30 00 00 00 00"))},
        {"icmp probe by index", message4("2a 00 00 00 00 07 03 01", extension("00 08 03 02 00 00 00 02"))},
        {"icmp probe by address",
         message4("2a 00 00 00 00 07 03 00", extension("00 0c 03 03 00 01 04 00 0a 00 02 0f"))},
        {"icmp probe reply", message4("2b 02 00 00 00 07 03 46")},
    };
}

inline std::vector<NamedFrame> icmpv6_frames() {
    const auto quote = ip6(IpProtocol::Udp, udp6("quoted"));
    auto padded = quote;
    padded.resize(128);
    const std::string_view target = "20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 09";
    const auto neighbor = [&](u8 type, std::string_view head, std::string_view option) {
        return message6(type, 0, head, from_hex(target) + from_hex(option));
    };
    return {
        {"icmpv6 echo", message6(128, 0, "00 07 00 03 61 62")},
        {"icmpv6 unreachable", message6(1, 4, "00 00 00 00", quote)},
        {"icmpv6 extension", message6(3, 0, "10 00 00 00", padded + extension(kMplsObject))},
        {"icmpv6 too big", message6(2, 0, "00 00 05 00", quote)},
        {"icmpv6 parameter problem", message6(4, 1, "00 00 00 28", quote)},
        {"icmpv6 unknown", message6(200, 1, "00 00 00 28 01")},
        {"ndp router solicitation", message6(133, 0, "00 00 00 00 01 01 52 54 00 12 34 56")},
        {"ndp router advertisement",
         message6(
             134, 0,
             "40 c8 07 08 00 00 75 30 00 00 03 e8 01 01 52 54 00 12 34 56 05 01 00 00 00 00 05 dc"
             "03 04 40 c0 00 01 51 80 00 00 38 40 00 00 00 00 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 00"
             "18 02 30 08 00 00 02 58 20 01 0d b8 00 05 00 00 18 01 00 18 00 00 02 58"
             "19 03 00 00 00 00 00 78 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 53"
             "1f 03 00 00 00 00 00 78 03 6c 61 62 07 65 78 61 6d 70 6c 65 00 00 00 00")},
        {"ndp neighbor solicitation",
         neighbor(135, "00 00 00 00", "01 01 52 54 00 12 34 56 0e 01 01 02 03 04 05 06")},
        {"ndp neighbor advertisement",
         neighbor(136, "e0 00 00 00", "02 01 52 54 00 12 34 56 63 01 01 02 03 04 05 06")},
        {"ndp bad option", neighbor(135, "00 00 00 00", "01 00 52 54 00 12 34 56")},
        {"ndp redirect", message6(137, 0, "00 00 00 00",
                                  kSix3 + kSix2 + from_hex("04 09 00 00 00 00 00 00") + quote +
                                      from_hex("00 00 00 00 00 00 00 00 00 00 02 01 52 54 00 12 34 56"))},
        {"mld query", message6(130, 0, "27 10 00 00", kSix3)},
        {"mld query v2", message6(130, 0, "80 01 00 00", kSix3 + from_hex("0a 7d 00 01") + kSix1)},
        {"mld report", message6(131, 0, "00 00 00 00", kSix3)},
        {"mld done", message6(132, 0, "00 00 00 00", kSix3)},
        {"mld report v2", message6(143, 0, "00 00 00 02",
                                   from_hex("04 00 00 00") + kSix3 + from_hex("05 01 00 02") + kSix3 + kSix1 +
                                       kSix2 + from_hex("aa bb cc dd"))},
        {"mld bad report", message6(143, 0, "00 00 00 02", from_hex("04 00 00 05") + kSix3)},
        {"igmp query", igmp("11 64 00 00 e0 00 00 fb")},
        {"igmp query v1", igmp("11 00 00 00 00 00 00 00")},
        {"igmp query v3", igmp("11 a7 00 00 e0 00 00 fb 0a 7d 00 02 0a 00 00 01 0a 00 00 02")},
        {"igmp short of sources", igmp("11 a7 00 00 e0 00 00 fb 0a 7d 00 02 0a 00 00 01 0a")},
        {"igmp report v2", igmp("16 00 00 00 e0 00 00 fb")},
        {"igmp leave", igmp("17 00 00 00 e0 00 00 fb")},
        {"igmp report v3", igmp("22 00 00 00 00 00 00 02 04 00 00 00 e0 00 00 fb 06 01 00 01 e0 00 00 fc 0a "
                                "00 00 01 01 02 03 04")},
        {"igmp of an unknown type", igmp("99 00 00 00 e0 00 00 fb 01")},
    };
}

}  // namespace net
