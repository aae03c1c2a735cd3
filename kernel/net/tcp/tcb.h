// The transmission control block: all that TCP knows of one connection, under the names RFC 9293
// section 3.3.1 gives it. Plain data: the functions that work on it are in input.cc, output.cc, timers.cc and
// around them. They take the time as an argument, and no locks: TcpConnection holds its own around every
// call.
#pragma once

#include "abi/tcp_info.h"
#include "lib/errno.h"
#include "net/tcp/congestion.h"
#include "net/tcp/hystart.h"
#include "net/tcp/out_of_order.h"
#include "net/tcp/prr.h"
#include "net/tcp/rack.h"
#include "net/tcp/receive_buffer.h"
#include "net/tcp/rtt.h"
#include "net/tcp/scoreboard.h"
#include "net/tcp/segment.h"
#include "net/tcp/send_buffer.h"
#include "net/tcp/state.h"
#include "net/tcp/undo.h"
#include "net/wire/addr.h"

namespace net {

class Inet;

// Who talks to whom.
struct TcpKey {
    Ipv4Addr local, remote;
    u16 local_port = 0, remote_port = 0;
    bool operator==(const TcpKey&) const = default;
};

// What a connection may be told by its program; the values are those of a new one.
struct TcpConfig {
    u32 send_limit = 128 << 10;     // bytes of the send buffer
    u32 receive_limit = 128 << 10;  // of the receive buffer: the window
    u16 max_segment = 0;            // TCP_MAXSEG: 0, as much as the path takes
    bool no_delay = false;          // TCP_NODELAY: no Nagle
    bool cork = false;              // TCP_CORK: full segments only
    bool keepalive = false;
    u8 keepalive_probes = 9;
    Duration keepalive_idle = seconds(7200), keepalive_interval = seconds(75);
    Duration user_timeout{};  // TCP_USER_TIMEOUT; 0: by the number of retries
    const CongestionControl* congestion = nullptr;
};

enum class TcpTimer : u8 {
    Retransmit,  // RFC 6298
    Persist,     // probes a closed window (RFC 9293 section 3.8.6.1)
    DelayedAck,  // RFC 1122 section 4.2.3.2
    Keepalive,   // RFC 1122 section 4.2.3.6
    Final,       // 2 MSL in TIME-WAIT; the patience of FIN-WAIT-2
    Resend,      // the device had no room
    Rack,        // RFC 8985: a reordering window ends, or a tail loss probe is due
};
inline constexpr usize kTcpTimers = 7;

// Bits of Tcb::events: what the program has to be told.
enum : u8 {
    kTcpReadable = 1,
    kTcpWritable = 2,
    kTcpEstablished = 4,
    kTcpFailed = 8,    // all who wait must wake
    kTcpStarved = 16,  // not for the program: data in order found no room
};

struct Tcb {
    Inet* inet = nullptr;
    TcpKey key;
    TcpConfig config;
    TcpState state = TcpState::Closed;

    // --- send sequence space
    Seq iss;
    Seq snd_una;      // oldest unacknowledged
    Seq snd_nxt;      // next to send, above all that was ever sent
    Seq snd_data;     // of the first byte in `send`
    u32 snd_wnd = 0;  // bytes
    u32 max_snd_wnd = 0;
    Seq small_end;         // of the last segment sent that was not full (Nagle)
    Seq snd_wl1, snd_wl2;  // SEG.SEQ and SEG.ACK of the last window update
    SendBuffer send;
    bool fin_queued = false;  // the program has closed: a FIN follows the data

    // --- receive sequence space
    Seq irs;
    Seq rcv_nxt;
    Seq rcv_adv;  // RCV.NXT + RCV.WND as the peer knows it: never steps back
    ReceiveBuffer receive;
    OutOfOrder early;
    MbufAccount queued;  // the mbufs of these two
    SeqRange duplicate;  // received twice: the next ACK reports it (RFC 2883)
    bool has_duplicate = false;
    bool awaited = false;  // a program sleeps until data come
    Seq peer_fin;          // where the peer's FIN is
    bool has_peer_fin = false;
    bool discard = false;  // the program does not want to read any more

    // --- options in use (RFC 7323, RFC 2018)
    u16 mss = 536;          // most bytes of data and options in a segment we send
    u16 receive_mss = 536;  // the most data a segment brought so far
    u8 snd_scale = 0, rcv_scale = 0;
    bool scaling = false, timestamps = false, sack = false;
    u32 ts_offset = 0;  // TSval is the time in ms and this
    Instant told_at{};  // the time in the last segment sent: never steps back
    u32 ts_recent = 0;
    Instant ts_recent_at{};
    Seq last_ack_sent;

    // --- loss recovery (recovery.cc)
    Scoreboard scoreboard;  // of [SND.UNA, SND.NXT) once established
    Congestion cc;
    HyStart hystart;  // while ssthresh is unknown
    RttEstimator rtt;
    Rack rack;
    Prr prr;
    Undo undo;
    Seq recover;                  // recovery ends when this is acknowledged: SND.NXT when it began
    bool recovering = false;      // fast recovery
    bool after_timeout = false;   // what was lost is sent again in slow start
    bool retransmit_now = false;  // the segment at SND.UNA is due, whatever the window says
    bool probing = false;         // a tail loss probe is on its way (TLP.end_seq is not None)
    bool probe_again = false;     // it repeats data (TLP.is_retrans)
    Seq probe_end;                // TLP.end_seq
    u8 dup_acks = 0;
    bool timing = false;   // a segment is timed, up to
    Seq timed_end;         // here, since
    Instant timed_at{};    // then
    u16 retries = 0;       // timeouts since something was last acknowledged
    Instant stalled_at{};  // when the first of them expired, or the window closed
    Instant last_sent{};

    // --- acknowledging
    bool ack_now = false;
    bool refused_syn = false;    // a SYN was answered with a challenge ACK
    u8 challenges = 0;           // challenge ACKs sent since
    Instant challenges_since{};  // then (RFC 5961 section 7)

    // --- the world around
    u16 link_mtu = 1500, path_mtu = 1500;
    bool may_fragment = false;                // segments go without DF: routers must fragment them
    u16 peer_mss = 536;                       // as the peer's SYN said
    u16 black_hole_mss = 0;                   // longer segments vanish, and no router tells; 0: no sign of it
    Instant raise_mss_at = Instant::never();  // when to try longer ones again
    u16 raised_from = 0;                      // black_hole_mss before the last such try,
    Instant raised_at{};                      // which was then
    u32 features = 0;                         // NetDevice's, of the device towards the peer
    Instant deadlines[kTcpTimers] = {Instant::never(), Instant::never(), Instant::never(), Instant::never(),
                                     Instant::never(), Instant::never(), Instant::never()};
    u8 probes = 0;         // keepalive or window probes nobody answered
    u8 window_probes = 0;  // since the window closed, answered or not
    Instant heard_at{};
    bool was_established = false;
    bool orphan = false;             // no program has it any more
    Errno error = Errno::None;       // why it failed, until the program was told
    Errno soft_error = Errno::None;  // what ICMP said meanwhile
    u8 events = 0;

    // --- for TCP_INFO
    u32 retransmits = 0;
    u32 dsacks = 0;  // of them, those that the peer reported as needless
    u64 bytes_sent = 0, bytes_received = 0;

    // Above the last byte of data; a FIN has this sequence number.
    Seq data_end() const { return snd_data + send.bytes(); }
    bool fin_sent() const { return fin_queued && snd_nxt.after(data_end()); }
    bool fin_acked() const { return fin_queued && snd_una.after(data_end()); }
    u32 flight() const { return snd_nxt.since(snd_una); }
    u32 rcv_wnd() const { return rcv_adv.since(rcv_nxt); }
    // Data in a segment without SACK blocks.
    u32 payload_mss() const { return mss - (timestamps ? 12u : 0u); }

    Instant& deadline(TcpTimer which) { return deadlines[static_cast<usize>(which)]; }
    void stop(TcpTimer which) { deadline(which) = Instant::never(); }
    bool running(TcpTimer which) const { return deadlines[static_cast<usize>(which)] != Instant::never(); }
};

// --- the interface of the engine. All with the connection's lock held; they send, and never wait.

// Begins an active open: a SYN is due. `isn` unpredictable (isn.h).
void tcp_open_active(Tcb& t, Seq isn, Instant now);
// Begins a passive one with a SYN that arrived: a SYN-ACK is due.
void tcp_open_passive(Tcb& t, const Segment& syn, Seq isn, Instant now);
// SEGMENT ARRIVES (RFC 9293 section 3.10.7) in any state but CLOSED and LISTEN.
void tcp_segment_arrives(Tcb& t, Segment& s, Instant now);
// Sends whatever is due and allowed.
void tcp_output(Tcb& t, Instant now);
// Does what is due by time.
void tcp_timers(Tcb& t, Instant now);
Instant tcp_next_deadline(const Tcb& t);
// The program has changed `config`: brings the timers in line with it.
void tcp_config_changed(Tcb& t, Instant now);
void tcp_fill_timer(const Tcb& t, tcp_info& info, Instant now);
// CLOSE: no more from the program; what was written goes out, then a FIN.
void tcp_close(Tcb& t, Instant now);
// The program gave it up: close, and nobody will read.
void tcp_orphan(Tcb& t, Instant now);
// ABORT: a RST if the peer knows of us, and the end. `why` is what the program hears.
void tcp_abort(Tcb& t, Errno why, Instant now);
// The end without a word.
void tcp_fail(Tcb& t, Errno why);
// ICMP: a packet of ours whose first sequence number is `seq` was lost, and why. mtu: of the next hop, when
// the packet was too big for it.
void tcp_unreachable(Tcb& t, Seq seq, Errno why, u16 mtu, Instant now);
// The program has read: tells the peer if that opens the window noticeably.
void tcp_after_read(Tcb& t, Instant now);
void tcp_fill_info(const Tcb& t, tcp_info& info);

}  // namespace net
