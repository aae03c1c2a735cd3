// What the engine's files share with each other; nobody else includes this.
#pragma once

#include "net/core/stats.h"
#include "net/tcp/tcb.h"

namespace net {

// Times and limits. Retries are bounded by number and, through the backoff, by time.
inline constexpr Duration kDelayedAck = milliseconds(40);  // RFC 1122: below 500 ms
inline constexpr Duration kTimeWait = seconds(60);         // 2 MSL, with the MSL everybody uses
inline constexpr Duration kFinWait2Patience = seconds(60);
inline constexpr Duration kResendDelay = milliseconds(5);
inline constexpr Duration kMinPersist = milliseconds(500), kMaxPersist = seconds(60);
inline constexpr u8 kSynRetries = 6;     // 127 s
inline constexpr u8 kSynAckRetries = 5;  // 63 s
inline constexpr u8 kDataRetries = 15;   // 13 minutes or more: RFC 1122's R2 is at least 100 s
inline constexpr u8 kOrphanRetries = 8;  // nobody waits for it
inline constexpr Duration kOrphanPatience = seconds(100);  // with a closed window
inline constexpr u8 kSoftErrorRetries = 3;                 // SYNs after which ICMP's word is taken
inline constexpr u32 kTcpIpHeaders = 40;

// RFC 6191 section 2: does a SYN begin a new incarnation of a connection in TIME-WAIT? If its timestamp, or
// else its sequence number, is above all of the old one's.
bool tcp_begins_anew(const Segment& s, Seq rcv_nxt, bool timestamps, u32 ts_recent);

// --- output

struct Outgoing {
    Seq seq;
    u32 length = 0;
    u16 flags = 0;
    // Sequence numbers it takes, SYN and FIN included.
    Seq end() const { return seq + length + u32{(flags & (TcpFlags::Syn | TcpFlags::Fin)) != 0}; }
};
// Sends one segment (or many, with TcpSegments). False: no memory or no room in the device.
bool tcp_transmit(Tcb& t, const Outgoing& o, Instant now);
// A segment without data.
void tcp_send_ack(Tcb& t, Instant now);
// The same when a segment looks forged, as often as RFC 5961 section 7 allows.
void tcp_challenge(Tcb& t, Instant now);
// A RST at SND.NXT, with an ACK of what was received: this connection ends.
void tcp_send_reset(Tcb& t, Instant now);
// Answers an ACK of something that this connection never sent: <SEQ=SEG.ACK><CTL=RST>, as RFC 9293 section
// 3.10.7 wants it. Without an ACK of its own, for we know nothing of what that peer has sent.
void tcp_refuse_ack(Tcb& t, Seq ack, Instant now);
// What we would advertise now: bytes beyond RCV.NXT, of which the peer may not have heard.
u32 tcp_window(const Tcb& t);
u32 tcp_timestamp(const Tcb& t, Instant now);
// Options of a segment, at `to`; their length, a multiple of 4.
usize tcp_emit_options(const Tcb& t, bool syn, Instant now, u8* to);
usize tcp_options_length(const Tcb& t);  // of one without SYN
// Sets the timer for the next probe of a closed window.
void tcp_schedule_window_probe(Tcb& t, Instant now);

// --- the size of segments (packetization.cc)

// Most bytes of data in a segment, whose header has the options that it would have now. Whoever cuts data
// into segments, the device included, cuts by this.
u32 tcp_segment_limit(const Tcb& t);
// The most we tell a peer to send, as Linux does: what the link carries, but never less than 256 bytes.
constexpr u16 tcp_advertised_mss(usize link_mtu) {
    return link_mtu < 256 + kTcpIpHeaders ? u16{256} : static_cast<u16>(link_mtu - kTcpIpHeaders);
}
void tcp_set_mss(Tcb& t, u16 peer_mss);
// Looks up which device leads to the peer, and what is known of the path.
void tcp_look_at_route(Tcb& t, Instant now);
// IP has refused a segment as longer than the path's MTU. True: segments will be smaller, so try again.
bool tcp_refused_as_too_big(Tcb& t, Instant now);
// A router has dropped a segment of ours that is in flight, for the next hop takes only `told` bytes (0: it
// does not tell).
void tcp_packet_too_big(Tcb& t, u16 told, Instant now);
// At a timeout, before it is counted. True: segments will be smaller from now on.
bool tcp_black_hole(Tcb& t, Instant now);
// Some time has passed with small segments (Tcb::raise_mss_at): tries larger ones again.
void tcp_raise_mss(Tcb& t, Instant now);

// --- input, step by step. True: go on with the next step.

bool tcp_check_sequence(Tcb& t, Segment& s, Instant now);
bool tcp_check_ack(Tcb& t, Segment& s, Instant now);
void tcp_take_options(Tcb& t, const Segment& syn, Instant now);
void tcp_syn_sent(Tcb& t, Segment& s, Instant now);
// What tcp_check_ack does first in SYN-RECEIVED. False: the ACK is for another connection.
bool tcp_syn_received_ack(Tcb& t, const Segment& s, Instant now);
void tcp_take_text(Tcb& t, Segment& s, Instant now);
void tcp_take_fin(Tcb& t, Instant now);
// The data in this range were received before; the peer is told (RFC 2883). Nothing, if it is empty.
void tcp_note_duplicate(Tcb& t, SeqRange r);
void tcp_enter_time_wait(Tcb& t, Instant now);
void tcp_become_established(Tcb& t, Instant now);

// --- loss recovery

// What one ACK says about what was sent. Bytes.
struct AckNews {
    u32 flight = 0;          // was on its way before it
    u32 acked = 0;           // data acknowledged
    u32 delivered = 0;       // acknowledged or newly in SACK blocks: RFC 6937's DeliveredData
    u32 lost = 0;            // found to be lost
    bool advanced = false;   // SND.UNA has moved
    bool sacked = false;     // a SACK block brought news
    bool dsack = false;      // the peer received something twice (RFC 2883)
    bool original = false;   // of what was delivered, something below `recover` had been sent only once
    bool duplicate = false;  // RFC 5681 section 2's duplicate ACK
};

// After the scoreboard has been told of an ACK: decides about recovery, and sets the congestion window.
void tcp_recover(Tcb& t, const Segment& s, AckNews& news, Instant now);
// The retransmission timer expired.
void tcp_recover_timeout(Tcb& t, Instant now);
// RACK's timer expired.
void tcp_rack_expired(Tcb& t, Instant now);
// All that is on its way is sent again, for a reason that is no congestion: smaller segments, an open window.
void tcp_resend_all(Tcb& t);
// Bytes believed to be on their way.
u32 tcp_pipe(const Tcb& t);
// The retransmission timeout as things stand.
Duration tcp_rto(const Tcb& t);
// How many bytes the congestion window allows now.
u32 tcp_congestion_room(const Tcb& t);
// The segment that repeats [from, to), or begins with it: at most a full one, FIN and PSH as they belong.
Outgoing tcp_segment_of(const Tcb& t, Seq from, Seq to);

// rack.cc
void tcp_rack_delivered(Tcb& t, const Delivered& d, const Segment& s, Instant now);
void tcp_rack_dsack(Tcb& t, bool dsack);
// A recovery has ended.
void tcp_rack_recovered(Tcb& t);
// Marks what is lost; how many bytes these are.
u32 tcp_rack_detect(Tcb& t, Instant now);
void tcp_rack_timeout(Tcb& t, Instant now);

// tail_probe.cc
// Data were sent, or acknowledged: a probe is due if nothing is heard.
void tcp_schedule_tail_probe(Tcb& t, Instant now);
// False: none is of use now.
bool tcp_send_tail_probe(Tcb& t, Instant now);
void tcp_tail_probe_answered(Tcb& t, const AckNews& news);

// undo.cc
// A reduction of the window is about to happen.
void tcp_undo_begin(Tcb& t);
// r was sent again.
void tcp_undo_resent(Tcb& t, SeqRange r, Instant now);
// The peer has received this twice.
void tcp_undo_dsack(Tcb& t, SeqRange duplicate);
// Was the recovery in error? Then all is as before it.
void tcp_undo_check(Tcb& t, const Segment& s, const AckNews& news);

}  // namespace net
