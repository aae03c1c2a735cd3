// Timers with callbacks. All callbacks run in one kernel thread, so they may take locks and block briefly.
#pragma once

#include "lib/pairing_heap.h"
#include "lib/time.h"

class Timer : public HeapNode<Timer> {
  public:
    constexpr Timer(void (*callback)(void*), void* argument) : callback_(callback), argument_(argument) {}

    // Runs the callback once, at this time or soon after. Replaces an earlier deadline. Thread context.
    void set(Instant deadline);

    // Stops the timer. False: it was not set; its callback may be running.
    bool cancel();

    bool before(const Timer& other) const { return deadline_ < other.deadline_; }

  private:
    friend class TimerThread;
    void (*callback_)(void*);
    void* argument_;
    Instant deadline_{};  // guarded by the timer thread's lock
};

// Once, at boot.
void timer_init();
