// Segments that arrived too early, sorted, until what is missing before them is here (RFC 9293
// section 3.10.7.4, "segments with higher beginning sequence numbers SHOULD be held"). Bounded by the receive
// window, by kMaxSegments and by the connection's share of all queues; what was held first is kept where
// segments overlap. Held data are not acknowledged and may be dropped again, although SACK blocks have
// reported them (RFC 2018 section 8): the furthest first. Adjacent small segments share an mbuf.
#pragma once

#include "net/core/budget.h"
#include "net/tcp/scoreboard.h"

namespace net {

// Where a segment lies is noted in its own headroom, where its headers were. `account` is the connection's:
// each held mbuf is taken from it. Not synchronised.
class OutOfOrder {
  public:
    static constexpr usize kMaxSegments = 512;
    static constexpr usize kMaxBlocks = 4;

    bool empty() const { return queue_.empty(); }
    u32 bytes() const { return bytes_; }

    // What insert did. duplicate: a range of m that had been held before, empty if there is none.
    struct Outcome {
        bool refused = false;  // there was something new in it, but no room
        SeqRange duplicate{};
    };
    // Holds what is new in m's data, whose first byte is `seq`.
    Outcome insert(MbufAccount& account, Seq seq, MbufPtr m);

    // The next segment in order: one that holds data at rcv_nxt, cut to begin there. Null: that is missing
    // still. Its mbuf stays taken from the account.
    MbufPtr take(MbufAccount& account, Seq rcv_nxt);

    // Drops the furthest quarter, at least one mbuf; how many. 0: there is nothing.
    u32 prune(MbufAccount& account);

    // For the SACK option (RFC 2018 section 4): at most kMaxBlocks that are held, the one that grew last in
    // front.
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
    Seq latest_{};  // in the block that grew last
};

}  // namespace net
