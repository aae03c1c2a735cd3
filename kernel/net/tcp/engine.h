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
inline constexpr u8 kSynRetries = 6;        // 127 s
inline constexpr u8 kSynAckRetries = 5;     // 63 s
inline constexpr u8 kDataRetries = 15;      // 13 minutes or more: RFC 1122's R2 is at least 100 s
inline constexpr u8 kOrphanRetries = 8;     // nobody waits for it
inline constexpr u8 kSoftErrorRetries = 3;  // SYNs after which ICMP's word is taken
inline constexpr u16 kMinPathMtu = 552;     // below this, an ICMP message is not believed
inline constexpr u32 kTcpIpHeaders = 40;

// RFC 6191 section 2: does a SYN begin a new incarnation of a connection in TIME-WAIT? If its timestamp, or
// else its sequence number, is above all of the old one's.
bool tcp_begins_anew(const Segment& s, Seq rcv_nxt, bool timestamps, u32 ts_recent);

// --- output

struct Outgoing {
    Seq seq;
    u32 length = 0;
    u16 flags = 0;
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
void tcp_schedule_probe(Tcb& t, Instant now);
// Looks up which device leads to the peer.
void tcp_look_at_route(Tcb& t);
void tcp_set_mss(Tcb& t, u16 peer_mss);

// --- input, step by step. True: go on with the next step.

bool tcp_check_sequence(Tcb& t, Segment& s, Instant now);
bool tcp_check_ack(Tcb& t, Segment& s, Instant now);
void tcp_take_options(Tcb& t, const Segment& syn, Instant now);
void tcp_syn_sent(Tcb& t, Segment& s, Instant now);
// What tcp_check_ack does first in SYN-RECEIVED. False: the ACK is for another connection.
bool tcp_syn_received_ack(Tcb& t, const Segment& s, Instant now);
void tcp_take_text(Tcb& t, Segment& s, Instant now);
void tcp_take_fin(Tcb& t, Instant now);
void tcp_enter_time_wait(Tcb& t, Instant now);
void tcp_become_established(Tcb& t, Instant now);

// --- loss recovery

// An ACK for new data: `acked` bytes, FIN and SYN not counted. SND.UNA has moved.
// `flight` was on its way before.
void tcp_recover_new_ack(Tcb& t, u32 acked, u32 flight, Instant now);
// An ACK that acknowledges nothing new; sack_news: but its SACK blocks do.
void tcp_recover_dup_ack(Tcb& t, bool is_duplicate, bool sack_news, Instant now);
// The retransmission timer expired.
void tcp_recover_timeout(Tcb& t, Instant now);
// An ACK shows that the timeout was in error (RFC 3522): all is as before.
void tcp_check_spurious(Tcb& t, const Segment& s);
// What to send next while recovering with SACK (RFC 6675 NextSeg). False: nothing that was sent before.
bool tcp_next_retransmission(Tcb& t, SeqRange& r);
// How many bytes of new data the congestion window allows now.
u32 tcp_congestion_room(const Tcb& t);

}  // namespace net
