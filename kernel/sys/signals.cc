#include "sys/signals.h"

#include "abi/signal.h"
#include "lib/log.h"
#include "lib/string.h"
#include "mm/uaccess.h"
#include "proc/clock.h"
#include "proc/job_control.h"
#include "proc/sched.h"
#include "sys/sys_calls.h"
#include "sys/sys_proc.h"

static_assert(offsetof(arch::TrapFrame, pc) == sizeof signal_frame::x, "x1 to x31, in this order");

namespace {

// The next signal with a handler; None: no signal is left.
SignalTurn next_handler() {
    const SignalTurn turn = process_next_signal();
    if (turn.kind == SignalTurn::Kind::End) exit_by_signal(turn.number);
    return turn;
}

// Pushes the registers onto the program's stack and makes it continue in the handler.
Result<> enter_handler(arch::TrapFrame& frame, const Signals::Delivery& d) {
    Process& p = current_process();
    if (arch::this_hart().float_on) arch::float_save(p.floating);
    signal_frame saved;
    saved.info = d.info;
    saved.mask = d.mask;
    saved.pc = frame.pc;
    memcpy(saved.x, &frame, sizeof saved.x);
    memcpy(saved.f, p.floating.f, sizeof saved.f);
    saved.fcsr = p.floating.fcsr;

    const UserAddr at{(frame.sp - sizeof saved) & ~15ul};
    TRY(mm::copy_out(at, &saved, sizeof saved));
    frame.a[0] = static_cast<u64>(d.info.number);
    frame.a[1] = at.value + offsetof(signal_frame, info);
    frame.a[2] = at.value + offsetof(signal_frame, mask);
    frame.sp = at.value;
    frame.ra = d.action.restorer;
    frame.pc = d.action.handler;
    return {};
}

}  // namespace

// As in Linux, a wait with a deadline is not repeated after a handler.
Interrupted interrupted_call() {
    Process& p = current_process();
    const bool fails = std::exchange(p.fails_if_interrupted, false) || p.thread.deadline != Instant::never();
    const SignalTurn turn = next_handler();
    if (turn.kind == SignalTurn::Kind::None) return Interrupted::Repeat;
    p.resumed_until = Instant::never();
    return !fails && turn.flags & SA_RESTART ? Interrupted::Restart : Interrupted::Fail;
}

// A later signal interrupts the handler of an earlier one before its first instruction.
void deliver_signals(arch::TrapFrame& frame) {
    for (;;) {
        const SignalTurn turn = next_handler();
        if (turn.kind == SignalTurn::Kind::None) return;
        if (enter_handler(frame, process_take_signal(turn.number)).ok()) continue;
        log("%s (pid %d): killed: no stack for the handler of signal %d, sp %#lx", current_process().name,
            current_process().pid, turn.number, frame.sp);
        exit_by_signal(SIGSEGV);
    }
}

// The program may have written anything to the frame. No value of it can do harm: all of these are the
// program's own registers, and an address of the kernel faults in user mode. The result is a0, as
// system_call() sets it.
Result<i64> sys_sigreturn(const SyscallArgs&) {
    Process& p = current_process();
    arch::TrapFrame& frame = p.trap_frame();
    signal_frame saved;
    if (!mm::copy_in(&saved, {frame.sp}, sizeof saved).ok()) {
        log("%s (pid %d): killed: no signal frame at sp %#lx", p.name, p.pid, frame.sp);
        exit_by_signal(SIGSEGV);
    }
    memcpy(&frame, saved.x, sizeof saved.x);
    frame.all_changed = true;
    frame.pc = saved.pc;
    arch::float_switch_off();  // the next use loads the registers
    memcpy(p.floating.f, saved.f, sizeof saved.f);
    p.floating.fcsr = saved.fcsr;
    process_set_signal_mask(saved.mask);
    return static_cast<i64>(frame.a[0]);
}

Instant deadline_of_call(Duration d) {
    const Instant kept = std::exchange(current_process().resumed_until, Instant::never());
    return kept != Instant::never() ? kept : clock_now() + d;
}

void keep_deadline(Instant deadline) { current_process().resumed_until = deadline; }
