// The scoreboard: the state of all data from SND.UNA to SND.NXT: when they were sent, and whether they are
// SACKed, lost or retransmitted (RFC 2018, with the transmission times of RFC 8985 section 5.2).
#pragma once

#include "lib/time.h"
#include "net/tcp/seq.h"

namespace net {

// A range of sequence numbers sent at the same time and in the same state; it may cover several segments. A
// run starts where the previous one ends.
struct SentRun {
    Seq right;
    bool sacked = false;
    bool lost = false;    // considered lost, and not retransmitted since
    bool resent = false;  // sent more than once
    Instant sent_at{};    // the last transmission
};

// A part of a run that an ACK has just reported as delivered.
struct Delivered {
    Seq left, right;
    Instant sent_at;
    bool resent, was_lost;
};

// Up to kInline runs are in the object. More runs are in a page, which is freed when everything is
// acknowledged. Above kMaxRuns, or without memory, details are lost in the safe direction: data count as not
// delivered, or as sent later than they were. It has no lock.
class Scoreboard {
  public:
    static constexpr usize kInline = 4, kMaxRuns = 4096 / sizeof(SentRun);

    Scoreboard() = default;
    ~Scoreboard() { release_page(); }
    Scoreboard(const Scoreboard&) = delete;
    Scoreboard& operator=(const Scoreboard&) = delete;

    // Clears the scoreboard; the next byte to send is `una`.
    void start(Seq una);

    Seq end() const { return count_ ? run(count_ - 1).right : una_; }
    u32 sacked() const { return sacked_; }  // bytes
    u32 lost() const { return lost_; }
    // Bytes neither SACKed nor lost.
    u32 in_flight() const { return end().since(una_) - sacked_ - lost_; }
    // True if no data are SACKed, lost or retransmitted.
    bool is_plain() const { return (sacked_ | lost_ | resent_) == 0; }
    // RFC 2018 section 8: if the data at SND.UNA are SACKed, the peer has discarded SACKed data.
    bool has_reneged() const { return count_ && run(0).sacked; }
    usize runs() const { return count_; }

    // r was sent; r.left <= end(). While is_plain(), new data extend the last run if that was sent less than
    // `slack` ago; the whole run then has the new time.
    void sent(SeqRange r, Instant now, Duration slack);

    // Everything below `una` is acknowledged. Calls f(Delivered) for data not SACKed before.
    template <class F>
    void acknowledge(Seq una, F&& f);
    // r, which is above SND.UNA, is SACKed. Calls f(Delivered) for data not SACKed before.
    template <class F>
    void sack(SeqRange r, F&& f);

    // Marks as lost the runs in flight for which f(const SentRun&) is true; returns the number of bytes.
    template <class F>
    u32 lose_if(F&& f);
    // Marks as lost all data in flight below `right`, which may split a run; returns the number of bytes.
    u32 lose_below(Seq right);
    // Marks all lost data as in flight again.
    void unmark_lost();
    // RFC 2018 section 8: marks all SACKed data as lost, because the peer has discarded them.
    void forget_sacked();

    // The first run that is lost. False: there is none.
    bool first_lost(SeqRange& r) const;
    // The start of the first SACKed data at or after `from`; end() if there are none.
    Seq next_sacked(Seq from) const;

  private:
    static constexpr usize kNowhere = ~usize{0};
    SentRun& run(usize i) { return base()[first_ + i]; }
    const SentRun& run(usize i) const { return const_cast<Scoreboard*>(this)->base()[first_ + i]; }
    SentRun* base() { return page_ ? page_ : inline_; }
    usize capacity() const { return page_ ? kMaxRuns : kInline; }
    Seq left_of(usize i) const { return i ? run(i - 1).right : una_; }
    u32 length_of(usize i) const { return run(i).right.since(left_of(i)); }

    // For one more run. False: out of room.
    bool make_room() { return first_ + count_ < capacity() || make_room_at_end(); }
    bool make_room_at_end();
    void release_page();
    usize cut(Seq at);
    void append(SentRun added, Duration slack);
    void resend(SeqRange r, Instant now);
    void count(const SentRun& r, u32 bytes, i32 sign);
    void drop_first();
    void join_neighbours();

    Seq una_;
    u16 first_ = 0, count_ = 0;
    u32 sacked_ = 0, lost_ = 0, resent_ = 0;  // bytes; resent_ does not include SACKed or lost data
    SentRun inline_[kInline];
    SentRun* page_ = nullptr;
};

// --- templates

inline void Scoreboard::count(const SentRun& r, u32 bytes, i32 sign) {
    const u32 change = static_cast<u32>(static_cast<i32>(bytes) * sign);
    if (r.sacked)
        sacked_ += change;
    else if (r.lost)
        lost_ += change;
    else if (r.resent)
        resent_ += change;
}

inline void Scoreboard::drop_first() {
    first_++;
    if (--count_ == 0) first_ = 0;
}

template <class F>
void Scoreboard::acknowledge(Seq una, F&& f) {
    while (count_ > 0 && una_.before(una)) {
        const SentRun r = run(0);
        const Seq right = earlier(r.right, una);
        count(r, right.since(una_), -1);
        if (!r.sacked) f(Delivered{una_, right, r.sent_at, r.resent, r.lost});
        una_ = right;
        if (right == r.right) drop_first();
    }
    una_ = una;
    if (count_ == 0 && page_) [[unlikely]]
        release_page();
}

template <class F>
void Scoreboard::sack(SeqRange range, F&& f) {
    const usize from = cut(range.left);
    const usize to = from == kNowhere ? kNowhere : cut(range.right);
    if (to == kNowhere) return join_neighbours();
    for (usize i = from; i < to; i++) {
        SentRun& r = run(i);
        if (r.sacked) continue;
        f(Delivered{left_of(i), r.right, r.sent_at, r.resent, r.lost});
        count(r, length_of(i), -1);
        r.sacked = true, r.lost = false;
        count(r, length_of(i), 1);
    }
    join_neighbours();
}

template <class F>
u32 Scoreboard::lose_if(F&& f) {
    u32 bytes = 0;
    for (usize i = 0; i < count_; i++) {
        SentRun& r = run(i);
        if (r.sacked || r.lost || !f(static_cast<const SentRun&>(r))) continue;
        count(r, length_of(i), -1);
        r.lost = true;
        count(r, length_of(i), 1);
        bytes += length_of(i);
    }
    if (bytes) join_neighbours();
    return bytes;
}

}  // namespace net
