// The Internet checksum (RFC 1071): the one's complement of the one's complement sum of 16-bit words.
//
// It is computed once or twice for every packet, so it must be fast: it adds 64-bit words in host byte order
// with end-around carry, and folds the sum to 16 bits, whose bytes are then in network order. RFC 1071
// section 2 explains why this is correct: the sum does not depend on the byte order, and wider sums can be
// folded.
#pragma once

#include <bit>
#include <type_traits>

#include "lib/endian.h"
#include "net/wire/addr.h"
#include "net/wire/ip_protocol.h"

namespace net {

// The result of a checksum test. Absent: the sender computed none (UDP over IPv4 only, RFC 768).
enum class ChecksumVerdict : u8 { Ok, Bad, Absent };

class Checksum {
  public:
    // Adds bytes of any alignment. Every range but the last must have an even length.
    void add(Bytes b) { sum_ = add_bytes(sum_, b.data(), b.size()); }

    // Adds bytes at `offset` from the first byte. At an odd offset they count with swapped byte order:
    // rotating the sum by one byte before and after has that effect (RFC 1071 section 2 (B)).
    void add_at(usize offset, Bytes b) {
        if (offset % 2 == 0) return add(b);
        sum_ = std::rotl(sum_, 8);
        add(b);
        sum_ = std::rotr(sum_, 8);
    }

    // Adds a header without options: its size is a constant, so this is a few inline instructions.
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

    // Adds the pseudo header of UDP or TCP (RFC 768, RFC 9293 section 3.1); `length`: header and payload.
    void add_pseudo_header(Ipv4Addr src, Ipv4Addr dst, IpProtocol protocol, usize length) {
        const be16 protocol_word{static_cast<u16>(protocol)}, length_word{static_cast<u16>(length)};
        // 64 bits hold the sum of these without a carry.
        add_word(u64{std::bit_cast<u32>(src)} + std::bit_cast<u32>(dst) + std::bit_cast<u16>(protocol_word) +
                 std::bit_cast<u16>(length_word));
    }

    // The value to store in the header's checksum field. It is 0 if the bytes include their own correct
    // checksum.
    be16 finish() const {
        const u64 halves = (sum_ + std::rotr(sum_, 32)) >> 32;  // one's complement sum of the two halves
        const u32 both = static_cast<u32>(halves);
        return std::bit_cast<be16>(static_cast<u16>(~((both + std::rotr(both, 16)) >> 16)));
    }

  private:
    static u64 add_bytes(u64 sum, const u8* p, usize n);

    template <class Word>
    static Word load(const u8* p) {
        Word w;
        __builtin_memcpy(&w, p, sizeof w);
        return w;
    }

    // End-around carry.
    static u64 add_carry(u64 sum, u64 w) { return sum + w + (sum + w < w); }
    void add_word(u64 w) { sum_ = add_carry(sum_, w); }

    u64 sum_ = 0;
};

// The checksum of one range of bytes; 0 if the range includes its own correct checksum.
inline be16 checksum_of(Bytes b) {
    Checksum sum;
    sum.add(b);
    return sum.finish();
}

// Updates a checksum after one 16-bit word that it covers has changed (RFC 1624, equation 3).
constexpr u16 checksum_update(u16 checksum, u16 before, u16 after) {
    u32 sum = static_cast<u16>(~checksum) + u32{static_cast<u16>(~before)} + after;
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<u16>(~sum);
}
static_assert(checksum_update(0xdd2f, 0x5555, 0x3285) == 0x0000, "RFC 1624 section 4's example");

}  // namespace net
