// The RISC-V instructions and control registers that C++ cannot name (RISC-V Privileged Architecture 1.12).
#pragma once

#include "lib/types.h"

// The assembler knows a CSR by name, so the name is part of the instruction: macros.
#define READ_CSR(name)                              \
    __extension__({                                 \
        u64 v_;                                     \
        asm volatile("csrr %0, " #name : "=r"(v_)); \
        v_;                                         \
    })
#define WRITE_CSR(name, value)   asm volatile("csrw " #name ", %0" ::"rK"(static_cast<u64>(value)) : "memory")
#define SET_CSR_BITS(name, bits) asm volatile("csrs " #name ", %0" ::"rK"(static_cast<u64>(bits)) : "memory")
#define CLEAR_CSR_BITS(name, bits) \
    asm volatile("csrc " #name ", %0" ::"rK"(static_cast<u64>(bits)) : "memory")

namespace arch {

// sstatus
inline constexpr u64 kSstatusSie = 1 << 1;  // supervisor interrupts enabled
inline constexpr u64 kSstatusSpp = 1 << 8;  // the trap came from supervisor mode
inline constexpr u64 kSstatusFs = 3 << 13;  // floating point: off, initial, clean or dirty

// sie, sip: one bit an interrupt source
inline constexpr u64 kSoftwareInterrupt = 1 << 1;
inline constexpr u64 kTimerInterrupt = 1 << 5;
inline constexpr u64 kExternalInterrupt = 1 << 9;

inline void interrupts_on() { asm volatile("csrsi sstatus, 2" ::: "memory"); }

// Returns whether they were on.
inline bool interrupts_off() {
    u64 before;
    asm volatile("csrrci %0, sstatus, 2" : "=r"(before)::"memory");
    return before & kSstatusSie;
}
inline bool interrupts_are_on() { return READ_CSR(sstatus) & kSstatusSie; }

// Waits for an enabled interrupt to be pending, even while interrupts are off.
inline void wait_for_interrupt() { asm volatile("wfi" ::: "memory"); }

// Zihintpause: tells the CPU that this is a spin loop. On older ones it is a fence that does nothing.
inline void pause() { asm volatile(".insn i 0x0f, 0, x0, x0, 0x010" ::: "memory"); }

// The platform's clock, the same on every hart: 10 MHz on QEMU's virt.
inline constexpr u64 kTimebaseHz = 10'000'000;
inline u64 read_time() {
    u64 v;
    asm volatile("rdtime %0" : "=r"(v));
    return v;
}
inline u64 read_cycle() {
    u64 v;
    asm volatile("rdcycle %0" : "=r"(v));
    return v;
}

// Sstc: a timer interrupt is pending while time >= stimecmp. By number, for assemblers without Sstc.
inline void set_timer(u64 time) { WRITE_CSR(0x14d, time); }

// What was written as data may be code now: exec fills pages.
inline void load_page_table(u64 satp) {
    WRITE_CSR(satp, satp);
    asm volatile("sfence.vma zero, zero\n fence.i" ::: "memory");
}
inline void flush_tlb() { asm volatile("sfence.vma zero, zero" ::: "memory"); }

// Between memory that another hart or a device shall find and the register access that makes it look.
inline void fence_before_io() { asm volatile("fence w, o" ::: "memory"); }

}  // namespace arch
