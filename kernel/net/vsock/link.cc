#include "net/vsock/link.h"

#include "net/vsock/connection.h"
#include "net/vsock/vsock.h"

namespace net {

MbufPtr vsock_packet(const VsockHeader& header) {
    MbufPtr m = Mbuf::alloc(sizeof header);
    if (m) *m->push_header<VsockHeader>() = header;
    return m;
}

Result<> VsockLink::transmit(MbufPtr& packet, VsockConnection& c) {
    Result<> sent = device_.transmit(packet);
    if (sent.error() != Errno::Again) [[likely]]
        return sent;
    platform::Guard guard(lock_);
    sent = device_.transmit(packet);  // room_again() may have run before we had the lock
    if (sent.error() == Errno::Again) {
        is_full_ = 1;
        wait_locked(c);
    }
    return sent;
}

bool VsockLink::has_room(VsockConnection& c) {
    if (!is_full_.load(std::memory_order_relaxed)) [[likely]]
        return true;
    platform::Guard guard(lock_);
    if (!is_full_) return true;
    wait_locked(c);
    return false;
}

void VsockLink::wait_locked(VsockConnection& c) {
    if (c.waits_for_room().linked()) return;
    c.add_ref();
    waiting_.push_back(c);
    waiting_count_++;
}

// --- RSTs

void VsockLink::send_reset(const VsockHeader& reset) {
    MbufPtr m = vsock_packet(reset);
    if (!m) return vsock_.bump(Stat::no_mbuf);
    platform::Guard guard(lock_);
    if (reset_count_ == 0 && device_.transmit(m).error() != Errno::Again)
        return vsock_.bump(Stat::vsock_reset_out);
    if (reset_count_ == kMostResets) return vsock_.bump(Stat::vsock_reset_dropped);
    resets_[(first_reset_ + reset_count_++) % kMostResets] = reset;
}

// False: there is none, or no room for it.
bool VsockLink::send_next_reset() {
    platform::Guard guard(lock_);
    if (reset_count_ == 0) return false;
    MbufPtr m = vsock_packet(resets_[first_reset_]);
    if (!m)
        vsock_.bump(Stat::no_mbuf);
    else if (device_.transmit(m).error() == Errno::Again)
        return false;
    else
        vsock_.bump(Stat::vsock_reset_out);
    first_reset_ = (first_reset_ + 1) % kMostResets;
    reset_count_--;
    return true;
}

void VsockLink::start_anew() {
    platform::Guard guard(lock_);
    reset_count_ = 0;
    is_full_ = 0;
}

// --- room

usize VsockLink::waiting() {
    platform::Guard guard(lock_);
    return waiting_count_;
}

Ref<VsockConnection> VsockLink::next_waiting() {
    platform::Guard guard(lock_);
    VsockConnection* c = waiting_.pop_front();
    if (!c) return {};
    waiting_count_--;
    Ref<VsockConnection> taken(c);
    c->drop_ref();  // the list's; never the last
    return taken;
}

// A connection that finds no room is at the end of the list again, so each gets its turn.
void VsockLink::room_again() {
    {
        platform::Guard guard(lock_);
        is_full_ = 0;
    }
    while (send_next_reset()) {
    }
    for (usize n = waiting(); n > 0; n--) {
        Ref<VsockConnection> c = next_waiting();
        if (!c || !c->room_again()) return;
    }
}

bool VsockLink::forget(VsockConnection& c) {
    platform::Guard guard(lock_);
    if (!c.waits_for_room().linked()) return false;
    c.waits_for_room().unlink();
    waiting_count_--;
    return true;
}

}  // namespace net
