// Processes: a thread with an address space, open files and a place in the tree of parents and children.
//
// This layer knows memory and threads. What a process has open is sys/'s business (sys/sys_proc.cc closes it
// before it calls process_exit).
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

// Unless said otherwise a field belongs to the process's own thread.
struct Process : ListNode<Process, SiblingTag>, ListNode<Process, AllProcessesTag> {
    Thread thread;
    int pid = 0;
    mm::Space* space = nullptr;
    fs::FileTable* files =
        nullptr;  // gone after process_take_files; others look into it with the tree locked
    fs::Inode* cwd = nullptr;
    arch::FloatState floating;  // out of date while its hart has float_on
    char name[16] = {};         // as `space`: changed by process_become alone, since others look at them

    // Guarded by the process tree's lock.
    Process* parent = nullptr;
    int group = 0;              // those whom Ctrl-C ends together; the pid of the one that began it
    int status_if_killed = -1;  // what its parent is told then
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

// A process without files or memory, not yet known to anyone. NoMem; Again: there are NPROC already.
Result<Process*> process_alloc();
// Undoes process_alloc, and frees its memory if it has got some.
void process_free(Process* p);

// Enters p into the tree as a child of `parent` (null: it is init) and lets it run; returns its pid, the only
// thing that may still be used: p can have ended by then. It starts in user mode with the registers in its
// trap frame.
int process_start(Process* p, Process* parent);
// What its thread does: into user mode. `process` is a Process*, the current one.
void process_enter_user_mode(void* process);

// Before it ends: its open files, into which nobody looks any more.
fs::FileTable* process_take_files(Process& p);

// Ends the current process; its files are closed already. Its children become init's.
[[noreturn]] void process_exit(int status);

struct Exited {
    int pid = 0;
    int status = 0;
};
// Waits for a child to end, and frees it. Child: there is none. Intr: killed.
Result<Exited> process_wait();

// Srch: there is no such process; Perm: it is init. It ends before it leaves the kernel the next time, which
// it enters when its time slice ends at the latest.
Result<> process_kill(int pid);

// Process groups, as POSIX has them: a pipeline is one, and Ctrl-C ends all of it (dev/console.h). A child is
// in its parent's. Moves the caller (pid 0) or a child of its into `group`; 0: into one of its own. Srch: no
// such child. Perm: there is no such group.
Result<> process_set_group(int pid, int group);
bool process_group_exists(int group);
// Kills every process of it, except init; their parents are told this status.
void process_kill_group(int group, int status);

// For exec: the process's new memory and name. Returns the old memory, which nobody sees any more.
mm::Space* process_become(Process& p, mm::Space* space, const char* name);

unsigned process_count();

// Calls visit for every process, with the tree locked: it must not wait, nor copy to user memory.
void process_visit(void (*visit)(const Process&, void*), void* context);
