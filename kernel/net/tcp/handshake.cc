// Active and passive open, and the states SYN-SENT and SYN-RECEIVED (RFC 9293 sections 3.5 and 3.10.7.3).
#include "net/proto/inet.h"
#include "net/tcp/engine.h"

namespace net {
namespace {

// RFC 7323 section 2.3: the smallest shift with which the window field can represent the whole buffer.
u8 scale_for(u32 receive_limit) {
    u8 scale = 0;
    while (scale < 14 && u32{65535} << scale < receive_limit) scale++;
    return scale;
}

void start_sending_at(Tcb& t, Seq isn) {
    t.iss = t.snd_una = t.snd_nxt = isn;
    t.snd_data = isn + 1;
    t.small_end = isn;
}

// Offers all options; tcp_take_options clears those that the peer does not send.
void offer_options(Tcb& t) {
    t.timestamps = t.sack = t.scaling = true;
    t.rcv_scale = scale_for(t.config.receive_limit);
}

// RCV.ADV starts with the window that our SYN has advertised, which is not scaled.
void start_receiving_at(Tcb& t, Seq irs) {
    t.irs = irs;
    t.rcv_nxt = t.last_ack_sent = irs + 1;
    t.rcv_adv = t.rcv_nxt + (t.config.receive_limit < 65535 ? t.config.receive_limit : 65535);
}

// The window in a SYN is never scaled.
void take_window(Tcb& t, const Segment& s, u8 scale) {
    t.snd_wnd = u32{s.window} << scale;
    t.max_snd_wnd = t.snd_wnd;
    t.snd_wl1 = s.seq;
    t.snd_wl2 = s.ack;
}

bool acknowledges_syn(const Tcb& t, const Segment& s) {
    return s.ack.after(t.iss) && s.ack.at_or_before(t.snd_nxt);
}

void syn_acknowledged(Tcb& t, const Segment& s, Instant now) {
    if (t.timing && s.ack.at_or_after(t.timed_end)) t.rtt.sample(now - t.timed_at);
    t.timing = false;
    t.snd_una = s.ack;
}

// First step of SYN-SENT: an ACK for something we never sent belongs to an old connection, which our RST
// ends. It may be a challenge ACK for our SYN (RFC 5961 section 4): then a SYN after the RST will succeed, so
// we send it at once. Only before the first timeout, as in Linux, to prevent an endless exchange.
bool check_first_ack(Tcb& t, const Segment& s, Instant now) {
    if (!s.flags.ack() || acknowledges_syn(t, s)) return true;
    if (s.flags.rst()) return false;
    tcp_refuse_ack(t, s.ack, now);
    if (t.retries == 0) t.set(TcpTimer::Retransmit, now);
    return false;
}

// Simultaneous open: both sides have sent a SYN, and both answer with a SYN-ACK.
void open_simultaneously(Tcb& t) {
    t.state = TcpState::SynReceived;
    t.retransmit_now = true;
}

}  // namespace

// RFC 5681 section 3.1: if the SYN or SYN-ACK was lost, the initial window is one segment.
void tcp_become_established(Tcb& t, Instant now) {
    const bool syn_lost = t.retransmits > 0;
    t.state = TcpState::Established;
    t.was_established = true;
    t.stop(TcpTimer::Retransmit);
    t.retries = 0;
    if (syn_lost) t.rtt.start_careful();
    t.cc.control = t.config.congestion;
    congestion_start(t.cc, t.payload_mss());
    if (syn_lost) t.cc.cwnd = t.cc.mss;
    t.small_end = t.snd_una;
    t.recover = t.snd_una - 1;
    t.retransmit_now = false;
    t.scoreboard.start(t.snd_una);
    t.hystart.start(t.snd_una);
    t.rack.fack = t.rack.end_seq = t.snd_una;
    t.last_received = now;
    if (t.config.keepalive) t.set(TcpTimer::Keepalive, now + t.config.keepalive_idle);
    t.events |= kTcpEstablished | kTcpWritable;
    if (t.fin_queued) t.state = TcpState::FinWait1;  // closed during the handshake
}

void tcp_open_active(Tcb& t, Seq isn, Instant now) {
    t.state = TcpState::SynSent;
    t.last_received = now;
    start_sending_at(t, isn);
    offer_options(t);
    tcp_look_at_route(t, now);
}

void tcp_open_passive(Tcb& t, const Segment& syn, Seq isn, Instant now) {
    t.state = TcpState::SynReceived;
    t.last_received = now;
    start_sending_at(t, isn);
    offer_options(t);
    tcp_look_at_route(t, now);
    tcp_take_options(t, syn, now);
    start_receiving_at(t, syn.seq);
    take_window(t, syn, 0);
}

// Section 3.10.7.3.
[[gnu::noinline]] void tcp_syn_sent(Tcb& t, Segment& s, Instant now) {
    if (!check_first_ack(t, s, now)) return;
    if (s.flags.rst()) {
        if (s.flags.ack()) tcp_fail(t, Errno::ConnRefused);
        return;
    }
    if (!s.flags.syn()) return;
    start_receiving_at(t, s.seq);
    tcp_take_options(t, s, now);
    take_window(t, s, 0);
    t.ack_now = true;
    if (!s.flags.ack()) return open_simultaneously(t);
    syn_acknowledged(t, s, now);
    tcp_become_established(t, now);
    tcp_take_text(t, s, now);
    tcp_take_fin(t, now);
}

// The part of the fifth step for SYN-RECEIVED. False: the ACK is not for our SYN-ACK.
[[gnu::noinline]] bool tcp_syn_received_ack(Tcb& t, const Segment& s, Instant now) {
    if (!acknowledges_syn(t, s)) {
        tcp_refuse_ack(t, s.ack, now);
        return false;
    }
    syn_acknowledged(t, s, now);
    tcp_become_established(t, now);
    take_window(t, s, t.snd_scale);
    return true;
}

}  // namespace net
