// Short names for fixed-size integers and byte ranges.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using i8 = std::int8_t;
using i16 = std::int16_t;
using i32 = std::int32_t;
using i64 = std::int64_t;
using usize = std::size_t;
using uptr = std::uintptr_t;

using Bytes = std::span<const u8>;
using MutBytes = std::span<u8>;

// An address in the calling process's memory. A separate type, so that it cannot be dereferenced: only
// copy_in, copy_out and copy_in_string (mm/uaccess.h) access the memory.
struct UserAddr {
    uptr value = 0;
    constexpr UserAddr operator+(usize n) const { return {value + n}; }
};
