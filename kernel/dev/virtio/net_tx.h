// The transmit queue of virtio-net: frames that the device sends, without registers and locks. The queue owns
// an mbuf from push() until reclaim() finds that the device has used it. The header is in the mbuf's
// headroom, so a simple frame takes one descriptor; a scattered one takes one for each range of bytes.
#pragma once

#include <array>

#include "dev/frame.h"
#include "dev/virtio/net_header.h"
#include "dev/virtio/queue.h"

namespace dev {

// - The caller holds a lock.
class VirtioTx {
  public:
    constexpr VirtioTx() = default;

    VirtQueue& queue() { return queue_; }
    const VirtQueue& queue() const { return queue_; }
    // Frees all frames, sent or not, and the queue. The device must have been reset.
    void release();

    // The maximum of ranges of a frame, for make_fit_for_wire.
    usize most_ranges() const { return queue_.size() > kMostRanges ? kMostRanges : queue_.size() - 1u; }
    // Is there room for one simple frame?
    bool full() const { return queue_.free_descriptors() == 0; }

    // Frees the frames that have been sent, but at most `most`.
    void reclaim(u16 most = VirtQueue::kMaxSize);
    // The same, many at once, because each call costs more than each frame; but not more than a hart's cache
    // of mbufs takes. At most half of the descriptors stay with frames that have been sent.
    void reclaim_if_half_full() {
        if (queue_.free_descriptors() < queue_.size() / 2) [[unlikely]]
            reclaim(32);
    }
    // Takes the frame, which is fit for the wire, if there is room. False: no room, or the queue is broken;
    // the caller keeps the frame.
    bool push(net::MbufPtr& frame) { return frame->is_simple() ? push_simple(frame) : push_scattered(frame); }
    // The same for a frame that is_simple().
    bool push_simple(net::MbufPtr& frame) {
        if (frame->headroom() < sizeof(VirtioNetHeader)) [[unlikely]]
            return push_scattered(frame);
        if (full()) [[unlikely]]
            return false;
        counters_.packets++;
        counters_.bytes += frame->length();
        *frame->push_header<VirtioNetHeader>() = {};
        const VirtSegment all{frame->data(), static_cast<u32>(frame->length())};
        net::Mbuf* token = frame.release();
        return queue_.add(all, token);
    }

    u32 mbufs_held() const { return queue_.in_flight(); }  // of frames; the fragments belong to their senders

    struct Counters {
        u64 packets = 0, bytes = 0;
    };
    const Counters& counters() const { return counters_; }

  private:
    bool push_scattered(net::MbufPtr& frame);

    VirtQueue queue_;
    Counters counters_;
    std::array<VirtSegment, kMostRanges + 1> segments_{};  // of the frame that is being pushed
};

}  // namespace dev
