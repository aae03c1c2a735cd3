#include "proc/process.h"

#include <new>

#include "lib/panic.h"
#include "lib/string.h"
#include "mm/kalloc.h"
#include "proc/sched.h"

namespace {

class ProcessTree {
  public:
    Result<> reserve() {
        Guard g(lock_);
        if (count_ >= NPROC) return Errno::Again;
        count_++;
        return {};
    }
    void unreserve() {
        Guard g(lock_);
        count_--;
    }
    unsigned count() const { return count_; }

    int enter(Process* p, Process* parent) {
        Guard g(lock_);
        p->pid = next_pid_locked();
        p->parent = parent;
        p->group = parent ? parent->group : p->pid;
        all_.push_back(*p);
        if (parent)
            parent->children.push_back(*p);
        else
            init_ = p;
        return p->pid;
    }

    [[noreturn]] void exit(Process& p, int status) NO_THREAD_SAFETY {
        if (&p == init_) panic("/init exited with status %d", status);
        lock_.acquire();
        bool orphan_zombie = false;
        while (Process* child = p.children.pop_front()) {
            child->parent = init_;
            orphan_zombie |= child->zombie;
            init_->children.push_back(*child);
        }
        p.exit_status = status;
        p.zombie = true;
        if (orphan_zombie) init_->child_exited.wake_all();
        p.parent->child_exited.wake_all();
        scheduler.exit_current(&lock_);
    }

    Result<Exited> wait(Process& p) {
        Process* zombie = nullptr;
        {
            Guard g(lock_);
            while (!(zombie = find_zombie_locked(p))) {
                if (p.children.empty()) return Errno::Child;
                TRY(p.child_exited.wait(lock_));
            }
            static_cast<ListNode<Process, SiblingTag>*>(zombie)->unlink();
            static_cast<ListNode<Process, AllProcessesTag>*>(zombie)->unlink();
        }
        const Exited result{zombie->pid, zombie->exit_status};
        scheduler.wait_until_off_hart(zombie->thread);
        process_free(zombie);
        return result;
    }

    Result<> kill(int pid) {
        Guard g(lock_);
        Process* p = find_locked(pid);
        if (!p || p->zombie) return Errno::Srch;
        if (p == init_) return Errno::Perm;
        scheduler.kill(p->thread);
        return {};
    }

    Result<> set_group(Process& caller, int pid, int group) {
        Guard g(lock_);
        Process* p = pid ? find_locked(pid) : &caller;
        if (!p || (p != &caller && p->parent != &caller)) return Errno::Srch;
        if (group == 0) group = p->pid;
        if (group != p->pid && !group_exists_locked(group)) return Errno::Perm;
        p->group = group;
        return {};
    }

    bool group_exists(int group) {
        Guard g(lock_);
        return group_exists_locked(group);
    }

    bool kill_group(int group, int status) {
        Guard g(lock_);
        bool found = false;
        for (Process& p : all_) {
            if (p.group != group || p.zombie || &p == init_) continue;
            p.status_if_killed = status;
            scheduler.kill(p.thread);
            found = true;
        }
        return found;
    }

    mm::Space* become(Process& p, mm::Space* space, const char* name) {
        Guard g(lock_);
        const usize n = strnlen(name, sizeof p.name - 1);
        memcpy(p.name, name, n);
        p.name[n] = '\0';
        return std::exchange(p.space, space);
    }

    fs::FileTable* take_files(Process& p) {
        Guard g(lock_);
        return std::exchange(p.files, nullptr);
    }

    void visit(void (*each)(const Process&, void*), void* context) {
        Guard g(lock_);
        for (Process& p : all_) each(p, context);
    }

  private:
    // Counts up, so that a pid is not reused soon. After a wrap-around it skips pids and groups in use.
    int next_pid_locked() REQUIRES(lock_) {
        do {
            if (last_pid_ == kMaxPid) counted_round_ = true;
            last_pid_ = last_pid_ == kMaxPid ? 1 : last_pid_ + 1;
        } while (counted_round_ && (find_locked(last_pid_) || group_exists_locked(last_pid_)));
        return last_pid_;
    }
    Process* find_locked(int pid) REQUIRES(lock_) {
        for (Process& p : all_) {
            if (p.pid == pid) return &p;
        }
        return nullptr;
    }
    bool group_exists_locked(int group) REQUIRES(lock_) {
        for (Process& p : all_) {
            if (p.group == group) return true;
        }
        return false;
    }
    Process* find_zombie_locked(Process& p) REQUIRES(lock_) {
        for (Process& child : p.children) {
            if (child.zombie) return &child;
        }
        return nullptr;
    }

    SpinLock lock_{LockRank::Process, "processes"};
    List<Process, AllProcessesTag> all_ GUARDED_BY(lock_);
    Process* init_ = nullptr;
    static constexpr int kMaxPid = 0x7fff'ffff;
    int last_pid_ GUARDED_BY(lock_) = 0;
    bool counted_round_ GUARDED_BY(lock_) = false;
    unsigned count_ = 0;
};

constinit ProcessTree tree;

}  // namespace

Result<Process*> process_alloc() {
    TRY(tree.reserve());
    Result<mm::KernelStack> stack = mm::kstack_alloc();
    void* page = stack.ok() ? mm::page_alloc_zeroed() : nullptr;
    if (!page) {
        if (stack.ok()) mm::kstack_free(stack.value());
        tree.unreserve();
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
    tree.unreserve();
}

int process_start(Process* p, Process* parent) {
    const int pid = tree.enter(p, parent);
    scheduler.start(p->thread);
    return pid;
}

void process_enter_user_mode(void* process) {
    arch::interrupts_off();
    arch::return_to_user(&static_cast<Process*>(process)->trap_frame());
}

void process_exit(int status) { tree.exit(current_process(), status); }
Result<Exited> process_wait() { return tree.wait(current_process()); }
Result<> process_kill(int pid) { return tree.kill(pid); }
unsigned process_count() { return tree.count(); }
mm::Space* process_become(Process& p, mm::Space* space, const char* name) {
    return tree.become(p, space, name);
}
fs::FileTable* process_take_files(Process& p) { return tree.take_files(p); }
Result<> process_set_group(int pid, int group) { return tree.set_group(current_process(), pid, group); }
bool process_group_exists(int group) { return tree.group_exists(group); }
bool process_kill_group(int group, int status) { return tree.kill_group(group, status); }
void process_visit(void (*visit)(const Process&, void*), void* context) { tree.visit(visit, context); }
