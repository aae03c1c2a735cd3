// Shared by the tests of the packet dump: builds frames from parts, and dumps to a string.
#pragma once

#include "net/dump/dump.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "net/wire/icmp.h"
#include "net/wire/tcp.h"
#include "net/wire/udp.h"
#include "unit/wire_kit.h"

namespace net {

inline std::string dump(Bytes frame, DumpMode mode, DumpLink link = DumpLink::Ethernet) {
    std::string text;
    const auto append = [](void* to, const char* run, usize n) {
        static_cast<std::string*>(to)->append(run, n);
    };
    dump_packet({append, &text}, link, frame, frame.size(), mode);
    return text;
}
inline std::string full(Bytes frame) { return dump(frame, DumpMode::Full); }
inline std::string brief(Bytes frame) { return dump(frame, DumpMode::Brief); }

// Whether the text has this line, ignoring repeated blanks.
inline testing::AssertionResult has_line(const std::string& text, const std::string& line) {
    std::string squeezed = "\n";
    for (char c : text) {
        if (c != ' ' || squeezed.back() != ' ') squeezed += c;
    }
    if (squeezed.find("\n" + line + "\n") != std::string::npos) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "no line \"" << line << "\" in:\n" << text;
}

inline constexpr Ipv4Addr kGateway(10, 0, 2, 2), kGuest(10, 0, 2, 15);

inline const auto kEther = from_hex("52 54 00 12 34 56  52 55 0a 00 02 02  08 00");

template <class Header>
inline std::vector<u8> bytes_of(const Header& h) {
    const auto* p = reinterpret_cast<const u8*>(&h);
    return {p, p + sizeof h};
}

inline std::vector<u8> ip(IpProtocol protocol, const std::vector<u8>& payload, u16 flags = 0) {
    return bytes_of(Ipv4Header::make(kGateway, kGuest, protocol, payload.size(), 9, 64, flags)) + payload;
}
inline std::vector<u8> udp_of(u16 src_port, u16 dst_port, const std::vector<u8>& payload) {
    auto b = std::vector<u8>(8) + payload;
    emit_udp(b, kGateway, src_port, kGuest, dst_port);
    return b;
}
inline std::vector<u8> udp(const std::string& text) { return udp_of(99, 1024, {text.begin(), text.end()}); }
inline std::vector<u8> icmp(IcmpType type, u8 code, const std::vector<u8>& payload, u16 a = 0, u16 b = 0) {
    auto m = std::vector<u8>(8) + payload;
    emit_icmp(m, type, code, a, b);
    return m;
}
inline std::vector<u8> tcp(u16 flags, const std::vector<u8>& options, const std::vector<u8>& payload = {}) {
    auto s = std::vector<u8>(20) + options + payload;
    emit_tcp(s, kGateway, kGuest, {1, 2, 5, 7, flags, 100, options.size()});
    return s;
}
inline std::vector<u8> udp_frame() { return kEther + ip(IpProtocol::Udp, udp("hello, world 1234")); }

inline std::vector<u8> poke(std::vector<u8> b, usize at, std::vector<u8> with) {
    std::copy(with.begin(), with.end(), b.begin() + static_cast<long>(at));
    return b;
}

}  // namespace net
