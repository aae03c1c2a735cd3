// The TCP timers. A connection has one deadline for each; TcpConnection sets one real timer for the earliest.
#include "net/proto/inet.h"
#include "net/tcp/engine.h"

namespace net {
namespace {

u8 retry_limit(const Tcb& t) {
    if (t.state == TcpState::SynSent) return t.soft_error == Errno::None ? kSynRetries : kSoftErrorRetries;
    if (t.state == TcpState::SynReceived) return kSynAckRetries;
    return t.orphan ? kOrphanRetries : kDataRetries;
}

// TCP_USER_TIMEOUT limits how long the peer may accept no data, whether it answers or not. An orphan with a
// closed window always has such a limit, even if the peer answers the probes.
Duration user_timeout(const Tcb& t) {
    const Duration chosen = t.config.user_timeout;
    if (!t.orphan || t.snd_wnd > 0) return chosen;
    return chosen.ns > 0 && chosen < kOrphanTimeout ? chosen : kOrphanTimeout;
}

bool user_timeout_expired(const Tcb& t, Instant now) {
    const Duration most = user_timeout(t);
    return most.ns > 0 && now - t.stalled_at >= most;
}

// Sets the timer's deadline to the end of the user timeout if it is later.
void apply_user_timeout(Tcb& t, TcpTimer which) {
    const Duration most = user_timeout(t);
    if (most.ns > 0 && t.running(which) && t.stalled_at + most < t.deadline(which))
        t.set(which, t.stalled_at + most);
}

// If the peer closes its window while data are in flight, it does not acknowledge retransmissions, which then
// act as window probes. As long as it answers them, the connection stays open, unless it is an orphan.
bool is_closed_but_alive(const Tcb& t, Instant now) {
    return t.snd_wnd == 0 && !t.orphan && is_synchronized(t.state) && now - t.last_received < kMaxPersist * 2;
}

// With a short RTO the retries alone would take only seconds, so they must also have taken R2.
bool retries_are_used_up(const Tcb& t, Instant now) {
    if (t.retries < retry_limit(t)) return false;
    return !is_synchronized(t.state) || now - t.stalled_at >= kLeastR2;
}

bool should_give_up(const Tcb& t, Instant now) {
    if (t.retries == 0) return false;
    if (user_timeout_expired(t, now)) return true;
    return retries_are_used_up(t, now) && !is_closed_but_alive(t, now);
}

// RFC 1122 section 4.2.3.9: the soft error from ICMP is more useful to the program than "timed out".
void give_up(Tcb& t, Instant now) {
    t.inet->bump(Stat::tcp_timed_out);
    tcp_abort(t, t.soft_error == Errno::None ? Errno::TimedOut : t.soft_error, now);
}

void retry_syn(Tcb& t, Instant now) {
    if (t.retries == 0) t.stalled_at = now;
    t.retries++;
    t.retransmit_now = true;
    t.rtt.back_off();
    t.set(TcpTimer::Retransmit, now + t.rtt.rto());
}

void on_established_timeout(Tcb& t, Instant now) {
    (void)tcp_black_hole(t, now);
    tcp_recover_timeout(t, now);
}

// RFC 8985 section 7.2: at the first timeout, a tail loss probe is sent instead, if allowed.
void on_retransmit(Tcb& t, Instant now) {
    if (t.retries == 0 && tcp_send_tail_probe(t, now)) return;
    t.inet->bump(Stat::tcp_timeouts);
    if (should_give_up(t, now)) return give_up(t, now);
    tcp_look_at_route(t, now);
    if (is_synchronized(t.state))
        on_established_timeout(t, now);
    else
        retry_syn(t, now);
    apply_user_timeout(t, TcpTimer::Retransmit);
}

Instant next_probe_at(const Tcb& t, Instant now) {
    const Duration first = t.rtt.rto() < kMinPersist ? kMinPersist : t.rtt.rto();
    const Duration wait = first * (i64{1} << (t.window_probes < 7 ? t.window_probes : 7));
    return now + (wait < kMaxPersist ? wait : kMaxPersist);
}

// RFC 9293 section 3.8.6.1: the peer may keep its window closed as long as it answers probes (MUST-37).
bool should_stop_window_probes(const Tcb& t, Instant now) {
    return t.probes >= kDataRetries || user_timeout_expired(t, now);
}

void on_persist(Tcb& t, Instant now) {
    if (should_stop_window_probes(t, now)) return give_up(t, now);
    const Seq end = t.data_end();
    if (!end.after(t.snd_una)) return;
    const u32 available = end.since(t.snd_una);
    const u32 limit = tcp_segment_limit(t);
    const u32 allowed = t.snd_wnd > limit ? limit : t.snd_wnd ? t.snd_wnd : 1;
    // Set the persist timer before sending, so that tcp_transmit does not start the retransmission timer.
    if (t.window_probes < 255) t.window_probes++;
    tcp_schedule_window_probe(t, now);
    const u32 n = available < allowed ? available : allowed;
    t.inet->bump(Stat::tcp_window_probes);
    (void)tcp_transmit(t, {t.snd_una, n, TcpFlags::Ack}, now);
    if (t.probes < 255) t.probes++;
}

// As in Linux, TCP_USER_TIMEOUT replaces the limit on the number of probes.
bool should_stop_keepalives(const Tcb& t, Instant now) {
    if (t.config.user_timeout.ns > 0) return t.probes > 0 && now - t.last_received >= t.config.user_timeout;
    return t.probes >= t.config.keepalive_probes;
}

// RFC 9293 section 3.8.4: sends an old sequence number, which the peer answers if it is alive.
void on_keepalive(Tcb& t, Instant now) {
    if (!t.config.keepalive || t.state == TcpState::TimeWait) return;
    const bool busy = t.flight() > 0 || t.running(TcpTimer::Persist);  // other timers detect a dead peer
    const Instant due = t.last_received + t.config.keepalive_idle;
    if (busy || (t.probes == 0 && now < due)) {
        t.set(TcpTimer::Keepalive, now < due ? due : now + t.config.keepalive_interval);
        return;
    }
    if (should_stop_keepalives(t, now)) return give_up(t, now);
    t.probes++;
    t.inet->bump(Stat::tcp_keepalives_out);
    (void)tcp_transmit(t, {t.snd_una - 1, 0, TcpFlags::Ack}, now);
    t.set(TcpTimer::Keepalive, now + t.config.keepalive_interval);
}

void expire(Tcb& t, TcpTimer which, Instant now) {
    switch (which) {
        case TcpTimer::Retransmit: return on_retransmit(t, now);
        case TcpTimer::Persist: return on_persist(t, now);
        case TcpTimer::DelayedAck: t.ack_now = true; return;
        case TcpTimer::Keepalive: return on_keepalive(t, now);
        case TcpTimer::Final: return tcp_fail(t, Errno::None);
        case TcpTimer::Resend: return;  // tcp_timers calls tcp_output
        case TcpTimer::Rack: return tcp_rack_expired(t, now);
    }
}

Instant next_deadline(const Tcb& t) {
    Instant next = Instant::never();
    for (const Instant& d : t.deadlines) {
        if (d < next) next = d;
    }
    return next;
}

// The first probe is due after the idle time, each later one an interval after the previous one.
void reschedule_keepalive(Tcb& t, Instant now) {
    const Instant next_probe = now + t.config.keepalive_interval;
    if (!t.running(TcpTimer::Keepalive))
        t.set(TcpTimer::Keepalive, now + t.config.keepalive_idle);
    else if (t.probes == 0)
        t.set(TcpTimer::Keepalive, t.last_received + t.config.keepalive_idle);
    else if (next_probe < t.deadline(TcpTimer::Keepalive))
        t.set(TcpTimer::Keepalive, next_probe);
}

}  // namespace

// RFC 9293 section 3.8.6.1: the interval doubles with each probe, whether it is answered or not (SHLD-30).
void tcp_schedule_window_probe(Tcb& t, Instant now) {
    t.set(TcpTimer::Persist, next_probe_at(t, now));
    apply_user_timeout(t, TcpTimer::Persist);
}

void tcp_config_changed(Tcb& t, Instant now) {
    if (t.retries > 0) apply_user_timeout(t, TcpTimer::Retransmit);
    apply_user_timeout(t, TcpTimer::Persist);
    if (t.config.keepalive && is_synchronized(t.state) && t.state != TcpState::TimeWait)
        reschedule_keepalive(t, now);
}

static_assert(TCP_TIMER_RETRANSMIT == static_cast<int>(TcpTimer::Retransmit) + 1 &&
              TCP_TIMER_RACK == static_cast<int>(TcpTimer::Rack) + 1);

void tcp_fill_timer(const Tcb& t, tcp_info& info, Instant now) {
    const Instant next = next_deadline(t);
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
    t.soonest = next_deadline(t);
    tcp_output(t, now);
}

}  // namespace net
