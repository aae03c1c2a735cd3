#include "dev/tty/keys.h"

#include <utility>

#include "lib/log.h"
#include "mm/kalloc.h"
#include "proc/process.h"
#include "proc/sched.h"

namespace dev {
namespace {

constexpr int kSignalStatus = 128;  // plus the signal: the exit status, as in POSIX shells

// Every signal of the terminal comes here. There are no signals yet: those that end a program by default, and
// that a key sends, end it.
void send_signal(int group, KeySignal s) {
    if (s == KeySignal::Interrupt || s == KeySignal::Quit)
        process_kill_group(group, kSignalStatus + static_cast<int>(s));
}

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

void KeyTasks::signal(int group, KeySignal s) {
    IrqGuard g(lock_);
    tasks_.group = group;
    tasks_.signal = s;
    given_.wake_one();
}

void KeyTasks::list_processes() {
    IrqGuard g(lock_);
    tasks_.list = true;
    given_.wake_one();
}

KeyTasks::Tasks KeyTasks::next() {
    IrqGuard g(lock_);
    while (!tasks_.group && !tasks_.list) given_.wait_uninterruptible(lock_);
    return std::exchange(tasks_, {});
}

void KeyTasks::serve() {
    for (;;) {
        const Tasks tasks = next();
        if (tasks.group) send_signal(tasks.group, tasks.signal);
        if (tasks.list) list_all();
    }
}

}  // namespace dev
