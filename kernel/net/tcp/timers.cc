// What happens by the clock. A connection has a deadline for each purpose; TcpConnection hangs one real timer
// on the earliest of them.
#include "net/proto/inet.h"
#include "net/tcp/engine.h"

namespace net {
namespace {

u8 retry_limit(const Tcb& t) {
    if (t.state == TcpState::SynSent) return t.soft_error == Errno::None ? kSynRetries : kSoftErrorRetries;
    if (t.state == TcpState::SynReceived) return kSynAckRetries;
    return t.orphan ? kOrphanRetries : kDataRetries;
}

bool out_of_patience(const Tcb& t, Instant now) {
    if (t.retries >= retry_limit(t)) return true;
    return t.config.user_timeout.ns > 0 && t.retries > 0 && now - t.stalled_at >= t.config.user_timeout;
}

// What ICMP said meanwhile is a better answer than "timed out" (RFC 1122 section 4.2.3.9).
void give_up(Tcb& t, Instant now) {
    t.inet->bump(Stat::tcp_timed_out);
    tcp_abort(t, t.soft_error == Errno::None ? Errno::TimedOut : t.soft_error, now);
}

void retry_syn(Tcb& t, Instant now) {
    if (t.retries == 0) t.stalled_at = now;
    t.retries++;
    t.timing = false;
    t.retransmit_now = true;
    t.rtt.back_off();
    t.deadline(TcpTimer::Retransmit) = now + t.rtt.rto();
}

// RFC 8985 section 7.2: where a tail loss probe is due at the same time it comes first, once.
void on_retransmit(Tcb& t, Instant now) {
    if (t.retries == 0 && tcp_send_probe(t, now)) return;
    t.inet->bump(Stat::tcp_timeouts);
    if (out_of_patience(t, now)) return give_up(t, now);
    tcp_look_at_route(t, now);
    if (!is_synchronized(t.state)) return retry_syn(t, now);
    (void)tcp_black_hole(t, now);
    tcp_recover_timeout(t, now);
}

Instant sooner(Instant a, Instant b) { return a < b ? a : b; }

// An answer to a probe is no progress. An orphan is given up when its peer has taken nothing for so long.
bool takes_nothing(Tcb& t, Instant now) {
    if (t.probing_since.ns == 0 || t.probed_una != t.snd_una) {
        t.probing_since = now;
        t.probed_una = t.snd_una;
    }
    return t.orphan && now - t.probing_since >= kOrphanPatience;
}

// RFC 9293 section 3.8.6.1. The peer may keep its window closed for ever, as long as it answers
// and a program waits for it.
void on_persist(Tcb& t, Instant now) {
    if (takes_nothing(t, now)) return give_up(t, now);
    if (t.probes >= (t.orphan ? kOrphanRetries : kDataRetries)) return give_up(t, now);
    const Seq end = t.data_end();
    if (!end.after(t.snd_una)) return;
    const u32 available = end.since(t.snd_una);
    const u32 limit = tcp_segment_limit(t);
    const u32 allowed = t.snd_wnd > limit ? limit : t.snd_wnd ? t.snd_wnd : 1;
    // Set before sending: the probe is this timer's, not the retransmission timer's.
    const Duration wait = t.rtt.rto() < kMinPersist ? kMinPersist : t.rtt.rto();
    const Duration backed_off = wait * (i64{1} << (t.probes < 7 ? t.probes + 1 : 7));
    t.deadline(TcpTimer::Persist) = now + (backed_off < kMaxPersist ? backed_off : kMaxPersist);
    if (t.orphan)
        t.deadline(TcpTimer::Persist) =
            sooner(t.deadline(TcpTimer::Persist), t.probing_since + kOrphanPatience);
    const u32 n = available < allowed ? available : allowed;
    t.inet->bump(Stat::tcp_window_probes);
    (void)tcp_transmit(t, {t.snd_una, n, TcpFlags::Ack}, now);
    if (t.probes < 255) t.probes++;
}

// RFC 9293 section 3.8.4: a segment the peer has had already, which it answers if it is there.
void on_keepalive(Tcb& t, Instant now) {
    if (!t.config.keepalive || !is_synchronized(t.state) || t.state == TcpState::TimeWait) return;
    const bool busy = t.flight() > 0 || t.running(TcpTimer::Persist);  // other timers look after it
    const Instant due = t.heard_at + t.config.keepalive_idle;
    if (busy || (t.probes == 0 && now < due)) {
        t.deadline(TcpTimer::Keepalive) = now < due ? due : now + t.config.keepalive_interval;
        return;
    }
    if (t.probes >= t.config.keepalive_probes) return give_up(t, now);
    t.probes++;
    t.inet->bump(Stat::tcp_keepalives_out);
    (void)tcp_transmit(t, {t.snd_una - 1, 0, TcpFlags::Ack}, now);
    t.deadline(TcpTimer::Keepalive) = now + t.config.keepalive_interval;
}

void expire(Tcb& t, TcpTimer which, Instant now) {
    switch (which) {
        case TcpTimer::Retransmit: return on_retransmit(t, now);
        case TcpTimer::Persist: return on_persist(t, now);
        case TcpTimer::DelayedAck: t.ack_now = true; return;
        case TcpTimer::Keepalive: return on_keepalive(t, now);
        case TcpTimer::Final: return tcp_fail(t, Errno::None);
        case TcpTimer::Resend: return;  // output is tried again after every timer
        case TcpTimer::Rack: return tcp_rack_expired(t, now);
    }
}

}  // namespace

Instant tcp_next_deadline(const Tcb& t) {
    Instant next = Instant::never();
    for (const Instant& d : t.deadlines) {
        if (d < next) next = d;
    }
    return next;
}

static_assert(TCP_TIMER_RETRANSMIT == static_cast<int>(TcpTimer::Retransmit) + 1 &&
              TCP_TIMER_RACK == static_cast<int>(TcpTimer::Rack) + 1);

void tcp_fill_timer(const Tcb& t, tcp_info& info, Instant now) {
    const Instant next = tcp_next_deadline(t);
    for (u32 i = 0; i < kTcpTimers && next != Instant::never(); i++) {
        if (t.deadlines[i] == next) info.tcpi_timer = i + 1;
    }
    if (info.tcpi_timer && next > now) info.tcpi_timer_us = static_cast<u32>((next - now).ns / 1000);
}

void tcp_timers(Tcb& t, Instant now) {
    if (now >= t.raise_mss_at) tcp_raise_mss(t, now);
    for (usize i = 0; i < kTcpTimers && t.state != TcpState::Closed; i++) {
        if (t.deadlines[i] > now) continue;
        t.deadlines[i] = Instant::never();
        expire(t, static_cast<TcpTimer>(i), now);
    }
    tcp_output(t, now);
}

}  // namespace net
