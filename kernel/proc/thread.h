// Threads. Every process has one; kernel threads have no process.
#pragma once

#include "arch/trap.h"
#include "lib/list.h"
#include "lib/pairing_heap.h"
#include "lib/result.h"
#include "lib/time.h"
#include "mm/kstack.h"
#include "sync/wait_queue.h"

struct Process;

extern "C" void thread_start();  // arch/entry.S

// The callee-saved registers, which switch_context saves (arch/entry.S).
struct Context {
    u64 ra = 0, sp = 0;
    u64 s[12] = {};

    // Who switches to it calls `first`, which must not return.
    void begin_with(void (*first)()) {
        ra = reinterpret_cast<u64>(thread_start);
        s[1] = reinterpret_cast<u64>(first);
    }
};

enum class ThreadState : u8 { New, Runnable, Running, Sleeping, Dead };

// Fields from `state` on are guarded by the scheduler's lock. A thread is on at most one list: a run queue if
// it is runnable, a wait queue if it sleeps.
struct Thread : ListNode<Thread>, HeapNode<Thread> {
    Context context;
    mm::KernelStack stack;
    const char* name = "";
    Process* process = nullptr;    // null: a kernel thread
    void (*run)(void*) = nullptr;  // a kernel thread's function
    void* argument = nullptr;

    ThreadState state = ThreadState::New;
    u8 hart = 0;                   // where it runs, or last ran
    bool interrupted = false;      // signals wait: acts on them before it returns to user mode
    bool interruptible = false;    // sleeps in a wait that a signal ends
    Errno woken_by = Errno::None;  // None: a wakeup; else Intr or TimedOut
    const WaitQueue* waiting_on = nullptr;
    Instant deadline = Instant::never();  // of its latest wait
    u64 run_time = 0;                     // in ticks of the time CSR

    bool before(const Thread& other) const { return deadline < other.deadline; }  // heap order
};

// Starts a kernel thread; `run` must not return. Null: out of memory, or too many kernel threads.
Thread* kthread_create(const char* name, void (*run)(void*), void* argument);

// The same, but does not make it runnable: for idle threads, which are entered directly.
Thread* kthread_make(const char* name, void (*run)(void*), void* argument);
