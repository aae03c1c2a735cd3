#include "net/tcp/scoreboard.h"

#include "net/platform.h"

namespace net {

void Scoreboard::release_page() {
    if (page_) platform::page_free(page_);
    page_ = nullptr;
    first_ = count_ = 0;
}

void Scoreboard::start(Seq una) {
    release_page();
    una_ = una;
    sacked_ = lost_ = resent_ = 0;
}

// False: out of room.
[[gnu::noinline]] bool Scoreboard::make_room_at_end() {
    if (first_ > 0) {
        for (usize i = 0; i < count_; i++) base()[i] = run(i);
        first_ = 0;
        return true;
    }
    if (page_) return false;
    auto* page = static_cast<SentRun*>(platform::page_alloc());
    if (!page) return false;
    for (usize i = 0; i < count_; i++) page[i] = inline_[i];
    page_ = page;
    return true;
}

// The index of the run that starts at `at`, which must not be before SND.UNA; count_ if `at` is at or after
// the end. It splits the run that contains `at`. kNowhere: no room for the split.
usize Scoreboard::cut(Seq at) {
    usize i = 0;
    while (i < count_ && run(i).right.at_or_before(at)) i++;
    if (i == count_ || at.at_or_before(left_of(i))) return i;
    if (!make_room()) return kNowhere;
    for (usize j = count_; j > i; j--) run(j) = run(j - 1);
    count_++;
    run(i).right = at;
    return i + 1;
}

static bool are_alike(const SentRun& a, const SentRun& b, Duration slack) {
    if (a.sacked != b.sacked || a.lost != b.lost || a.resent != b.resent) return false;
    if (a.sacked || a.lost) return true;  // the time no longer matters
    const Duration apart = a.sent_at < b.sent_at ? b.sent_at - a.sent_at : a.sent_at - b.sent_at;
    return apart <= slack;
}

// Merges adjacent runs in the same state.
void Scoreboard::join_neighbours() {
    usize kept = 0;
    for (usize i = 1; i < count_; i++) {
        SentRun& last = run(kept);
        if (!are_alike(last, run(i), {})) {
            run(++kept) = run(i);
        } else {
            if (run(i).sent_at < last.sent_at) run(i).sent_at = last.sent_at;
            last = run(i);
        }
    }
    if (count_ > 0) count_ = static_cast<u16>(kept + 1);
}

void Scoreboard::append(SentRun added, Duration slack) {
    const bool fits = make_room();
    if (count_ > 0) {
        SentRun& last = run(count_ - 1);
        if (!fits) {  // extend the last run, which then counts as sent now
            count(last, length_of(count_ - 1u), -1);
            added.resent = last.resent;
            count(added, added.right.since(left_of(count_ - 1u)), 1);
        }
        if (!fits || are_alike(last, added, slack)) {
            last = added;
            return;
        }
    }
    run(count_++) = added;
}

// r, which ends at end() at most, was retransmitted. Without room to split runs, all runs that overlap r
// count as sent now, so losses in them are detected later.
[[gnu::noinline]] void Scoreboard::resend(SeqRange r, Instant now) {
    usize from = cut(r.left), to = from == kNowhere ? kNowhere : cut(r.right);
    if (to == kNowhere) {
        for (from = 0; run(from).right.at_or_before(r.left);) from++;
        for (to = from; left_of(to).before(r.right);) to++;
    }
    for (usize i = from; i < to; i++) {
        SentRun& sent = run(i);
        if (sent.sacked) continue;
        count(sent, length_of(i), -1);
        sent.lost = false, sent.resent = true, sent.sent_at = now;
        count(sent, length_of(i), 1);
    }
}

void Scoreboard::sent(SeqRange r, Instant now, Duration slack) {
    const Seq end = this->end();
    if (r.left.before(end)) [[unlikely]] {
        resend({r.left, earlier(r.right, end)}, now);
        join_neighbours();
    }
    if (r.right.after(end)) append({.right = r.right, .sent_at = now}, is_plain() ? slack : Duration{});
}

u32 Scoreboard::lose_below(Seq right) {
    (void)cut(right);
    u32 bytes = 0;
    Seq left = una_;
    for (usize i = 0; i < count_ && left.before(right); left = run(i++).right) {
        SentRun& r = run(i);
        if (r.sacked || r.lost) continue;
        count(r, length_of(i), -1);
        r.lost = true;
        count(r, length_of(i), 1);
        bytes += length_of(i);
    }
    join_neighbours();
    return bytes;
}

void Scoreboard::unmark_lost() {
    for (usize i = 0; i < count_; i++) {
        SentRun& r = run(i);
        count(r, length_of(i), -1);
        r.lost = false;
        count(r, length_of(i), 1);
    }
    join_neighbours();
}

void Scoreboard::forget_sacked() {
    for (usize i = 0; i < count_; i++) {
        SentRun& r = run(i);
        if (!r.sacked) continue;
        count(r, length_of(i), -1);
        r.sacked = false, r.lost = true;
        count(r, length_of(i), 1);
    }
    join_neighbours();
}

bool Scoreboard::first_lost(SeqRange& r) const {
    if (lost_ == 0) [[likely]]
        return false;
    usize i = 0;
    while (!run(i).lost) i++;
    r = {left_of(i), run(i).right};
    return true;
}

Seq Scoreboard::next_sacked(Seq from) const {
    if (sacked_ == 0) [[likely]]
        return end();
    usize i = 0;
    while (i < count_ && !(run(i).sacked && run(i).right.after(from))) i++;
    return later(left_of(i), from);  // behind the last run: the end
}

}  // namespace net
