// The thread of a device that receives, and what wakes it: the device's interrupts, and idle harts that poll.
//
// The interrupt handler only notes what has happened. The thread handles it with interrupts on and no lock
// held, so it may call up the stack. A hart that was idle at the interrupt handles the first batch itself, in
// its idle thread, because each switch to another thread takes about as long as the stack needs for a layer.
#pragma once

#include "dev/rx_watch.h"
#include "lib/result.h"
#include "proc/sched.h"
#include "sync/spinlock.h"
#include "sync/wait_queue.h"

namespace dev {

// What has happened to a device. Bits, for RxThread::note.
enum RxEvent : u32 {
    kReceived = 1,
    kSent = 2,     // and a sender waits for room
    kChanged = 4,  // the link, or the device's configuration
};

// - start: once, at boot. pending, wake, note: any context. watch: the thread, or before start.
class RxThread {
  public:
    // waits_for: what ps shows while the thread waits.
    constexpr explicit RxThread(const char* waits_for) : waiting_(waits_for) {}

    // Handles events (RxEvent), and receives one batch; true: there may be more. It must not sleep.
    using Handler = bool(void* context, u32 events);
    // Starts the thread, which calls `handle` with all events noted since the last call, and again while
    // there is more. From now on, idle harts poll the device. NoMem: no thread.
    Result<> start(const char* name, Handler* handle, void* context);

    // In the interrupt handler: passes events to the thread.
    void note(u32 events);
    // The same from any other context, without counting an interrupt. No lock of rank NetDevice held.
    void wake(u32 events);

    // Where the device reports the next received packet. To be set before the thread handles the first
    // events, and before each return from handle().
    void watch(const RxWatch& where) { watch_ = where; }
    void watch_nothing() { watch_ = {&kNothing}; }

    // For polling by an idle hart: whether a packet has arrived since the thread went to sleep.
    bool pending() const { return watch_.pending(); }

    // From begin_poll to end_poll, an idle hart polls, and the device of a sleeping thread does not
    // interrupt. What it has received since the last look wakes the thread in end_poll.
    void begin_poll();
    void end_poll();

    // The number of calls of note().
    u64 interrupts() const;

  private:
    static void run(void* self);
    u32 wait_for_events();
    void notify() REQUIRES(lock_);
    void handle_in_idle();
    bool worth_waking_for(u32 events) const REQUIRES(lock_);

    static const RxWatch::Word kNothing;
    RxWatch watch_{&kNothing};  // never pending
    Handler* handle_ = nullptr;
    void* context_ = nullptr;

    // From the interrupt handler to the thread.
    mutable IrqSpinLock lock_{LockRank::NetDevice, "device events"};
    u32 events_ GUARDED_BY(lock_) = 0;       // not yet handled
    bool asleep_ GUARDED_BY(lock_) = false;  // nobody handles events
    bool polled_ GUARDED_BY(lock_) = false;  // the device's interrupts are off
    u64 interrupts_ GUARDED_BY(lock_) = 0;
    u32 idle_events_ = 0;  // for handle_in_idle; the idle thread's, from leave_to_idle() on
    WaitQueue waiting_;
    IdleTask in_idle_{[](void* self) { static_cast<RxThread*>(self)->handle_in_idle(); }, this};
};

// For the scheduler's idle loop (IdlePoll).
void rx_threads_begin_poll();
bool rx_threads_poll();
void rx_threads_end_poll();

}  // namespace dev
