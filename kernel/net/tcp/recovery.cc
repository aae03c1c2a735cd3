// Loss recovery: fast retransmit and recovery with SACK (RFC 6675) and without (NewReno, RFC 6582), limited
// transmit (RFC 3042), timeouts (RFC 6298 section 5), and timeouts that were in error (RFC 3522, RFC 4015).
#include "net/proto/inet.h"
#include "net/tcp/engine.h"

namespace net {
namespace {

constexpr u8 kDupThresh = 3;

u32 pipe(const Tcb& t) { return t.scoreboard.pipe(t.snd_una, t.snd_max, t.high_rxt, t.cc.mss); }

// RFC 6675 section 5 step 4, RFC 6582 section 3.2 steps 2 and 3.
void enter_recovery(Tcb& t, Instant now) {
    t.inet->bump(Stat::tcp_fast_recoveries);
    t.recovering = true;
    t.rescued = false;
    t.recover = t.snd_max;
    t.high_rxt = t.snd_una;
    t.cc.control->reduce(t.cc, t.flight());
    t.cc.cwnd = t.cc.ssthresh + (t.sack ? 0 : kDupThresh * t.cc.mss);
    t.retransmit_now = true;
    t.deadline(TcpTimer::Retransmit) = now + t.rtt.rto();
}

// RFC 6582 section 3.2 step 5, option 1: no burst when recovery ends.
void leave_recovery(Tcb& t) {
    t.recovering = false;
    t.dup_acks = 0;
    const u32 flight = t.flight() > t.cc.mss ? t.flight() : t.cc.mss;
    const u32 gentle = flight + t.cc.mss;
    t.cc.cwnd = t.sack || t.cc.ssthresh < gentle ? t.cc.ssthresh : gentle;
}

// RFC 6582: what is now first missing was lost, too. With SACK the scoreboard knows better.
void take_partial_ack(Tcb& t, u32 acked) {
    t.high_rxt = later(t.high_rxt, t.snd_una);
    if (t.sack) return;
    t.retransmit_now = true;
    t.cc.cwnd = t.cc.cwnd > acked ? t.cc.cwnd - acked : 0;
    if (acked >= t.cc.mss || t.cc.cwnd < t.cc.mss) t.cc.cwnd += t.cc.mss;
}

}  // namespace

void tcp_recover_new_ack(Tcb& t, u32 acked, u32 flight, Instant now) {
    if (t.after_timeout && t.snd_una.at_or_after(t.recover)) t.after_timeout = false;
    if (t.recovering) {
        if (t.snd_una.at_or_after(t.recover)) return leave_recovery(t);
        return take_partial_ack(t, acked);
    }
    t.dup_acks = 0;
    // RFC 7661's reason: a window that is not used says nothing about the path, and must not grow.
    const bool used = t.cc.in_slow_start() ? 2 * u64{flight} >= t.cc.cwnd : flight + t.cc.mss >= t.cc.cwnd;
    // RFC 3465 section 2.3: what a timeout has sent again says less, for much of it may have arrived before.
    const u32 counted = t.after_timeout && acked > t.cc.mss ? t.cc.mss : acked;
    if (acked && used) congestion_grow(t.cc, counted, t.rtt.srtt(), now);
}

void tcp_recover_dup_ack(Tcb& t, bool is_duplicate, bool sack_news, Instant now) {
    if (!is_duplicate && !sack_news) return;
    if (t.recovering) {
        if (!t.sack) t.cc.cwnd += t.cc.mss;  // another segment has left the network
        return;
    }
    if (t.dup_acks < 255) t.dup_acks++;
    // RFC 6582 section 3.2 step 2: ACKs of what a timeout has sent twice are no sign of another loss.
    if (t.after_timeout) return;
    const bool sacked_enough = t.sack && t.scoreboard.is_lost(t.snd_una, t.cc.mss);
    if (t.dup_acks >= kDupThresh || sacked_enough) enter_recovery(t, now);
}

// RFC 6675 section 4, NextSeg(): (1) what is surely lost, (2) new data, (3) what may be lost, (4) the last
// segment once more, for its ACK tells of all others.
bool tcp_next_retransmission(Tcb& t, SeqRange& r) {
    const u32 p = pipe(t);
    if (t.cc.cwnd < p + t.cc.mss) return false;
    const bool hole = t.scoreboard.next_hole(later(t.high_rxt, t.snd_una), r);
    if (hole && t.scoreboard.is_lost(r.left, t.cc.mss)) return true;
    const bool window_open = t.snd_wnd > t.flight();
    if (window_open && t.data_end().after(t.snd_max)) return false;
    if (hole) return true;
    const Seq last = t.snd_max - (t.flight() < t.cc.mss ? t.flight() : t.cc.mss);
    if (t.rescued || !last.after(t.high_rxt) || !last.at_or_after(t.scoreboard.highest(t.snd_una)))
        return false;
    t.rescued = true;
    r = {last, t.snd_max};
    return true;
}

u32 tcp_congestion_room(const Tcb& t) {
    u32 window = t.cc.cwnd;
    u32 out = t.snd_nxt.since(t.snd_una);
    if (t.recovering && t.sack) {
        out = pipe(t);
    } else if (t.after_timeout) {
        out -= t.scoreboard.bytes_below(t.snd_nxt);
    } else if (!t.recovering && t.dup_acks < kDupThresh) {
        window += t.dup_acks * t.cc.mss;  // RFC 3042: two segments that had room before may show a loss
    }
    return window > out ? window - out : 0;
}

// RFC 5681 section 3.1, RFC 6298 section 5. RFC 2018 section 8: the peer may have dropped what it had held,
// so what SACKs said is forgotten.
void tcp_recover_timeout(Tcb& t, Instant now) {
    const bool first = t.retries == 0;
    if (first) {
        t.stalled_at = now;
        t.prior_cwnd = t.cc.cwnd;
        t.prior_ssthresh = t.cc.ssthresh;
        t.prior_ts = tcp_timestamp(t, now);
        t.may_be_spurious = t.timestamps && !t.recovering && !t.after_timeout;
    }
    t.retries++;
    congestion_timeout(t.cc, t.flight(), first);
    t.recovering = false;
    t.after_timeout = true;
    t.dup_acks = 0;
    t.recover = t.snd_max;
    t.scoreboard.clear();
    t.timing = false;
    t.snd_nxt = t.snd_una;
    t.retransmit_now = true;
    t.rtt.back_off();
    t.deadline(TcpTimer::Retransmit) = now + t.rtt.rto();
}

// The Eifel algorithm: the ACK echoes a timestamp from before the first retransmission, so it answers the
// original, which was only late. Nothing was lost; what was halved is given back.
void tcp_check_spurious(Tcb& t, const Segment& s) {
    if (!t.may_be_spurious) return;
    t.may_be_spurious = false;
    const bool original = s.options.has_timestamps && static_cast<i32>(s.options.ts_echo - t.prior_ts) < 0;
    if (!original || !t.after_timeout) return;
    t.inet->bump(Stat::tcp_spurious_timeouts);
    t.after_timeout = false;
    t.retransmit_now = false;
    t.cc.cwnd = t.prior_cwnd;
    t.cc.ssthresh = t.prior_ssthresh;
    t.snd_nxt = t.snd_max;
    t.rtt.forget_backoff();
}

}  // namespace net
