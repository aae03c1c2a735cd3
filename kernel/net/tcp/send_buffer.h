// The send buffer: data that the program has written and the peer has not acknowledged. They are copied once,
// from the program. Segments refer to them (Mbuf::attach), so transmission and retransmission need no copy.
#pragma once

#include "net/core/mbuf.h"

namespace net {

// Offsets count from the oldest byte in the buffer. It has no lock.
class SendBuffer {
  public:
    // Up to this length, a copy into the segment is cheaper than a fragment with its own descriptor.
    static constexpr usize kCopyLimit = 256;
    // Up to this length, a write is appended to the last mbuf if it fits, so mbufs are at least half full.
    static constexpr usize kMergeLimit = 1008;

    u32 bytes() const { return bytes_; }
    usize mbufs() const { return queue_.size(); }

    // Does a write of n bytes fit into the last mbuf?
    bool has_room_for(usize n) const {
        const Mbuf* last = queue_.back();
        return last && n <= kMergeLimit && n <= last->tailroom();
    }

    // Takes all mbufs of `more`, at least one. The first is copied into the tailroom of the last mbuf if it
    // is small and fits.
    void append(MbufQueue& more);

    // Removes the oldest n bytes (at most bytes()), which are acknowledged.
    void drop(u32 n);
    void clear();

    // Appends bytes [offset, offset + n) to the segment: as fragments if `gather`, else as a copy. False: no
    // room; discard the segment.
    bool put(Mbuf& segment, u32 offset, u32 n, bool gather);

  private:
    Mbuf* seek(u32 offset, u32& within);
    bool merge(const Mbuf& small);

    MbufQueue queue_;
    u32 bytes_ = 0;
    // The mbuf that was last sent from, and the offset of its first byte: the next search starts there.
    Mbuf* cursor_ = nullptr;
    u32 cursor_offset_ = 0;
};

}  // namespace net
