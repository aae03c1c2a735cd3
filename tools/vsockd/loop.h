// Waits until a file descriptor of any Handler is ready (epoll), edge-triggered: a handler notes what has
// become ready, and works until the descriptor says EAGAIN.
#pragma once

#include <sys/epoll.h>

#include <vector>

#include "lib/time.h"
#include "lib/types.h"
#include "tools/common/fd.h"

namespace vsockd {

using tools::Fd;

class Handler {
  public:
    Handler() = default;
    Handler(const Handler&) = delete;
    Handler& operator=(const Handler&) = delete;
    virtual ~Handler() = default;

    // `events` are epoll's. May add and remove handlers, also itself.
    virtual void ready(u32 events, Instant now) = 0;
};

class Loop {
  public:
    Loop();

    // Both also work while events are delivered: a handler hears nothing after remove(). False: the
    // descriptor cannot be waited for, such as a regular file. `handler` must be removed before `fd` is
    // closed.
    bool add(int fd, u32 events, Handler& handler);
    void remove(int fd);
    // Changes the events of a descriptor. One that is ready already is delivered.
    void change(int fd, u32 events);

    // Waits at most this long (negative: without end), and delivers what has come. False: nothing. A signal
    // ends the wait.
    bool wait(int milliseconds);

    // The time of the last wait(). A test calls wait() with a clock of its own.
    Instant now() const { return now_; }
    using Clock = Instant (*)();
    void set_clock(Clock clock) { clock_ = clock; }

  private:
    bool control(int operation, int fd, u32 events);
    struct Entry {
        Handler* handler = nullptr;
        u32 generation = 0;  // an event of an older one belongs to a closed descriptor
    };
    Fd epoll_;
    std::vector<Entry> entries_;  // by descriptor
    Clock clock_;
    Instant now_;
};

}  // namespace vsockd
