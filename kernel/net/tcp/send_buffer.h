// What the program has written and the peer has not acknowledged. Copied once, from the program; segments
// refer to it (Mbuf::attach), so that sending, and sending again, copies nothing.
#pragma once

#include "net/core/mbuf.h"

namespace net {

// Offsets count from the oldest byte kept. Not synchronised.
class SendBuffer {
  public:
    // Up to this, it is cheaper to copy bytes into the segment than to give them a reference and a
    // descriptor.
    static constexpr usize kCopyLimit = 256;
    // Below this, a write is put behind the last one if it fits there: so mbufs are half full at least.
    static constexpr usize kMergeLimit = 1008;

    u32 bytes() const { return bytes_; }
    usize mbufs() const { return queue_.size(); }

    // Would a write of n bytes go into the last mbuf?
    bool has_room_for(usize n) const {
        const Mbuf* last = queue_.back();
        return last && n <= kMergeLimit && n <= last->tailroom();
    }

    // Takes all of `more`. What fits into the last mbuf's tailroom is put there: many small writes do not
    // take an mbuf each.
    void append(MbufQueue& more);

    // The oldest n bytes (at most bytes()) have arrived.
    void drop(u32 n);
    void clear();

    // Puts bytes [offset, offset + n) behind the segment's own, as parts if `gather`, else by copying. False:
    // no room; the segment is useless then.
    bool put(Mbuf& segment, u32 offset, u32 n, bool gather);

  private:
    Mbuf* seek(u32 offset, u32& within);
    bool merge(const Mbuf& small);

    MbufQueue queue_;
    u32 bytes_ = 0;
    // The mbuf that was sent from last, and the offset of its first byte: the next look is there or behind.
    Mbuf* cursor_ = nullptr;
    u32 cursor_offset_ = 0;
};

}  // namespace net
