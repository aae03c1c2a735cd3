#include "net/tcp/out_of_order.h"

#include "lib/string.h"

namespace net {

// Stored in the four bytes before the data, where the TCP header ended.
Seq OutOfOrder::left(const Mbuf& m) {
    u32 seq;
    memcpy(&seq, m.data() - sizeof seq, sizeof seq);
    return Seq(seq);
}

void OutOfOrder::note_left(Mbuf& m, Seq seq) {
    const u32 value = seq.value();
    memcpy(m.data() - sizeof value, &value, sizeof value);
}

// The last held segment that starts at or before seq; null: there is none. It is usually the last of all.
Mbuf* OutOfOrder::place_of(Seq seq) const {
    Mbuf* last = queue_.back();
    if (last && left(*last).at_or_before(seq)) return last;
    Mbuf* place = nullptr;
    for (Mbuf* m = queue_.front(); m && left(*m).at_or_before(seq); m = MbufQueue::next(*m)) place = m;
    return place;
}

// Frees the segments after `before` that end at or before `end`; returns the number of mbufs.
u32 OutOfOrder::drop_covered(Mbuf* before, Seq end) {
    u32 n = 0;
    for (Mbuf* next = behind(before); next && right(*next).at_or_before(end); next = behind(before), n++) {
        bytes_ -= static_cast<u32>(next->length());
        queue_.take_after(before);
    }
    return n;
}

// Frees all segments after `last_kept`; null: all segments.
u32 OutOfOrder::drop_behind(Mbuf* last_kept) {
    u32 n = 0;
    for (Mbuf* next = behind(last_kept); next; next = behind(last_kept), n++) {
        bytes_ -= static_cast<u32>(next->length());
        queue_.take_after(last_kept);
    }
    return n;
}

u32 OutOfOrder::prune(MbufAccount& account) {
    const usize kept = queue_.size() - (queue_.size() + 3) / 4;
    Mbuf* last = nullptr;
    for (usize i = 0; i < kept; i++) last = behind(last);
    const u32 n = drop_behind(last);
    account.give(n);
    return n;
}

// Appends m's data, which start at seq, to those of `into`. False: not adjacent, or too long.
bool OutOfOrder::merge(Mbuf* into, Seq seq, const Mbuf& m) {
    const usize n = m.length();
    if (!into || right(*into) != seq || n > kMergeLimit || n > into->tailroom()) return false;
    memcpy(into->put(n), m.data(), n);
    bytes_ += static_cast<u32>(n);
    return true;
}

void OutOfOrder::merge_next(MbufAccount& account, Mbuf& m) {
    Mbuf* next = MbufQueue::next(m);
    if (!next || !merge(&m, left(*next), *next)) return;
    bytes_ -= static_cast<u32>(next->length());
    queue_.take_after(&m);
    account.give(1);
}

// Makes room for one more mbuf with data at seq. If necessary, it drops the last mbuf, if that is after seq.
bool OutOfOrder::make_room(MbufAccount& account, Seq seq) {
    if (queue_.size() < kMaxSegments && account.take(1, MbufAccount::Claim::Early)) return true;
    Mbuf* last = queue_.back();
    if (!last || left(*last).at_or_before(seq)) return false;
    Mbuf* before_last = nullptr;
    while (behind(before_last) != last) before_last = behind(before_last);
    drop_behind(before_last);  // the new mbuf takes over its charge
    return true;
}

OutOfOrder::Outcome OutOfOrder::insert(MbufAccount& account, Seq seq, MbufPtr m) {
    Outcome outcome;
    Seq end = seq + static_cast<u32>(m->length());
    Mbuf* before = place_of(seq);
    if (before && right(*before).after(seq)) {
        outcome.duplicate = {seq, earlier(right(*before), end)};
        latest_ = seq;  // report this block first, even if nothing in it is new
        if (right(*before).at_or_after(end)) return outcome;
        m->pull(right(*before).since(seq));
        seq = right(*before);
    }
    const Mbuf* next = behind(before);
    if (next && left(*next).before(end)) outcome.duplicate = {left(*next), earlier(right(*next), end)};
    const u32 covered = drop_covered(before, end);
    next = behind(before);
    if (next && left(*next).before(end)) {
        end = left(*next);
        m->trim_to(end.since(seq));
        if (seq == end) return outcome;
    }
    if (merge(before, seq, *m)) {
        account.give(covered);
    } else {
        if (covered == 0 && !make_room(account, seq)) return {true, outcome.duplicate};
        if (covered > 1) account.give(covered - 1);
        bytes_ += static_cast<u32>(m->length());
        note_left(*m, seq);
        queue_.insert_after(before, std::move(m));
        before = behind(before);
    }
    latest_ = seq;
    merge_next(account, *before);
    return outcome;
}

MbufPtr OutOfOrder::take(MbufAccount& account, Seq rcv_nxt) {
    while (Mbuf* first = queue_.front()) {
        if (left(*first).after(rcv_nxt)) return nullptr;
        bytes_ -= static_cast<u32>(first->length());
        if (right(*first).after(rcv_nxt)) {
            first->pull(rcv_nxt.since(left(*first)));
            return queue_.pop_head();
        }
        queue_.pop_head();
        account.give(1);
    }
    return nullptr;
}

// Collects the blocks in order; the one that contains latest_ is moved to the front.
usize OutOfOrder::blocks(SeqRange* out) const {
    usize n = 0;
    for (Mbuf* m = queue_.front(); m;) {
        SeqRange block{left(*m), right(*m)};
        for (m = MbufQueue::next(*m); m && left(*m) == block.right; m = MbufQueue::next(*m))
            block.right = right(*m);
        const bool newest = block.left.at_or_before(latest_) && latest_.before(block.right);
        if (newest) {
            for (usize i = n < kMaxBlocks ? n : kMaxBlocks - 1; i > 0; i--) out[i] = out[i - 1];
            out[0] = block;
        } else if (n < kMaxBlocks) {
            out[n] = block;
        }
        if (n < kMaxBlocks) n++;
    }
    return n;
}

void OutOfOrder::clear(MbufAccount& account) { account.give(drop_behind(nullptr)); }

}  // namespace net
