// The end of connections: CLOSE and ABORT (RFC 9293 sections 3.10.4 and 3.10.5), failures, ICMP errors.
#include "net/proto/inet.h"
#include "net/tcp/engine.h"

namespace net {

const char* name_of(TcpState s) {
    static constexpr const char* kNames[] = {"CLOSED",      "LISTEN",     "SYN-SENT",   "SYN-RECEIVED",
                                             "ESTABLISHED", "CLOSE-WAIT", "FIN-WAIT-1", "FIN-WAIT-2",
                                             "CLOSING",     "LAST-ACK",   "TIME-WAIT"};
    return kNames[static_cast<usize>(s)];
}

// Data in the receive buffer can still be read, as long as the connection exists.
void tcp_fail(Tcb& t, Errno why) {
    t.state = TcpState::Closed;
    if (t.error == Errno::None) t.error = why;
    t.stop_all();
    t.send.clear();
    t.out_of_order.clear(t.queued);
    t.scoreboard.start(t.snd_nxt);
    t.snd_una = t.snd_nxt;
    t.ack_now = false;
    t.events |= kTcpFailed | kTcpReadable | kTcpWritable;
}

void tcp_close(Tcb& t, Instant now) {
    switch (t.state) {
        case TcpState::SynSent: return tcp_fail(t, Errno::None);
        case TcpState::SynReceived: break;
        case TcpState::Established: t.state = TcpState::FinWait1; break;
        case TcpState::CloseWait: t.state = TcpState::LastAck; break;
        default: return;
    }
    t.fin_queued = true;
    tcp_output(t, now);
}

// RFC 2525 section 2.17: unread data are lost, so the connection is reset to inform the peer.
void tcp_orphan(Tcb& t, Instant now) {
    t.orphan = true;
    if (t.retries == 0 || t.snd_wnd == 0) t.stalled_at = now;  // the orphan timeout starts
    if (t.receive.bytes() > 0) return tcp_abort(t, Errno::None, now);
    tcp_close(t, now);
    if (t.state == TcpState::FinWait2) t.set(TcpTimer::Final, now + kFinWait2Timeout);
}

void tcp_abort(Tcb& t, Errno why, Instant now) {
    if (t.state >= TcpState::SynReceived && t.state <= TcpState::FinWait2) tcp_send_reset(t, now);
    tcp_fail(t, why);
}

// --- ICMP

// RFC 5927: ignored unless the quoted sequence number is in flight. An established connection is never
// aborted: with the "hard" errors of RFC 1122 section 4.2.3.9, a forged message could end it.
void tcp_unreachable(Tcb& t, Seq seq, Errno why, u16 mtu, Instant now) {
    if (seq.before(t.snd_una) || !seq.before(t.snd_nxt)) return;
    if (why == Errno::MsgSize) return tcp_packet_too_big(t, mtu, now);
    const bool hard = why == Errno::ConnRefused || why == Errno::NoProtoOpt;
    if (hard && t.state == TcpState::SynSent) return tcp_fail(t, Errno::ConnRefused);
    t.soft_error = why;
}

// --- TCP_INFO

static u8 linux_number(TcpState s) {
    static constexpr u8 kNumbers[] = {TCP_CLOSE,       TCP_LISTEN,     TCP_SYN_SENT,  TCP_SYN_RECV,
                                      TCP_ESTABLISHED, TCP_CLOSE_WAIT, TCP_FIN_WAIT1, TCP_FIN_WAIT2,
                                      TCP_CLOSING,     TCP_LAST_ACK,   TCP_TIME_WAIT};
    return kNumbers[static_cast<usize>(s)];
}

void tcp_fill_info(const Tcb& t, tcp_info& info) {
    info = {};
    info.tcpi_state = linux_number(t.state);
    info.tcpi_retransmits = static_cast<u8>(t.retries < 255 ? t.retries : 255);
    info.tcpi_backoff = t.rtt.backoff();
    info.tcpi_options = static_cast<u8>((t.timestamps ? TCPI_OPT_TIMESTAMPS : 0) |
                                        (t.sack ? TCPI_OPT_SACK : 0) | (t.scaling ? TCPI_OPT_WSCALE : 0));
    info.tcpi_rto = static_cast<u32>(t.rtt.rto().us());
    info.tcpi_rtt = static_cast<u32>(t.rtt.srtt().us());
    info.tcpi_rttvar = static_cast<u32>(t.rtt.rttvar().us());
    info.tcpi_snd_mss = t.payload_mss();
    info.tcpi_rcv_mss = t.receive_mss;
    info.tcpi_snd_cwnd = t.cc.cwnd;
    info.tcpi_snd_ssthresh = t.cc.ssthresh;
    info.tcpi_snd_wnd = t.snd_wnd;
    info.tcpi_rcv_wnd = t.rcv_wnd();
    info.tcpi_unacked = t.flight();
    const i32 not_sent = t.data_end() - t.snd_nxt;
    info.tcpi_notsent = not_sent > 0 ? static_cast<u32>(not_sent) : 0;
    info.tcpi_rcv_queue = t.receive.bytes();
    info.tcpi_total_retrans = t.retransmits;
    info.tcpi_pmtu = t.path_mtu;
    info.tcpi_bytes_sent = t.bytes_sent;
    info.tcpi_bytes_received = t.bytes_received;
}

}  // namespace net
