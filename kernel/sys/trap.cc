// Trap handling after entry.S has saved the registers: traps from user mode and from the kernel itself.
#include "arch/trap.h"

#include "arch/plic.h"
#include "arch/symbols.h"
#include "arch/user_copy.h"
#include "lib/log.h"
#include "lib/panic.h"
#include "mm/kalloc.h"
#include "mm/vm.h"
#include "proc/job_control.h"
#include "proc/sched.h"
#include "sys/signals.h"
#include "sys/sys_proc.h"
#include "sys/table.h"

namespace {

// False: the cause is not an interrupt.
bool handle_interrupt(u64 cause) {
    switch (cause) {
        case arch::kCauseExternal: arch::plic_interrupt(); return true;
        case arch::kCauseTimer: scheduler.timer_interrupt(arch::read_time()); return true;
        case arch::kCauseSoftware:
            CLEAR_CSR_BITS(sip, arch::kSoftwareInterrupt);
            arch::stop_if_asked();
            mm::Space::drop_if_dying();
            return true;
        default: return false;
    }
}

int signal_of(u64 cause) {
    switch (cause) {
        case arch::kCauseIllegalInstruction: return SIGILL;
        case arch::kCauseBreakpoint: return SIGTRAP;
        case arch::kCauseFetchPageFault:
        case arch::kCauseLoadPageFault:
        case arch::kCauseStorePageFault: return SIGSEGV;
        default: return SIGBUS;
    }
}

// Allocates the page if this is the first access to a page of the heap or stack, and copies a page that is
// shared since a fork. Fault: the program may not access the address so. NoMem.
Result<> touch(mm::Space& space, uptr address, u64 cause) {
    switch (cause) {
        case arch::kCauseLoadPageFault: return space.touch(address, mm::kRead);
        case arch::kCauseStorePageFault: return space.touch(address, mm::kWrite);
        default: return Errno::Fault;
    }
}

// Without memory for the page the process is killed. Another fault is a signal; it is logged if that ends the
// process.
void user_fault(const arch::TrapFrame& frame, u64 cause) {
    Process& p = current_process();
    const u64 address = READ_CSR(stval);
    arch::interrupts_on();
    const Result<> touched = touch(*p.space, address, cause);
    if (touched.ok()) return;
    if (touched.error() == Errno::NoMem) {
        log("%s (pid %d): killed: out of memory at pc %#lx, address %#lx", p.name, p.pid, frame.pc, address);
        exit_by_signal(SIGKILL);
    }
    if (process_signal_fault(signal_of(cause), address)) return;
    log("%s (pid %d): killed: %s at pc %#lx, address %#lx", p.name, p.pid, arch::exception_name(cause),
        frame.pc, address);
}

// False: not a fault of a copy to or from the program's memory. The copy goes on, or ends with the error.
bool handle_copy_fault(arch::KernelTrapFrame& frame, u64 cause) {
    const u64 address = READ_CSR(stval);
    if (!arch::is_in_copy_user(frame.pc) || address >= mm::kUserEnd) return false;
    const Result<> touched = touch(*mm::Space::loaded(), address, cause);
    if (!touched.ok()) {
        frame.a[0] = static_cast<u64>(touched.error());
        frame.pc = frame.ra;
    }
    return true;
}

// Returns with registers that are not those of the trap: to a signal's handler, to what it interrupted, or to
// a new program.
[[noreturn, gnu::noinline]] void return_changed(arch::TrapFrame& frame) {
    arch::interrupts_on();
    deliver_signals(frame);
    frame.all_changed = false;
    arch::interrupts_off();
    arch::return_to_user(&frame);
}

}  // namespace

void arch::handle_pending_interrupt() {
    const u64 pending = READ_CSR(sip) & READ_CSR(sie);
    if (pending) (void)handle_interrupt(kCauseInterrupt | static_cast<u64>(__builtin_ctzll(pending)));
}

extern "C" void user_trap(arch::TrapFrame* frame, u64 cause) {
    if (cause == arch::kCauseUserCall) [[likely]] {
        frame->pc += arch::kCallInstruction;
        arch::interrupts_on();
        system_call(*frame);
        if (scheduler.work_waits()) [[unlikely]]
            scheduler.share_work();
    } else if (handle_interrupt(cause)) {
        mm::page_hand_over_if_asked();
        if (scheduler.work_waits() || arch::this_hart().need_resched) scheduler.preempt();
    } else if (cause == arch::kCauseIllegalInstruction && !arch::this_hart().float_on) {
        arch::float_switch_on(current_process().floating);  // retry; a truly illegal instruction traps again
    } else {
        user_fault(*frame, cause);
    }
    if (current_interrupted() || frame->all_changed) [[unlikely]]
        return_changed(*frame);
    arch::interrupts_off();
}

extern "C" void kernel_trap(arch::KernelTrapFrame* frame, u64 cause) {
#ifdef NX6_DEBUG
    // The lock order applies to the handler separately: the locks of the interrupted thread do not count.
    const u64 held = arch::this_hart().held_ranks;
    arch::this_hart().held_ranks = 0;
    struct Restore {
        u64 held;
        ~Restore() { arch::this_hart().held_ranks = held; }
    } restore{held};
#endif
    if (handle_interrupt(cause) || handle_copy_fault(*frame, cause)) return;
    // A leaf function keeps its return address only in ra, where the backtrace does not find it.
    const arch::Symbol at = arch::symbol_of(frame->pc), from = arch::symbol_of(frame->ra);
    panic("%s in the kernel: address %#lx, pc %#lx (%s+%#lx), ra %#lx (%s+%#lx)", arch::exception_name(cause),
          READ_CSR(stval), frame->pc, at.name, at.offset, frame->ra, from.name, from.offset);
}

extern "C" void kernel_stack_overflow(u64 sp) { panic("kernel stack overflow: sp %#lx", sp); }
