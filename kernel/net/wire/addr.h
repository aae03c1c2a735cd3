// Address types: MacAddr and Ipv4Addr, stored in network byte order as on the wire.
#pragma once

#include <optional>
#include <type_traits>

#include "lib/endian.h"

namespace net {

struct MacAddr {
    u8 bytes[6] = {};

    constexpr bool operator==(const MacAddr& o) const { return number() == o.number(); }
    static constexpr MacAddr broadcast() { return {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}; }
    constexpr bool is_group() const { return bytes[0] & 1; }  // broadcast or multicast
    // Is this a valid address of one station?
    constexpr bool is_station() const { return !is_group() && number() != 0; }

  private:
    // The six bytes as one number, in two loads: the address of every received frame is compared.
    constexpr u64 number() const {
        u64 n = 0;
        if (std::is_constant_evaluated()) {
            for (usize i = 0; i < 6; i++) n |= static_cast<u64>(bytes[i]) << (8 * i);
        } else {
            __builtin_memcpy(&n, bytes, 4);
            u16 rest;
            __builtin_memcpy(&rest, bytes + 4, 2);
            n |= static_cast<u64>(rest) << 32;
        }
        return n;
    }
};
static_assert(sizeof(MacAddr) == 6 && alignof(MacAddr) == 1);

class Ipv4Addr {
  public:
    constexpr Ipv4Addr() : value_(0) {}
    constexpr explicit Ipv4Addr(u32 value) : value_(value) {}
    constexpr Ipv4Addr(u8 a, u8 b, u8 c, u8 d)
        : value_(static_cast<u32>(a) << 24 | static_cast<u32>(b) << 16 | static_cast<u32>(c) << 8 | d) {}

    constexpr u32 value() const { return value_; }  // 10.0.2.15 is 0x0a00020f
    constexpr u8 octet(int i) const { return static_cast<u8>(value_ >> (24 - 8 * i)); }
    // Without a change of byte order: sockets and caches compare addresses for each packet.
    constexpr bool operator==(const Ipv4Addr& o) const {
        return std::bit_cast<u32>(value_) == std::bit_cast<u32>(o.value_);
    }

    constexpr bool is_any() const { return *this == Ipv4Addr(); }
    constexpr bool is_broadcast() const { return *this == Ipv4Addr(0xffff'ffff); }
    constexpr bool is_multicast() const { return value() >> 28 == 0xe; }
    constexpr bool is_loopback() const { return value() >> 24 == 127; }

    // Accepts exactly four decimal octets, such as "10.0.2.15", with nothing before or after them.
    static std::optional<Ipv4Addr> parse(const char* text);

  private:
    be32 value_;
};
static_assert(sizeof(Ipv4Addr) == 4 && alignof(Ipv4Addr) == 1);

// An address with the length of its network part: 10.0.2.15/24.
struct Ipv4Prefix {
    Ipv4Addr addr;
    u8 length = 0;

    constexpr u32 mask() const { return length ? ~u32{0} << (32 - length) : 0; }
    constexpr bool contains(Ipv4Addr a) const { return ((a.value() ^ addr.value()) & mask()) == 0; }
    // The all-ones host address: 10.0.2.255. A /31 (RFC 3021) and a /32 have no broadcast address.
    constexpr bool is_broadcast(Ipv4Addr a) const {
        return length < 31 && contains(a) && (a.value() | mask()) == 0xffff'ffff;
    }
    // The all-zeros host address, which means the network: 10.0.2.0.
    constexpr bool is_network(Ipv4Addr a) const { return length < 31 && (a.value() & ~mask()) == 0; }
    // May one host have this address? Excludes "this network", loopback, multicast and class E.
    constexpr bool is_host() const {
        const u8 first = addr.octet(0);
        return length <= 32 && first != 0 && first != 127 && first < 224 && !is_network(addr) &&
               !is_broadcast(addr);
    }
    // The host with this prefix: may another host on its link have the address `a`? Excludes broadcast and
    // network addresses. 0.0.0.0 is no address: it has no neighbours.
    constexpr bool has_neighbour(Ipv4Addr a) const {
        return !addr.is_any() && contains(a) && a != addr && !a.is_broadcast() && !is_broadcast(a) &&
               !is_network(a);
    }
    constexpr bool operator==(const Ipv4Prefix&) const = default;
    static std::optional<Ipv4Prefix> parse(const char* text);  // "10.0.2.15/24"
};

// The text of an address, for printf's %s: format_addr(a).text. A MAC address is 52:54:00:12:34:56.
struct AddrText {
    char text[20];
};
AddrText format_addr(MacAddr a);
AddrText format_addr(Ipv4Addr a);

}  // namespace net
