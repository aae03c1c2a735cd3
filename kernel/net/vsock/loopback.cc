#include "net/vsock/loopback.h"

namespace net {

Result<> VsockLoopback::transmit(MbufPtr& packet) {
    platform::Guard guard(lock_);
    if (is_full_locked()) {
        full_++;
        refused_ = true;
        return Errno::Again;
    }
    packets_++;
    bytes_ += packet->chain_length();
    mbufs_ += packet->chain_count();
    queue_.push_tail(std::move(packet));
    if (!running_) timer_.set(platform::now());
    running_ = true;
    return {};
}

// Null when the queue is empty; then running_ is false. room_came: a sender waits, and half of the queue is
// free.
MbufPtr VsockLoopback::next(bool& room_came) {
    platform::Guard guard(lock_);
    room_came = refused_ && queue_.size() <= kRoom / 2 && mbufs_ <= kMostMbufs / 2;
    if (room_came) refused_ = false;
    MbufPtr packet = queue_.pop_head();
    running_ = packet != nullptr;
    if (packet) mbufs_ -= packet->chain_count();
    return packet;
}

void VsockLoopback::run() {
    for (usize i = 0; i < kBatch; i++) {
        bool room_came = false;
        MbufPtr packet = next(room_came);
        if (room_came) vsock_room_again(*this);
        if (!packet) return;
        vsock_rx(*this, std::move(packet));
    }
    platform::Guard guard(lock_);
    timer_.set(platform::now());
}

void VsockLoopback::on_timer(void* self) { static_cast<VsockLoopback*>(self)->run(); }

void VsockLoopback::stop() {
    timer_.cancel();
    platform::Guard guard(lock_);
    queue_.clear();
    mbufs_ = 0;
    running_ = false;
}

VsockDeviceCounters VsockLoopback::counters() const {
    platform::Guard guard(lock_);
    VsockDeviceCounters c{};
    c.rx_packets = packets_ - queue_.size();
    c.rx_bytes = bytes_;
    c.tx_packets = packets_;
    c.tx_bytes = bytes_;
    c.tx_full = full_;
    return c;
}

}  // namespace net
