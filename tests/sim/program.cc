#include "program.h"

#include <algorithm>
#include <cstring>
#include <random>

namespace sim {
namespace {

constexpr usize kPeriod = 131'071;

const std::vector<u8>& pattern() {
    static const std::vector<u8> bytes = [] {
        std::mt19937_64 random(1);
        std::vector<u8> b(kPeriod);
        for (u8& byte : b) byte = static_cast<u8>(random());
        return b;
    }();
    return bytes;
}

// Calls f(bytes of the pattern, offset in the range) for each part of the range.
template <class F>
void for_each_part(u64 stream, u64 offset, usize length, F f) {
    for (usize done = 0; done < length;) {
        const usize at = (stream * 40'503 + offset + done) % kPeriod;
        const usize n = std::min(length - done, kPeriod - at);
        f(pattern().data() + at, done, n);
        done += n;
    }
}

}  // namespace

void fill(u64 stream, u64 offset, MutBytes to) {
    for_each_part(stream, offset, to.size(),
                  [to](const u8* from, usize at, usize n) { std::memcpy(to.data() + at, from, n); });
}

bool matches(u64 stream, u64 offset, Bytes what) {
    bool same = true;
    for_each_part(stream, offset, what.size(), [&](const u8* expected, usize at, usize n) {
        same = same && std::memcmp(what.data() + at, expected, n) == 0;
    });
    return same;
}

}  // namespace sim
