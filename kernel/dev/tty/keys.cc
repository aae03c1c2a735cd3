#include "dev/tty/keys.h"

#include <utility>

#include "lib/log.h"
#include "mm/kalloc.h"
#include "proc/job_control.h"
#include "proc/sched.h"

namespace dev {
namespace {

void list_process(const Process& p, void*) {
    static constexpr const char* kStates[] = {"new", "runnable", "running", "sleeping", "dead"};
    const Scheduler::View v = scheduler.view(p.thread);
    log("%5d %6d %5d %-8s %4u %-16s %s", p.pid, p.parent ? p.parent->pid : 0, p.group,
        p.zombie ? "zombie" : kStates[static_cast<int>(v.state)], v.hart, p.name, v.waiting_for);
}

// As ps does, even without a shell prompt.
void list_all() {
    log("\n  PID   PPID GROUP STATE    HART NAME             WAITING FOR");
    process_visit(list_process, nullptr);
    log("%u processes, %lu of %lu pages free", process_count(), mm::pages_free(), mm::pages_total());
}

}  // namespace

void KeyTasks::signal(int group, int number) {
    IrqGuard g(lock_);
    if (tasks_.group != group) tasks_.signals = 0;  // for a group that is no longer in the foreground
    tasks_.group = group;
    tasks_.signals |= signal_bit(number);
    given_.wake_one();
}

void KeyTasks::list_processes() {
    IrqGuard g(lock_);
    tasks_.list = true;
    given_.wake_one();
}

KeyTasks::Tasks KeyTasks::next() {
    IrqGuard g(lock_);
    while (!tasks_.signals && !tasks_.list) given_.wait_uninterruptible(lock_);
    return std::exchange(tasks_, {});
}

void KeyTasks::serve() {
    for (;;) {
        const Tasks tasks = next();
        for (int n = 1; n <= kLastSignal; n++) {
            if (tasks.signals & signal_bit(n)) process_signal_group(tasks.group, n);
        }
        if (tasks.list) list_all();
    }
}

}  // namespace dev
