// SEGMENT ARRIVES (RFC 9293 section 3.10.7): one function for each step, in the order of the RFC.
#include "net/proto/inet.h"
#include "net/tcp/engine.h"

namespace net {
namespace {

// The table of section 3.10.7.4: is at least a part of the segment in the window? As in Linux, an ACK may
// also be just after it: a peer that has used up the window, and of whose data some are lost, sends no
// others.
bool in_window(const Tcb& t, const Segment& s) {
    const u32 length = s.sequence_length();
    const Seq right = t.rcv_adv;
    const auto inside = [&t, right](Seq x) { return x.at_or_after(t.rcv_nxt) && x.before(right); };
    if (t.rcv_wnd() == 0) return length == 0 && s.seq == t.rcv_nxt;
    if (length == 0) return inside(s.seq) || (s.seq == right && !s.flags.rst());
    return inside(s.seq) || inside(s.seq + length - 1);
}

// PAWS (RFC 7323 section 5): is the segment's timestamp too old? Ignored after 24 days, when the timestamp
// clock may have wrapped, and if TS.Recent is 0: some stacks send 0 in a SYN.
bool fails_paws(const Tcb& t, const Segment& s, Instant now) {
    if (!t.timestamps || s.flags.rst()) return false;
    if (!s.options.has_timestamps) return true;  // section 3.2: once negotiated, every segment must have them
    const auto age = static_cast<i32>(s.options.ts_value - t.ts_recent);
    return age < 0 && t.ts_recent != 0 && now - t.ts_recent_at < seconds(24 * 86400);
}

// RFC 7323 section 4.3: the timestamp to echo is that of the segment which the next ACK acknowledges. It is
// taken only after the ACK was found acceptable, so a blind attacker cannot change TS.Recent. That there is a
// timestamp, fails_paws() has checked.
void remember_timestamp(Tcb& t, const Segment& s, Instant now) {
    if (!t.timestamps || s.seq.after(t.last_ack_sent)) return;
    t.ts_recent = s.options.ts_value;
    t.ts_recent_at = now;
}

// A sign of life for keepalive and user timeout.
void note_received(Tcb& t, Instant now) {
    t.last_received = now;
    t.probes = 0;
}

// RFC 1122 section 4.2.3.6 counts all data and ACKs: a peer that repeats old ones, because our answers are
// lost, is alive. The ACK must be plausible, so that few guesses of a blind attacker keep a dead connection.
bool is_repeated(const Tcb& t, const Segment& s) {
    if (s.flags.rst() || s.flags.syn() || !s.flags.ack()) return false;
    return s.end().at_or_before(t.rcv_nxt) && tcp_is_plausible_ack(t, s);
}

// An unacceptable segment is answered with an ACK. If it has no data, it may itself be such an ACK, so the
// answer is rate-limited to prevent an ACK loop.
[[gnu::noinline]] void answer_unacceptable(Tcb& t, const Segment& s, Instant now) {
    if (s.flags.rst()) return;
    if (s.flags.syn()) t.refused_syn = true;
    if (s.flags.fin() && t.state == TcpState::TimeWait) tcp_enter_time_wait(t, now);  // restarts 2 MSL
    const Seq end = s.seq + s.length;
    if (end.at_or_before(t.rcv_nxt)) tcp_note_duplicate(t, {s.seq, end});
    if (s.length > 0 || s.flags.fin())
        t.ack_now = true;
    else
        tcp_challenge(t, now);
}

// "If the RCV.WND is zero, no segments will be acceptable, but special allowance should be made to accept
// valid ACKs": a segment at RCV.NXT is processed without its data.
bool is_window_probe(const Tcb& t, const Segment& s) {
    return t.rcv_wnd() == 0 && s.seq == t.rcv_nxt && !s.flags.syn();
}

// Second step (RFC 5961 section 3): a RST is accepted only if its sequence number is RCV.NXT.
bool check_reset(Tcb& t, const Segment& s, Instant now) {
    if (!s.flags.rst()) return true;
    // RFC 1337: an old RST must not end TIME-WAIT, unless it follows our ACK of a new SYN.
    const bool exact = s.seq == t.rcv_nxt;
    if (t.state == TcpState::TimeWait && !(exact && t.refused_syn)) return false;
    if (!exact) {
        tcp_challenge(t, now);
        return false;
    }
    t.inet->bump(Stat::tcp_connections_reset);
    const bool refused = t.state == TcpState::SynReceived;
    const bool done = t.state >= TcpState::Closing;  // both sides have closed: no data are lost
    return tcp_fail(t, refused ? Errno::ConnRefused : done ? Errno::None : Errno::ConnReset), false;
}

// Fourth step (RFC 5961 section 4): a SYN in a synchronized state is forged, or the peer has restarted. After
// our challenge ACK, a restarted peer sends a RST.
bool check_syn(Tcb& t, const Segment& s, Instant now) {
    if (!s.flags.syn()) return true;
    t.refused_syn = true;
    tcp_challenge(t, now);
    return false;
}

// A repeated SYN means that our SYN-ACK was lost. (A SYN with an ACK is part of a simultaneous open.)
bool repeats_syn(Tcb& t, const Segment& s) {
    if (t.state != TcpState::SynReceived || s.seq != t.irs) return false;
    if (!s.flags.syn() || s.flags.rst() || s.flags.ack()) return false;
    t.retransmit_now = true;
    return true;
}

}  // namespace

// First step: sequence number and timestamp.
bool tcp_check_sequence(Tcb& t, Segment& s, Instant now) {
    const bool old = fails_paws(t, s, now);
    if (old) t.inet->bump(Stat::tcp_paws_dropped);
    if (!old && in_window(t, s)) return true;
    if (!old && is_window_probe(t, s)) {
        t.ack_now = true;
        s.data.reset();
        s.length = 0;
        s.flags.bits &= static_cast<u16>(~TcpFlags::Fin);
        return true;
    }
    if (!old && is_repeated(t, s)) note_received(t, now);
    answer_unacceptable(t, s, now);
    return false;
}

void tcp_segment_arrives(Tcb& t, Segment& s, Instant now) {
    if (t.state == TcpState::SynSent) return tcp_syn_sent(t, s, now);
    if (repeats_syn(t, s)) return;
    if (!tcp_check_sequence(t, s, now)) return;
    if (!check_reset(t, s, now)) return;
    // The third step, security and compartment, is not implemented.
    if (!check_syn(t, s, now)) return;
    if (!tcp_check_ack(t, s, now)) return;
    note_received(t, now);
    remember_timestamp(t, s, now);
    // The sixth step, the URG bit: RFC 6093. Urgent data are delivered inline, in stream order. The urgent
    // pointer is ignored, because implementations do not agree on its meaning.
    tcp_take_text(t, s, now);
    tcp_take_fin(t, now);
}

}  // namespace net
