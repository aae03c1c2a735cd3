// SEGMENT ARRIVES (RFC 9293 section 3.10.7): one function for each step, in the RFC's order.
#include "net/proto/inet.h"
#include "net/tcp/engine.h"

namespace net {
namespace {

// The table of section 3.10.7.4: does the segment lie in the window, at least in part?
bool in_window(const Tcb& t, const Segment& s) {
    const u32 length = s.sequence_length();
    const Seq right = t.rcv_adv;
    const auto inside = [&t, right](Seq x) { return x.at_or_after(t.rcv_nxt) && x.before(right); };
    if (t.rcv_wnd() == 0) return length == 0 && s.seq == t.rcv_nxt;
    return inside(s.seq) || (length > 0 && inside(s.seq + length - 1));
}

// RFC 7323 section 5: is it older than what was received lately? After 24 days the clock may have wrapped.
bool fails_paws(const Tcb& t, const Segment& s, Instant now) {
    if (!t.timestamps || s.flags.rst()) return false;
    if (!s.options.has_timestamps) return true;  // section 3.2: then every segment has them
    const auto age = static_cast<i32>(s.options.ts_value - t.ts_recent);
    return age < 0 && now - t.ts_recent_at < seconds(24 * 86400);
}

// RFC 7323 section 4.3: the timestamp to echo is that of the segment which the next ACK is about. It is taken
// once the acknowledgment was found plausible: who guesses must not set PAWS's clock.
void remember_timestamp(Tcb& t, const Segment& s, Instant now) {
    if (!t.timestamps || !s.options.has_timestamps || s.seq.after(t.last_ack_sent)) return;
    t.ts_recent = s.options.ts_value;
    t.ts_recent_at = now;
}

// What lies outside is answered with an ACK, which tells an honest peer where we are. Without data it may be
// such an answer itself; two ends that disagree must not do so for ever.
void answer_unacceptable(Tcb& t, const Segment& s, Instant now) {
    if (s.flags.rst()) return;
    if (s.flags.fin() && t.state == TcpState::TimeWait) tcp_enter_time_wait(t, now);  // 2 MSL begin anew
    const Seq end = s.seq + s.length;
    if (end.at_or_before(t.rcv_nxt)) tcp_note_duplicate(t, {s.seq, end});
    if (s.length > 0 || s.flags.fin())
        t.ack_now = true;
    else
        tcp_challenge(t, now);
}

// "If the RCV.WND is zero, no segments will be acceptable, but special allowance should be made to accept
// valid ACKs": what comes right at the closed window is looked at without its data.
bool is_window_probe(const Tcb& t, const Segment& s) {
    return t.rcv_wnd() == 0 && s.seq == t.rcv_nxt && !s.flags.syn();
}

// Second step (RFC 5961 section 3): only an exact RST is believed.
bool check_reset(Tcb& t, const Segment& s, Instant now) {
    if (!s.flags.rst()) return true;
    if (t.state == TcpState::TimeWait) return false;  // RFC 1337: a stray one must not end it
    if (s.seq != t.rcv_nxt) {
        tcp_challenge(t, now);
        return false;
    }
    t.inet->bump(Stat::tcp_connections_reset);
    const bool refused = t.state == TcpState::SynReceived;
    const bool done = t.state >= TcpState::Closing;  // both have closed: nothing is lost
    tcp_fail(t, refused ? Errno::ConnRefused : done ? Errno::None : Errno::ConnReset);
    return false;
}

// Fourth step (RFC 5961 section 4): a SYN within a connection is a forgery, or the peer has restarted; a
// challenge lets it find out, and reset us.
bool check_syn(Tcb& t, const Segment& s, Instant now) {
    if (!s.flags.syn()) return true;
    tcp_challenge(t, now);
    return false;
}

// A SYN again means that our SYN-ACK was lost. (With an ACK it is the other half of a simultaneous open.)
bool repeats_syn(Tcb& t, const Segment& s) {
    if (t.state != TcpState::SynReceived || s.seq != t.irs) return false;
    if (!s.flags.syn() || s.flags.rst() || s.flags.ack()) return false;
    t.retransmit_now = true;
    return true;
}

void heard(Tcb& t, Instant now) {
    t.heard_at = now;
    t.probes = 0;
}

// Sixth step. RFC 6093: urgent data are read in line, where they belong in the stream; the pointer, on whose
// meaning the world never agreed, changes nothing.
void check_urgent(Tcb&, const Segment&) {}

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
    answer_unacceptable(t, s, now);
    return false;
}

void tcp_segment_arrives(Tcb& t, Segment& s, Instant now) {
    if (t.state == TcpState::SynSent) return tcp_syn_sent(t, s, now);
    if (repeats_syn(t, s)) return;
    if (!tcp_check_sequence(t, s, now)) return;
    if (!check_reset(t, s, now)) return;
    // Third step, security and compartment: nobody uses them.
    if (!check_syn(t, s, now)) return;
    heard(t, now);
    if (!tcp_check_ack(t, s, now)) return;
    remember_timestamp(t, s, now);
    check_urgent(t, s);
    tcp_take_text(t, s, now);
    tcp_take_fin(t, now);
}

}  // namespace net
