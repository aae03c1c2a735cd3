#include "dev/virtio/vsock_queues.h"

#include <algorithm>

#include "lib/panic.h"

namespace dev {

// --- receiving ---

// False: there are too few mbufs.
bool VsockRxQueue::complete_spare() {
    while (spare_count_ < mbufs_each_) {
        net::MbufPtr m = net::Mbuf::alloc(0);
        if (!m) return false;
        m->append(net::MbufPtr(spare_));
        spare_ = m.release();
        spare_count_++;
        held_++;
    }
    return true;
}

net::MbufPtr VsockRxQueue::take_spare() {
    spare_count_ = 0;
    return net::MbufPtr(std::exchange(spare_, nullptr));
}

void VsockRxQueue::give(net::MbufPtr buffer) {
    VirtSegment segments[kMostMbufs + 1];
    usize n = 0;
    for (net::Mbuf* m = buffer.get(); m; m = m->more()) {
        const u32 room = static_cast<u32>(m->tailroom());
        const u32 header = n == 0 && mbufs_each_ > 1 ? sizeof(net::VsockHeader) : 0;
        if (header) segments[n++] = {m->data(), header, true};
        segments[n++] = {m->data() + header, room - header, true};
    }
    if (queue_.add(std::span(segments, n), buffer.get()))
        (void)buffer.release();
    else
        held_ -= mbufs_each_;  // the queue is broken
}

Result<> VsockRxQueue::fill() {
    mbufs_each_ = std::clamp(queue_.size() / kLeastBuffers, 2u, kMostMbufs + 1) - 1;
    const u32 descriptors = mbufs_each_ > 1 ? mbufs_each_ + 1 : 1;
    bool filled = false;
    while (queue_.free_descriptors() >= descriptors && complete_spare()) {
        give(take_spare());
        filled = true;
    }
    return filled ? Result<>() : Result<>(Errno::NoMem);
}

// Sets the lengths of the mbufs that the device has written. The others become the spare buffer.
void VsockRxQueue::cut(net::Mbuf& buffer, u32 written) {
    net::Mbuf* m = &buffer;
    u32 used = 1;
    for (; written > m->tailroom(); m = m->more(), used++) {
        written -= static_cast<u32>(m->tailroom());
        m->put(m->tailroom());
    }
    m->put(written);
    spare_ = m->detach().release();
    spare_count_ = mbufs_each_ - used;
    held_ -= used;
}

// The next received packet; null if there is none, or if the device has returned something that is none. The
// spare buffer, which is complete, replaces the packet's.
net::MbufPtr VsockRxQueue::take_packet() {
    const auto finished = queue_.take();
    if (!finished) return nullptr;
    net::MbufPtr m(static_cast<net::Mbuf*>(finished->token));
    if (finished->written < sizeof(net::VsockHeader)) {
        counters_.bad++;
        give(std::move(m));
        return nullptr;
    }
    give(take_spare());
    cut(*m, finished->written);
    counters_.packets++;
    counters_.bytes += finished->written;
    return m;
}

bool VsockRxQueue::take(net::MbufQueue& batch, usize most) {
    while (queue_.pending() && batch.size() < most) {
        if (!complete_spare()) {
            counters_.no_mbuf++;
            return false;
        }
        if (net::MbufPtr packet = take_packet()) batch.push_tail(std::move(packet));
    }
    return true;
}

void VsockRxQueue::abandon() {
    while (void* token = queue_.abandon()) net::MbufPtr(static_cast<net::Mbuf*>(token)).reset();
    take_spare().reset();
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
