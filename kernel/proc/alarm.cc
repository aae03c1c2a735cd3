// ITIMER_REAL: each process has at most one alarm. One timer serves all: it fires at the earliest.
#include "proc/clock.h"
#include "proc/process_tree.h"
#include "proc/timer.h"

namespace {

// A shorter interval would only keep the timer's thread busy.
constexpr Duration kShortest = milliseconds(1);

constinit Timer next_alarm([](void*) { process_tree.ring_alarms(); }, nullptr);

}  // namespace

// Intervals that have passed in the meantime are one signal.
void ProcessTree::ring_alarms() {
    Guard g(lock_);
    const Instant now = clock_now();
    Instant earliest = Instant::never();
    for (Process& p : all_) {
        if (p.alarm <= now) {
            post_locked(p, kernel_signal(SIGALRM));
            const bool again = p.alarm_interval.ns > 0;
            p.alarm = again ? p.alarm + p.alarm_interval : Instant::never();
            if (p.alarm <= now) p.alarm = now + p.alarm_interval;
        }
        if (p.alarm < earliest) earliest = p.alarm;
    }
    if (earliest != Instant::never()) next_alarm.set(earliest);
}

Alarm ProcessTree::alarm(const Process& p) {
    Guard g(lock_);
    return {p.alarm, p.alarm_interval};
}

void ProcessTree::set_alarm(Process& p, const Alarm& alarm) {
    {
        Guard g(lock_);
        p.alarm = alarm.at;
        const bool short_one = alarm.interval.ns > 0 && alarm.interval < kShortest;
        p.alarm_interval = short_one ? kShortest : alarm.interval;
    }
    if (alarm.at != Instant::never()) ring_alarms();  // sets the timer
}

Alarm process_alarm() { return process_tree.alarm(current_process()); }
void process_set_alarm(const Alarm& alarm) { process_tree.set_alarm(current_process(), alarm); }
