#include "net/channel/transmit_ring.h"

#include <new>

namespace net {

Result<> SentFrames::open(u32 slots) {
    mask_ = slots - 1;
    for (u32 i = 0; i * kEach < slots; i++) {
        void* page = platform::page_alloc();
        if (!page) return Errno::NoMem;
        pages_[i] = new (page) Page;
    }
    return {};
}

void SentFrames::close() {
    for (Page*& p : pages_) {
        if (p) platform::page_free(std::exchange(p, nullptr));
    }
}

[[gnu::noinline]] bool TransmitIntake::take_rest(PostedFrame& frame, u32 posted) {
    u32 count = 1;
    usize length = frame.length;
    bool more = true;
    for (; more && count < posted; count++) {
        const channel_slot slot = channel_request(&ring_, count);
        const u8* data = memory_.at(slot);
        if (!data) return false;
        if (count < CHANNEL_MOST_PARTS) frame.parts[count] = {data, slot.length};
        length += slot.length;
        more = slot.flags & CHANNEL_MORE;
    }
    frame.count = count;
    frame.length = length;
    frame.unfinished = more || count > CHANNEL_MOST_PARTS;
    return true;
}

bool TransmitOutlet::complete() {
    const u32 before = ring_.completed;
    for (SentFrame* f; (f = &frames_.at(ring_.completed))->done_;) {
        f->done_ = false;
        for (u32 i = 0; i < f->slots_; i++) channel_complete_status(&ring_, -f->error_);
    }
    if (ring_.completed == before) return false;
    channel_publish_completions(&ring_);
    return true;
}

}  // namespace net
