// RACK's five steps for an ACK (RFC 8985 section 6.2), and what it believes after a timeout (section 6.3).
#include "net/proto/inet.h"
#include "net/tcp/engine.h"

namespace net {
namespace {

constexpr u8 kDupThresh = 3;

// Step 2: only of what certainly answers the last transmission. An echo from before it, or a round trip
// shorter than any, belongs to an earlier copy.
bool answers_earlier_copy(const Tcb& t, const Delivered& d, const Segment& s, Duration rtt) {
    if (!d.resent) return false;
    if (t.timestamps && s.options.has_timestamps &&
        static_cast<i32>(s.options.ts_echo - tcp_timestamp(t, d.sent_at)) < 0)
        return true;
    return rtt < t.rtt.min();
}

// Without SACK blocks in plenty a hole may be a segment that is merely late.
bool enough_sacked(const Tcb& t) {
    return t.dup_acks >= kDupThresh || t.scoreboard.sacked() > (kDupThresh - 1u) * t.cc.mss;
}

// The reordering window: by default none in recovery or behind three segments, as long as the network was
// never seen to reorder.
Duration reordering_window(const Tcb& t) {
    const bool recovering = t.recovering || t.after_timeout;
    if (!t.rack.reordering_seen && (recovering || enough_sacked(t))) return {};
    const Duration window{t.rtt.min().ns / 4 * t.rack.reo_wnd_mult};
    const Duration most = t.rtt.srtt() + t.rtt.rttvar();
    return window < most ? window : most;
}

}  // namespace

// Steps 2 and 3.
void tcp_rack_delivered(Tcb& t, const Delivered& d, const Segment& s, Instant now) {
    Rack& r = t.rack;
    if (d.right.after(r.fack))
        r.fack = d.right;
    else if (!d.resent && d.right.before(r.fack))
        r.reordering_seen = true;
    const Duration rtt = now > d.sent_at ? now - d.sent_at : Duration{};
    if (answers_earlier_copy(t, d, s, rtt)) return;
    r.rtt = rtt;
    if (d.sent_at > r.xmit_ts || (d.sent_at == r.xmit_ts && d.right.after(r.end_seq))) {
        r.xmit_ts = d.sent_at;
        r.end_seq = d.right;
    }
}

// Step 4: a DSACK says that something was sent again in vain, so the window was too small. Once a round trip.
// It doubles, where the RFC adds a quarter of a round trip: where reordering takes a hundred round trips of a
// fast link, it is found out in seven.
void tcp_rack_dsack(Tcb& t, bool dsack) {
    Rack& r = t.rack;
    if (r.in_dsack_round && t.snd_una.at_or_after(r.dsack_round)) r.in_dsack_round = false;
    if (!dsack || r.in_dsack_round) return;
    r.in_dsack_round = true;
    r.dsack_round = t.snd_nxt;
    if (r.reo_wnd_mult < Rack::kMostMult) r.reo_wnd_mult = static_cast<u16>(2 * r.reo_wnd_mult);
    r.reo_wnd_persist = Rack::kPersist;
}

void tcp_rack_recovered(Tcb& t) {
    Rack& r = t.rack;
    if (r.reo_wnd_persist > 0) r.reo_wnd_persist--;
    if (r.reo_wnd_persist == 0) r.reo_wnd_mult = 1;
}

// Step 5. What is not lost yet but overtaken already is looked at again when its time has come.
u32 tcp_rack_detect(Tcb& t, Instant now) {
    if (!t.sack || t.scoreboard.is_plain()) [[likely]]
        return 0;
    const Duration patience = t.rack.rtt + reordering_window(t);
    Instant latest{};
    const u32 lost = t.scoreboard.lose_if([&](const SentRun& run) {
        if (!t.rack.is_after(run.sent_at, run.right)) return false;
        const Instant due = run.sent_at + patience;
        if (due <= now) return true;
        if (due > latest) latest = due;
        return false;
    });
    t.deadline(TcpTimer::Rack) = latest.ns ? latest : Instant::never();
    return lost;
}

// Section 6.3: what was sent within the last round trip may still arrive.
void tcp_rack_timeout(Tcb& t, Instant now) {
    const Duration patience = t.rack.rtt + reordering_window(t);
    t.scoreboard.lose_if([&](const SentRun& run) { return run.sent_at + patience <= now; });
    (void)t.scoreboard.lose_below(t.snd_una + t.cc.mss);
}

}  // namespace net
