#include "net/tcp/listener.h"

#include "net/proto/inet.h"
#include "net/tcp/tcp.h"

namespace net {

void TcpListener::last_ref_gone() { tcp_.free(*this); }

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
    add_ready_locked(c);
    return true;
}

bool TcpListener::forget(TcpConnection& c) {
    platform::Guard guard(lock_);
    if (!c.linked()) return false;
    c.unlink();
    half_open_count_--;
    return true;
}

Ref<TcpConnection> TcpListener::take_any_locked() {
    TcpConnection* c = half_open_.pop_front();
    if (!c) return take_ready_locked();
    half_open_count_--;
    Ref<TcpConnection> taken(c);
    c->drop_ref();  // the queue's
    return taken;
}

void TcpListener::close() {
    for (;;) {
        Ref<TcpConnection> c;
        {
            platform::Guard guard(lock_);
            close_locked();
            c = take_any_locked();
        }
        if (!c) return;
        c->abort(Errno::None, platform::now());
    }
}

}  // namespace net
