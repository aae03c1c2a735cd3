#include "dev/virtio/net_rx.h"

namespace dev {

using net::Mbuf;
using net::MbufPtr;
using net::MbufQueue;

namespace {

constexpr usize kBufferOffset = kRxReserve - sizeof(VirtioNetHeader);
constexpr usize kBufferSize = net::kMbufRoom - kBufferOffset;
static_assert(kBufferSize >= sizeof(VirtioNetHeader) + kMaxFrame,
              "5.1.6.3.1: without merging, a whole frame");

const VirtioNetHeader& header_of_packet(const Mbuf& m) {
    return *reinterpret_cast<const VirtioNetHeader*>(m.data());
}

}  // namespace

Result<> VirtioRx::fill(bool merged, bool checksums) {
    merged_ = merged;
    checksums_ = checksums;
    if (refill(queue_.size()) > 0) return Errno::NoMem;
    held_ = queue_.size();
    return {};
}

void VirtioRx::release() {
    while (void* token = queue_.abandon()) MbufPtr released(static_cast<Mbuf*>(token));
    queue_.destroy();
    held_ = 0;
}

// --- buffers ---

void VirtioRx::give(MbufPtr m) {
    m->trim_to(0);
    const VirtSegment buffer{m->data(), kBufferSize, true};
    if (queue_.add(buffer, m.get())) (void)m.release();
}

// Gives the device `count` new buffers. Returns how many are missing, because there are too few mbufs.
u32 VirtioRx::refill(u32 count) {
    for (; count > 0; count--) {
        MbufPtr m = Mbuf::alloc(kBufferOffset);
        if (!m) [[unlikely]]
            break;
        give(std::move(m));
    }
    return count;
}

MbufPtr VirtioRx::next_buffer() {
    const auto done = queue_.take();
    if (!done) return nullptr;
    MbufPtr m(static_cast<Mbuf*>(done->token));
    m->put(done->written);  // it fits: the queue checks it
    return m;
}

// --- packets ---

u32 VirtioRx::take(MbufQueue& batch, u32 limit) {
    u32 n = 0;
    while (n < limit && queue_.pending()) {
        const u32 buffers = take_packet(batch);
        if (buffers == 0) [[unlikely]]
            break;
        n += buffers;
    }
    return n;
}

u32 VirtioRx::take_packet(MbufQueue& batch) {
    MbufPtr m = next_buffer();
    if (!m) [[unlikely]]
        return 0;
    if (m->length() < sizeof(VirtioNetHeader) + kEthernetHeader) [[unlikely]]
        return drop(std::move(m), 1, counters_.bad);
    const u32 count = merged_ ? u32{header_of_packet(*m).buffers} : 1;
    if (count != 1 && !collect(*m, count)) [[unlikely]]
        return 0;
    if (const u32 missing = refill(count)) [[unlikely]]
        drop(std::move(m), missing, counters_.no_mbuf);
    else
        deliver(batch, std::move(m));
    return count;
}

// Appends the packet's other buffers. The device must have returned all of them at once (5.1.6.4).
bool VirtioRx::collect(Mbuf& first, u32 count) {
    Mbuf* last = &first;
    for (u32 i = 1; i < count; i++) {
        MbufPtr m = next_buffer();
        if (!m) break;
        Mbuf* next = m.get();
        last->append(std::move(m));
        last = next;
        if (i + 1 == count) return true;
    }
    queue_.distrust("the device returned fewer buffers than the packet's header says");
    return false;
}

// Drops the packet, and gives `missing` of its mbufs back to the device. Returns `missing`.
u32 VirtioRx::drop(MbufPtr m, u32 missing, u64& counter) {
    counter++;
    for (u32 i = 0; i < missing; i++) {
        MbufPtr rest = m->detach();
        give(std::move(m));
        m = std::move(rest);
    }
    return missing;
}

void VirtioRx::deliver(MbufQueue& batch, MbufPtr m) {
    const u8 flags = header_of_packet(*m).flags;
    m->pull(sizeof(VirtioNetHeader));
    if (checksums_ && flags & (VirtioNetHeader::kNeedsCsum | VirtioNetHeader::kDataValid))
        m->set_offload(net::Offload::Verified);
    counters_.packets++;
    counters_.bytes += m->more() ? m->chain_length() : m->length();
    batch.push_tail(std::move(m));
}

}  // namespace dev
