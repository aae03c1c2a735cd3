// The system calls for signals, process groups and sessions.
#include "abi/signal.h"
#include "mm/uaccess.h"
#include "proc/clock.h"
#include "proc/job_control.h"
#include "sys/sys_calls.h"

namespace {

Result<SignalSet> copy_in_set(UserAddr from) {
    SignalSet set = 0;
    TRY(mm::copy_in(&set, from, sizeof set));
    return set;
}

// Longer than any machine runs: an Instant cannot hold all that a program may ask for.
constexpr u64 kLongest = 1ull << 62;

u64 ns_until(Instant t) {
    const Instant now = clock_now();
    if (t == Instant::never()) return 0;
    return t > now ? static_cast<u64>((t - now).ns) : 1;
}

}  // namespace

Result<i64> sys_sigsend(const SyscallArgs& a) {
    const int number = a.num(1);
    if (number != 0 && !is_signal(number)) return Errno::Inval;
    TRY(process_send(a.num(0), number));
    return 0;
}

Result<i64> sys_sigaction(const SyscallArgs& a) {
    const int number = a.num(0);
    if (!is_signal(number)) return Errno::Inval;
    const signal_action old = process_signal_action(number);
    if (a.addr(1).value) {
        signal_action action;
        TRY(mm::copy_in(&action, a.addr(1), sizeof action));
        if (signal_bit(number) & kUnblockable) return Errno::Inval;
        action.mask &= ~kUnblockable;
        process_set_signal_action(number, action);
    }
    if (a.addr(2).value) TRY(mm::copy_out(a.addr(2), &old, sizeof old));
    return 0;
}

Result<i64> sys_sigprocmask(const SyscallArgs& a) {
    const SignalSet old = process_signal_mask();
    if (a.addr(1).value) {
        const SignalSet set = TRY(copy_in_set(a.addr(1)));
        switch (a.num(0)) {
            case SIG_BLOCK: process_set_signal_mask(old | set); break;
            case SIG_UNBLOCK: process_set_signal_mask(old & ~set); break;
            case SIG_SETMASK: process_set_signal_mask(set); break;
            default: return Errno::Inval;
        }
    }
    if (a.addr(2).value) TRY(mm::copy_out(a.addr(2), &old, sizeof old));
    return 0;
}

Result<i64> sys_sigpending(const SyscallArgs& a) {
    const SignalSet pending = process_pending_signals() & process_signal_mask();
    TRY(mm::copy_out(a.addr(0), &pending, sizeof pending));
    return 0;
}

Result<i64> sys_sigsuspend(const SyscallArgs& a) {
    const SignalSet mask = TRY(copy_in_set(a.addr(0)));
    TRY(process_suspend(mask));
    return 0;
}

Result<i64> sys_setitimer(const SyscallArgs& a) {
    const Alarm old = process_alarm();
    if (a.addr(0).value) {
        alarm_time wanted;
        TRY(mm::copy_in(&wanted, a.addr(0), sizeof wanted));
        if (wanted.value > kLongest || wanted.interval > kLongest) return Errno::Inval;
        Alarm alarm{.interval = {static_cast<i64>(wanted.interval)}};
        if (wanted.value) alarm.at = clock_now() + Duration{static_cast<i64>(wanted.value)};
        process_set_alarm(alarm);
    }
    if (a.addr(1).value) {
        const alarm_time was{ns_until(old.at), static_cast<u64>(old.interval.ns)};
        TRY(mm::copy_out(a.addr(1), &was, sizeof was));
    }
    return 0;
}

Result<i64> sys_setpgid(const SyscallArgs& a) {
    if (a.num(1) < 0) return Errno::Inval;
    TRY(process_set_group(a.num(0), a.num(1)));
    return 0;
}

Result<i64> sys_getpgid(const SyscallArgs& a) {
    return TRY(process_ids(a.num(0)))
    .group;
}
Result<i64> sys_getsid(const SyscallArgs& a) {
    return TRY(process_ids(a.num(0)))
    .session;
}
Result<i64> sys_setsid(const SyscallArgs&) { return TRY(process_new_session()); }
