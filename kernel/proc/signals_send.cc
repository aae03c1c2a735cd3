// Signals on their way to a process.
#include "proc/process_tree.h"

namespace {

signal_info from_process(int number, const Process& sender) {
    signal_info info{};
    info.number = number;
    info.code = SI_USER;
    info.pid = sender.pid;
    return info;
}

// As in kill(). Groups are positive.
bool is_meant(const Process& p, const Process& caller, int pid) {
    if (pid > 0) return p.pid == pid;
    if (pid == -1) return &p != &caller;
    return pid == 0 ? p.group == caller.group : p.group + pid == 0;
}

}  // namespace

// A stopped process waits for `continued` and for nothing else; other signals are acted on afterwards.
void ProcessTree::post_locked(Process& p, const signal_info& info) {
    if (p.zombie) return;
    p.signals.add(info);
    if (p.stopped_by && (info.number == SIGCONT || info.number == SIGKILL)) {
        continue_locked(p);
        if (info.number == SIGCONT) tell_parent_locked(p, ChildEvent::Kind::Continued, SIGCONT);
    }
    if (p.signals.deliverable()) scheduler.interrupt(p.thread);
}

void ProcessTree::continue_locked(Process& p) {
    p.stopped_by = 0;
    stopped_--;
    p.event = {};
    p.continued.wake_all();
}

// Records what the child does, wakes its parent and sends it SIGCHLD.
void ProcessTree::tell_parent_locked(Process& child, ChildEvent::Kind kind, int value) {
    using Kind = ChildEvent::Kind;
    child.event = {kind, child.pid, value};
    child.parent->child_changed.wake_all();
    const bool ends = kind == Kind::Exited || kind == Kind::Killed;
    if (!ends && !child.parent->signals.hears_of_stops()) return;
    signal_info info = from_process(SIGCHLD, child);
    info.code = kind == Kind::Exited    ? CLD_EXITED
                : kind == Kind::Killed  ? CLD_KILLED
                : kind == Kind::Stopped ? CLD_STOPPED
                                        : CLD_CONTINUED;
    info.status = value;
    post_locked(*child.parent, info);
}

// init gets no signals from others: nothing can replace it.
Result<> ProcessTree::send(Process& caller, int pid, int number, bool zombies) {
    Guard g(lock_);
    bool found = false, only_init = false;
    for (Process& p : all_) {
        if (!is_meant(p, caller, pid)) continue;
        if (p.zombie) {
            found |= zombies && pid > 0;
            continue;
        }
        if (&p == init_ && number != 0) {
            only_init = pid != -1;
            continue;
        }
        found = true;
        if (number) post_locked(p, from_process(number, caller));
    }
    if (found) return {};
    return only_init ? Errno::Perm : Errno::Srch;
}

void ProcessTree::signal_group(int group, int number) {
    Guard g(lock_);
    for (Process& p : all_) {
        if (p.group == group && &p != init_) post_locked(p, kernel_signal(number));
    }
}

bool ProcessTree::signal_fault(Process& p, const signal_info& info) {
    Guard g(lock_);
    p.signals.add_fault(info);
    note_deliverable_locked(p);
    return p.signals.effect(info.number) == SignalEffect::Handler;
}

Errno ProcessTree::stop_background(Process& p, int number) {
    Guard g(lock_);
    const bool deaf =
        p.signals.mask() & signal_bit(number) || p.signals.effect(number) == SignalEffect::Ignore;
    if (deaf && number == SIGTTOU) return Errno::None;
    if (deaf || is_orphaned_locked(p.group, nullptr)) return Errno::Io;
    for (Process& member : all_) {
        if (member.group == p.group) post_locked(member, kernel_signal(number));
    }
    return Errno::Intr;
}

Result<> process_send(int pid, int number, bool zombies) {
    return process_tree.send(current_process(), pid, number, zombies);
}
void process_signal_group(int group, int number) { process_tree.signal_group(group, number); }
Errno process_stop_background(int number) { return process_tree.stop_background(current_process(), number); }

bool process_signal_fault(int number, u64 address) {
    signal_info info{};
    info.number = number;
    info.code = SEGV_MAPERR;  // each of these signals has 1 as the code of its usual cause
    info.address = address;
    return process_tree.signal_fault(current_process(), info);
}
