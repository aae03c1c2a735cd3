// Process groups and sessions.
#include "proc/process_tree.h"

// A session's number stays in use as long as a process is in it, and so does a group's.
Process* ProcessTree::member_locked(int group) {
    for (Process& p : all_) {
        if (p.group == group || p.session == group) return &p;
    }
    return nullptr;
}

Result<> ProcessTree::set_group(Process& caller, int pid, int group) {
    Guard g(lock_);
    Process* p = pid ? find_locked(pid) : &caller;
    if (!p || (p != &caller && p->parent != &caller)) return Errno::Srch;
    if (group == 0) group = p->pid;
    if (p->session == p->pid || p->session != caller.session) return Errno::Perm;
    if (group != p->pid) {
        const Process* member = member_locked(group);
        if (!member || member->group != group || member->session != p->session) return Errno::Perm;
    }
    p->group = group;
    return {};
}

Result<int> ProcessTree::new_session(Process& caller) {
    Guard g(lock_);
    if (member_locked(caller.pid)) return Errno::Perm;
    caller.session = caller.group = caller.pid;
    return caller.pid;
}

Result<ProcessIds> ProcessTree::ids(Process& caller, int pid) {
    Guard g(lock_);
    const Process* p = pid ? find_locked(pid) : &caller;
    if (!p) return Errno::Srch;
    return ProcessIds{p->group, p->session};
}

int ProcessTree::session_of(int group) {
    Guard g(lock_);
    for (Process& p : all_) {
        if (p.group == group) return p.session;
    }
    return 0;
}

bool ProcessTree::is_orphaned_locked(int group, const Process* leaving) {
    for (Process& p : all_) {
        const Process* parent = p.parent;
        if (p.group != group || p.zombie || &p == leaving || !parent || parent == leaving) continue;
        if (parent != init_ && parent->session == p.session && parent->group != group) return false;
    }
    return true;
}

// When p ends, it may orphan its own group and those of its children. A stopped process in such a group would
// wait for SIGCONT for ever: the group gets SIGHUP and SIGCONT (POSIX, _exit).
void ProcessTree::leave_groups_locked(Process& p) {
    if (stopped_ == 0) return;
    const auto connects = [&](const Process& parent, const Process& child) {
        return parent.group != child.group && parent.session == child.session;
    };
    for (Process& stopped : all_) {
        const bool by_child = stopped.parent == &p && connects(p, stopped);
        const bool by_itself = stopped.group == p.group && p.parent && connects(*p.parent, p);
        if (!stopped.stopped_by || (!by_child && !by_itself)) continue;
        if (!is_orphaned_locked(stopped.group, &p)) continue;
        const int group = stopped.group;
        for (Process& member : all_) {
            if (member.group != group || &member == &p) continue;
            post_locked(member, kernel_signal(SIGHUP));
            post_locked(member, kernel_signal(SIGCONT));
        }
    }
}

Result<> process_set_group(int pid, int group) {
    return process_tree.set_group(current_process(), pid, group);
}
Result<int> process_new_session() { return process_tree.new_session(current_process()); }
Result<ProcessIds> process_ids(int pid) { return process_tree.ids(current_process(), pid); }
int process_session_of(int group) { return process_tree.session_of(group); }
