// Internal declarations of the TCP engine. Only files in tcp/ include this.
#pragma once

#include "net/core/stats.h"
#include "net/tcp/tcb.h"

namespace net {

// Times and limits. The number of retries is limited, and so, by the backoff, is their total time.
inline constexpr Duration kDelayedAck = milliseconds(40);  // RFC 1122: below 500 ms
inline constexpr Duration kTimeWait = seconds(60);         // 2 MSL with an MSL of 30 s, as in Linux
inline constexpr Duration kFinWait2Timeout = seconds(60);
inline constexpr Duration kResendDelay = milliseconds(5);
inline constexpr Duration kMinPersist = milliseconds(500), kMaxPersist = seconds(60);
inline constexpr u8 kSynRetries = 6;     // 127 s
inline constexpr u8 kSynAckRetries = 5;  // 63 s
inline constexpr u8 kDataRetries = 15;   // 13 minutes or more; with a hole, when the RTO may be 20 ms, 4
inline constexpr u8 kOrphanRetries = 8;  // no program waits for it
inline constexpr Duration kLeastR2 = seconds(100);        // RFC 1122 section 4.2.3.5: of data
inline constexpr Duration kOrphanTimeout = seconds(100);  // with a closed window
inline constexpr u8 kSoftErrorRetries = 3;                // SYN retries after an ICMP error
inline constexpr u32 kTcpIpHeaders = 40;
inline constexpr usize kMostTcpOptions = 40;  // the header has at most 60 bytes

// RFC 6191 section 2: does a SYN start a new incarnation of a connection in TIME-WAIT? True if its timestamp
// or its sequence number is greater than those of the old incarnation.
bool tcp_is_new_incarnation(const Segment& s, Seq rcv_nxt, bool timestamps, u32 ts_recent);

// --- output

struct Outgoing {
    Seq seq;
    u32 length = 0;
    u16 flags = 0;
    // SYN and FIN count as one sequence number.
    Seq end() const { return seq + length + u32{(flags & (TcpFlags::Syn | TcpFlags::Fin)) != 0}; }
};
// Sends one segment (or several, with TcpSegments). False: out of mbufs, no room in the device, or the
// segment is too long now (the limit has been reduced). Try again.
bool tcp_transmit(Tcb& t, const Outgoing& o, Instant now);
// Sends an ACK without data.
void tcp_send_ack(Tcb& t, Instant now);
// Sends a challenge ACK, within the rate limit of RFC 5961 section 7.
void tcp_challenge(Tcb& t, Instant now);
// Sends <SEQ=SND.NXT><ACK=RCV.NXT><CTL=RST,ACK> before this connection ends.
void tcp_send_reset(Tcb& t, Instant now);
// Answers an ACK of something never sent: <SEQ=SEG.ACK><CTL=RST> (RFC 9293 section 3.10.7). The RST has no
// ACK, because RCV.NXT says nothing about that peer.
void tcp_refuse_ack(Tcb& t, Seq ack, Instant now);
// The window to advertise in the next segment: bytes after RCV.NXT.
u32 tcp_window(const Tcb& t);
u32 tcp_timestamp(const Tcb& t, Instant now);
// Writes the options of a segment at `to`; returns their length, a multiple of 4.
usize tcp_emit_options(const Tcb& t, bool syn, Instant now, u8* to);
usize tcp_sacks_length(const Tcb& t);  // of the SACK option that the next segment has
// The length of the options of a segment without SYN.
inline usize tcp_options_length(const Tcb& t) {
    const usize timestamps = t.timestamps ? 12 : 0;
    return t.has_sacks() ? timestamps + tcp_sacks_length(t) : timestamps;
}
// Sets the timer for the next window probe.
void tcp_schedule_window_probe(Tcb& t, Instant now);

// --- the size of segments (packetization.cc)

// The maximum bytes of data in a segment with the options that it would have now. TCP and the device use it
// to split data into segments.
inline u32 tcp_segment_limit(const Tcb& t) { return t.mss - static_cast<u32>(tcp_options_length(t)); }
// The MSS that we advertise: from the link's MTU, but at least 256 bytes, as in Linux.
constexpr u16 tcp_advertised_mss(usize link_mtu) {
    return link_mtu < 256 + kTcpIpHeaders ? u16{256} : static_cast<u16>(link_mtu - kTcpIpHeaders);
}
void tcp_set_mss(Tcb& t, u16 peer_mss);
// Updates the device features and the path MTU from the route to the peer.
void tcp_look_at_route(Tcb& t, Instant now);
// IP has refused a segment longer than the path MTU. True: the MSS was reduced (or DF cleared), so try again.
bool tcp_refused_as_too_big(Tcb& t, Instant now);
// A router has dropped our segment because the MTU of the next hop is `reported` bytes (0: not reported).
void tcp_packet_too_big(Tcb& t, u16 reported, Instant now);
// Called at a timeout, before it is counted. True: a black hole is assumed and the MSS was reduced.
bool tcp_black_hole(Tcb& t, Instant now);
// Tries larger segments again; called at Tcb::raise_mss_at.
void tcp_raise_mss(Tcb& t, Instant now);

// --- the steps of input. True: continue with the next step.

bool tcp_check_sequence(Tcb& t, Segment& s, Instant now);
// RFC 5961 section 5: an ACK for data never sent, or older than the maximum window, may be a blind attack.
bool tcp_is_plausible_ack(const Tcb& t, const Segment& s);
bool tcp_check_ack(Tcb& t, Segment& s, Instant now);
void tcp_take_options(Tcb& t, const Segment& syn, Instant now);
void tcp_syn_sent(Tcb& t, Segment& s, Instant now);
// The part of tcp_check_ack for SYN-RECEIVED. False: the ACK is not for our SYN-ACK.
bool tcp_syn_received_ack(Tcb& t, const Segment& s, Instant now);
void tcp_take_text(Tcb& t, Segment& s, Instant now);
void tcp_take_fin(Tcb& t, Instant now);
// Records that this range was received twice, for a DSACK in the next ACK (RFC 2883). Ignores empty ranges.
void tcp_note_duplicate(Tcb& t, SeqRange r);
void tcp_enter_time_wait(Tcb& t, Instant now);
void tcp_become_established(Tcb& t, Instant now);

// --- loss recovery

// The new information in one ACK. Sizes in bytes.
struct AckNews {
    u32 flight = 0;          // FlightSize before this ACK
    u32 acked = 0;           // data acknowledged
    u32 delivered = 0;       // acknowledged or newly SACKed: DeliveredData in RFC 9937
    u32 lost = 0;            // newly marked as lost
    bool advanced = false;   // SND.UNA has advanced
    bool sacked = false;     // data were newly SACKed
    bool dsack = false;      // the peer received something twice (RFC 2883)
    bool original = false;   // some delivered data below `recover` had been sent only once
    bool duplicate = false;  // a duplicate ACK as defined in RFC 5681 section 2
};

// Starts or ends recovery and sets the congestion window, after the scoreboard was updated for an ACK.
void tcp_recover(Tcb& t, const Segment& s, AckNews& news, Instant now);
// The retransmission timer has expired.
void tcp_recover_timeout(Tcb& t, Instant now);
// RACK's timer has expired.
void tcp_rack_expired(Tcb& t, Instant now);
// Retransmits all data in flight for a reason other than congestion: smaller segments, a reopened window.
void tcp_resend_all(Tcb& t);
// The estimated number of bytes in flight (RFC 6675's pipe).
u32 tcp_pipe(const Tcb& t);
// The current retransmission timeout.
Duration tcp_rto(const Tcb& t);
// How many bytes the congestion window allows to send now.
u32 tcp_congestion_room(const Tcb& t);
// A segment that starts at `from` and ends at `to` or, if that is more than a full segment, earlier. It has
// PSH and FIN if it reaches the end of the data.
Outgoing tcp_segment_of(const Tcb& t, Seq from, Seq to);

// rack.cc
// `fack`: RACK.fack before this ACK.
void tcp_rack_delivered(Tcb& t, const Delivered& d, const Segment& s, Seq fack, Instant now);
void tcp_rack_dsack(Tcb& t, bool dsack);
void tcp_rack_recovered(Tcb& t);  // recovery has ended
// Marks lost data; returns how many bytes were marked.
u32 tcp_rack_detect(Tcb& t, Instant now);
void tcp_rack_timeout(Tcb& t, Instant now);

// tail_probe.cc
// Sets the timer for a tail loss probe, after data were sent or acknowledged.
void tcp_schedule_tail_probe(Tcb& t, Instant now);
// False: no probe is allowed now.
bool tcp_send_tail_probe(Tcb& t, Instant now);
void tcp_tail_probe_answered(Tcb& t, const AckNews& news);

// undo.cc
// Saves the congestion state before the window is reduced.
void tcp_undo_begin(Tcb& t);
// Records that r was retransmitted.
void tcp_undo_resent(Tcb& t, SeqRange r, Instant now);
// Records that the peer has received this range twice.
void tcp_undo_dsack(Tcb& t, SeqRange duplicate);
// Restores the congestion state if the recovery was spurious.
void tcp_undo_check(Tcb& t, const Segment& s, const AckNews& news);

}  // namespace net
