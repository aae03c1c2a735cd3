// Decides what to send next: data that the windows allow, a FIN after the last data, or an ACK if one is due.
#include "net/core/netdev.h"
#include "net/tcp/engine.h"

namespace net {
namespace {

// The maximum data of one transmission with segmentation offload: the length field of IP includes all of it.
constexpr u32 kMaxBurst = 65535 - 60 - 60;

// Here and below, `one` is tcp_segment_limit().
u32 burst_limit(const Tcb& t, u32 one) {
    if (!(t.features & NetDevice::kTcpSegments)) return one;
    return kMaxBurst / one * one;
}

// Nagle's algorithm (RFC 9293 section 3.7.4) with Minshall's modification: a small segment waits only while
// another small one is unacknowledged. So the end of a long write does not wait for the ACK of its start.
bool nagle_holds(const Tcb& t) {
    return t.config.cork || (!t.config.no_delay && t.small_end.after(t.snd_una));
}

// The sender's silly window avoidance (section 3.8.6.2.1): send a small segment only if it contains all
// available data, or is at least half of the largest window that the peer has advertised.
bool worth_sending(const Tcb& t, const Outgoing& o, u32 available, u32 one) {
    if (o.length >= one) return true;
    if (o.flags & TcpFlags::Fin) return true;
    if (o.length == available && !nagle_holds(t)) return true;
    return t.max_snd_wnd > 0 && o.length >= (t.max_snd_wnd + 1) / 2;
}

// Sets the flags of a data segment.
void add_fin_and_push(const Tcb& t, Outgoing& o) {
    o.flags = TcpFlags::Ack;
    if (o.seq + o.length != t.data_end()) return;
    if (o.length > 0) o.flags |= TcpFlags::Psh;
    if (t.fin_queued) o.flags |= TcpFlags::Fin;
}

// Until the SYN or SYN-ACK is acknowledged, it is the only segment to send.
[[gnu::noinline]] bool choose_syn(const Tcb& t, Outgoing& o) {
    if (t.snd_nxt != t.iss && !t.retransmit_now) return false;
    const u16 ack = t.state == TcpState::SynReceived ? TcpFlags::Ack : 0;
    o = {t.iss, 0, static_cast<u16>(TcpFlags::Syn | ack)};
    return true;
}

u32 min(u32 a, u32 b) { return a < b ? a : b; }

// Lost data are sent before new data, if the windows allow it; with retransmit_now, the segment at SND.UNA is
// sent at once. If the range ends at SND.NXT, new data fill the segment.
[[gnu::noinline]] bool choose_retransmission(Tcb& t, Outgoing& o) {
    SeqRange r{t.snd_una, t.scoreboard.next_sacked(t.snd_una)};
    const Seq allowed = t.snd_una + t.snd_wnd;
    if (!t.retransmit_now) [[likely]] {
        if (t.undo.frto == Frto::NewData || !t.scoreboard.first_lost(r) || !r.left.before(allowed))
            return false;
        r.right = earlier(r.right, allowed);
    }
    if (r.right == t.snd_nxt) r.right = later(r.right, earlier(t.data_end(), allowed));
    o = tcp_segment_of(t, r.left, r.right);
    return t.retransmit_now || tcp_congestion_room(t) >= o.length;
}

// How many bytes may be sent at SND.NXT.
u32 usable_window(const Tcb& t) {
    const u32 out = t.snd_nxt.since(t.snd_una);
    const u32 offered = t.snd_wnd > out ? t.snd_wnd - out : 0;
    return min(offered, tcp_congestion_room(t));
}

// How many of the `length` allowed bytes to pass to the device at once, which splits them into segments. All
// segments must be full; a small one at the end is included only if no data follow and Nagle allows it.
//
// Two cases must be avoided. If the length is a whole number of segments, QEMU's E1000 sends an empty segment
// after the last: then the last segment is one byte shorter or, if no data follow, one segment is sent alone.
// If the last segment is so small that its frame is below the minimum frame size, the device does not pad it:
// then one segment is sent alone.
u32 burst_length(const Tcb& t, u32 length, u32 available, u32 one) {
    constexpr u32 kMinTail = 6;  // 60 bytes minus 54 bytes of headers
    if (length <= one) return length;
    const u32 tail = length % one;
    const bool is_end = length == available, cuts_well = tail >= kMinTail;
    if (cuts_well && is_end && (t.fin_queued || !nagle_holds(t))) return length;
    length -= tail;
    if (length == one || (is_end && !cuts_well)) return one;
    return length - 1;
}

// A burst costs little more than one segment, so a few large bursts are better than one for each ACK. While
// data are in flight, whose ACKs will give more room, wait for a third of the window or a full burst. Not on
// a long path: there the window limits the throughput, and large bursts fill queues.
constexpr Duration kLongPath = milliseconds(10);
bool should_defer(const Tcb& t, u32 room, u32 available, u32 one) {
    if (!(t.features & NetDevice::kTcpSegments) || room >= available || t.flight() == 0) return false;
    if (t.dup_acks > 0 || !t.scoreboard.is_plain() || t.rtt.srtt() >= kLongPath) return false;
    return room < min(t.snd_wnd, t.cc.cwnd) / 3 && room < burst_limit(t, one);
}

bool choose_next(Tcb& t, Outgoing& o) {
    const Seq end = t.data_end();
    if (t.snd_nxt.after(end)) return false;  // the FIN has been sent
    const u32 available = end.since(t.snd_nxt);
    if (available == 0 && !t.fin_queued) return false;
    const u32 room = usable_window(t);
    const u32 one = tcp_segment_limit(t);
    if (should_defer(t, room, available, one)) return false;
    o = {t.snd_nxt, burst_length(t, min(min(available, room), burst_limit(t, one)), available, one)};
    add_fin_and_push(t, o);
    if (o.length == 0 && !(o.flags & TcpFlags::Fin)) return false;
    return worth_sending(t, o, available, one);
}

bool choose(Tcb& t, Outgoing& o) {
    if (t.state == TcpState::SynSent || t.state == TcpState::SynReceived) return choose_syn(t, o);
    if (t.state < TcpState::Established || t.state == TcpState::TimeWait) return false;
    if ((t.retransmit_now || t.scoreboard.lost()) && t.flight() > 0 && choose_retransmission(t, o))
        return true;
    return choose_next(t, o);
}

// Does the burst end with a small segment (for Nagle)? One byte less than a full segment counts as full.
bool ends_small(const Tcb& t, u32 length) {
    const u32 one = tcp_segment_limit(t), tail = length % one;
    return tail != 0 && tail != one - 1;
}

// TCP_CORK holds back what does not fill a segment, until the program closes.
bool cork_holds(const Tcb& t, u32 available) {
    return t.config.cork && !t.fin_queued && available < tcp_segment_limit(t);
}

// If data wait and no data are in flight, only a window probe can open the window (RFC 9293 section 3.8.6.1).
void start_persist_timer(Tcb& t, Instant now) {
    if (t.state < TcpState::Established || t.state == TcpState::TimeWait) return;
    if (t.flight() != 0 || t.data_end() == t.snd_nxt || t.snd_nxt.after(t.data_end())) return;
    if (cork_holds(t, t.data_end().since(t.snd_nxt))) return;
    if (t.running(TcpTimer::Persist) || t.running(TcpTimer::Resend)) return;
    t.probes = t.window_probes = 0;
    t.stalled_at = now;
    tcp_schedule_window_probe(t, now);
}

}  // namespace

Outgoing tcp_segment_of(const Tcb& t, Seq from, Seq to) {
    const Seq end = earlier(to, t.data_end());
    const u32 length = end.after(from) ? end.since(from) : 0;
    Outgoing o{from, min(length, tcp_segment_limit(t))};
    add_fin_and_push(t, o);
    return o;
}

// RFC 5681 section 4.1: after an idle period the congestion window is no longer valid.
static void restart_after_idle(Tcb& t, Instant now) {
    if (t.flight() == 0 && t.last_sent.ns && now - t.last_sent > t.rtt.rto()) congestion_restart(t.cc);
}

void tcp_send_due(Tcb& t, Instant now) {
    if (t.state == TcpState::Closed) return;
    restart_after_idle(t, now);
    Outgoing o;
    while (!t.running(TcpTimer::Resend) && choose(t, o)) {
        const Seq new_data = t.snd_nxt;
        if (!tcp_transmit(t, o, now)) {
            t.set(TcpTimer::Resend, now + kResendDelay);
            break;
        }
        t.retransmit_now = false;
        if (o.seq == new_data && ends_small(t, o.length)) t.small_end = o.end();
    }
    start_persist_timer(t, now);
    if (t.ack_now) tcp_send_ack(t, now);
}

}  // namespace net
