#include "arch/trap.h"

extern "C" char trap_vector[];

namespace arch {

const char* exception_name(u64 cause) {
    static constexpr const char* kNames[] = {
        "misaligned fetch",
        "fetch from forbidden memory",
        "illegal instruction",
        "breakpoint",
        "misaligned load",
        "load from forbidden memory",
        "misaligned store",
        "store to forbidden memory",
        "system call",
        "system call",
        "reserved",
        "system call",
        "fetch page fault",
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
                   kSstatusSpp | kSstatusFs);  // entry.S counts on it: the first sret goes to user mode,
    SET_CSR_BITS(sstatus, 1 << 5);             // with interrupts on (SPIE)
}

}  // namespace arch
