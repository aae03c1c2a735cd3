// A thread: what a hart runs. Every process has one; the kernel has some of its own.
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

// The registers that survive a call of switch_context (arch/entry.S).
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

// Fields from `state` on are guarded by the scheduler's lock. A thread is on at most one list: a run queue
// when it is runnable, a wait queue when it sleeps.
struct Thread : ListNode<Thread>, HeapNode<Thread> {
    Context context;
    mm::KernelStack stack;
    const char* name = "";
    Process* process = nullptr;    // null: a kernel thread
    void (*run)(void*) = nullptr;  // a kernel thread's function
    void* argument = nullptr;

    ThreadState state = ThreadState::New;
    u8 hart = 0;                   // the one it runs on, or ran on last
    bool killed = false;           // shall end as soon as it can
    bool interruptible = false;    // asleep in a wait that a kill ends
    Errno woken_by = Errno::None;  // None: a wakeup. Intr, TimedOut otherwise
    const WaitQueue* waiting_on = nullptr;
    Instant deadline = Instant::never();
    u64 run_time = 0;  // in ticks of the platform's clock

    bool before(const Thread& other) const { return deadline < other.deadline; }  // for the heap of deadlines
};

// Starts a kernel thread; `run` must not return. Null: out of memory, or too many of them.
Thread* kthread_create(const char* name, void (*run)(void*), void* argument);

// The same, but not yet runnable: a hart's idle thread is entered directly.
Thread* kthread_make(const char* name, void (*run)(void*), void* argument);
