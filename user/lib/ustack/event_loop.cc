#include "ustack/event_loop.h"

namespace ustack {

using net::platform::Timer;

EventLoop& event_loop() {
    static constinit EventLoop the_loop;
    return the_loop;
}

bool EventLoop::run() {
    const bool any = process();
    if (source_) source_->flush();
    return any;
}

bool EventLoop::process() {
    ASSERT(!running_);
    running_ = true;
    const bool received = source_ && source_->work();
    const bool fired = fire_timers();
    running_ = false;
    return received || fired;
}

bool EventLoop::fire_timers() {
    const Instant now = net::platform::now();
    bool any = false;
    for (Timer* t; (t = timers_.least()) && t->deadline() <= now; any = true) {
        timers_.remove(*t);
        t->fire();
    }
    return any;
}

void EventLoop::wait(Instant deadline) {
    ASSERT(source_);
    if (process()) return source_->flush();
    source_->sleep(earliest(deadline));
    run();
}

Instant EventLoop::earliest(Instant deadline) const {
    const Timer* first = timers_.least();
    return first && first->deadline() < deadline ? first->deadline() : deadline;
}

}  // namespace ustack

namespace net::platform {

void Timer::set(Instant deadline) {
    cancel();
    deadline_ = deadline;
    ustack::event_loop().add(*this);
}

bool Timer::cancel() {
    if (!queued()) return false;
    ustack::event_loop().remove(*this);
    return true;
}

Result<> WaitQueue::wait_until(Lock& lock, Instant deadline) {
    const u32 wakes_before = wakes_;
    lock.release();
    do ustack::event_loop().wait(deadline);
    while (wakes_ == wakes_before && now() < deadline);
    lock.acquire();
    return wakes_ == wakes_before ? Errno::TimedOut : Result<>();
}

}  // namespace net::platform
