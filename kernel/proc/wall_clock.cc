#include "proc/wall_clock.h"

#include "mm/layout.h"

// QEMU's "goldfish" RTC latches the upper half when the lower half is read.
u64 wall_time() {
    const auto* rtc = static_cast<const volatile u32*>(mm::virt_of(RTC_BASE));
    const u64 low = rtc[0];
    return low | static_cast<u64>(rtc[1]) << 32;
}
