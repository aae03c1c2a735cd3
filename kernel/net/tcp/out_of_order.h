// Segments received out of order, sorted, until the missing data before them arrive (RFC 9293
// section 3.10.7.4: "segments with higher beginning sequence numbers SHOULD be held"). Limited by the receive
// window, kMaxSegments and the connection's share of the queue budget. Where segments overlap, the data
// received first are kept. Held data may be dropped again, highest sequence numbers first, although SACK
// blocks have reported them (RFC 2018 section 8). Adjacent small segments share an mbuf.
#pragma once

#include "net/core/budget.h"
#include "net/tcp/scoreboard.h"

namespace net {

// The sequence number of a segment is stored in its headroom, in place of its headers. Each held mbuf is
// taken from the connection's `account`. It has no lock.
class OutOfOrder {
  public:
    static constexpr usize kMaxSegments = 512;
    static constexpr usize kMaxBlocks = 4;

    bool empty() const { return queue_.empty(); }
    u32 bytes() const { return bytes_; }

    // The result of insert. duplicate: a range of m that was already held; empty if there is none.
    struct Outcome {
        bool refused = false;  // m had new data, but there was no room
        SeqRange duplicate{};
    };
    // Consumes m and holds the new part of its data, which start at `seq`.
    Outcome insert(MbufAccount& account, Seq seq, MbufPtr m);

    // Removes the segment that contains rcv_nxt and trims it to start there. Null: there is none. Its mbuf
    // stays charged to the account.
    MbufPtr take(MbufAccount& account, Seq rcv_nxt);

    // Drops the last quarter of the mbufs, at least one; returns how many. 0: there were none.
    u32 prune(MbufAccount& account);

    // For the SACK option (RFC 2018 section 4): at most kMaxBlocks held ranges, the most recent one first.
    usize blocks(SeqRange* out) const;

    void clear(MbufAccount& account);

  private:
    static constexpr usize kMergeLimit = 512;
    static Seq left(const Mbuf& m);
    static void note_left(Mbuf& m, Seq seq);
    static Seq right(const Mbuf& m) { return left(m) + static_cast<u32>(m.length()); }
    Mbuf* place_of(Seq seq) const;
    Mbuf* behind(Mbuf* at) const { return at ? MbufQueue::next(*at) : queue_.front(); }
    u32 drop_covered(Mbuf* before, Seq end);
    u32 drop_behind(Mbuf* last_kept);
    bool merge(Mbuf* into, Seq seq, const Mbuf& m);
    void merge_next(MbufAccount& account, Mbuf& m);
    bool make_room(MbufAccount& account, Seq seq);

    MbufQueue queue_;
    u32 bytes_ = 0;
    Seq latest_{};  // in the block of the most recently received segment
};

}  // namespace net
