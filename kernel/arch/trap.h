// Traps: the saved registers and the causes.
#pragma once

#include "arch/hart.h"

namespace arch {

// A user program's registers, at the top of its thread's kernel stack. entry.S depends on the layout.
struct TrapFrame {
    u64 ra, sp, gp, tp;
    u64 t0, t1, t2;
    u64 s0, s1;
    u64 a[8];
    u64 s2, s3, s4, s5, s6, s7, s8, s9, s10, s11;
    u64 t3, t4, t5, t6;
    u64 pc;      // sepc
    Hart* hart;  // tp at the next entry into the kernel
    // Set when the callee-saved registers were changed, too. Else the program gets them back as any caller of
    // a function does.
    u64 all_changed;
};
static_assert(sizeof(TrapFrame) == 34 * 8 && offsetof(TrapFrame, pc) == 31 * 8);

// The caller-saved registers and s0, saved at a trap from the kernel itself.
struct KernelTrapFrame {
    u64 ra, t0, t1, t2, t3, t4, t5, t6;
    u64 a[8];
    u64 s0;
    u64 pc;
};
static_assert(sizeof(KernelTrapFrame) == 18 * 8);

// scause
inline constexpr u64 kCauseInterrupt = 1ull << 63;
inline constexpr u64 kCauseSoftware = kCauseInterrupt | 1;
inline constexpr u64 kCauseTimer = kCauseInterrupt | 5;
inline constexpr u64 kCauseExternal = kCauseInterrupt | 9;
inline constexpr u64 kCauseIllegalInstruction = 2;
inline constexpr u64 kCauseBreakpoint = 3;
inline constexpr u64 kCauseUserCall = 8;
inline constexpr u64 kCauseFetchPageFault = 12;
inline constexpr u64 kCauseLoadPageFault = 13;
inline constexpr u64 kCauseStorePageFault = 15;

inline constexpr u64 kCallInstruction = 4;  // the bytes of ecall

// The specification's name of an exception, like "load page fault". `cause` must not be an interrupt.
const char* exception_name(u64 cause);

// Sets this hart's trap vector and enables the three interrupt sources in sie (sstatus.SIE stays clear).
void trap_init_hart();

// Handles one interrupt if any is pending. Call it with interrupts off, after wfi: it costs less than a trap.
void handle_pending_interrupt();

// Returns to user mode with all of these registers. The frame is at the top of the kernel stack.
extern "C" [[noreturn]] void return_to_user(TrapFrame* frame);

}  // namespace arch
