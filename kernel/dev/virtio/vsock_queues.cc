#include "dev/virtio/vsock_queues.h"

#include "lib/panic.h"

namespace dev {

// --- receiving ---

bool VsockRxQueue::give(net::MbufPtr m) {
    const VirtSegment all{m->data(), static_cast<u32>(m->tailroom()), true};
    if (!queue_.add(all, m.get())) return false;
    (void)m.release();
    held_++;
    return true;
}

Result<> VsockRxQueue::fill() {
    while (queue_.free_descriptors() > 0) {
        net::MbufPtr m = net::Mbuf::alloc(0);
        if (!m || !give(std::move(m))) break;
    }
    return held_ > 0 ? Result<>() : Result<>(Errno::NoMem);
}

// The next received packet; null if there is none, or if the device has returned something that is none.
net::MbufPtr VsockRxQueue::take_packet() {
    const auto finished = queue_.take();
    if (!finished) return nullptr;
    held_--;
    net::MbufPtr m(static_cast<net::Mbuf*>(finished->token));
    if (finished->written < sizeof(net::VsockHeader)) {
        counters_.bad++;
        give(std::move(m));
        return nullptr;
    }
    m->put(finished->written);
    counters_.packets++;
    counters_.bytes += finished->written;
    return m;
}

bool VsockRxQueue::take(net::MbufQueue& batch, usize most) {
    while (queue_.pending() && batch.size() < most) {
        net::MbufPtr fresh = net::Mbuf::alloc(0);
        if (!fresh) {
            counters_.no_mbuf++;
            return false;
        }
        net::MbufPtr packet = take_packet();
        if (!packet) continue;
        give(std::move(fresh));
        batch.push_tail(std::move(packet));
    }
    return true;
}

void VsockRxQueue::abandon() {
    while (void* token = queue_.abandon()) net::MbufPtr(static_cast<net::Mbuf*>(token)).reset();
    held_ = 0;
}

// --- sending ---

bool VsockTxQueue::push(net::MbufPtr& packet) {
    constexpr usize kMaxRanges = net::kVsockMaxPayload / net::kMbufSize + 8;
    VirtSegment segments[kMaxRanges];
    usize n = 0, bytes = 0;
    packet->for_each_range([&](Bytes range) {
        if (range.empty()) return;
        ASSERT(n < kMaxRanges);
        segments[n++] = {range.data(), static_cast<u32>(range.size())};
        bytes += range.size();
    });
    if (!queue_.add(std::span(segments, n), packet.get())) {
        counters_.full++;
        return false;
    }
    held_ += static_cast<u32>(packet->chain_count());
    counters_.packets++;
    counters_.bytes += bytes;
    (void)packet.release();
    return true;
}

void VsockTxQueue::reclaim() {
    while (const auto finished = queue_.take()) {
        net::MbufPtr m(static_cast<net::Mbuf*>(finished->token));
        held_ -= static_cast<u32>(m->chain_count());
    }
}

void VsockTxQueue::abandon() {
    while (void* token = queue_.abandon()) net::MbufPtr(static_cast<net::Mbuf*>(token)).reset();
    held_ = 0;
}

}  // namespace dev
