#include "wrap.h"

#include "world.h"

namespace sim {

// They depend on a keyed hash of addresses and ports, so the key is found by trial.
u64 random_for_wrap(const net::TcpKey& key, Instant begins, Wraps what, u64 seed) {
    constexpr u32 kMostBytes = 40'000, kMostMs = 15'000;
    const u32 clock = static_cast<u32>(begins.ns / 1'000'000);
    u64 random = seed * 0x9e37'79b9'7f4a'7c15;
    fake::world().random = [&random] { return random; };
    for (bool near = false; !near;) {
        random++;
        const net::TcpStart start = net::TcpSecrets().start(key, begins);
        near = what == Wraps::Timestamps ? 0 - (clock + start.timestamp_offset) - 1 < kMostMs
                                         : 0 - start.isn.value() - 1 < kMostBytes;
    }
    fake::world().random = nullptr;
    return random;
}

}  // namespace sim
