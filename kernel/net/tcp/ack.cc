// The fifth step of SEGMENT ARRIVES: the ACK field (RFC 9293 section 3.10.7.4).
#include "net/proto/inet.h"
#include "net/tcp/engine.h"

namespace net {
namespace {

// RFC 5961 section 5: neither for what was never sent nor older than a window; else somebody guesses.
bool is_plausible(const Tcb& t, const Segment& s) {
    return s.ack.at_or_before(t.snd_max) && s.ack.at_or_after(t.snd_una - t.max_snd_wnd);
}

// The blocks that tell of something sent and not yet known to have arrived. RFC 2883's first block, about a
// duplicate, lies below the ACK and is passed over.
bool take_sacks(Tcb& t, const Segment& s) {
    if (!t.sack) return false;
    bool news = false;
    for (usize i = 0; i < s.options.sack_count; i++) {
        const SeqRange& b = s.options.sacks[i];
        const bool sane = b.left.before(b.right) && b.left.after(s.ack) && b.left.after(t.snd_una) &&
                          b.right.at_or_before(t.snd_max);
        if (sane && t.scoreboard.add(b)) news = true;
    }
    return news;
}

// Karn's rule once more: after several timeouts an echo from before the last of them may come with an ACK
// whose predecessors were lost, and says nothing of the path.
bool is_ambiguous(const Tcb& t, const Segment& s) {
    const u32 last_ts = tcp_timestamp(t, t.last_sent);
    return t.retries > 1 && static_cast<i32>(s.options.ts_echo - last_ts) < 0;
}

// A segment's round trip: timed by us, or by its timestamp when what was timed had to be sent again. The
// latter only counts milliseconds.
void sample_round_trip(Tcb& t, const Segment& s, Instant now) {
    if (t.timing) {
        if (s.ack.before(t.timed_end)) return;
        t.timing = false;
        return t.rtt.sample(now - t.timed_at);
    }
    if (!t.timestamps || !s.options.has_timestamps || s.options.ts_echo == 0 || is_ambiguous(t, s)) return;
    const u32 ms = tcp_timestamp(t, now) - s.options.ts_echo;
    if (ms < 600'000) t.rtt.sample(milliseconds(ms ? ms : 1));
}

// Bytes of data among what is acknowledged; they need not be kept any more.
u32 drop_acknowledged(Tcb& t, Seq ack) {
    const i32 data = earlier(ack, t.data_end()) - t.snd_data;
    if (data <= 0) return 0;
    t.send.drop(static_cast<u32>(data));
    t.snd_data += static_cast<u32>(data);
    t.events |= kTcpWritable;
    return static_cast<u32>(data);
}

void restart_retransmit_timer(Tcb& t, Instant now) {
    if (t.flight() == 0)
        t.stop(TcpTimer::Retransmit);
    else
        t.deadline(TcpTimer::Retransmit) = now + t.rtt.rto();
}

void take_new_ack(Tcb& t, const Segment& s, Instant now) {
    const u32 flight = t.flight();
    tcp_check_spurious(t, s);
    sample_round_trip(t, s, now);
    // A FIN that is acknowledged is not data: data_end() is asked before SND.UNA moves.
    const u32 acked = drop_acknowledged(t, s.ack);
    t.snd_una = s.ack;
    t.snd_nxt = later(t.snd_nxt, s.ack);
    t.scoreboard.advance(s.ack);
    t.retries = 0;
    t.soft_error = Errno::None;
    t.stop(TcpTimer::Persist);
    tcp_recover_new_ack(t, acked, flight, now);
    restart_retransmit_timer(t, now);
}

// RFC 5681 section 2's definition; but what answers a probe of a closed window tells of no loss.
bool is_duplicate(const Tcb& t, const Segment& s) {
    return s.length == 0 && !s.flags.fin() && s.ack == t.snd_una && t.flight() > 0 && t.snd_wnd > 0 &&
           u32{s.window} << t.snd_scale == t.snd_wnd;
}

// The byte that probed a closed window was not taken: it is data like any other, still to be sent.
void take_back_probe(Tcb& t) {
    if (t.running(TcpTimer::Persist)) t.snd_nxt = t.snd_una;
    if (t.snd_wnd > 0) t.stop(TcpTimer::Persist);
}

// Only from segments that are newer than the last one it was taken from.
void update_window(Tcb& t, const Segment& s, Instant now) {
    if (s.ack.before(t.snd_una)) return;
    const bool newer = t.snd_wl1.before(s.seq) || (t.snd_wl1 == s.seq && t.snd_wl2.at_or_before(s.ack));
    if (!newer) return;
    const bool was_closed = t.snd_wnd == 0;
    t.snd_wnd = u32{s.window} << t.snd_scale;
    t.snd_wl1 = s.seq;
    t.snd_wl2 = s.ack;
    if (t.snd_wnd > t.max_snd_wnd) t.max_snd_wnd = t.snd_wnd;
    if (t.running(TcpTimer::Persist)) take_back_probe(t);
    // What was sent into the closed window is gone, and need not wait for its timer.
    if (was_closed && t.snd_wnd > 0 && t.flight() > 0) {
        t.retries = 0;
        t.retransmit_now = true;
        t.deadline(TcpTimer::Retransmit) = now + t.rtt.rto();
    }
}

// What the acknowledgment of our FIN brings.
bool leave_closing_states(Tcb& t, Instant now) {
    if (!t.fin_acked()) return true;
    switch (t.state) {
        case TcpState::FinWait1:
            t.state = TcpState::FinWait2;
            if (t.orphan) t.deadline(TcpTimer::Final) = now + kFinWait2Patience;
            return true;
        case TcpState::Closing: tcp_enter_time_wait(t, now); return true;
        case TcpState::LastAck: tcp_fail(t, Errno::None); return false;
        default: return true;
    }
}

}  // namespace

bool tcp_check_ack(Tcb& t, Segment& s, Instant now) {
    if (!s.flags.ack()) return false;
    if (t.state == TcpState::SynReceived && !tcp_syn_received_ack(t, s, now)) return false;
    if (!is_plausible(t, s)) {
        tcp_challenge(t, now);
        return false;
    }
    const bool sack_news = take_sacks(t, s);
    if (s.ack.after(t.snd_una)) {
        take_new_ack(t, s, now);
    } else if (s.ack == t.snd_una) {
        tcp_recover_dup_ack(t, is_duplicate(t, s), sack_news, now);
    }
    update_window(t, s, now);
    return leave_closing_states(t, now);
}

}  // namespace net
