// The kernel's memory functions, under other names, because the host has its own.
#include "lib/string.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "lib/types.h"

#define memcpy  kernel_memcpy
#define memmove kernel_memmove
#define memset  kernel_memset
#define memcmp  kernel_memcmp
#define memchr  kernel_memchr
#define strlen  kernel_strlen
#define strnlen kernel_strnlen
#define strcmp  kernel_strcmp
#define strncmp kernel_strncmp
#include "lib/string.cc"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef memchr
#undef strlen
#undef strnlen
#undef strcmp
#undef strncmp

namespace {

constexpr usize kMost = 200, kSlack = 8;

using Buffer = std::vector<u8>;

// Every byte is another than its neighbours and than the same byte of `other` buffers.
Buffer filled(usize n, u8 seed) {
    Buffer b(n);
    for (usize i = 0; i < n; i++) b[i] = static_cast<u8>(seed + 7 * i);
    return b;
}

// Calls f(length, where the target begins, where the source begins) for all short lengths at all alignments.
template <class F>
void for_all(F f) {
    for (usize n = 0; n <= kMost; n++) {
        for (usize to = 0; to < kSlack; to++) {
            for (usize from = 0; from < kSlack; from++) f(n, to, from);
        }
    }
}

TEST(KernelMemcpy, CopiesEachByteAndNoOther) {
    for_all([](usize n, usize to, usize from) {
        const Buffer source = filled(kMost + 2 * kSlack, 1);
        Buffer target = filled(kMost + 2 * kSlack, 100), expected = target;
        std::copy_n(source.begin() + static_cast<long>(from), n, expected.begin() + static_cast<long>(to));
        ASSERT_EQ(kernel_memcpy(target.data() + to, source.data() + from, n), target.data() + to);
        ASSERT_EQ(target, expected) << n << " bytes from " << from << " to " << to;
    });
}

// The sanitizer finds an access before or after an exact allocation.
TEST(KernelMemcpy, StaysInsideOfItsRanges) {
    for (usize n = 0; n <= 2000; n = n < kMost ? n + 1 : n + 37) {
        const Buffer source = filled(n, 1);
        Buffer target(n);
        kernel_memcpy(target.data(), source.data(), n);
        ASSERT_EQ(target, source) << n;
    }
}

TEST(KernelMemmove, CopiesOverlappingRanges) {
    for_all([](usize n, usize to, usize from) {
        Buffer buffer = filled(kMost + 2 * kSlack, 1), expected = buffer;
        std::memmove(expected.data() + to, expected.data() + from, n);
        ASSERT_EQ(kernel_memmove(buffer.data() + to, buffer.data() + from, n), buffer.data() + to);
        ASSERT_EQ(buffer, expected) << n << " bytes from " << from << " to " << to;
    });
}

TEST(KernelMemset, SetsEachByteAndNoOther) {
    for_all([](usize n, usize to, usize) {
        Buffer buffer = filled(kMost + 2 * kSlack, 1), expected = buffer;
        std::fill_n(expected.begin() + static_cast<long>(to), n, u8{0xa5});
        ASSERT_EQ(kernel_memset(buffer.data() + to, 0xfa5, n), buffer.data() + to);
        ASSERT_EQ(buffer, expected) << n << " bytes at " << to;
    });
}

TEST(KernelMemcmp, FindsTheFirstDifference) {
    for (usize n = 1; n <= 40; n++) {
        for (usize at = 0; at < n; at++) {
            const Buffer a = filled(n, 1);
            Buffer b = a;
            ASSERT_EQ(kernel_memcmp(a.data(), b.data(), n), 0);
            b[at] ^= 0x80;
            if (at + 1 < n) b[at + 1] = static_cast<u8>(~a[at + 1]);
            ASSERT_EQ(kernel_memcmp(a.data(), b.data(), n), a[at] - b[at]) << n << ", " << at;
        }
    }
}

}  // namespace
