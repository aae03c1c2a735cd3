// The scheduler: which thread runs on which hart, and who waits.
//
// - One lock guards the run queue and all wait queues. It is held across switch_context and released by the
//   thread that comes in, so no hart can pick up a thread whose registers are not saved yet.
// - Threads are switched one to the next directly. Each hart has an idle thread, which runs when nothing else
//   can.
// - The kernel is not preempted. A user program is, when its time slice ends or when an interrupt has woken
//   someone.
// - A woken thread stays with its waker's hart if that hart is about to wait itself; whatever is left in the
//   queue when a hart goes back to user mode is handed to an idle hart (share_work). So a ping-pong of two
//   processes costs no interrupts between harts.
#pragma once

#include "proc/thread.h"

inline Thread& current_thread() { return *arch::this_hart().current; }
inline bool current_killed() { return current_thread().killed; }

class Scheduler {
  public:
    // Makes a new thread runnable.
    void start(Thread& t);

    // Lets other threads run first.
    void yield();

    // After an interrupt in user mode: gives the hart to those it woke, or to whose turn it is.
    void preempt();
    bool work_waits() const { return runnable_.load(std::memory_order_relaxed) != 0; }

    // Ends the current thread. `also_release` is let go of once nothing can see the thread run any more.
    [[noreturn]] void exit_current(SpinLock* also_release) NO_THREAD_SAFETY;

    // Returns when t, which is ending, has left its stack for good.
    void wait_until_off_hart(const Thread& t);

    // Marks t killed, and wakes it from an interruptible wait.
    void kill(Thread& t);

    // At the end of a system call: wakes an idle hart if threads are waiting for one, and lets them have this
    // one if the time slice is over.
    void share_work();

    // The timer interrupt: wakes those whose deadline has passed, ends time slices.
    void timer_interrupt(u64 time);

    // What a hart does once it is set up: becomes its idle thread. Never returns.
    [[noreturn]] void idle_loop() NO_THREAD_SAFETY;

    // For WaitQueue: puts the current thread to sleep on it, and lets go of the condition's lock meanwhile.
    template <class Lock>
    Result<> sleep(WaitQueue& queue, Lock& lock, Instant deadline, bool interruptible) NO_THREAD_SAFETY;

    // An idle hart calls this over and over, for `spin`, before it waits for an interrupt. It looks for work
    // and, if there is some, wakes the thread that does it. Called with interrupts off; takes IrqSpinLocks at
    // most.
    void set_idle_poll(bool (*work_pending)(), Duration spin);

    // For ps: where and how t waits. Copies under the lock.
    struct View {
        ThreadState state;
        unsigned hart;
        const char* waiting_for;
        u64 run_time;
    };
    View view(const Thread& t);

  private:
    friend class WaitQueue;
    friend void thread_begin();
    static constexpr u64 kSlice = arch::kTimebaseHz / 100;  // 10 ms

    Result<> enqueue_sleeper_locked(WaitQueue& queue, Instant deadline, bool interruptible) REQUIRES(lock_);
    void make_runnable_locked(Thread& t) REQUIRES(lock_);
    void give_way_locked(bool slice_used) REQUIRES(lock_);
    void wake_locked(Thread& t, Errno reason) REQUIRES(lock_);
    void switch_locked() REQUIRES(lock_);
    Thread* pick_locked() REQUIRES(lock_);
    void kick_idle_hart_locked() REQUIRES(lock_);
    void arm_locked(u64 time) REQUIRES(lock_);
    void start_slice_locked() REQUIRES(lock_);
    bool queue_empty() REQUIRES(lock_) { return woken_.empty() && preempted_.empty(); }
    void idle_once() NO_THREAD_SAFETY;
    void poll();

    IrqSpinLock lock_{LockRank::Scheduler, "scheduler"};
    List<Thread> woken_ GUARDED_BY(lock_);      // came from a wait: run first
    List<Thread> preempted_ GUARDED_BY(lock_);  // used up a slice, or gave way
    PairingHeap<Thread> deadlines_ GUARDED_BY(lock_);
    unsigned picks_ GUARDED_BY(lock_) = 0;
    u32 idle_harts_ GUARDED_BY(lock_) = 0;  // one bit a hart that waits for an interrupt
    std::atomic<u32> runnable_{0};          // threads in both queues
    bool (*work_pending_)() = nullptr;
    u64 poll_time_ = 0;
};

extern Scheduler scheduler;

inline void yield() { scheduler.yield(); }

// For a kernel thread in the middle of much work: lets others run if its time slice is over.
inline void yield_if_due() {
    if (arch::this_hart().need_resched) yield();
}
