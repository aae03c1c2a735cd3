// Processes: a thread with an address space, open files and a place in the tree of parents and children.
//
// This layer knows memory and threads. What a process has open is sys/'s business (sys/sys_proc.cc closes it
// before it calls process_exit).
#pragma once

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
    fs::FileTable* files = nullptr;
    fs::Inode* cwd = nullptr;
    char name[16] = {};

    // Guarded by the process tree's lock.
    Process* parent = nullptr;
    List<Process, SiblingTag> children;
    bool zombie = false;
    int exit_status = 0;
    WaitQueue child_exited{"child"};

    // The user's registers, at the top of the kernel stack; also before the thread first runs.
    arch::TrapFrame& trap_frame() {
        return *reinterpret_cast<arch::TrapFrame*>(thread.stack.last_page + mm::kPageSize - TRAP_FRAME_SIZE);
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

// Ends the current process; its files are closed already. Its children become init's.
[[noreturn]] void process_exit(int status);

struct Exited {
    int pid = 0;
    int status = 0;
};
// Waits for a child to end, and frees it. Child: there is none. Intr: killed.
Result<Exited> process_wait();

// Srch: there is no such process. A process that was killed ends before it runs another user instruction.
Result<> process_kill(int pid);

unsigned process_count();

// Calls visit for every process, with the tree locked: it must not wait, nor copy to user memory.
void process_visit(void (*visit)(const Process&, void*), void* context);
