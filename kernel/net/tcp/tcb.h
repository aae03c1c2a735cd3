// The transmission control block: TCP's state of one connection, with the names of RFC 9293 section 3.3.1.
// Plain data: the functions that use it are in input.cc, output.cc, timers.cc and the files next to them.
// They take the time as an argument and take no locks: TcpConnection holds its lock during every call.
#pragma once

#include "abi/tcp_info.h"
#include "lib/errno.h"
#include "net/core/receive_buffer.h"
#include "net/tcp/congestion.h"
#include "net/tcp/hystart.h"
#include "net/tcp/out_of_order.h"
#include "net/tcp/prr.h"
#include "net/tcp/rack.h"
#include "net/tcp/rtt.h"
#include "net/tcp/scoreboard.h"
#include "net/tcp/segment.h"
#include "net/tcp/send_buffer.h"
#include "net/tcp/state.h"
#include "net/tcp/undo.h"
#include "net/wire/addr.h"

namespace net {

class Inet;

// Identifies a connection.
struct TcpKey {
    Ipv4Addr local, remote;
    u16 local_port = 0, remote_port = 0;
    bool operator==(const TcpKey&) const = default;
};

// The socket options of a connection, with their default values.
struct TcpConfig {
    u32 send_limit = 128 << 10;     // size of the send buffer in bytes
    u32 receive_limit = 128 << 10;  // size of the receive buffer: the maximum window
    u16 max_segment = 0;            // TCP_MAXSEG; 0: limited only by the path
    bool no_delay = false;          // TCP_NODELAY: no Nagle
    bool cork = false;              // TCP_CORK: full segments only
    bool keepalive = false;
    u8 keepalive_probes = 9;
    Duration keepalive_idle = seconds(7200), keepalive_interval = seconds(75);
    Duration user_timeout{};  // TCP_USER_TIMEOUT; 0: limited by the number of retries
    const CongestionControl* congestion = nullptr;
};

enum class TcpTimer : u8 {
    Retransmit,  // RFC 6298
    Persist,     // probes a closed window (RFC 9293 section 3.8.6.1)
    DelayedAck,  // RFC 1122 section 4.2.3.2
    Keepalive,   // RFC 1122 section 4.2.3.6
    Final,       // 2 MSL in TIME-WAIT; the timeout of FIN-WAIT-2
    Resend,      // the device had no room: send again
    Rack,        // RFC 8985: the end of a reordering window, or a tail loss probe
};
inline constexpr usize kTcpTimers = 7;

// Bits of Tcb::events: what the program must be notified of.
enum : u8 {
    kTcpReadable = 1,
    kTcpWritable = 2,
    kTcpEstablished = 4,
    kTcpFailed = 8,    // wakes all waiting threads
    kTcpStarved = 16,  // not for the program: data in order were dropped, out of mbufs
};

struct Tcb {
    Inet* inet = nullptr;
    TcpKey key;
    TcpConfig config;
    TcpState state = TcpState::Closed;

    // --- send sequence space
    Seq iss;
    Seq snd_una;      // oldest unacknowledged
    Seq snd_nxt;      // next to send: after everything ever sent
    Seq snd_data;     // the sequence number of the first byte in `send`
    u32 snd_wnd = 0;  // bytes
    u32 max_snd_wnd = 0;
    Seq small_end;         // end of the last segment sent that was not full (Nagle)
    Seq snd_wl1, snd_wl2;  // SEG.SEQ and SEG.ACK of the last window update
    SendBuffer send;
    bool fin_queued = false;  // the program has closed: a FIN is sent after the data

    // --- receive sequence space
    Seq irs;
    Seq rcv_nxt;
    Seq rcv_adv;  // RCV.NXT + RCV.WND as last advertised; never decreases
    ReceiveBuffer receive;
    OutOfOrder out_of_order;
    MbufAccount queued;  // the mbufs of `receive` and `out_of_order`
    SeqRange duplicate;  // received twice: the next ACK reports it (RFC 2883)
    bool has_duplicate = false;
    bool awaited = false;  // a thread waits for data
    Seq peer_fin;          // the sequence number of the peer's FIN
    bool has_peer_fin = false;
    bool discard = false;  // SHUT_RD: received data are discarded

    // --- options in use (RFC 7323, RFC 2018)
    u16 mss = 536;          // maximum bytes of data and options in a segment we send
    u16 receive_mss = 536;  // the largest amount of data received in one segment
    u8 snd_scale = 0, rcv_scale = 0;
    bool scaling = false, timestamps = false, sack = false;
    u32 ts_offset = 0;            // TSval is the time in ms plus this
    Instant last_timestamp_at{};  // the time in the last segment sent; never decreases
    u32 ts_recent = 0;
    Instant ts_recent_at{};
    Seq last_ack_sent;

    // --- loss recovery (recovery.cc)
    Scoreboard scoreboard;  // covers [SND.UNA, SND.NXT) once established
    Congestion cc;
    HyStart hystart;  // while ssthresh is unknown
    RttEstimator rtt;
    Rack rack;
    Prr prr;
    Undo undo;
    Seq recover;                  // SND.NXT when recovery began; it ends when this is acknowledged
    bool recovering = false;      // fast recovery
    bool after_timeout = false;   // lost data are retransmitted in slow start
    bool retransmit_now = false;  // send the segment at SND.UNA, whatever the window
    bool probing = false;         // a tail loss probe is in flight (TLP.end_seq is not None)
    bool probe_again = false;     // the probe is a retransmission (TLP.is_retrans)
    Seq probe_end;                // TLP.end_seq
    u8 dup_acks = 0;
    bool timing = false;   // the round trip of a segment is being measured
    Seq timed_end;         // the end of that segment
    Instant timed_at{};    // when it was sent
    u16 retries = 0;       // timeouts since the last new acknowledgment
    Instant stalled_at{};  // when the first of them expired, or the window closed
    Instant last_sent{};

    // --- acknowledging
    bool ack_now = false;
    bool refused_syn = false;    // a SYN was answered with a challenge ACK
    u8 challenges = 0;           // challenge ACKs sent since challenges_since
    Instant challenges_since{};  // (RFC 5961 section 7)

    // --- path, timers, errors
    u16 link_mtu = 1500, path_mtu = 1500;
    bool may_fragment = false;                // send without DF: routers must fragment the segments
    u16 peer_mss = 536;                       // from the peer's SYN
    u16 black_hole_mss = 0;                   // longer segments are lost without ICMP; 0: not detected
    Instant raise_mss_at = Instant::never();  // when to try longer segments again
    u16 raised_from = 0;                      // black_hole_mss before the last such attempt
    Instant raised_at{};                      // the time of that attempt
    u32 features = 0;                         // NetDevice::features of the device towards the peer
    Instant deadlines[kTcpTimers] = {Instant::never(), Instant::never(), Instant::never(), Instant::never(),
                                     Instant::never(), Instant::never(), Instant::never()};
    // The earliest deadline that was set since the connection last set its timer.
    Instant soonest = Instant::never();
    u8 probes = 0;         // unanswered keepalive or window probes
    u8 window_probes = 0;  // all since the window closed, answered or not
    Instant last_received{};
    bool was_established = false;
    bool orphan = false;             // the program has closed the socket
    Errno error = Errno::None;       // SO_ERROR: why it failed, until it is reported
    Errno soft_error = Errno::None;  // from ICMP; reported if the connection times out
    u8 events = 0;

    // --- for TCP_INFO
    u32 retransmits = 0;
    u32 dsacks = 0;  // retransmits that the peer reported as duplicates
    u64 bytes_sent = 0, bytes_received = 0;

    // The sequence number after the last byte of data; the FIN has this number.
    Seq data_end() const { return snd_data + send.bytes(); }
    bool fin_acked() const { return fin_queued && snd_una.after(data_end()); }
    u32 flight() const { return snd_nxt.since(snd_una); }
    u32 rcv_wnd() const { return rcv_adv.since(rcv_nxt); }
    bool has_sacks() const { return sack && (has_duplicate || !out_of_order.empty()); }
    // False: nothing new, nothing again, and no ACK.
    bool has_something_to_send() const {
        return data_end() + u32{fin_queued} != snd_nxt || ack_now || retransmit_now || scoreboard.lost();
    }
    // The maximum data in a segment without SACK blocks.
    u32 payload_mss() const { return mss - (timestamps ? 12u : 0u); }

    Instant deadline(TcpTimer which) const { return deadlines[static_cast<usize>(which)]; }
    bool running(TcpTimer which) const { return deadline(which) != Instant::never(); }
    void set(TcpTimer which, Instant due) {
        deadlines[static_cast<usize>(which)] = due;
        if (due < soonest) soonest = due;
    }
    void stop(TcpTimer which) { deadlines[static_cast<usize>(which)] = Instant::never(); }
    void stop_all() {
        for (Instant& d : deadlines) d = Instant::never();
        soonest = Instant::never();
    }
};

// --- the interface of the engine. Call all with the connection's lock held. They may send; they never sleep.

// Starts an active open; tcp_output sends the SYN. `isn`: from TcpSecrets.
void tcp_open_active(Tcb& t, Seq isn, Instant now);
// Starts a passive open for a received SYN; tcp_output sends the SYN-ACK.
void tcp_open_passive(Tcb& t, const Segment& syn, Seq isn, Instant now);
// SEGMENT ARRIVES (RFC 9293 section 3.10.7) in any state except CLOSED and LISTEN.
void tcp_segment_arrives(Tcb& t, Segment& s, Instant now);
// Sends everything that is due and allowed.
void tcp_send_due(Tcb& t, Instant now);
inline void tcp_output(Tcb& t, Instant now) {
    if (t.has_something_to_send()) tcp_send_due(t, now);
}
// Handles all timers that have expired, and sends.
void tcp_timers(Tcb& t, Instant now);
// Adjusts the timers after a change of `config`.
void tcp_config_changed(Tcb& t, Instant now);
void tcp_fill_timer(const Tcb& t, tcp_info& info, Instant now);
// CLOSE: sends the data in the send buffer, then a FIN.
void tcp_close(Tcb& t, Instant now);
// The program has closed the socket: CLOSE, and received data are no longer read.
void tcp_orphan(Tcb& t, Instant now);
// ABORT: sends a RST (in SYN-RECEIVED to FIN-WAIT-2) and ends the connection. `why`: the program's error.
void tcp_abort(Tcb& t, Errno why, Instant now);
// Ends the connection without sending anything.
void tcp_fail(Tcb& t, Errno why);
// ICMP reports that our segment with sequence number `seq` was lost. mtu: the next hop's MTU if the segment
// was too long (0: unknown).
void tcp_unreachable(Tcb& t, Seq seq, Errno why, u16 mtu, Instant now);
// After the program has read data. True: the window has grown enough for an update, which tcp_output sends.
[[nodiscard]] bool tcp_after_read(Tcb& t);
void tcp_fill_info(const Tcb& t, tcp_info& info);

}  // namespace net
