// The SACK scoreboard (RFC 2018, RFC 6675): which parts of what was sent beyond SND.UNA have arrived.
#pragma once

#include "net/tcp/seq.h"

namespace net {

// Sequence numbers [left, right).
struct SeqRange {
    Seq left, right;
    u32 length() const { return right.since(left); }
};

// Sorted, disjoint, not adjacent. When there are more holes than kMax, what is not remembered counts as not
// arrived, and is sent once more than needed.
class Scoreboard {
  public:
    static constexpr usize kMax = 16;

    bool empty() const { return count_ == 0; }
    void clear() { count_ = 0; }

    // [left, right) has arrived. True: that is news.
    bool add(SeqRange r);
    // SND.UNA has moved here: forget what lies before.
    void advance(Seq una);

    // Above all that has arrived; `una` when nothing has.
    Seq highest(Seq una) const { return count_ ? ranges_[count_ - 1].right : una; }
    // How many bytes below `seq` have.
    u32 bytes_below(Seq seq) const;

    // RFC 6675 IsLost(): three ranges, or more than two segments' bytes, have arrived above seq.
    bool is_lost(Seq seq, u32 mss) const;

    // The first hole at or after seq and below highest(): from its first sequence number to its end. False:
    // there is none.
    bool next_hole(Seq seq, SeqRange& hole) const;

    // RFC 6675 SetPipe(): bytes believed to be on their way, of [una, end). What lies below `high_rxt` has
    // been sent again.
    u32 pipe(Seq una, Seq end, Seq high_rxt, u32 mss) const;

  private:
    void remove(usize i, usize n);
    SeqRange ranges_[kMax];
    u8 count_ = 0;
};

}  // namespace net
