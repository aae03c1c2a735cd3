#include "arch/trap.h"

extern "C" char trap_vector[];

namespace arch {

const char* exception_name(u64 cause) {
    static constexpr const char* kNames[] = {
        "instruction address misaligned",
        "instruction access fault",
        "illegal instruction",
        "breakpoint",
        "load address misaligned",
        "load access fault",
        "store address misaligned",
        "store access fault",
        "environment call",
        "environment call",
        "reserved",
        "environment call",
        "instruction page fault",
        "load page fault",
        "reserved",
        "store page fault",
    };
    return cause < 16 ? kNames[cause] : "unknown exception";
}

void trap_init_hart() {
    WRITE_CSR(stvec, reinterpret_cast<u64>(trap_vector));
    WRITE_CSR(sscratch, 0);
    set_timer(~0ull);
    WRITE_CSR(sie, kSoftwareInterrupt | kTimerInterrupt | kExternalInterrupt);
    CLEAR_CSR_BITS(sstatus,
                   kSstatusSpp | kSstatusFs);  // entry.S relies on it: the first sret enters user mode
    SET_CSR_BITS(sstatus, 1 << 5);             // with interrupts on (SPIE)
    SET_CSR_BITS(sstatus, kSstatusSum);        // for copy_user
}

}  // namespace arch
