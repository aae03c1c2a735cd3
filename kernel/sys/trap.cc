// What happens after entry.S has saved the registers: a trap from a user program, or from the kernel itself.
#include "arch/trap.h"

#include "arch/plic.h"
#include "lib/log.h"
#include "lib/panic.h"
#include "mm/vm.h"
#include "proc/process.h"
#include "proc/sched.h"
#include "sys/sys_proc.h"
#include "sys/table.h"

namespace {

// False when the cause is not an interrupt.
bool handle_interrupt(u64 cause) {
    switch (cause) {
        case arch::kCauseExternal: arch::plic_interrupt(); return true;
        case arch::kCauseTimer: scheduler.timer_interrupt(arch::read_time()); return true;
        case arch::kCauseSoftware:
            CLEAR_CSR_BITS(sip, arch::kSoftwareInterrupt);
            mm::Space::drop_if_dying();
            return true;
        default: return false;
    }
}

// A fault of the program's own: it ends, and the person at the console is told why.
void kill_for(const arch::TrapFrame& frame, u64 cause) {
    Process& p = current_process();
    const u64 value = READ_CSR(stval);
    log("%s (pid %d): killed: %s at pc %#lx, address %#lx", p.name, p.pid, arch::exception_name(cause),
        frame.pc, value);
    scheduler.kill(p.thread);
}

}  // namespace

extern "C" void user_trap(arch::TrapFrame* frame, u64 cause) {
    if (cause == arch::kCauseUserCall) [[likely]] {
        frame->pc += 4;
        arch::interrupts_on();
        system_call(*frame);
        scheduler.share_work();
    } else if (handle_interrupt(cause)) {
        if (scheduler.work_waits()) scheduler.preempt();
    } else {
        kill_for(*frame, cause);
    }
    if (current_killed()) [[unlikely]] {
        arch::interrupts_on();
        exit_process(-1);
    }
    arch::interrupts_off();
}

extern "C" void kernel_trap(arch::KernelTrapFrame* frame, u64 cause) {
#ifdef NX6_DEBUG
    // A handler may take any lock an interrupt handler takes, whatever the thread it interrupted holds.
    const u32 held = arch::this_hart().held_ranks;
    arch::this_hart().held_ranks = 0;
    struct Restore {
        u32 held;
        ~Restore() { arch::this_hart().held_ranks = held; }
    } restore{held};
#endif
    if (handle_interrupt(cause)) return;
    panic("%s in the kernel at pc %#lx, address %#lx", arch::exception_name(cause), frame->pc,
          READ_CSR(stval));
}

extern "C" void kernel_stack_overflow(u64 sp) {
    panic("kernel stack overflow: sp %#lx, thread %s", sp, arch::this_hart().current->name);
}
