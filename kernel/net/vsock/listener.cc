#include "net/vsock/listener.h"

#include "abi/poll.h"
#include "net/vsock/vsock.h"

namespace net {

void VsockListener::last_ref_gone() { vsock_.free(*this); }

void VsockListener::set_backlog(int backlog) {
    platform::Guard guard(lock_);
    const u32 wanted = backlog < 1 ? 1 : static_cast<u32>(backlog);
    backlog_ = wanted < kMaxBacklog ? wanted : kMaxBacklog;
}

void VsockListener::set_config(const VsockConfig& config) {
    platform::Guard guard(lock_);
    config_ = config;
}

VsockConfig VsockListener::config() {
    platform::Guard guard(lock_);
    return config_;
}

Ref<VsockConnection> VsockListener::next_locked() {
    VsockConnection* c = ready_.pop_front();
    if (!c) return {};
    ready_count_--;
    Ref<VsockConnection> taken(c);
    c->drop_ref();  // the queue's; never the last
    return taken;
}

Result<Ref<VsockConnection>> VsockListener::accept(const WaitPolicy& policy) {
    Instant deadline = Instant::never();
    platform::Guard guard(lock_);
    for (;;) {
        if (closed_) return Errno::BadF;
        if (Ref<VsockConnection> c = next_locked()) return c;
        TRY(accepting_.wait(lock_, policy, deadline));
    }
}

bool VsockListener::add(VsockConnection& c) {
    platform::Guard guard(lock_);
    if (closed_ || ready_count_ >= backlog_) return false;
    c.add_ref();
    ready_.push_back(c);
    ready_count_++;
    accepting_.wake();
    pollers_.wake_all();
    return true;
}

void VsockListener::close() {
    for (;;) {
        Ref<VsockConnection> c;
        {
            platform::Guard guard(lock_);
            closed_ = true;
            c = next_locked();
            accepting_.wake();
            pollers_.wake_all();
        }
        if (!c) return;
        c->close(platform::now());
    }
}

u32 VsockListener::poll(PollEntry* watch) {
    platform::Guard guard(lock_);
    pollers_.add(watch);
    return ready_.empty() ? 0 : POLLIN | POLLRDNORM;
}

void VsockListener::unwatch(PollEntry& watch) {
    platform::Guard guard(lock_);
    PollList::remove(watch);
}

u32 VsockListener::waiting() {
    platform::Guard guard(lock_);
    return ready_count_;
}

u32 VsockListener::backlog() {
    platform::Guard guard(lock_);
    return backlog_;
}

}  // namespace net
