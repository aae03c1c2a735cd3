#include "proc/timer.h"

#include "lib/panic.h"
#include "proc/clock.h"
#include "proc/sched.h"

// Sleeps until the earliest deadline, then runs the callback, in a loop.
class TimerThread {
  public:
    void set(Timer& t, Instant deadline) {
        {
            Guard g(lock_);
            if (t.queued()) heap_.remove(t);
            t.deadline_ = deadline;
            heap_.insert(t);
            if (heap_.least() != &t) return;
        }
        earlier_.wake_one();
    }

    bool cancel(Timer& t) {
        Guard g(lock_);
        if (!t.queued()) return false;
        heap_.remove(t);
        return true;
    }

    [[noreturn]] void run() {
        for (;;) {
            Timer* t = next_expired();
            t->callback_(t->argument_);
        }
    }

  private:
    Timer* next_expired() {
        Guard g(lock_);
        for (;;) {
            Timer* t = heap_.least();
            if (t && t->deadline_ <= clock_now()) {
                heap_.remove(*t);
                return t;
            }
            (void)earlier_.wait_until(lock_, t ? t->deadline_ : Instant::never());
        }
    }

    SpinLock lock_{LockRank::Timer, "timers"};
    WaitQueue earlier_{"timer"};  // the earliest deadline has changed
    PairingHeap<Timer> heap_ GUARDED_BY(lock_);
};

namespace {
constinit TimerThread timers;
}

void Timer::set(Instant deadline) { timers.set(*this, deadline); }
bool Timer::cancel() { return timers.cancel(*this); }

void timer_init() {
    if (!kthread_create(
            "timer", [](void*) { timers.run(); }, nullptr))
        panic("no memory for the timer thread");
}
