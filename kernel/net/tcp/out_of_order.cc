#include "net/tcp/out_of_order.h"

#include "lib/string.h"
#include "net/proto/inet.h"

namespace net {

// In the four bytes in front of the data, where the TCP header ended.
Seq OutOfOrder::left(const Mbuf& m) {
    u32 seq;
    memcpy(&seq, m.data() - sizeof seq, sizeof seq);
    return Seq(seq);
}

void OutOfOrder::note_left(Mbuf& m, Seq seq) {
    const u32 value = seq.value();
    memcpy(m.data() - sizeof value, &value, sizeof value);
}

// The last held segment that begins at or before seq; null: none does. Most segments come last.
Mbuf* OutOfOrder::place_of(Seq seq) const {
    Mbuf* last = queue_.back();
    if (last && left(*last).at_or_before(seq)) return last;
    Mbuf* place = nullptr;
    for (Mbuf* m = queue_.front(); m && left(*m).at_or_before(seq); m = MbufQueue::next(*m)) place = m;
    return place;
}

// Frees the segments behind `before` that lie wholly before `end`.
void OutOfOrder::drop_covered(Inet& inet, Mbuf* before, Seq end) {
    for (;;) {
        Mbuf* next = before ? MbufQueue::next(*before) : queue_.front();
        if (!next || right(*next).after(end)) return;
        bytes_ -= static_cast<u32>(next->length());
        queue_.take_after(before);
        inet.release_queued(1);
    }
}

bool OutOfOrder::insert(Inet& inet, Seq seq, MbufPtr m) {
    Seq end = seq + static_cast<u32>(m->length());
    Mbuf* before = place_of(seq);
    if (before && right(*before).after(seq)) {
        if (right(*before).at_or_after(end)) {
            latest_ = seq;  // nothing new, but the peer shall see that it came
            return false;
        }
        m->pull(right(*before).since(seq));
        seq = right(*before);
    }
    drop_covered(inet, before, end);
    Mbuf* behind = before ? MbufQueue::next(*before) : queue_.front();
    if (behind && left(*behind).before(end)) {
        end = left(*behind);
        m->trim_to(end.since(seq));
    }
    if (queue_.size() >= kMaxSegments || !inet.reserve_queued(1)) return false;
    bytes_ += static_cast<u32>(m->length());
    latest_ = seq;
    note_left(*m, seq);
    queue_.insert_after(before, std::move(m));
    return true;
}

MbufPtr OutOfOrder::take(Inet& inet, Seq rcv_nxt) {
    while (Mbuf* first = queue_.front()) {
        if (left(*first).after(rcv_nxt)) return nullptr;
        bytes_ -= static_cast<u32>(first->length());
        if (right(*first).after(rcv_nxt)) {
            first->pull(rcv_nxt.since(left(*first)));
            return queue_.pop_head();
        }
        queue_.pop_head();
        inet.release_queued(1);
    }
    return nullptr;
}

// Blocks are found front to back; the one with latest_ moves to the first place, the others keep their order.
usize OutOfOrder::blocks(SeqRange out[kMaxBlocks]) const {
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

void OutOfOrder::clear(Inet& inet) {
    inet.release_queued(queue_.size());
    queue_.clear();
    bytes_ = 0;
}

}  // namespace net
