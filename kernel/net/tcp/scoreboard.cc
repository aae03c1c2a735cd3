#include "net/tcp/scoreboard.h"

namespace net {

namespace {
constexpr u32 kDupThresh = 3;  // RFC 6675 section 2
}

void Scoreboard::remove(usize i, usize n) {
    for (; i + n < count_; i++) ranges_[i] = ranges_[i + n];
    count_ = static_cast<u8>(count_ - n);
}

bool Scoreboard::add(SeqRange r) {
    usize i = 0;
    while (i < count_ && ranges_[i].right.before(r.left)) i++;
    usize touched = 0;  // ranges that r overlaps or borders on
    while (i + touched < count_ && ranges_[i + touched].left.at_or_before(r.right)) touched++;
    if (touched == 0) {
        if (count_ == kMax) return false;
        for (usize j = count_; j > i; j--) ranges_[j] = ranges_[j - 1];
        count_++;
        ranges_[i] = r;
        return true;
    }
    const SeqRange& first = ranges_[i];
    if (touched == 1 && first.left.at_or_before(r.left) && first.right.at_or_after(r.right)) return false;
    const SeqRange merged{earlier(r.left, first.left), later(r.right, ranges_[i + touched - 1].right)};
    remove(i + 1, touched - 1);
    ranges_[i] = merged;
    return true;
}

void Scoreboard::advance(Seq una) {
    usize gone = 0;
    while (gone < count_ && ranges_[gone].right.at_or_before(una)) gone++;
    if (gone) remove(0, gone);
    if (count_ && ranges_[0].left.before(una)) ranges_[0].left = una;
}

u32 Scoreboard::bytes_below(Seq seq) const {
    u32 sum = 0;
    for (usize i = 0; i < count_ && ranges_[i].left.before(seq); i++)
        sum += earlier(ranges_[i].right, seq).since(ranges_[i].left);
    return sum;
}

bool Scoreboard::is_lost(Seq seq, u32 mss) const {
    u32 ranges = 0, bytes = 0;
    for (usize i = count_; i-- > 0 && ranges_[i].left.after(seq);) {
        ranges++;
        bytes += ranges_[i].length();
    }
    return ranges >= kDupThresh || bytes > (kDupThresh - 1) * mss;
}

bool Scoreboard::next_hole(Seq seq, SeqRange& hole) const {
    for (usize i = 0; i < count_; i++) {
        if (ranges_[i].right.at_or_before(seq)) continue;
        if (ranges_[i].left.after(seq)) {
            hole = {seq, ranges_[i].left};
            return true;
        }
        seq = ranges_[i].right;
    }
    return false;
}

u32 Scoreboard::pipe(Seq una, Seq end, Seq high_rxt, u32 mss) const {
    u32 pipe = end.since(highest(una));
    SeqRange hole;
    for (Seq at = una; next_hole(at, hole); at = hole.right) {
        if (!is_lost(hole.left, mss)) pipe += hole.length();
        if (high_rxt.after(hole.left)) pipe += earlier(high_rxt, hole.right).since(hole.left);
    }
    return pipe;
}

}  // namespace net
