// Loss recovery: the start and end of fast recovery (RFC 6582, RFC 8985), how much may be sent in it (RFC
// 9937), and the retransmission timeout (RFC 6298 section 5, RFC 5681 section 3.1). rack.cc detects losses;
// without SACK, the first segment is lost after three duplicate ACKs.
#include "net/proto/inet.h"
#include "net/tcp/engine.h"

namespace net {
namespace {

constexpr u8 kDupThresh = 3;

// Without SACK, each duplicate ACK means that one segment has arrived, but not which one.
u32 arrived_unseen(const Tcb& t) {
    if (t.sack) return 0;
    const u32 bytes = t.dup_acks * t.cc.mss, most = t.scoreboard.in_flight();
    return bytes < most ? bytes : most;
}

void enter_recovery(Tcb& t) {
    t.inet->bump(Stat::tcp_fast_recoveries);
    tcp_undo_begin(t);
    t.recovering = true;
    t.recover = t.snd_nxt;
    t.prr.begin(t.flight());
    t.cc.control->reduce(t.cc, t.flight());
    t.retransmit_now = true;
}

void leave_recovery(Tcb& t) {
    t.recovering = false;
    t.dup_acks = 0;
    t.cc.cwnd = t.cc.ssthresh;
    tcp_rack_recovered(t);
}

// RFC 6582 section 3.2: after a partial ACK without SACK, the first unacknowledged segment is also lost.
void take_partial_ack(Tcb& t, u32 acked) {
    if (t.sack || acked == 0) return;
    const u32 segments = acked / t.cc.mss;
    t.dup_acks = segments < t.dup_acks ? static_cast<u8>(t.dup_acks - segments) : u8{0};
    (void)t.scoreboard.lose_below(t.snd_una + t.cc.mss);
    t.retransmit_now = true;
}

void reduce_proportionally(Tcb& t, const AckNews& news) {
    const u32 pipe = tcp_pipe(t);
    const u32 data = news.delivered ? news.delivered : !t.sack && news.duplicate ? t.cc.mss : 0;
    const bool safe = news.advanced && news.lost == 0;
    t.cc.cwnd = pipe + t.prr.allowance(data, pipe, t.cc.ssthresh, t.cc.mss, safe);
}

// How many acknowledged bytes count for window growth in slow start. HyStart++ is used only in the first slow
// start, when the path's capacity is unknown (RFC 9406 section 4.3).
u32 growth(Tcb& t, const Segment& s, u32 acked, Instant now) {
    if (!t.cc.in_first_slow_start()) return acked;
    Duration rtt = t.rack.rtt;  // may be slightly short: a run has the time of its last segment
    if (t.timestamps && s.options.has_timestamps)
        rtt = milliseconds(tcp_timestamp(t, now) - s.options.ts_echo);
    bool over = false;
    const u32 counted = t.hystart.on_ack(t.snd_una, t.snd_nxt, rtt, acked, over);
    if (over) t.cc.ssthresh = t.cc.cwnd;
    return counted;
}

// RFC 7661 section 4: the window grows only if at least half of it is used; else it is not validated. It need
// not be full, because a burst waits for room (output.cc).
void grow(Tcb& t, const Segment& s, const AckNews& news, Instant now) {
    const bool used = 2 * u64{news.flight} >= t.cc.cwnd;
    if (news.acked && (used || t.after_timeout))
        congestion_grow(t.cc, growth(t, s, news.acked, now), t.rtt.srtt(), now);
}

void count_duplicates(Tcb& t, const AckNews& news) {
    if (news.advanced && !t.recovering)
        t.dup_acks = 0;
    else if ((news.duplicate || news.sacked) && t.dup_acks < 255)
        t.dup_acks++;
}

// RFC 6582 section 3.2 step 2: without SACK, duplicate ACKs up to `recover` may be caused by retransmissions
// of the last recovery, so they do not start a new one.
bool should_recover(const Tcb& t, const AckNews& news) {
    if (t.sack) return news.lost > 0;
    return t.dup_acks >= kDupThresh && t.snd_una.after(t.recover);
}

}  // namespace

Duration tcp_rto(const Tcb& t) { return t.rtt.rto(t.scoreboard.sacked() > 0); }

u32 tcp_pipe(const Tcb& t) { return t.scoreboard.in_flight() - arrived_unseen(t); }

u32 tcp_congestion_room(const Tcb& t) {
    const u32 out = tcp_pipe(t);
    return t.cc.cwnd > out ? t.cc.cwnd - out : 0;
}

// No loss is known or suspected, and no recovery, probe or undo is in progress.
static bool is_normal(const Tcb& t, const AckNews& news) {
    const bool in_doubt = t.recovering | t.after_timeout | t.undo.possible | t.probing;
    const bool odd = news.sacked | news.dsack | news.duplicate;
    return !in_doubt && !odd && t.scoreboard.is_plain();
}

[[gnu::noinline]] static void recover(Tcb& t, const Segment& s, AckNews& news, Instant now) {
    count_duplicates(t, news);
    tcp_rack_dsack(t, news.dsack);
    tcp_undo_check(t, s, news);
    tcp_tail_probe_answered(t, news);
    news.lost = tcp_rack_detect(t, now);
    const bool over = t.snd_una.at_or_after(t.recover);
    if (t.after_timeout && over) {
        t.after_timeout = false;
        tcp_rack_recovered(t);
    } else if (t.recovering && over) {
        return leave_recovery(t);
    }
    if (!t.recovering && !t.after_timeout && should_recover(t, news)) {
        enter_recovery(t);
        if (!t.sack) (void)t.scoreboard.lose_below(t.snd_una + t.cc.mss);
    } else if (t.recovering && news.advanced) {
        take_partial_ack(t, news.acked);
    }
    if (t.recovering)
        reduce_proportionally(t, news);
    else
        grow(t, s, news, now);
}

void tcp_recover(Tcb& t, const Segment& s, AckNews& news, Instant now) {
    if (!is_normal(t, news)) [[unlikely]]
        return recover(t, s, news, now);
    if (news.advanced) t.dup_acks = 0;
    grow(t, s, news, now);
}

void tcp_rack_expired(Tcb& t, Instant now) {
    AckNews news;
    news.lost = tcp_rack_detect(t, now);
    if (news.lost == 0) return (void)tcp_send_tail_probe(t, now);
    if (t.recovering || t.after_timeout) return;
    enter_recovery(t);
    reduce_proportionally(t, news);
}

void tcp_recover_timeout(Tcb& t, Instant now) {
    const bool first = t.retries == 0;
    if (first) t.stalled_at = now;
    const bool new_recovery = !t.after_timeout && !t.recovering;
    if (new_recovery) tcp_undo_begin(t);
    t.undo.frto = new_recovery ? Frto::Asked : Frto::Off;
    t.retries++;
    if (first && !t.recovering) t.cc.control->reduce(t.cc, t.flight());
    if (t.scoreboard.has_reneged()) t.scoreboard.forget_sacked();
    tcp_rack_timeout(t, now);
    t.recovering = t.probing = false;
    t.after_timeout = true;
    t.dup_acks = 0;
    t.recover = t.snd_nxt;
    congestion_timeout(t.cc, tcp_pipe(t));
    t.timing = false;
    t.retransmit_now = true;
    t.stop(TcpTimer::Rack);
    t.rtt.back_off();
    t.set(TcpTimer::Retransmit, now + tcp_rto(t));
}

void tcp_resend_all(Tcb& t) {
    if (!is_synchronized(t.state) || t.flight() == 0) return;
    (void)t.scoreboard.lose_below(t.snd_nxt);
    t.timing = false;
    t.retransmit_now = true;
}

}  // namespace net
