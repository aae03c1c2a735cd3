// Processes: a thread with an address space, open files and a parent.
//
// This layer manages memory and threads. The open files belong to sys/: sys/sys_proc.cc closes them before it
// calls process_exit.
#pragma once

#include <atomic>

#include "arch/float.h"
#include "lib/list.h"
#include "mm/vm.h"
#include "proc/signals.h"
#include "proc/thread.h"

namespace fs {
class FileTable;
class Inode;
}  // namespace fs

struct SiblingTag;
struct AllProcessesTag;

// What a parent waits for.
struct ChildEvent {
    enum class Kind : u8 { None, Exited, Killed, Stopped, Continued };
    Kind kind = Kind::None;
    int pid = 0;
    int value = 0;  // the exit status, or the signal
};

// Unless noted, a field is used only by the process's own thread.
struct Process : ListNode<Process, SiblingTag>, ListNode<Process, AllProcessesTag> {
    Thread thread;
    int pid = 0;
    std::atomic<int> parent_pid{0};  // written with the tree locked
    mm::Space* space = nullptr;
    fs::FileTable* files = nullptr;  // others search it with the tree locked
    fs::Inode* cwd = nullptr;
    u16 umask = 022;            // permissions that new files do not get
    arch::FloatState floating;  // stale while its hart has float_on
    char name[16] = {};         // like `space`, changed only by process_become, because others read it

    // How a call that signals interrupt is repeated (sys/signals.h).
    bool fails_if_interrupted = false;         // even with SA_RESTART
    Instant resumed_until = Instant::never();  // the deadline of a call that is repeated after a stop

    // Guarded by the process tree's lock.
    Process* parent = nullptr;
    int group = 0;    // process group: the pid of its first process
    int session = 0;  // likewise
    List<Process, SiblingTag> children;
    Signals signals;
    Instant alarm = Instant::never();  // ITIMER_REAL
    Duration alarm_interval{};         // 0: once
    int stopped_by = 0;                // the stop signal; 0: it runs
    bool zombie = false;
    ChildEvent event;  // what its parent may wait for
    WaitQueue child_changed{"child"};
    WaitQueue continued{"SIGCONT"};

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
[[noreturn]] void process_exit(ChildEvent::Kind how, int value);

// Which children process_wait waits for: a pid, -1: any, 0: those of the caller's group, -GROUP.
struct WaitFor {
    int which = -1;
    bool stopped = false, continued = false;  // also those that have stopped, or continued
    bool wait = true;                         // false: returns an event of kind None at once
};
// Waits until a child has changed; frees it if it has ended. Child: there is no such child. Intr.
Result<ChildEvent> process_wait(const WaitFor& what);

// For exec: sets the process's memory and name. Returns the old memory, which no one else uses.
// Signals with a handler get their default action again.
mm::Space* process_become(Process& p, mm::Space* space, const char* name);

unsigned process_count();

// Calls visit for every process with the tree's lock held: it must not wait or access user memory.
void process_visit(void (*visit)(const Process&, void*), void* context);
