// RISC-V instructions and CSRs that C++ cannot express (RISC-V Privileged Architecture 1.12).
#pragma once

#include "lib/types.h"

// Macros, because the CSR's name is part of the instruction.
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
inline constexpr u64 kSstatusSie = 1 << 1;   // supervisor interrupts enabled
inline constexpr u64 kSstatusSpp = 1 << 8;   // the trap came from supervisor mode
inline constexpr u64 kSstatusSum = 1 << 18;  // supervisor mode may access user memory
inline constexpr u64 kSstatusFs = 3 << 13;   // floating point: off, initial, clean or dirty

// sie, sip: one bit for each interrupt source
inline constexpr u64 kSoftwareInterrupt = 1 << 1;
inline constexpr u64 kTimerInterrupt = 1 << 5;
inline constexpr u64 kExternalInterrupt = 1 << 9;

inline void interrupts_on() { asm volatile("csrsi sstatus, 2" ::: "memory"); }

// Disables interrupts. Returns whether they were enabled.
inline bool interrupts_off() {
    u64 before;
    asm volatile("csrrci %0, sstatus, 2" : "=r"(before)::"memory");
    return before & kSstatusSie;
}
inline bool interrupts_are_on() { return READ_CSR(sstatus) & kSstatusSie; }

// Waits until an enabled interrupt is pending, even if sstatus.SIE is clear.
inline void wait_for_interrupt() { asm volatile("wfi" ::: "memory"); }

// Zihintpause: hints that this is a spin loop. CPUs without the extension execute it as a fence without
// effect.
inline void pause() { asm volatile(".insn i 0x0f, 0, x0, x0, 0x010" ::: "memory"); }

// The time CSR, the same on every hart: 10 MHz on QEMU's virt machine.
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

// Sstc: a timer interrupt is pending while time >= stimecmp. The CSR number serves assemblers without Sstc.
inline void set_timer(u64 time) { WRITE_CSR(0x14d, time); }

// Loads satp and flushes the TLB. fence.i is needed because exec writes code into pages as data.
inline void load_page_table(u64 satp) {
    WRITE_CSR(satp, satp);
    asm volatile("sfence.vma zero, zero\n fence.i" ::: "memory");
}
inline void flush_tlb() { asm volatile("sfence.vma zero, zero" ::: "memory"); }
inline void flush_tlb_page(uptr va) { asm volatile("sfence.vma %0, zero" ::"r"(va) : "memory"); }

// Orders earlier memory writes before the device register write that makes another hart or a device read
// them.
inline void fence_before_io() { asm volatile("fence w, o" ::: "memory"); }

}  // namespace arch
