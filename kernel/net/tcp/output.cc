// What to send next: data the windows allow, a FIN after the last of it, else an acknowledgment if one is
// due.
#include "net/core/netdev.h"
#include "net/tcp/engine.h"

namespace net {
namespace {

// Most data of one call to the device with segmentation: an IP packet's length field counts it all.
constexpr u32 kMostAtOnce = 65535 - 60 - 60;

u32 segment_limit(const Tcb& t) { return tcp_segment_limit(t); }

u32 burst_limit(const Tcb& t) {
    const u32 one = segment_limit(t);
    if (!(t.features & NetDevice::kTcpSegments)) return one;
    return kMostAtOnce / one * one;
}

// Nagle's algorithm (RFC 9293 section 3.7.4) in Minshall's form: a small segment waits while another small
// one is unacknowledged. The end of a long write need not wait for the ACK of its own beginning.
bool nagle_holds(const Tcb& t) {
    return t.config.cork || (!t.config.no_delay && t.small_end.after(t.snd_una));
}

// And the sender's silly window avoidance (section 3.8.6.2.1): a small segment is worth sending when it is
// all there is, or a good part of what the peer ever had room for.
bool worth_sending(const Tcb& t, const Outgoing& o, u32 available) {
    if (o.length >= segment_limit(t)) return true;
    if (o.flags & TcpFlags::Fin) return true;
    if (o.length == available && !nagle_holds(t)) return true;
    return t.max_snd_wnd > 0 && o.length >= (t.max_snd_wnd + 1) / 2;
}

// The flags of a segment of data that is decided upon.
void add_fin_and_push(const Tcb& t, Outgoing& o) {
    o.flags = TcpFlags::Ack;
    if (o.seq + o.length != t.data_end()) return;
    if (o.length > 0) o.flags |= TcpFlags::Psh;
    if (t.fin_queued) o.flags |= TcpFlags::Fin;
}

// SYN and SYN-ACK take the place of data until they are acknowledged.
bool choose_syn(const Tcb& t, Outgoing& o) {
    if (t.snd_nxt != t.iss && !t.retransmit_now) return false;
    const u16 ack = t.state == TcpState::SynReceived ? TcpFlags::Ack : 0;
    o = {t.iss, 0, static_cast<u16>(TcpFlags::Syn | ack)};
    return true;
}

u32 least(u32 a, u32 b) { return a < b ? a : b; }

// What is lost goes first, where the windows have room for it; the segment at SND.UNA at once when it is due.
// If nothing up to SND.NXT has arrived, new data fill the segment up.
bool choose_retransmission(Tcb& t, Outgoing& o) {
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

// How many bytes may go out at SND.NXT.
u32 usable_window(const Tcb& t) {
    const u32 out = t.snd_nxt.since(t.snd_una);
    const u32 offered = t.snd_wnd > out ? t.snd_wnd - out : 0;
    return least(offered, tcp_congestion_room(t));
}

// How many of the `length` bytes that may go out do so at once; where they are several segments, the device
// cuts them. Those must be full: a small one at the end goes along only if nothing follows, and Nagle agrees.
// But a whole number of them is avoided, for QEMU's E1000 sends an empty one behind the last. That is a byte
// short, therefore; and when nothing follows that could take this byte, they go one by one. So they do before
// a last one of a few bytes, which would make a frame shorter than Ethernet's least: nobody pads what the
// device has cut.
u32 burst_length(const Tcb& t, u32 length, u32 available) {
    constexpr u32 kLeastTail = 6;  // of the 60 bytes, headers take 54
    const u32 one = segment_limit(t), tail = length % one;
    if (length <= one) return length;
    const bool is_end = length == available, cuts_well = tail >= kLeastTail;
    if (cuts_well && is_end && (t.fin_queued || !nagle_holds(t))) return length;
    length -= tail;
    if (length == one || (is_end && !cuts_well)) return one;
    return length - 1;
}

// A burst costs little more than a segment, so a few large ones are better than one for each ACK: while
// others are on their way, whose ACKs will make room for more, a small part of the window is not worth it. On
// a long path it is: there the window is what limits, and bursts fill queues.
constexpr Duration kLongPath = milliseconds(10);
bool better_later(const Tcb& t, u32 room, u32 available) {
    if (!(t.features & NetDevice::kTcpSegments) || room >= available || t.flight() == 0) return false;
    if (t.dup_acks > 0 || !t.scoreboard.is_plain() || t.rtt.srtt() >= kLongPath) return false;
    return room < least(t.snd_wnd, t.cc.cwnd) / 3 && room < burst_limit(t);
}

bool choose_next(Tcb& t, Outgoing& o) {
    const Seq end = t.data_end();
    if (t.snd_nxt.after(end)) return false;  // the FIN is out
    const u32 available = end.since(t.snd_nxt);
    if (available == 0 && !t.fin_queued) return false;
    const u32 room = usable_window(t);
    if (better_later(t, room, available)) return false;
    o = {t.snd_nxt, burst_length(t, least(least(available, room), burst_limit(t)), available)};
    add_fin_and_push(t, o);
    if (o.length == 0 && !(o.flags & TcpFlags::Fin)) return false;
    return worth_sending(t, o, available);
}

bool choose(Tcb& t, Outgoing& o) {
    if (t.state == TcpState::SynSent || t.state == TcpState::SynReceived) return choose_syn(t, o);
    if (t.state < TcpState::Established || t.state == TcpState::TimeWait) return false;
    if ((t.retransmit_now || t.scoreboard.lost()) && t.flight() > 0 && choose_retransmission(t, o))
        return true;
    return choose_next(t, o);
}

// Nagle's small segment. The last of a burst may be a byte short and is a full one still.
bool ends_small(const Tcb& t, u32 length) {
    const u32 one = segment_limit(t), tail = length % one;
    return tail != 0 && tail != one - 1;
}

// Data wait, nothing is on its way whose ACK could open the window: then only a probe can (RFC 9293
// section 3.8.6.1).
void watch_the_window(Tcb& t, Instant now) {
    if (t.state < TcpState::Established || t.state == TcpState::TimeWait) return;
    if (t.flight() != 0 || t.data_end() == t.snd_nxt || t.snd_nxt.after(t.data_end()) || t.config.cork)
        return;
    if (t.running(TcpTimer::Persist) || t.running(TcpTimer::Resend)) return;
    t.probes = t.window_probes = 0;
    t.stalled_at = now;
    tcp_schedule_window_probe(t, now);
}

}  // namespace

Outgoing tcp_segment_of(const Tcb& t, Seq from, Seq to) {
    const Seq end = earlier(to, t.data_end());
    const u32 length = end.after(from) ? end.since(from) : 0;
    Outgoing o{from, least(length, segment_limit(t))};
    add_fin_and_push(t, o);
    return o;
}

// RFC 5681 section 4.1: after a silence the window is not trusted.
static void restart_after_idle(Tcb& t, Instant now) {
    if (t.flight() == 0 && t.last_sent.ns && now - t.last_sent > t.rtt.rto()) congestion_restart(t.cc);
}

void tcp_output(Tcb& t, Instant now) {
    if (t.state == TcpState::Closed) return;
    restart_after_idle(t, now);
    Outgoing o;
    while (!t.running(TcpTimer::Resend) && choose(t, o)) {
        const Seq new_data = t.snd_nxt;
        if (!tcp_transmit(t, o, now)) {
            t.deadline(TcpTimer::Resend) = now + kResendDelay;
            break;
        }
        t.retransmit_now = false;
        if (o.seq == new_data && ends_small(t, o.length)) t.small_end = o.end();  // Nagle's small segment
    }
    watch_the_window(t, now);
    if (t.ack_now) tcp_send_ack(t, now);
}

}  // namespace net
