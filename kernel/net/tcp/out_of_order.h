// Segments that arrived too early, sorted, until what is missing before them is here (RFC 9293
// section 3.10.7.4, "segments with higher beginning sequence numbers SHOULD be held"). Bounded by the receive
// window and by kMaxSegments; what was held first is kept where segments overlap.
#pragma once

#include "net/core/mbuf.h"
#include "net/tcp/scoreboard.h"

namespace net {

class Inet;

// Where a segment lies is noted in its own headroom, where its headers were. Not synchronised.
class OutOfOrder {
  public:
    static constexpr usize kMaxSegments = 512;
    static constexpr usize kMaxBlocks = 4;

    bool empty() const { return queue_.empty(); }
    u32 bytes() const { return bytes_; }

    // Holds m's data, whose first byte is `seq`. False: no room, or nothing new in it; m is freed.
    bool insert(Inet& inet, Seq seq, MbufPtr m);

    // The next segment in order: one that holds data at rcv_nxt, cut to begin there. Null: that is missing
    // still. Its place among the queued mbufs stays reserved.
    MbufPtr take(Inet& inet, Seq rcv_nxt);

    // For the SACK option (RFC 2018 section 4): blocks that are held, the one that grew last in front.
    usize blocks(SeqRange out[kMaxBlocks]) const;

    void clear(Inet& inet);

  private:
    static Seq left(const Mbuf& m);
    static void note_left(Mbuf& m, Seq seq);
    static Seq right(const Mbuf& m) { return left(m) + static_cast<u32>(m.length()); }
    Mbuf* place_of(Seq seq) const;
    void drop_covered(Inet& inet, Mbuf* before, Seq end);

    MbufQueue queue_;
    u32 bytes_ = 0;
    Seq latest_{};  // in the block that grew last
};

}  // namespace net
