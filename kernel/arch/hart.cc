#include "arch/hart.h"

#include "mm/layout.h"

namespace arch {

static_assert(sizeof(Hart) == HART_SIZE);
constinit Hart harts[kMaxHarts];
constinit unsigned hart_count = 1;
constinit std::atomic<u64> waited_for_host{0};

namespace {
constinit std::atomic<u32> stopping{0};
}

// ACLINT SSWI: writing 1 to a hart's register makes its supervisor software interrupt pending.
void send_ipi(unsigned hart) {
    constexpr u64 kSswiBase = 0x02f0'0000;
    fence_before_io();
    static_cast<volatile u32*>(mm::virt_of(kSswiBase))[hart] = 1;
}

void stop_other_harts() {
    stopping.store(1);
    for (unsigned i = 0; i < hart_count; i++) {
        if (i != hart_id()) send_ipi(i);
    }
    const u64 until = read_time() + kTimebaseHz / 5;
    for (unsigned i = 0; i < hart_count; i++) {
        while (i != hart_id() && !harts[i].stopped.load() && read_time() < until) pause();
    }
}

void stop_if_asked() {
    if (!stopping.load(std::memory_order_relaxed)) return;
    this_hart().stopped_pc = READ_CSR(sepc);
    this_hart().stopped.store(reinterpret_cast<uptr>(__builtin_frame_address(0)));
    for (;;) wait_for_interrupt();
}

}  // namespace arch
