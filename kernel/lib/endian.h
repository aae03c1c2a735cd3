// Byte order is part of the type: a be16 holds network byte order and converts when it is read or assigned.
//
// The alignment is 1, so a header struct of these types can start at any byte of a packet without `packed`.
// No ntohs is needed: a value is either a be16 (as on the wire) or a u16 (a number).
#pragma once

#include <bit>

#include "lib/types.h"

// Two instructions for each size with RISC-V's Zbb, whose rev8 swaps whole registers.
template <class T>
constexpr T swap_bytes(T v) {
    return static_cast<T>(__builtin_bswap64(v) >> (64 - 8 * sizeof(T)));
}

template <class T, std::endian kOrder>
class Ordered {
  public:
    Ordered() = default;
    constexpr Ordered(T v) { *this = v; }
    constexpr Ordered& operator=(T v) {
        v = convert(v);
        if (std::is_constant_evaluated()) {
            for (usize i = 0; i < sizeof(T); i++) bytes_[i] = static_cast<u8>(v >> (8 * i));
        } else {
            __builtin_memcpy(bytes_, &v, sizeof v);
        }
        return *this;
    }
    constexpr operator T() const {
        T v{};
        if (std::is_constant_evaluated()) {
            for (usize i = 0; i < sizeof(T); i++)
                v = static_cast<T>(v | static_cast<T>(bytes_[i]) << (8 * i));
        } else {
            __builtin_memcpy(&v, bytes_, sizeof v);
        }
        return convert(v);
    }

  private:
    static constexpr T convert(T v) { return kOrder == std::endian::native ? v : swap_bytes(v); }
    u8 bytes_[sizeof(T)];
};
static_assert(std::endian::native == std::endian::little, "Ordered's constant evaluation depends on it");

using be16 = Ordered<u16, std::endian::big>;
using be32 = Ordered<u32, std::endian::big>;
using be64 = Ordered<u64, std::endian::big>;
using le16 = Ordered<u16, std::endian::little>;
using le32 = Ordered<u32, std::endian::little>;
using le64 = Ordered<u64, std::endian::little>;

static_assert(sizeof(be16) == 2 && alignof(be16) == 1 && sizeof(be32) == 4 && alignof(be32) == 1);
static_assert(be16{0x0800} == 0x0800 && be32{0x0a000202} == 0x0a000202);

// The header at the start of a byte range; null if the range is too short.
template <class Header>
const Header* header_of(Bytes b) {
    static_assert(alignof(Header) == 1, "a header is made of bytes and Ordered values only");
    return b.size() < sizeof(Header) ? nullptr : reinterpret_cast<const Header*>(b.data());
}
