// Tail loss probes (RFC 8985 section 7): if the last segments of a flight are lost, no later segment triggers
// SACKs. So after two round trips without an ACK, one more segment is sent; its ACK starts fast recovery long
// before the retransmission timer expires.
#include "net/proto/inet.h"
#include "net/tcp/engine.h"

namespace net {
namespace {

// How long the peer may delay the ACK of a single segment (TLP.max_ack_delay).
constexpr Duration kMaxAckDelay = milliseconds(200);
// For scheduling delays on both sides: on a fast link, two round trips are too short.
constexpr Duration kMinMargin = milliseconds(2);

bool may_probe(const Tcb& t) {
    if (!t.sack || t.probing || t.recovering || t.after_timeout || t.flight() == 0) return false;
    return t.scoreboard.sacked() == 0 && is_synchronized(t.state) && !t.running(TcpTimer::Persist);
}

// Section 7.2.
Duration probe_timeout(const Tcb& t) {
    if (t.rtt.srtt().ns == 0) return seconds(1);
    const bool one_segment = t.flight() <= t.payload_mss();
    return t.rtt.srtt() * 2 + (one_segment ? kMaxAckDelay : kMinMargin);
}

}  // namespace

void tcp_schedule_tail_probe(Tcb& t, Instant now) {
    if (!may_probe(t)) return;
    const Instant due = now + probe_timeout(t);
    // If the retransmission timer expires first, it sends the probe (timers.cc).
    t.set(TcpTimer::Rack, due < t.deadline(TcpTimer::Retransmit) ? due : Instant::never());
}

// Section 7.3: sends new data if available and allowed by the peer's window, else the last segment again. The
// probe may exceed the congestion window.
bool tcp_send_tail_probe(Tcb& t, Instant now) {
    if (!may_probe(t)) return false;
    const u32 mss = t.payload_mss();
    const u32 unsent = t.data_end().after(t.snd_nxt) ? t.data_end().since(t.snd_nxt) : 0;
    const u32 offered = t.snd_wnd > t.flight() ? t.snd_wnd - t.flight() : 0;
    u32 n = unsent < mss ? unsent : mss;
    if (offered < n) n = offered;
    Seq from = t.snd_nxt;
    t.probe_again = n == 0;
    if (t.probe_again) from = t.snd_nxt - (t.flight() < mss ? t.flight() : mss);
    const Seq to = t.probe_again ? t.snd_nxt : from + n;
    t.probing = true;
    t.probe_end = later(t.snd_nxt, to);
    t.inet->bump(Stat::tcp_tail_probes);
    (void)tcp_transmit(t, tcp_segment_of(t, from, to), now);
    t.set(TcpTimer::Retransmit, now + tcp_rto(t));
    return true;
}

// Section 7.4: if the probe has repaired a loss, the window is reduced, although there was no recovery.
void tcp_tail_probe_answered(Tcb& t, const AckNews& news) {
    if (!t.probing || t.snd_una.before(t.probe_end)) return;
    const bool repaired = t.probe_again && !news.dsack && t.snd_una.after(t.probe_end);
    const bool undecided = t.probe_again && !news.dsack && !repaired && !news.duplicate;
    if (undecided) return;
    t.probing = false;
    if (!repaired || t.recovering || t.after_timeout) return;
    t.cc.control->reduce(t.cc, t.flight());
    t.cc.cwnd = t.cc.ssthresh;
}

}  // namespace net
