#include "proc/sched.h"

#include <utility>

#include "arch/plic.h"
#include "lib/panic.h"
#include "mm/kalloc.h"
#include "mm/vm.h"
#include "proc/clock.h"
#include "proc/process.h"
#include "proc/watchdog.h"

constinit Scheduler scheduler;

extern "C" void switch_context(Context* save, const Context* load);

// Entry point of a new thread. The scheduler's lock is held, as after every switch.
void thread_begin() NO_THREAD_SAFETY {
    scheduler.lock_.release(true);
    Thread& t = current_thread();
    t.run(t.argument);
    scheduler.exit_current(nullptr);
}

void Scheduler::start(Thread& t) {
    t.context.begin_with(thread_begin);
    if (!t.context.sp) t.context.sp = t.stack.top - 16;
    IrqGuard g(lock_);
    make_runnable_locked(t);
}

void Scheduler::make_runnable_locked(Thread& t) {
    t.state = ThreadState::Runnable;
    woken_.push_back(t);
    runnable_.store(runnable_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

// Woken threads run first, so that computing threads do not delay replies. Every 16th pick prefers the
// preempted threads, so that constant wakeups cannot starve them.
inline Thread* Scheduler::pick_locked() {
    List<Thread>& first = ++picks_ % 16 ? woken_ : preempted_;
    List<Thread>& second = picks_ % 16 ? preempted_ : woken_;
    Thread* t = first.pop_front();
    if (!t) t = second.pop_front();
    if (!t && !moving_.empty() && !on_interrupt_hart()) return moving_.pop_front();
    if (t) runnable_.store(runnable_.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
    return t;
}

// Switches to the next thread. The caller has already put the current one on its list. Returns, with lock_
// held, when the current thread runs again, possibly on another hart.
void Scheduler::switch_locked() {
    arch::Hart& hart = arch::this_hart();
    Thread* from = hart.current;
    Thread* to = pick_locked();
    if (!to) to = hart.idle;
    to->state = ThreadState::Running;
    hart.need_resched = false;
    if (to == from) return;
    assert_only_held(LockRank::Scheduler);

    if (hart.float_on) [[unlikely]] {
        arch::float_save(from->process->floating);
        arch::float_switch_off();
    }
    const u64 time = arch::read_time();
    from->run_time += time - hart.switched_at;
    hart.switched_at = time;
    to->hart = static_cast<u8>(hart.id);
    hart.current = to;
    if (to != hart.idle) start_slice_locked();
    share_locked(time);
    // A dead thread's space is unloaded now. Otherwise its parent would have to interrupt this hart.
    if (to->process || from->state == ThreadState::Dead)
        mm::Space::load(to->process ? to->process->space : nullptr);
    switch_context(&from->context, &to->context);
}

// Puts the thread at the end of the queue if its slice is used up, else at the front.
void Scheduler::give_way_locked(bool slice_used) {
    Thread& t = current_thread();
    if (slice_used && may_move_locked(t)) return move_away_locked(t);
    if (queue_empty()) return;
    t.state = ThreadState::Runnable;
    if (slice_used)
        preempted_.push_back(t);
    else
        preempted_.push_front(t);
    runnable_.store(runnable_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    switch_locked();
}

void Scheduler::yield() {
    IrqGuard g(lock_);
    give_way_locked(true);
}

void Scheduler::preempt() {
    IrqGuard g(lock_);
    const bool slice_used = arch::this_hart().need_resched;
    if (slice_used || !woken_.empty()) give_way_locked(slice_used);
}

void Scheduler::exit_current(SpinLock* also_release) {
    lock_.acquire();
    if (also_release) also_release->release();
    current_thread().state = ThreadState::Dead;
    switch_locked();
    panic("a dead thread was scheduled");
}

void Scheduler::wait_until_off_hart(const Thread& t) {
    IrqGuard g(lock_);  // the dying thread holds it until it has left its hart
    ASSERT(t.state == ThreadState::Dead);
}

Result<> Scheduler::enqueue_sleeper_locked(WaitQueue& queue, Instant deadline, bool interruptible) {
    Thread& t = current_thread();
    t.deadline = deadline;
    if (interruptible && t.interrupted) return Errno::Intr;
    t.state = ThreadState::Sleeping;
    t.interruptible = interruptible;
    t.waiting_on = &queue;
    t.woken_by = Errno::None;
    queue.waiting_.push_back(t);
    if (deadline != Instant::never()) {
        deadlines_.insert(t);
        arm_locked(clock_ticks(deadline));
    }
    return {};
}

namespace {
// Interrupts stay off, because the scheduler's lock is held.
void let_go(SpinLock& lock) NO_THREAD_SAFETY { lock.release(); }
void let_go(IrqSpinLock& lock) NO_THREAD_SAFETY { lock.release(false); }
}  // namespace

// The thread must be on the queue before it releases the condition's lock, so that the next waker finds it.
template <class Lock>
[[gnu::always_inline]] inline Result<> Scheduler::sleep(WaitQueue& queue, Lock& lock, Instant deadline,
                                                        bool interruptible) {
    const bool on = lock_.acquire();
    Result<> r = enqueue_sleeper_locked(queue, deadline, interruptible);
    let_go(lock);
    if (r.ok()) {
        switch_locked();
        if (const Errno why = current_thread().woken_by; why != Errno::None) r = why;
    }
    lock_.release(on);
    lock.acquire();
    return r;
}

void Scheduler::wake_locked(Thread& t, Errno reason) {
    t.unlink();
    if (t.queued()) deadlines_.remove(t);
    t.waiting_on = nullptr;
    t.woken_by = reason;
    make_runnable_locked(t);
}

void Scheduler::interrupt(Thread& t) {
    IrqGuard g(lock_);
    t.interrupted = true;
    if (t.state == ThreadState::Sleeping && t.interruptible) wake_locked(t, Errno::Intr);
}

void Scheduler::kick_idle_hart_locked() {
    const u32 idle = idle_harts_.load(std::memory_order_relaxed);
    if (!idle) return;
    asked_picks_ = picks_;
    const auto hart = static_cast<unsigned>(__builtin_ctz(idle));
    idle_harts_.fetch_and(~(1u << hart), std::memory_order_relaxed);
    arch::send_ipi(hart);
}

// Passes the queue's first thread to an idle hart if it has waited for kPatience; the timer asks again. Two
// threads need a second hart in any case.
void Scheduler::share_locked(u64 time) {
    if (!idle_harts_.load(std::memory_order_relaxed) || queue_empty()) return;
    if (seen_picks_ != picks_) {
        seen_picks_ = picks_;
        seen_at_ = time;
    }
    if (runnable_.load(std::memory_order_relaxed) > 1 || time - seen_at_ >= kPatience)
        return kick_idle_hart_locked();
    arm_locked(seen_at_ + kPatience);
}

// At the end of a slice of kInterruptHart: whether a program has used most of the time since the last one.
bool Scheduler::computes_locked(u64 time) {
    arch::Hart& hart = arch::this_hart();
    if (!on_interrupt_hart() || time - last_slice_.time < kSlice) return false;
    const u64 run_time = hart.current->run_time + time - hart.switched_at;
    const u64 used = run_time - last_slice_.run_time, passed = time - last_slice_.time;
    const bool computes =
        hart.current->process && hart.current == last_slice_.thread && used > passed / 4 * 3;
    last_slice_ = {hart.current, run_time, time, computes};
    return computes && idle_harts_.load(std::memory_order_relaxed);
}

bool Scheduler::may_move_locked(const Thread& t) const {
    const bool computes = last_slice_.computes && last_slice_.thread == &t && on_interrupt_hart();
    return computes && idle_harts_.load(std::memory_order_relaxed) != 0;
}

// A program that computes moves to an idle hart. That hart takes some time to wake up; until then this one
// must leave the thread alone. If the other hart does not come within a slice, the timer takes it back.
void Scheduler::move_away_locked(Thread& t) {
    last_slice_.computes = false;
    t.state = ThreadState::Runnable;
    moving_.push_back(t);
    kick_idle_hart_locked();
    moves_until_ = arch::read_time() + kSlice;
    arm_locked(moves_until_);
    switch_locked();
}

void Scheduler::take_back_locked() {
    while (Thread* t = moving_.pop_front()) {
        preempted_.push_back(*t);
        runnable_.store(runnable_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }
}

// Whether the first woken thread is a program's, and an idle hart has not been asked to take it yet. A thread
// of the kernel, such as a card's, is soon done: it is not worth an interrupt between harts.
bool Scheduler::may_pass_on_locked() {
    const bool asked = asked_picks_ == picks_;
    return !asked && woken_.front()->process && idle_harts_.load(std::memory_order_relaxed) != 0;
}

// The program goes on although a thread that it has woken waits since its last system call. The thread gets
// an idle hart if it may; if not, or if that hart has not come since, it runs now, on this one.
void Scheduler::share_work() {
    IrqGuard g(lock_);
    const bool seen = seen_picks_ == picks_ && !woken_.empty(), slice_used = arch::this_hart().need_resched;
    const bool pass_on = seen && may_pass_on_locked();
    if (pass_on)
        kick_idle_hart_locked();
    else
        share_locked(arch::read_time());
    if (slice_used || (seen && !pass_on)) give_way_locked(slice_used);
}

// Sets the hart's timer to this time, unless it is already set to an earlier one.
void Scheduler::arm_locked(u64 time) {
    arch::Hart& hart = arch::this_hart();
    if (time >= hart.armed_for) return;
    hart.armed_for = time;
    arch::set_timer(time);
}

// The slice timer keeps running across thread switches. It stops only on an idle hart.
void Scheduler::start_slice_locked() {
    arch::Hart& hart = arch::this_hart();
    if (hart.ticking) return;
    hart.ticking = true;
    arm_locked(arch::read_time() + kSlice);
}

void Scheduler::timer_interrupt(u64 time) {
    watchdog_beat(time);
    IrqGuard g(lock_);
    const Instant now = clock_instant(time);
    for (Thread* t = deadlines_.least(); t && t->deadline <= now; t = deadlines_.least())
        wake_locked(*t, Errno::TimedOut);

    arch::Hart& hart = arch::this_hart();
    if (on_interrupt_hart() && time >= moves_until_) take_back_locked();
    hart.ticking = hart.current != hart.idle;
    hart.need_resched = !queue_empty() || computes_locked(time);
    hart.armed_for = ~0ull;
    share_locked(time);
    u64 next = time + kWatchdogBeat;
    if (hart.ticking || (on_interrupt_hart() && !moving_.empty())) next = time + kSlice;
    if (Thread* t = deadlines_.least(); t && clock_ticks(t->deadline) < next) next = clock_ticks(t->deadline);
    arm_locked(next);
}

void Scheduler::set_idle_poll(const IdlePoll& poll, Duration most) {
    poll_window_ = PollWindow(static_cast<u64>(most.ns) * arch::kTimebaseHz / 1'000'000'000);
    poll_ = poll;
}

// Busy polling: looks for work for a short time before wfi, because waking a halted hart is much more
// expensive than polling. Only kInterruptHart polls: the work it finds, and the threads this wakes, then run
// on it, and no other hart is woken for nothing. After much work, a wakeup is cheap in comparison, and the
// emulator's threads need the processor that polling would take: bulk data are twice as fast.
void Scheduler::poll(u64 start) {
    arch::Hart& hart = arch::this_hart();
    if (start - hart.busy_since > poll_window_.most()) return;
    const u64 before = arch::read_cycle();
    poll_.begin();
    look_for_work(start + poll_window_.length());
    poll_.end();
    hart.poll_cycles += arch::read_cycle() - before;
}

void Scheduler::look_for_work(u64 until) {
    while (arch::read_time() < until && !(READ_CSR(sip) & READ_CSR(sie))) {
        for (int looks = 0; looks < 16; looks++) {
            if (runnable_.load(std::memory_order_relaxed) || poll_.look()) return;
        }
    }
}

bool Scheduler::leave_to_idle(IdleTask& task) {
    arch::Hart& hart = arch::this_hart();
    if (hart.current != hart.idle || hart.idle_task) return false;
    hart.idle_task = &task;
    return true;
}

// Until no other thread is runnable. Then the hart counts as idle.
inline void Scheduler::run_others() {
    lock_.acquire();
    while (!queue_empty()) switch_locked();
    idle_harts_.fetch_or(1u << arch::hart_id(), std::memory_order_relaxed);
    lock_.release(false);
}

// wfi returns for a pending interrupt even with interrupts off.
inline void Scheduler::wait_in_idle_thread() {
    arch::Hart& hart = arch::this_hart();
    const u64 before = arch::read_cycle(), start = arch::read_time();
    if (on_interrupt_hart() && poll_window_.length() > 0) poll(start);
    if (runnable_.load(std::memory_order_relaxed) == 0 && !hart.idle_task) arch::wait_for_interrupt();
    hart.idle_cycles += arch::read_cycle() - before;
    hart.busy_since = arch::read_time();
    if (on_interrupt_hart()) poll_window_.note(hart.busy_since - start);
    idle_harts_.fetch_and(~(1u << hart.id), std::memory_order_relaxed);
    arch::handle_pending_interrupt();
}

// Checks for work, and for requests of other harts, with interrupts off: so none is missed between the check
// and wfi.
inline void Scheduler::idle_once() {
    arch::Hart& hart = arch::this_hart();
    arch::interrupts_off();
    if (!hart.idle_task) {
        run_others();
        mm::page_hand_over_if_asked();
        wait_in_idle_thread();
    }
    const IdleTask* task = std::exchange(hart.idle_task, nullptr);
    arch::interrupts_on();
    if (task) task->run(task->argument);
}

void Scheduler::idle_loop() {
    arch::Hart& hart = arch::this_hart();
    hart.switched_at = arch::read_time();
    watchdog_beat(hart.switched_at);
    lock_.acquire();
    arm_locked(hart.switched_at + kWatchdogBeat);
    lock_.release(true);
    for (;;) idle_once();
}

Scheduler::View Scheduler::view(const Thread& t) {
    IrqGuard g(lock_);
    return {t.state, t.hart, t.waiting_on ? t.waiting_on->what() : "", t.run_time};
}

// ---- sync/wait_queue.h ----

Result<> WaitQueue::wait_until(SpinLock& lock, Instant t) { return scheduler.sleep(*this, lock, t, true); }
Result<> WaitQueue::wait_until(IrqSpinLock& lock, Instant t) { return scheduler.sleep(*this, lock, t, true); }
void WaitQueue::wait_uninterruptible(SpinLock& lock) {
    (void)scheduler.sleep(*this, lock, Instant::never(), false);
}
void WaitQueue::wait_uninterruptible(IrqSpinLock& lock) {
    (void)scheduler.sleep(*this, lock, Instant::never(), false);
}

// The check without the scheduler's lock is safe: a waiter puts itself on the queue with the condition's lock
// held, and the waker has held this lock to make the condition true.
void WaitQueue::wake_one() {
    if (waiting_.empty()) return;
    IrqGuard g(scheduler.lock_);
    if (Thread* t = waiting_.front()) scheduler.wake_locked(*t, Errno::None);
}

void WaitQueue::wake_all() {
    if (waiting_.empty()) return;
    IrqGuard g(scheduler.lock_);
    while (Thread* t = waiting_.front()) scheduler.wake_locked(*t, Errno::None);
}
