// The fifth step of SEGMENT ARRIVES: the ACK field (RFC 9293 section 3.10.7.4).
#include "net/proto/inet.h"
#include "net/tcp/engine.h"

namespace net {
namespace {

// Collects the new information in an ACK while the scoreboard is updated.
struct AckCollector {
    Tcb& t;
    const Segment& s;
    Instant now;
    AckNews& news;
    Seq fack = t.rack.fack;  // before this ACK
    bool resent = false;     // some delivered data had been retransmitted

    void operator()(const Delivered& d) {
        news.delivered += d.right.since(d.left);
        if (d.resent)
            resent = true;
        else if (d.right.at_or_before(t.recover))
            news.original = true;
        tcp_rack_delivered(t, d, s, fack, now);
    }
};

// RFC 2883 section 4: the first block is a DSACK if it lies below the ACK or within the second block.
bool is_dsack(const Segment& s) {
    const SeqRange& first = s.options.sacks[0];
    if (!first.left.before(first.right)) return false;
    if (first.left.before(s.ack)) return first.right.at_or_before(s.ack);
    const SeqRange& second = s.options.sacks[1];  // empty if there is none
    return first.left.at_or_after(second.left) && first.right.at_or_before(second.right);
}

void take_dsack(Tcb& t, const Segment& s, AckNews& news) {
    const SeqRange& duplicate = s.options.sacks[0];
    if (!is_dsack(s) || duplicate.right.after(t.snd_nxt) || duplicate.left.before(t.snd_una - t.max_snd_wnd))
        return;
    t.inet->bump(Stat::tcp_dsacks_in);
    // More DSACKs than retransmissions: the network duplicates packets, which does not indicate reordering.
    if (t.dsacks >= t.retransmits) return;
    t.dsacks++;
    news.dsack = true;
    tcp_undo_dsack(t, duplicate);
}

// Passes the valid SACK blocks to the scoreboard.
[[gnu::noinline]] void take_sacks(Tcb& t, const Segment& s, AckCollector& collector) {
    take_dsack(t, s, collector.news);
    const u32 before = t.scoreboard.sacked();
    for (usize i = 0; i < s.options.sack_count; i++) {
        const SeqRange& b = s.options.sacks[i];
        const bool sane = b.left.before(b.right) && b.left.after(s.ack) && b.left.after(t.snd_una) &&
                          b.right.at_or_before(t.snd_nxt);
        if (sane) t.scoreboard.sack(b, collector);
    }
    collector.news.sacked = t.scoreboard.sacked() != before;
}

// After several timeouts, an ACK that echoes a timestamp from before the last one may have been delayed by
// the loss of earlier ACKs. It is no valid sample.
bool is_ambiguous(const Tcb& t, const Segment& s) {
    const u32 last_ts = tcp_timestamp(t, t.last_sent);
    return t.retries > 1 && static_cast<i32>(s.options.ts_echo - last_ts) < 0;
}

// A round-trip sample: of the timed segment, or from the timestamp echo if that segment was retransmitted.
// The echo has a resolution of 1 ms.
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

// Drops acknowledged data from the send buffer; returns how many bytes.
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
        t.set(TcpTimer::Retransmit, now + tcp_rto(t));
}

void take_new_ack(Tcb& t, const Segment& s, Instant now, AckNews& news) {
    sample_round_trip(t, s, now);
    // This must come before SND.UNA advances: an acknowledged FIN is not data.
    news.acked = drop_acknowledged(t, s.ack);
    news.advanced = true;
    t.snd_una = s.ack;
    t.retries = 0;
    t.soft_error = Errno::None;
    t.stop(TcpTimer::Persist);
}

void restart_timers(Tcb& t, Instant now) {
    restart_retransmit_timer(t, now);
    if (t.flight() == 0)
        t.stop(TcpTimer::Rack);
    else
        tcp_schedule_tail_probe(t, now);
}

// RFC 5681 section 2's definition. An answer to a window probe (SND.WND is 0) is not a duplicate.
bool is_duplicate(const Tcb& t, const Segment& s) {
    return s.length == 0 && !s.flags.fin() && s.ack == t.snd_una && t.flight() > 0 && t.snd_wnd > 0 &&
           u32{s.window} << t.snd_scale == t.snd_wnd;
}

// The peer opens its window. Data sent into the closed one, such as a probe's byte, were dropped: resends
// them without a timeout.
[[gnu::noinline]] void resume_sending(Tcb& t, Instant now) {
    t.stop(TcpTimer::Persist);
    if (t.flight() == 0) return;
    t.retries = 0;
    tcp_resend_all(t);
    t.set(TcpTimer::Retransmit, now + tcp_rto(t));
}

// Takes the window only from segments newer than the last one it was taken from (SND.WL1, SND.WL2): those
// that acknowledge more are newer, even if RFC 9293 compares the sequence numbers first. The window counts
// from the ACK, so the old window with the new ACK would reach too far.
void update_window(Tcb& t, const Segment& s, Instant now) {
    if (s.ack.before(t.snd_una)) return;
    if (!s.ack.after(t.snd_wl2) && s.seq.before(t.snd_wl1)) return;
    const bool opens = t.snd_wnd == 0 && s.window > 0;
    t.snd_wnd = u32{s.window} << t.snd_scale;
    t.snd_wl1 = s.seq;
    t.snd_wl2 = s.ack;
    if (t.snd_wnd > t.max_snd_wnd) t.max_snd_wnd = t.snd_wnd;
    if (opens) [[unlikely]]
        resume_sending(t, now);
}

// The state change when our FIN is acknowledged. False: the connection is closed.
[[gnu::noinline]] bool leave_closing_state(Tcb& t, Instant now) {
    switch (t.state) {
        case TcpState::FinWait1:
            t.state = TcpState::FinWait2;
            if (t.orphan) t.set(TcpTimer::Final, now + kFinWait2Timeout);
            return true;
        case TcpState::Closing: tcp_enter_time_wait(t, now); return true;
        case TcpState::LastAck: tcp_fail(t, Errno::None); return false;
        default: return true;
    }
}

}  // namespace

bool tcp_is_plausible_ack(const Tcb& t, const Segment& s) {
    return s.ack.at_or_before(t.snd_nxt) && s.ack.at_or_after(t.snd_una - t.max_snd_wnd);
}

bool tcp_check_ack(Tcb& t, Segment& s, Instant now) {
    if (!s.flags.ack()) return false;
    if (t.state == TcpState::SynReceived && !tcp_syn_received_ack(t, s, now)) return false;
    if (!tcp_is_plausible_ack(t, s)) {
        tcp_challenge(t, now);
        return false;
    }
    AckNews news;
    AckCollector collector{t, s, now, news};
    news.flight = t.flight();
    news.duplicate = is_duplicate(t, s);
    if (t.sack && s.options.sack_count > 0) take_sacks(t, s, collector);
    if (s.ack.after(t.snd_una)) {
        t.scoreboard.acknowledge(s.ack, collector);
        take_new_ack(t, s, now, news);
    }
    // Without SACK, the ACK of a retransmission also covers data that arrived before it.
    if (!t.sack && collector.resent) news.original = false;
    tcp_recover(t, s, news, now);
    if (news.advanced) restart_timers(t, now);
    update_window(t, s, now);
    return !t.fin_acked() || leave_closing_state(t, now);
}

}  // namespace net
