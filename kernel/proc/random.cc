// The kernel's random numbers. Each seed also mixes in the cycle and time counters, whose low bits an
// observer outside cannot know.
#include "lib/random.h"

#include "arch/riscv.h"
#include "sync/spinlock.h"

namespace {
constinit SpinLock lock(LockRank::Random, "random");
constinit Random generator;
}  // namespace

void random_seed(Bytes bytes) {
    Guard g(lock);
    const u64 moment[2] = {arch::read_cycle(), arch::read_time()};
    generator.seed(bytes);
    generator.seed({reinterpret_cast<const u8*>(moment), sizeof moment});
}

u64 random_u64() {
    Guard g(lock);
    return generator.next();
}
