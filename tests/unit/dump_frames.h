// One frame of every kind that the dump decodes, for the tests that hold for any frame. A new decoder adds
// its own.
#pragma once

#include "unit/dump_net_frames.h"

namespace net {

inline std::vector<u8> ether(u16 type, const std::vector<u8>& contents) {
    return poke(kEther, 12, {static_cast<u8>(type >> 8), static_cast<u8>(type)}) + contents;
}

// A response with names that point back, and records of several types.
inline std::vector<u8> dns_frame() {
    return kEther +
           ip(IpProtocol::Udp, udp_of(53, 1024,
                                      from_hex("00 2a 81 80 00 01 00 04 00 00 00 01  03 77 77 77 03 6e 78 36 "
                                               "04 74 65 73 74 00 00 01 00 01"
                                               "c0 0c 00 05 00 01 00 00 01 2c 00 02 c0 10  c0 10 00 01 00 01 "
                                               "00 00 01 2c 00 04 0a 00 02 02"
                                               "c0 10 00 0f 00 01 00 00 01 2c 00 04 00 0a c0 0c"
                                               "c0 10 00 10 00 01 00 00 01 2c 00 06 02 68 69 02 00 21"
                                               "00 00 29 04 d0 00 00 80 00 00 00")));
}

inline std::vector<u8> dhcp_frame() {
    auto message = from_hex(
        "02 01 06 00 39 03 f3 26 00 05 80 00 00 00 00 00 0a 00 02 0f 0a 00 02 02 00 00 00 00"
        "52 54 00 12 34 56");
    message.resize(236);
    return kEther +
           ip(IpProtocol::Udp,
              udp_of(67, 68,
                     message +
                         from_hex("63 82 53 63  35 01 02  01 04 ff ff ff 00  06 08 0a 00 02 03 0a 00 02 04  "
                                  "33 04 00 01 51 80"
                                  "0c 03 6e 78 36  37 02 01 03  3d 07 01 52 54 00 12 34 56  00 00 ff 00")));
}

inline std::vector<u8> ntp_frame() {
    return kEther +
           ip(IpProtocol::Udp,
              udp_of(123, 123,
                     from_hex("24 02 06 e9 00 00 80 00 00 01 00 00 0a 00 02 03  00 00 00 00 00 00 00 00"
                              "83 aa 7e 80 00 00 00 00  bc 66 3b 70 00 00 00 00  83 aa 7e 80 80 00 00 00")));
}

// An option of each kind.
inline std::vector<u8> tcp_with_options() {
    const auto options = from_hex(
        "02 04 05 b4 04 02 08 0a 00 00 00 0b 00 00 00 16 01 03 03 07 05 0a 00 00 00 01 00 00 00 05 63 04 aa "
        "bb 00 01");
    return ip(IpProtocol::Tcp, tcp(TcpFlags::Syn, options, {'x'}));
}

inline std::vector<NamedFrame> transport_frames() {
    return {
        {"udp", udp_frame()},
        {"udp without a checksum", poke(udp_frame(), 40, {0, 0})},
        {"udp with bytes behind it", poke(udp_frame(), 38, {0, 20})},
        {"udp in a padded frame", udp_frame() + std::vector<u8>(1)},
        {"a trailer", udp_frame() + std::vector<u8>(30, 7)},
        {"tcp", kEther + tcp_with_options()},
        {"dns", dns_frame()},
        {"dhcp", dhcp_frame()},
        {"ntp", ntp_frame()},
        {"http", kEther + ip(IpProtocol::Tcp, tcp(TcpFlags::Ack, {}, from_hex("47 45 54 20 2f 0d 0a")))},
    };
}

inline std::vector<NamedFrame> usual_icmp_frames() {
    const auto quote = ip(IpProtocol::Udp, udp("quoted"));
    const auto frame = [](const std::vector<u8>& message) { return kEther + ip(IpProtocol::Icmp, message); };
    return {
        {"icmp echo", frame(icmp(IcmpType::EchoRequest, 0, {1, 2}, 7, 3))},
        {"icmp error", frame(icmp(IcmpType::Unreachable, 3, tcp_with_options()))},
        {"icmp too big", frame(icmp(IcmpType::Unreachable, 4, quote, 0, 1400))},
        {"icmp redirect", frame(icmp(IcmpType::Redirect, 1, quote, 0x0a00, 0x0209))},
        {"icmp parameter problem", frame(icmp(IcmpType::ParameterProblem, 0, quote, 0x0900))},
        {"icmp of an unknown type", frame(icmp(IcmpType{77}, 0, {1}, 2, 3))},
    };
}

inline std::vector<u8> source_routed() {
    auto header = bytes_of(Ipv4Header::make(kGateway, kGuest, IpProtocol::Udp, 8 + 9, 9));
    header[0] = 0x47;
    return poke(header, 2, {0, 45}) + from_hex("83 07 04 01 02 03 04 00") + udp("a");
}

inline std::vector<NamedFrame> ip_frames() {
    auto options = from_hex(
        "4b b9 00 2e 00 00 40 00 01 fd 00 00 0a 00 02 02 e0 00 00 05"
        "94 04 00 00 01 07 0b 08 01 02 03 04 05 06 07 08 88 02 00 07");
    options.resize(46);
    return {
        {"a first fragment", kEther + ip(IpProtocol::Udp, udp("fragment"), Ipv4Header::kMoreFragments)},
        {"a last fragment", kEther + ip(IpProtocol::Udp, {1, 2}, 185)},
        {"ip options", kEther + options},
        {"a source route", kEther + source_routed()},
        {"a total length of 0", poke(udp_frame(), 16, {0, 0})},
        {"an unknown protocol", kEther + ip(IpProtocol{200}, {1, 2, 3})},
        {"ipv6",
         ether(0x86dd, from_hex("60 12 34 56 00 03 fd 40 fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01"
                                "ff 02 00 00 00 00 00 00 00 00 00 00 00 00 00 02 61 62 63 00 01"))},
    };
}

inline std::vector<NamedFrame> arp_frames() {
    const auto arp =
        from_hex("00 01 08 00 06 04 00 01 52 55 0a 00 02 02 0a 00 02 02 00 00 00 00 00 00 0a 00 02 0f");
    return {
        {"arp", ether(0x0806, arp + std::vector<u8>(18))},
        {"arp of other hardware",
         ether(0x0806, from_hex("00 20 08 00 08 04 00 01") + std::vector<u8>(26, 3))},
        {"rarp", ether(0x8035, poke(arp, 7, {3}))},
    };
}

inline std::vector<NamedFrame> link_frames() {
    return {
        {"vlan tags", ether(0x88a8, from_hex("b0 2a 81 00 00 07 08 00") + tcp_with_options())},
        {"snap",
         ether(8 + 45, from_hex("aa aa 03 00 00 00 08 00") + ip(IpProtocol::Udp, udp("hello, world 1234")))},
        {"snap of Cisco", ether(10, from_hex("aa aa 03 00 00 0c 20 00 01 02"))},
        {"llc of two control bytes", ether(6, from_hex("f0 f1 01 07 aa bb"))},
        {"802.3", ether(3, {0x42, 0x42, 3, 0, 0, 0})},
    };
}

// What bridges say to each other.
inline std::vector<NamedFrame> bridge_frames() {
    return {
        {"stp", ether(38, from_hex("42 42 03  00 00 00 00 01 80 64 00 1c 0e 87 78 00 00 00 00 04"
                                   "80 64 00 1c 0e 87 85 00 80 04 01 00 14 00 02 00 0f 00") +
                              std::vector<u8>(8))},
        {"rstp", ether(39, from_hex("42 42 03  00 00 02 02 3e 40 64 00 1c 0e 87 78 00 00 00 00 04"
                                    "80 64 00 1c 0e 87 85 00 80 04 01 00 14 00 02 00 0f 00 00"))},
        {"stp topology change", ether(7, from_hex("42 42 03 00 00 00 80"))},
        {"lldp",
         ether(0x88cc, from_hex("02 07 04 00 01 30 f9 ad a0  04 04 05 31 2f 31  06 02 00 78  0a 02 53 31"
                                "0e 04 00 14 00 10  10 0c 05 01 0a 00 02 0f 02 00 00 00 01 00"
                                "fe 06 00 12 0f 01 03 6c  00 00 00 00"))},
    };
}

inline std::vector<NamedFrame> dump_frames() {
    std::vector<NamedFrame> all;
    for (const auto& some :
         {transport_frames(), usual_icmp_frames(), ip_frames(), arp_frames(), link_frames(), bridge_frames()})
        all.insert(all.end(), some.begin(), some.end());
    add_net_frames(all);
    return all;
}

inline std::vector<u8> dump_frame_of(const std::string& name) {
    for (const auto& f : dump_frames()) {
        if (f.name == name) return f.bytes;
    }
    ADD_FAILURE() << "no frame " << name;
    return {};
}

}  // namespace net
