// What was sent and is not acknowledged, SND.UNA to SND.NXT: when it was sent, and how it fared (RFC 2018's
// scoreboard, with the transmission times that RFC 8985 section 5.2 keeps of each segment).
#pragma once

#include "lib/time.h"
#include "net/tcp/seq.h"

namespace net {

// Neighbouring sequence numbers that were sent together and fared alike, however many segments they are. A
// run begins where the one before it ends.
struct SentRun {
    Seq right;
    bool sacked = false;  // the peer holds it
    bool lost = false;    // believed lost, and not sent again since
    bool resent = false;  // sent more than once
    Instant sent_at{};    // for the last time
};

// Part of a run that an ACK has just reported as delivered.
struct Delivered {
    Seq left, right;
    Instant sent_at;
    bool resent, was_lost;
};

// A few runs are in the object. More take one page, which goes back when all is acknowledged. Beyond kMost,
// or without memory, the scoreboard forgets details in the safe direction: data count as not yet delivered,
// or as sent later than they were. Not synchronised.
class Scoreboard {
  public:
    static constexpr usize kInline = 4, kMost = 4096 / sizeof(SentRun);

    Scoreboard() = default;
    ~Scoreboard() { release_page(); }
    Scoreboard(const Scoreboard&) = delete;
    Scoreboard& operator=(const Scoreboard&) = delete;

    // Forgets everything; `una` is sent next.
    void start(Seq una);

    Seq end() const { return count_ ? run(count_ - 1).right : una_; }
    u32 sacked() const { return sacked_; }  // bytes
    u32 lost() const { return lost_; }
    // Bytes that are believed to be on their way.
    u32 in_flight() const { return end().since(una_) - sacked_ - lost_; }
    // Is everything sent once, in order, and nothing known of its fate?
    bool is_plain() const { return (sacked_ | lost_ | resent_) == 0; }
    // Does the peer hold what comes first, although it does not acknowledge it? Then it has dropped what it
    // had reported (RFC 2018 section 8).
    bool has_reneged() const { return count_ && run(0).sacked; }
    usize runs() const { return count_; }

    // r leaves, r.left <= end(). While all is plain, new data join the run before them if that left within
    // `slack`: it is then taken for as young as they are.
    void sent(SeqRange r, Instant now, Duration slack);

    // Everything below `una` has arrived. f(Delivered) for what was not known to have.
    template <class F>
    void acknowledge(Seq una, F&& f);
    // The peer holds r, which lies above SND.UNA. Likewise.
    template <class F>
    void sack(SeqRange r, F&& f);

    // Marks the runs on their way for which f(const SentRun&) holds as lost; how many bytes these are.
    template <class F>
    u32 lose_if(F&& f);
    // The same for all below `right`, whoever sent them when. A run is cut for it.
    u32 lose_below(Seq right);
    // Nothing is lost after all: it is on its way.
    void find_again();
    // RFC 2018 section 8: the peer holds nothing any more. What it held is lost.
    void forget_sacked();

    // The first run that is lost. False: none is.
    bool first_lost(SeqRange& r) const;
    // Where what the peer holds begins, above `from`; end() when it holds nothing there.
    Seq next_sacked(Seq from) const;

  private:
    static constexpr usize kNowhere = ~usize{0};
    SentRun& run(usize i) { return base()[first_ + i]; }
    const SentRun& run(usize i) const { return const_cast<Scoreboard*>(this)->base()[first_ + i]; }
    SentRun* base() { return page_ ? page_ : inline_; }
    usize capacity() const { return page_ ? kMost : kInline; }
    Seq left_of(usize i) const { return i ? run(i - 1).right : una_; }
    u32 length_of(usize i) const { return run(i).right.since(left_of(i)); }

    bool make_room();
    void release_page();
    usize cut(Seq at);
    void append(SentRun added, Duration slack);
    void resend(SeqRange r, Instant now);
    void count(const SentRun& r, u32 bytes, i32 sign);
    void drop_first();
    void join_neighbours();

    Seq una_;
    u16 first_ = 0, count_ = 0;
    u32 sacked_ = 0, lost_ = 0, resent_ = 0;  // bytes; resent_: of those neither sacked nor lost
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
