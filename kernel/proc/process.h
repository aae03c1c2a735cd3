// Processes: a thread with an address space, open files and a parent.
//
// This layer manages memory and threads. The open files belong to sys/: sys/sys_proc.cc closes them before it
// calls process_exit.
#pragma once

#include "arch/float.h"
#include "lib/list.h"
#include "mm/vm.h"
#include "proc/thread.h"

namespace fs {
class FileTable;
class Inode;
}  // namespace fs

struct SiblingTag;
struct AllProcessesTag;

inline constexpr int kKilledStatus = -1;  // unless Ctrl-C killed it

// Unless noted, a field is used only by the process's own thread.
struct Process : ListNode<Process, SiblingTag>, ListNode<Process, AllProcessesTag> {
    Thread thread;
    int pid = 0;
    mm::Space* space = nullptr;
    fs::FileTable* files = nullptr;  // others search it with the tree locked
    fs::Inode* cwd = nullptr;
    u16 umask = 022;            // permissions that new files do not get
    arch::FloatState floating;  // stale while its hart has float_on
    char name[16] = {};         // like `space`, changed only by process_become, because others read it

    // Guarded by the process tree's lock.
    Process* parent = nullptr;
    int group = 0;                         // process group: the pid of its first process
    int status_if_killed = kKilledStatus;  // its exit status if it is killed
    List<Process, SiblingTag> children;
    bool zombie = false;
    int exit_status = 0;
    WaitQueue child_exited{"child"};

    // The user's registers, at the top of the kernel stack.
    arch::TrapFrame& trap_frame() {
        return *reinterpret_cast<arch::TrapFrame*>(thread.stack.top - TRAP_FRAME_SIZE);
    }
};

inline Process& current_process() { return *arch::this_hart().current->process; }

// A new process without memory and files, not yet in the process tree. NoMem; Again: NPROC processes exist.
Result<Process*> process_alloc();
// Frees a process that is not in the tree, with its address space if it has one.
void process_free(Process* p);

// Makes p a child of `parent` (null: p is init) and makes it runnable; it starts in user mode with the
// registers in its trap frame. Returns its pid. The caller must not use p afterwards: it may already be
// freed.
int process_start(Process* p, Process* parent);
// The thread function: enters user mode. `process` is the current Process*.
void process_enter_user_mode(void* process);

// Takes the files of a process that ends out of the tree's view, so that the caller can close them.
fs::FileTable* process_take_files(Process& p);

// Ends the current process, whose files must be closed. init becomes the parent of its children.
[[noreturn]] void process_exit(int status);

struct Exited {
    int pid = 0;
    int status = 0;
};
// Waits until a child has exited, and frees it. Child: there is no child. Intr: killed.
Result<Exited> process_wait();

// Kills a process: it exits before it next returns to user mode, at the latest after its time slice. Srch: no
// such process. Perm: it is init.
Result<> process_kill(int pid);

// Process groups, as in POSIX: a shell's pipeline is one group, and Ctrl-C kills it (dev/console.h). A child
// starts in its parent's group. Moves the caller (pid 0) or its child `pid` to `group`; 0: to a new group.
// Srch: no such child. Perm: no such group.
Result<> process_set_group(int pid, int group);
bool process_group_exists(int group);
// Kills every process of the group, except init, with this exit status. False: the group has none.
bool process_kill_group(int group, int status);

// For exec: sets the process's memory and name. Returns the old memory, which no one else uses.
mm::Space* process_become(Process& p, mm::Space* space, const char* name);

unsigned process_count();

// Calls visit for every process with the tree's lock held: it must not wait or access user memory.
void process_visit(void (*visit)(const Process&, void*), void* context);
