#include "dev/power.h"

#include "arch/riscv.h"
#include "mm/layout.h"

namespace dev {

void power_off(int status) {
    constexpr u64 kTestDevice = 0x10'0000;
    constexpr u32 kPass = 0x5555, kFail = 0x3333;
    const u32 command = status == 0 ? kPass : kFail | static_cast<u32>(status & 0xff) << 16;
    *static_cast<volatile u32*>(mm::virt_of(kTestDevice)) = command;
    for (;;) arch::wait_for_interrupt();
}

}  // namespace dev
