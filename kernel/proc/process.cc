#include "proc/process.h"

#include <new>

#include "lib/panic.h"
#include "lib/string.h"
#include "mm/kalloc.h"
#include "proc/process_tree.h"

constinit ProcessTree process_tree;

Result<> ProcessTree::reserve() {
    Guard g(lock_);
    if (count_ >= NPROC) return Errno::Again;
    count_++;
    return {};
}

void ProcessTree::unreserve() {
    Guard g(lock_);
    count_--;
}

int ProcessTree::enter(Process* p, Process* parent) {
    Guard g(lock_);
    p->pid = next_pid_locked();
    p->parent = parent;
    p->parent_pid = parent ? parent->pid : 0;
    p->group = parent ? parent->group : p->pid;
    p->session = parent ? parent->session : p->pid;
    all_.push_back(*p);
    if (!parent) {
        init_ = p;
        return p->pid;
    }
    p->signals.inherit(parent->signals);
    parent->children.push_back(*p);
    return p->pid;
}

// True: a zombie is among them.
bool ProcessTree::hand_to_init_locked(Process& p) {
    bool zombie = false;
    while (Process* child = p.children.pop_front()) {
        child->parent = init_;
        child->parent_pid = init_->pid;
        zombie |= child->zombie;
        init_->children.push_back(*child);
    }
    return zombie;
}

// If its parent is not interested, init reaps it.
void ProcessTree::exit(Process& p, ChildEvent::Kind how, int value) {
    if (&p == init_) panic("/init exited with status %d", value);
    lock_.acquire();
    leave_groups_locked(p);
    if (hand_to_init_locked(p)) init_->child_changed.wake_all();
    p.alarm = Instant::never();
    p.zombie = true;
    Process* parent = p.parent;
    tell_parent_locked(p, how, value);
    if (parent->signals.drops_children() && parent != init_) {
        static_cast<ListNode<Process, SiblingTag>&>(p).unlink();
        p.parent = init_;
        init_->children.push_back(p);
        init_->child_changed.wake_all();
    }
    scheduler.exit_current(&lock_);
}

namespace {

bool matches(const Process& child, const Process& parent, int which) {
    if (which == -1) return true;
    if (which > 0) return child.pid == which;
    return which == 0 ? child.group == parent.group : child.group + which == 0;
}

}  // namespace

// any: there is a child that `what` means, changed or not.
Process* ProcessTree::find_changed_locked(Process& p, const WaitFor& what, bool& any) {
    for (Process& child : p.children) {
        if (!matches(child, p, what.which)) continue;
        any = true;
        const ChildEvent::Kind kind = child.event.kind;
        if (child.zombie || (what.stopped && kind == ChildEvent::Kind::Stopped) ||
            (what.continued && kind == ChildEvent::Kind::Continued))
            return &child;
    }
    return nullptr;
}

Result<ChildEvent> ProcessTree::wait(Process& p, const WaitFor& what) {
    Process* child = nullptr;
    ChildEvent event;
    {
        Guard g(lock_);
        bool any = false;
        while (!(child = find_changed_locked(p, what, any))) {
            if (!any) return Errno::Child;
            if (!what.wait) return ChildEvent{};
            TRY(p.child_changed.wait(lock_));
            any = false;
        }
        event = std::exchange(child->event, ChildEvent{});
        if (!child->zombie) return event;
        static_cast<ListNode<Process, SiblingTag>*>(child)->unlink();
        static_cast<ListNode<Process, AllProcessesTag>*>(child)->unlink();
    }
    scheduler.wait_until_off_hart(child->thread);
    process_free(child);
    return event;
}

mm::Space* ProcessTree::become(Process& p, mm::Space* space, const char* name) {
    Guard g(lock_);
    const usize n = strnlen(name, sizeof p.name - 1);
    memcpy(p.name, name, n);
    p.name[n] = '\0';
    p.signals.reset_for_exec();
    return std::exchange(p.space, space);
}

fs::FileTable* ProcessTree::take_files(Process& p) {
    Guard g(lock_);
    return std::exchange(p.files, nullptr);
}

void ProcessTree::visit(void (*each)(const Process&, void*), void* context) {
    Guard g(lock_);
    for (Process& p : all_) each(p, context);
}

// Counts up, so that a pid is not reused soon. After a wrap-around it skips pids and groups in use.
int ProcessTree::next_pid_locked() {
    do {
        if (last_pid_ == kMaxPid) counted_round_ = true;
        last_pid_ = last_pid_ == kMaxPid ? 1 : last_pid_ + 1;
    } while (counted_round_ && (find_locked(last_pid_) || member_locked(last_pid_)));
    return last_pid_;
}

Process* ProcessTree::find_locked(int pid) {
    for (Process& p : all_) {
        if (p.pid == pid) return &p;
    }
    return nullptr;
}

Result<Process*> process_alloc() {
    TRY(process_tree.reserve());
    Result<mm::KernelStack> stack = mm::kstack_alloc();
    void* page = stack.ok() ? mm::page_alloc_zeroed() : nullptr;
    if (!page) {
        if (stack.ok()) mm::kstack_free(stack.value());
        process_tree.unreserve();
        return Errno::NoMem;
    }
    static_assert(sizeof(Process) <= mm::kPageSize);
    auto* p = new (page) Process;
    p->thread.stack = stack.value();
    p->thread.process = p;
    p->thread.name = p->name;
    p->thread.run = process_enter_user_mode;
    p->thread.argument = p;
    p->thread.context.sp = p->thread.stack.top - TRAP_FRAME_SIZE;
    return p;
}

void process_free(Process* p) {
    if (p->space) mm::Space::destroy(p->space);
    mm::kstack_free(p->thread.stack);
    mm::page_free(p);
    process_tree.unreserve();
}

int process_start(Process* p, Process* parent) {
    const int pid = process_tree.enter(p, parent);
    scheduler.start(p->thread);
    return pid;
}

void process_enter_user_mode(void* process) {
    arch::interrupts_off();
    arch::return_to_user(&static_cast<Process*>(process)->trap_frame());
}

void process_exit(ChildEvent::Kind how, int value) { process_tree.exit(current_process(), how, value); }
Result<ChildEvent> process_wait(const WaitFor& what) { return process_tree.wait(current_process(), what); }
unsigned process_count() { return process_tree.count(); }
mm::Space* process_become(Process& p, mm::Space* space, const char* name) {
    return process_tree.become(p, space, name);
}
fs::FileTable* process_take_files(Process& p) { return process_tree.take_files(p); }
void process_visit(void (*visit)(const Process&, void*), void* context) {
    process_tree.visit(visit, context);
}
