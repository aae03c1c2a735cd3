// A channel as a network card: its receive ring. It always holds the same number of mbufs: a received frame
// is taken only if new mbufs replace its own; else it is dropped and its mbufs are used again. So an empty
// pool never empties the ring.
#include "ustack/channel_device.h"

namespace ustack {

using net::Mbuf;
using net::MbufPtr;

namespace {

constexpr usize kOffset = sizeof(Mbuf) + net::kRxHeadroom;
constexpr u16 kRoom = net::kMbufSize - kOffset;
static_assert(kRoom >= net::kEtherMaxFrame, "a frame that is not merged fits into one buffer");

}  // namespace

void ChannelDevice::start() {
    const u32 most = static_cast<u32>(net::kMaxMbufs / 4);
    refill(receive_.count < most ? receive_.count : most);
    channel_publish_buffers(&receive_);
    started_ = true;
}

bool ChannelDevice::post_receive(MbufPtr m) {
    channel_slot* slot = channel_next(&receive_);
    if (!slot) return false;
    m->trim_to(0);
    const auto at = static_cast<u32>(reinterpret_cast<u8*>(m.get()) - buffers_);
    *slot = {at / CHANNEL_BUFFER, kOffset, kRoom, 0, 0, 0};
    lent_[index_of(receive_, receive_.posted)] = std::move(m);
    channel_post(&receive_);
    return true;
}

// Posts `count` new mbufs. Returns how many are missing, because there are too few.
u32 ChannelDevice::refill(u32 count) {
    for (; count > 0; count--) {
        MbufPtr m = Mbuf::alloc(net::kRxHeadroom);
        if (!m || !post_receive(std::move(m))) break;
    }
    return count;
}

// The number of slots of the oldest frame; 0: it has not arrived completely.
u32 ChannelDevice::frame_length(u32 completed) const {
    for (u32 i = 0; i < completed; i++) {
        if (!(receive_.slots[index_of(receive_, receive_.reaped + i)].flags & CHANNEL_MORE)) return i + 1;
    }
    return 0;
}

// The bytes in the oldest completion.
MbufPtr ChannelDevice::take_slot() {
    const u32 at = index_of(receive_, receive_.reaped);
    MbufPtr m = std::move(lent_[at]);
    if (!m->put(receive_.slots[at].length)) panic("a channel's completion is longer than its buffer");
    channel_reap(&receive_, 1);
    return m;
}

// The frame in the oldest `slots` completions, as a chain.
MbufPtr ChannelDevice::take_frame(u32 slots) {
    const bool verified = channel_completion(&receive_)->flags & CHANNEL_CHECKSUM;
    MbufPtr head = take_slot();
    for (Mbuf* last = head.get(); --slots > 0; last = last->more()) last->append(take_slot());
    if (verified) head->set_offload(net::Offload::Verified);
    return head;
}

// Drops a frame, and posts `missing` of its mbufs again.
void ChannelDevice::drop(MbufPtr frame, u32 missing) {
    counters_.rx_no_mbuf++;
    for (; missing > 0; missing--) {
        MbufPtr rest = frame->detach();
        frame->set_offload(net::Offload::None);
        post_receive(std::move(frame));
        frame = std::move(rest);
    }
}

// Moves received frames to `batch`, and posts other mbufs for them. Returns the number of slots processed.
u32 ChannelDevice::receive(net::MbufQueue& batch) {
    const u32 completed = channel_completions(&receive_);
    u32 all = 0;
    for (u32 slots; all < kBatch && (slots = frame_length(completed - all)) > 0; all += slots) {
        MbufPtr frame = take_frame(slots);
        if (const u32 missing = refill(slots)) {
            drop(std::move(frame), missing);
            continue;
        }
        counters_.rx_packets++;
        counters_.rx_bytes += frame->chain_length();
        batch.push_tail(std::move(frame));
    }
    if (all > 0) channel_publish_buffers(&receive_);
    return all;
}

}  // namespace ustack
