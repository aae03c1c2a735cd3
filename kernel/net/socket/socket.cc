#include "net/socket/socket.h"

#include <utility>

#include "net/proto/inet.h"

namespace net {

Errno Socket::take_error_locked() { return std::exchange(error_, Errno::None); }

Result<> Socket::check() {
    port::Guard guard(lock_);
    return closed_ ? Errno::BadF : take_error_locked();
}

Result<MbufPtr> Socket::copy_in(UserAddr from, usize n) {
    if (n > kMaxPayload) return Errno::MsgSize;
    TRY(check());
    MbufPtr m = Mbuf::alloc();
    if (!m) [[unlikely]] {
        inet_.bump(Stat::no_mbuf);
        return Errno::NoBufs;
    }
    TRY(port::copy_from_user(m->put(n), from, n));
    return m;
}

// --- the receive queue ---

bool Socket::enqueue(MbufPtr m) {
    bool wake = false;
    {
        port::Guard guard(lock_);
        if (closed_ || queue_.size() >= kQueueLimit || !inet_.reserve_queued()) return false;
        queue_.push_tail(std::move(m));
        wake = blocked_ > 0;
    }
    if (wake) readers_.wake_one();
    return true;
}

// The deadline is reckoned only once there is something to wait for, and kept over spurious wakeups.
Result<> Socket::wait_locked(Instant& deadline) {
    if (deadline == Instant::never() && timeout_.ns > 0) deadline = port::now() + timeout_;
    blocked_++;
    const Result<> waited = readers_.wait_until(lock_, deadline);
    blocked_--;
    return waited;
}

// What arrived is read before an error is: the error says nothing about it.
Result<MbufPtr> Socket::dequeue() {
    Instant deadline = Instant::never();
    port::Guard guard(lock_);
    for (;;) {
        if (closed_) return Errno::BadF;
        if (MbufPtr m = queue_.pop_head()) {
            inet_.release_queued(1);
            return m;
        }
        if (const Errno error = take_error_locked(); error != Errno::None) return error;
        const Result<> waited = wait_locked(deadline);
        if (waited.error() == Errno::Intr) {
            if (blocked_ > 0) readers_.wake_one();  // the wakeup for a datagram may have been spent on us
            return Errno::Intr;
        }
        if (!waited.ok() && queue_.empty() && error_ == Errno::None && !closed_) return waited.error();
    }
}

// After a read that failed: the datagram is the oldest still. Its place may have been taken meanwhile, by
// one; the limits are there to bound memory, not to be exact.
void Socket::put_back(MbufPtr m) {
    {
        port::Guard guard(lock_);
        if (closed_) return;
        inet_.reclaim_queued();
        queue_.push_head(std::move(m));
    }
    readers_.wake_one();  // another reader may have gone to sleep over the empty queue
}

Result<usize> Socket::read(UserAddr to, usize n) {
    MbufPtr m = TRY(dequeue());
    const usize length = n < m->length() ? n : m->length();
    const Result<> copied = port::copy_to_user(to, m->data(), length);
    if (!copied.ok()) {
        put_back(std::move(m));
        return copied.error();
    }
    return length;
}

// --- the rest ---

void Socket::report(Errno error) {
    {
        port::Guard guard(lock_);
        if (closed_) return;
        error_ = error;
    }
    readers_.wake_one();
}

void Socket::set_receive_timeout(Duration timeout) {
    port::Guard guard(lock_);
    timeout_ = timeout;
}

usize Socket::queued() {
    port::Guard guard(lock_);
    return queue_.size();
}

void Socket::close() {
    MbufQueue dropped;
    {
        port::Guard guard(lock_);
        closed_ = true;
        dropped.take(queue_);
    }
    inet_.release_queued(dropped.size());
    readers_.wake_all();
    inet_.endpoints().remove(*this);
}

}  // namespace net
