// RACK's steps for an ACK (RFC 8985 section 6.2), and its loss detection after a timeout (section 6.3).
#include "net/proto/inet.h"
#include "net/tcp/engine.h"

namespace net {
namespace {

constexpr u8 kDupThresh = 3;

// Step 2: uses only segments that certainly answer the last transmission. An older timestamp echo, or a round
// trip below the minimum, means that an earlier copy was delivered.
bool answers_earlier_copy(const Tcb& t, const Delivered& d, const Segment& s, Duration rtt) {
    if (!d.resent) return false;
    if (t.timestamps && s.options.has_timestamps &&
        static_cast<i32>(s.options.ts_echo - tcp_timestamp(t, d.sent_at)) < 0)
        return true;
    return rtt < t.rtt.min();
}

// Have at least DupThresh segments been SACKed? With fewer, a hole may be only reordering.
bool enough_sacked(const Tcb& t) {
    return t.dup_acks >= kDupThresh || t.scoreboard.sacked() > (kDupThresh - 1u) * t.cc.mss;
}

// The reordering window: zero in recovery or after DupThresh SACKed segments, if no reordering was ever seen.
Duration reordering_window(const Tcb& t) {
    const bool recovering = t.recovering || t.after_timeout;
    if (!t.rack.reordering_seen && (recovering || enough_sacked(t))) return {};
    const Duration window{t.rtt.min().ns / 4 * t.rack.reo_wnd_mult};
    const Duration most = t.rtt.srtt() + t.rtt.rttvar();
    return window < most ? window : most;
}

}  // namespace

// Steps 2 and 3. After the loss of ACKs, one ACK reports several segments, in any order: this is no
// reordering.
void tcp_rack_delivered(Tcb& t, const Delivered& d, const Segment& s, Seq fack, Instant now) {
    Rack& r = t.rack;
    r.fack = later(r.fack, d.right);
    if (!d.resent && d.right.before(fack)) r.reordering_seen = true;
    const Duration rtt = now > d.sent_at ? now - d.sent_at : Duration{};
    if (answers_earlier_copy(t, d, s, rtt)) return;
    r.rtt = rtt;
    if (d.sent_at > r.xmit_ts || (d.sent_at == r.xmit_ts && d.right.after(r.end_seq))) {
        r.xmit_ts = d.sent_at;
        r.end_seq = d.right;
    }
}

// Step 4: a DSACK reports an unnecessary retransmission, so the window was too small. At most once per round
// trip. The window doubles, where the RFC adds a quarter of the minimum RTT: on a fast link with reordering
// of a hundred round trips, it is large enough after a few rounds.
void tcp_rack_dsack(Tcb& t, bool dsack) {
    Rack& r = t.rack;
    if (r.in_dsack_round && t.snd_una.at_or_after(r.dsack_round)) r.in_dsack_round = false;
    if (!dsack || r.in_dsack_round) return;
    r.in_dsack_round = true;
    r.dsack_round = t.snd_nxt;
    if (r.reo_wnd_mult < Rack::kMaxMult) r.reo_wnd_mult = static_cast<u16>(2 * r.reo_wnd_mult);
    r.reo_wnd_persist = Rack::kPersist;
}

void tcp_rack_recovered(Tcb& t) {
    Rack& r = t.rack;
    if (r.reo_wnd_persist > 0) r.reo_wnd_persist--;
    if (r.reo_wnd_persist == 0) r.reo_wnd_mult = 1;
}

// Step 5. A timer checks again the segments that are overtaken, but not yet considered lost.
u32 tcp_rack_detect(Tcb& t, Instant now) {
    if (!t.sack || t.scoreboard.is_plain()) [[likely]]
        return 0;
    const Duration wait = t.rack.rtt + reordering_window(t);
    Instant latest{};
    const u32 lost = t.scoreboard.lose_if([&](const SentRun& run) {
        if (!t.rack.is_after(run.sent_at, run.right)) return false;
        const Instant due = run.sent_at + wait;
        if (due <= now) return true;
        if (due > latest) latest = due;
        return false;
    });
    t.set(TcpTimer::Rack, latest.ns ? latest : Instant::never());
    return lost;
}

// Section 6.3: segments sent within the last round trip are not considered lost, except the first.
void tcp_rack_timeout(Tcb& t, Instant now) {
    const Duration wait = t.rack.rtt + reordering_window(t);
    t.scoreboard.lose_if([&](const SentRun& run) { return run.sent_at + wait <= now; });
    (void)t.scoreboard.lose_below(t.snd_una + t.cc.mss);
}

}  // namespace net
