#include "net/proto/loopback.h"

#include "net/proto/tcp_frame.h"

namespace net {

// Does what a card would have done. A short segment is copied, because otherwise its receiver would hold two
// mbufs; it also gets its checksum, for those who look at the frame.
static void finish(Mbuf& frame) {
    const Offload asked = frame.offload();
    if (asked == Offload::None) [[likely]]
        return;
    frame.set_offload(Offload::Verified);
    if (asked != Offload::TcpChecksum || !frame.flatten()) return;
    reinterpret_cast<TcpFrame*>(frame.data())->tcp.checksum =
        checksum_of(frame.bytes().subspan(TcpFrame::kTcp));
}

Result<> Loopback::transmit(MbufPtr& frame) {
    platform::Guard guard(lock_);
    if (queue_.size() >= kRoom) {
        full_++;
        return Errno::Again;
    }
    packets_++;
    bytes_ += frame->chain_length();
    queue_.push_tail(std::move(frame));
    if (!running_) timer_.set(platform::now());
    running_ = true;
    return {};
}

Result<> Loopback::wait_for_room() {
    platform::Guard guard(lock_);
    while (queue_.size() >= kRoom) TRY(room_.wait(lock_));
    return {};
}

// Null when the queue is empty; then running_ is false.
MbufPtr Loopback::next() {
    platform::Guard guard(lock_);
    MbufPtr frame = queue_.pop_head();
    running_ = frame != nullptr;
    if (queue_.size() == kRoom / 2) room_.wake_all();
    return frame;
}

void Loopback::run() {
    for (usize i = 0; i < kBatch; i++) {
        MbufPtr frame = next();
        if (!frame) return;
        finish(*frame);
        net_rx(*this, std::move(frame));
    }
    platform::Guard guard(lock_);
    timer_.set(platform::now());
}

void Loopback::on_timer(void* self) { static_cast<Loopback*>(self)->run(); }

NetDeviceCounters Loopback::counters() const {
    platform::Guard guard(lock_);
    NetDeviceCounters c{};
    c.rx_packets = packets_ - queue_.size();
    c.rx_bytes = bytes_;
    c.tx_packets = packets_;
    c.tx_bytes = bytes_;
    c.tx_ring_full = full_;
    return c;
}

}  // namespace net
