// The scheduler: decides which thread runs on which hart.
//
// - One lock guards the run queues and all wait queues. It is held across switch_context and released by the
//   next thread, so no hart can run a thread whose registers are not yet saved.
// - A thread switches directly to the next one. Each hart has an idle thread, which runs when no other thread
//   is runnable.
// - The kernel is not preempted. A user program is preempted when its time slice ends or when an interrupt
//   has woken a thread.
// - A program that computes on the hart that takes interrupts moves to an idle hart (move_away). So the first
//   hart is free to poll, and to handle what arrives, while programs compute.
// - A woken thread runs on its waker's hart if the waker waits soon. So two threads that wake each other in
//   turn, such as a reader and a device's thread, need no interrupts between harts. If the waker goes on, for
//   two system calls (share_work) or for kPatience, an idle hart takes the thread.
#pragma once

#include "arch/plic.h"
#include "proc/poll_window.h"
#include "proc/thread.h"

inline Thread& current_thread() { return *arch::this_hart().current; }
inline bool current_interrupted() { return current_thread().interrupted; }

// Work that an idle hart does in its idle thread, with interrupts on. It must not sleep.
struct IdleTask {
    void (*run)(void*);
    void* argument;
};

class Scheduler {
  public:
    // Makes a new thread runnable.
    void start(Thread& t);

    // Lets other runnable threads run first.
    void yield();

    // After an interrupt in user mode: switches if it woke a thread or the time slice is used up.
    void preempt();
    bool work_waits() const { return runnable_.load(std::memory_order_relaxed) != 0; }

    // Ends the current thread. Releases `also_release` (may be null) after acquiring the scheduler's lock,
    // which is held until the thread has left its hart.
    [[noreturn]] void exit_current(SpinLock* also_release) NO_THREAD_SAFETY;

    // Returns when t, which is exiting, no longer uses its stack.
    void wait_until_off_hart(const Thread& t);

    // Marks t as interrupted and wakes it from an interruptible wait.
    void interrupt(Thread& t);

    // At the end of a system call, if work_waits(): wakes an idle hart if threads wait for one, or lets them
    // run first.
    void share_work();

    // The timer interrupt: wakes the threads whose deadline has passed, and ends time slices.
    void timer_interrupt(u64 time);

    // The idle thread of a hart that is set up. Never returns.
    [[noreturn]] void idle_loop() NO_THREAD_SAFETY;

    // For WaitQueue: releases the condition's lock, sleeps on the queue, and acquires the lock again.
    template <class Lock>
    Result<> sleep(WaitQueue& queue, Lock& lock, Instant deadline, bool interruptible) NO_THREAD_SAFETY;

    // An idle kInterruptHart calls `look` repeatedly before it waits for an interrupt: for the time `most`,
    // and less while that finds nothing (proc/poll_window.h). If there is work, `look` wakes its thread and
    // returns true. `begin` is called before, `end` after it: from `end` on, work must cause an interrupt, or
    // have woken its thread. All three are called in the idle thread with interrupts off: they may take
    // IrqSpinLocks, and SpinLocks that are never held for long.
    struct IdlePoll {
        void (*begin)();
        bool (*look)();
        void (*end)();
    };
    void set_idle_poll(const IdlePoll& poll, Duration most);

    // True: this hart is idle, and runs the task before it waits again or runs a thread. So no thread needs
    // to be woken for it, which saves two switches. False: it is not, or already has a task. With
    // interrupts off.
    bool leave_to_idle(IdleTask& task);

    // Whether this hart is the one that takes interrupts, and polls.
    static bool on_interrupt_hart() { return arch::hart_id() == arch::kInterruptHart; }
    // Whether another hart runs a thread. Only a hint.
    bool other_harts_run() const {
        const u32 waiting = idle_harts_.load(std::memory_order_relaxed) | 1u << arch::hart_id();
        return waiting != (1u << arch::hart_count) - 1;
    }

    // For ps: a snapshot of t's state, taken with the lock held.
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
    // How long a runnable thread waits for its waker's hart while another is idle. 200 us: waking a halted
    // hart takes an emulator about 50 us, of two processors.
    static constexpr u64 kPatience = arch::kTimebaseHz / 5000;

    Result<> enqueue_sleeper_locked(WaitQueue& queue, Instant deadline, bool interruptible) REQUIRES(lock_);
    void make_runnable_locked(Thread& t) REQUIRES(lock_);
    void give_way_locked(bool slice_used) REQUIRES(lock_);
    void wake_locked(Thread& t, Errno reason) REQUIRES(lock_);
    void switch_locked() REQUIRES(lock_);
    Thread* pick_locked() REQUIRES(lock_);
    void kick_idle_hart_locked() REQUIRES(lock_);
    void share_locked(u64 time) REQUIRES(lock_);
    bool computes_locked(u64 time) REQUIRES(lock_);
    bool may_pass_on_locked() REQUIRES(lock_);
    bool may_move_locked(const Thread& t) const REQUIRES(lock_);
    void move_away_locked(Thread& t) REQUIRES(lock_);
    void take_back_locked() REQUIRES(lock_);
    void arm_locked(u64 time) REQUIRES(lock_);
    void start_slice_locked() REQUIRES(lock_);
    // Nothing for this hart.
    bool queue_empty() REQUIRES(lock_) {
        return woken_.empty() && preempted_.empty() && (moving_.empty() || on_interrupt_hart());
    }
    void idle_once();
    void run_others() NO_THREAD_SAFETY;
    void wait_in_idle_thread();
    void poll(u64 start);
    void look_for_work(u64 until);

    IrqSpinLock lock_{LockRank::Scheduler, "scheduler"};
    List<Thread> woken_ GUARDED_BY(lock_);      // woken from a wait; run first
    List<Thread> preempted_ GUARDED_BY(lock_);  // used up a slice, or preempted
    List<Thread> moving_ GUARDED_BY(lock_);     // from kInterruptHart to an idle hart: move_away_locked
    u64 moves_until_ GUARDED_BY(lock_) = 0;     // then they are taken back
    PairingHeap<Thread> deadlines_ GUARDED_BY(lock_);
    unsigned picks_ GUARDED_BY(lock_) = 0;
    unsigned seen_picks_ GUARDED_BY(lock_) = 0;  // picks_ and the time, see share_locked
    u64 seen_at_ GUARDED_BY(lock_) = 0;
    unsigned asked_picks_ GUARDED_BY(lock_) = 0;  // picks_ when an idle hart was woken last
    // For computes_locked: who ran on kInterruptHart at the end of the last slice, and for how long in all.
    struct {
        const Thread* thread;
        u64 run_time, time;
        bool computes;
    } last_slice_ GUARDED_BY(lock_){};
    // A bit for each hart that waits for an interrupt. Set with lock_ held.
    std::atomic<u32> idle_harts_{0};
    std::atomic<u32> runnable_{0};  // threads in both queues
    IdlePoll poll_{};
    PollWindow poll_window_{0};  // of kInterruptHart
};

extern Scheduler scheduler;

inline void yield() { scheduler.yield(); }

// For long work in the kernel: yields if the time slice is used up.
inline void yield_if_due() {
    if (arch::this_hart().need_resched) yield();
}
