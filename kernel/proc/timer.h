// Timers with callbacks, which run in a kernel thread: they may take locks and wait, and are never in an
// interrupt.
#pragma once

#include "lib/pairing_heap.h"
#include "lib/time.h"

class Timer : public HeapNode<Timer> {
  public:
    constexpr Timer(void (*callback)(void*), void* argument) : callback_(callback), argument_(argument) {}

    // Calls back once at this time, or soon after. Moves the deadline of a timer already set. Thread context.
    void set(Instant deadline);

    // False: it was not set; its callback may be running at this moment.
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
