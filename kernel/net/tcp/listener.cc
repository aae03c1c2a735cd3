#include "net/tcp/listener.h"

#include "abi/poll.h"
#include "net/proto/inet.h"
#include "net/tcp/tcp.h"

namespace net {

void TcpListener::last_ref_gone() { tcp_.free(*this); }

void TcpListener::set_backlog(int backlog) {
    platform::Guard guard(lock_);
    backlog_ = backlog < 1                               ? 1
               : backlog > static_cast<int>(kMaxBacklog) ? kMaxBacklog
                                                         : static_cast<u32>(backlog);
}

void TcpListener::set_config(const TcpConfig& config) {
    platform::Guard guard(lock_);
    config_ = config;
}

TcpConfig TcpListener::config() {
    platform::Guard guard(lock_);
    return config_;
}

Result<Ref<TcpConnection>> TcpListener::accept(const WaitPolicy& policy) {
    Instant deadline = Instant::never();
    platform::Guard guard(lock_);
    while (!closed_ && ready_.empty()) {
        if (!policy.wait) return Errno::Again;
        if (deadline == Instant::never() && policy.timeout.ns > 0)
            deadline = platform::now() + policy.timeout;
        const Result<> waited = accepters_.wait_until(lock_, deadline);
        if (!waited.ok() && ready_.empty())
            return waited.error() == Errno::TimedOut ? policy.when_over : waited.error();
    }
    if (closed_) return Errno::BadF;
    Ref<TcpConnection> c(ready_.pop_front());
    ready_count_--;
    c->drop_ref();  // the queue's
    return c;
}

bool TcpListener::has_ready_of_locked(Ipv4Addr remote) {
    for (const TcpConnection& c : ready_) {
        if (c.key.remote == remote) return true;
    }
    return false;
}

bool TcpListener::has_room(Ipv4Addr remote) {
    platform::Guard guard(lock_);
    if (closed_ || ready_count_ < backlog_) [[likely]]
        return true;
    return ready_count_ < 2 * backlog_ && !has_ready_of_locked(remote);
}

bool TcpListener::has_room_for_syn() {
    platform::Guard guard(lock_);
    return half_open_count_ < kMaxHalfOpen;
}

// A cookie is valid for at most two slices of 64 s.
bool TcpListener::expects_cookies(Instant now) {
    platform::Guard guard(lock_);
    return overflowed_ && now - overflowed_at_ < seconds(128);
}

void TcpListener::note_cookie(Instant now) {
    platform::Guard guard(lock_);
    overflowed_ = true;
    overflowed_at_ = now;
}

// --- the queues. A queue holds a reference to each of its connections.

bool TcpListener::add(TcpConnection& c) {
    platform::Guard guard(lock_);
    if (closed_) return false;
    c.add_ref();
    half_open_.push_back(c);
    half_open_count_++;
    return true;
}

bool TcpListener::ready(TcpConnection& c) {
    platform::Guard guard(lock_);
    if (closed_ || !c.linked()) return false;
    c.unlink();
    half_open_count_--;
    ready_.push_back(c);
    ready_count_++;
    accepters_.wake_one();
    pollers_.wake_all();
    return true;
}

bool TcpListener::forget(TcpConnection& c) {
    platform::Guard guard(lock_);
    if (!c.linked()) return false;
    c.unlink();
    half_open_count_--;
    return true;
}

void TcpListener::close() {
    for (;;) {
        TcpConnection* c = nullptr;
        {
            platform::Guard guard(lock_);
            closed_ = true;
            c = half_open_.pop_front();
            if (!c) c = ready_.pop_front();
        }
        if (!c) break;
        c->abort(Errno::None, platform::now());
        c->drop_ref();
    }
    platform::Guard guard(lock_);
    half_open_count_ = ready_count_ = 0;
    accepters_.wake_all();
    pollers_.wake_all();
}

// --- state

u32 TcpListener::poll(PollEntry* watch) {
    platform::Guard guard(lock_);
    pollers_.add(watch);
    return ready_.empty() ? 0 : POLLIN | POLLRDNORM;
}

void TcpListener::unwatch(PollEntry& watch) {
    platform::Guard guard(lock_);
    PollList::remove(watch);
}

u32 TcpListener::waiting() {
    platform::Guard guard(lock_);
    return ready_count_;
}

u32 TcpListener::backlog() {
    platform::Guard guard(lock_);
    return backlog_;
}

}  // namespace net
