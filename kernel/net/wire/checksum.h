// The Internet checksum (RFC 1071): the one's complement of the one's complement sum of 16-bit words.
//
// It runs once or twice over every packet, so it is made of few instructions: words are summed as they
// lie in memory, 64 bits at a time with the carry put back in, and bytes are swapped once, at the end. RFC
// 1071 section 2 says why that is allowed: the sum is independent of the byte order, and wider words fold.
#pragma once

#include <bit>
#include <type_traits>

#include "lib/endian.h"
#include "net/wire/addr.h"
#include "net/wire/ip_protocol.h"

namespace net {

// What a received checksum says. Absent: the sender computed none (UDP over IPv4 only, RFC 768).
enum class ChecksumVerdict : u8 { Ok, Bad, Absent };

class Checksum {
  public:
    // Bytes of any alignment. Every piece but the last must have an even length.
    void add(Bytes b) { sum_ = add_bytes(sum_, b.data(), b.size()); }

    // Bytes that lie `offset` bytes behind the first. At an odd place they count swapped, and turning the
    // sum by a byte before and after does just that (RFC 1071 section 2 (B)).
    void add_at(usize offset, Bytes b) {
        if (offset % 2 == 0) return add(b);
        sum_ = std::rotl(sum_, 8);
        add(b);
        sum_ = std::rotr(sum_, 8);
    }

    // A header without options: its size is a constant, so this is a handful of instructions, inline.
    template <class Header>
    void add_header(const Header& h) {
        static_assert(alignof(Header) == 1 && std::is_trivially_copyable_v<Header> &&
                      sizeof(Header) % 2 == 0);
        const u8* p = reinterpret_cast<const u8*>(&h);
        usize i = 0;
#pragma GCC unroll 8
        for (; i + 8 <= sizeof(Header); i += 8) add_word(load<u64>(p + i));
        if constexpr (sizeof(Header) & 4) add_word(load<u32>(p + i)), i += 4;
        if constexpr (sizeof(Header) & 2) add_word(load<u16>(p + i));
    }

    // The pseudo header of UDP and TCP (RFC 768, RFC 9293 section 3.1); `length` is header and payload.
    void add_pseudo_header(Ipv4Addr src, Ipv4Addr dst, IpProtocol protocol, usize length) {
        struct {
            Ipv4Addr src, dst;
            be16 protocol, length;
        } pseudo{src, dst, static_cast<u16>(protocol), static_cast<u16>(length)};
        add_header(pseudo);
    }

    // The number to store in the header's checksum field (assign it to the be16). Over bytes that hold
    // their own right checksum it is 0.
    u16 finish() const {
        const u64 halves = (sum_ + std::rotr(sum_, 32)) >> 32;  // one's complement sum of the two halves
        const u32 both = static_cast<u32>(halves);
        return static_cast<u16>(~swap_bytes(static_cast<u16>((both + std::rotr(both, 16)) >> 16)));
    }

  private:
    static u64 add_bytes(u64 sum, const u8* p, usize n);

    template <class Word>
    static Word load(const u8* p) {
        Word w;
        __builtin_memcpy(&w, p, sizeof w);
        return w;
    }

    // The carry goes back in at the other end.
    static u64 add_carry(u64 sum, u64 w) { return sum + w + (sum + w < w); }
    void add_word(u64 w) { sum_ = add_carry(sum_, w); }

    u64 sum_ = 0;
};

// The checksum of one range of bytes, 0 when it holds its own right one.
inline u16 checksum_of(Bytes b) {
    Checksum sum;
    sum.add(b);
    return sum.finish();
}

// A header's checksum after one of the 16-bit words under it changed (RFC 1624, equation 3).
constexpr u16 checksum_update(u16 checksum, u16 before, u16 after) {
    u32 sum = static_cast<u16>(~checksum) + u32{static_cast<u16>(~before)} + after;
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<u16>(~sum);
}
static_assert(checksum_update(0xdd2f, 0x5555, 0x3285) == 0x0000, "RFC 1624 section 4's example");

}  // namespace net
