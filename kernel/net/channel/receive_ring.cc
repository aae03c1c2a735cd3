#include "net/channel/receive_ring.h"

namespace net {

// Copies the whole frame to the places that the slots name, which have room for it.
void ReceiveRing::scatter(const Mbuf& frame, const channel_slot* to) {
    usize filled = 0;
    frame.for_each_range([&](Bytes from) {
        while (!from.empty()) {
            if (filled == to->length) to++, filled = 0;
            const usize n = from.size() < to->length - filled ? from.size() : to->length - filled;
            memcpy(memory_.at(*to) + filled, from.data(), n);
            filled += n;
            from = from.subspan(n);
        }
    });
}

// Each slot is read once: where the bytes go is what has been checked.
[[gnu::noinline]] ReceiveRing::Outcome ReceiveRing::put_parts(const Mbuf& frame, usize length, u32 posted,
                                                              u16 flags) {
    constexpr u32 kMost = 40;  // 64 KiB, the longest that a device merges, and some buffers with an offset
    channel_slot slots[kMost] = {};
    usize room = 0;
    u32 n = 0;
    for (; room < length; n++) {
        if (n == posted || n == kMost) return Outcome::NoBuffer;
        slots[n] = channel_request(&ring_, n);
        if (!memory_.at(slots[n])) return Outcome::Lie;
        room += slots[n].length;
    }
    scatter(frame, slots);
    for (u32 i = 0; i < n; i++) {
        const usize filled = i + 1 < n ? usize{slots[i].length} : length;
        const auto more = static_cast<u16>(i + 1 < n ? flags | CHANNEL_MORE : flags);
        complete(slots[i], filled, more);
        length -= filled;
    }
    channel_publish_completions(&ring_);
    return Outcome::Received;
}

}  // namespace net
