// The event loop: whatever happens to the stack of a program happens in run(). Every socket call that waits
// runs it again and again; poll() does too, and so does a call that would fail with EAGAIN.
#pragma once

#include "lib/pairing_heap.h"
#include "net/platform.h"

namespace ustack {

// The channel, as the loop sees it.
class EventSource {
  public:
    // Processes a batch of what has arrived. False: there was nothing.
    virtual bool work() = 0;
    // Hands what was prepared meanwhile to the kernel.
    virtual void flush() = 0;
    // The same, and sleeps until something arrives, or until the deadline.
    virtual void sleep(Instant deadline) = 0;

  protected:
    ~EventSource() = default;
};

// - Not recursive: timer callbacks and the stack's receive functions never wait.
class EventLoop {
  public:
    void attach(EventSource* source) { source_ = source; }

    // Processes received and sent frames, and expired timers, without waiting. False: there were none.
    bool run();
    // The same, but what it prepares to send stays here. The caller sleeps, or lets the source flush().
    bool process();
    // Is run() on the stack of calls? Then wait() must not be called.
    bool is_running() const { return running_; }
    // run(); if nothing had happened, it first sleeps until something does, or until the deadline.
    void wait(Instant deadline);
    // The deadline or the time of the first timer, whichever is earlier: how long a sleep may take.
    Instant earliest(Instant deadline) const;

    // --- for Timer
    void add(net::platform::Timer& t) { timers_.insert(t); }
    void remove(net::platform::Timer& t) { timers_.remove(t); }

  private:
    bool fire_timers();

    EventSource* source_ = nullptr;
    PairingHeap<net::platform::Timer> timers_;
    bool running_ = false;
};

EventLoop& event_loop();

}  // namespace ustack
