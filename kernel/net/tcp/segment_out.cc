// Builds and sends one segment: header, options, payload, checksum; and updates the Tcb.
#include "net/core/netdev.h"
#include "net/proto/inet.h"
#include "net/proto/ip.h"
#include "net/tcp/engine.h"

namespace net {

// RFC 1122 section 4.2.3.3, silly window avoidance: the right edge advances only in steps of at least a
// segment or half of the buffer.
u32 tcp_window(const Tcb& t) {
    const u32 held = t.receive.bytes();
    const u32 free = t.config.receive_limit > held ? t.config.receive_limit - held : 0;
    const u32 known = t.rcv_wnd();
    const u32 most = u32{65535} << t.rcv_scale;
    const u32 wanted = free < most ? free : most;
    const u32 half = t.config.receive_limit / 2;
    const u32 step = half < t.receive_mss ? half : t.receive_mss;
    return wanted >= known + step ? wanted : known;
}

// In a SYN the window is never scaled (RFC 7323 section 2.2).
static u16 window_field(Tcb& t, bool syn) {
    const u32 window = tcp_window(t);
    const u32 scaled = window >> (syn ? 0 : t.rcv_scale);
    const u16 field = scaled > 65535 ? u16{65535} : static_cast<u16>(scaled);
    t.rcv_adv = later(t.rcv_adv, t.rcv_nxt + (u32{field} << (syn ? 0 : t.rcv_scale)));
    return field;
}

// The sum of the pseudo header, for checksum offload. For TcpSegments length is 0: the device adds it.
static be16 partial_checksum(const Tcb& t, usize length) {
    Checksum sum;
    sum.add_pseudo_header(t.key.local, t.key.remote, IpProtocol::Tcp, length);
    return be16{static_cast<u16>(~sum.finish())};
}

static be16 whole_checksum(const Tcb& t, const Mbuf& m) {
    const usize length = m.is_scattered() ? m.chain_length() : m.length();
    Checksum sum;
    sum.add_pseudo_header(t.key.local, t.key.remote, IpProtocol::Tcp, length);
    if (length == m.length()) [[likely]] {
        sum.add(m.bytes());
        return sum.finish();
    }
    usize offset = 0;
    m.for_each_range([&sum, &offset](Bytes b) {
        sum.add_at(offset, b);
        offset += b.size();
    });
    return sum.finish();
}

static void finish_checksum(const Tcb& t, Mbuf& m, u32 segment_size) {
    auto& header = *reinterpret_cast<TcpHeader*>(m.data());
    if (m.fragments_length() > segment_size) {
        m.set_offload(Offload::TcpSegments, segment_size);
        header.checksum = partial_checksum(t, 0);
    } else if (t.features & NetDevice::kTcpChecksum && m.is_scattered()) {
        m.set_offload(Offload::TcpChecksum);
        header.checksum = partial_checksum(t, m.chain_length());
    } else {
        header.checksum = whole_checksum(t, m);
    }
}

// Headers and payload. Null: no memory.
static MbufPtr build(Tcb& t, const Outgoing& o, Instant now) {
    MbufPtr m = Mbuf::alloc();
    if (!m) [[unlikely]] {
        t.inet->bump(Stat::no_mbuf);
        return nullptr;
    }
    const bool syn = o.flags & TcpFlags::Syn;
    u8* start = m->put(sizeof(TcpHeader) + kMostTcpOptions);
    const bool without_options = o.flags == TcpFlags::Rst;  // answers a segment of another connection
    const usize options = without_options ? 0 : tcp_emit_options(t, syn, now, start + sizeof(TcpHeader));
    m->trim_to(sizeof(TcpHeader) + options);
    *reinterpret_cast<TcpHeader*>(start) = {t.key.local_port,
                                            t.key.remote_port,
                                            o.seq.value(),
                                            o.flags & TcpFlags::Ack ? t.rcv_nxt.value() : 0,
                                            TcpHeader::offset_and_flags(sizeof(TcpHeader) + options, o.flags),
                                            window_field(t, syn),
                                            0,
                                            0};
    // Never copy a payload that the device splits: the mbuf's own bytes must be only the headers.
    const u32 limit = tcp_segment_limit(t);
    const bool gather =
        t.features & NetDevice::kGather && (o.length > SendBuffer::kCopyLimit || o.length > limit);
    if (o.length > 0 && !t.send.put(*m, o.seq.since(t.snd_data), o.length, gather)) return nullptr;
    finish_checksum(t, *m, limit);
    return m;
}

// Every segment with ACK acknowledges everything received.
static void note_ack_sent(Tcb& t) {
    t.ack_now = t.has_duplicate = false;
    t.stop(TcpTimer::DelayedAck);
    t.last_ack_sent = t.rcv_nxt;
}

[[gnu::noinline]] static void note_resent(Tcb& t, SeqRange r, Instant now) {
    t.retransmits++;
    t.inet->bump(Stat::tcp_retransmits);
    t.timing = false;  // Karn's algorithm: the ACK could be for either copy
    tcp_undo_resent(t, r, now);
}

static void note_sent(Tcb& t, const Outgoing& o, Instant now) {
    if (o.flags & TcpFlags::Ack) note_ack_sent(t);
    t.inet->bump(Stat::tcp_out);
    const Seq end = o.end();
    if (end == o.seq) return;
    t.last_sent = now;
    t.prr.out += o.length;
    if (o.seq.before(t.snd_nxt)) {
        note_resent(t, {o.seq, earlier(end, t.snd_nxt)}, now);
    } else {
        t.bytes_sent += o.length;
        if (!t.timing) t.timing = true, t.timed_end = end, t.timed_at = now;
    }
    if (is_synchronized(t.state)) t.scoreboard.sent({o.seq, end}, now, t.rtt.eighth_of_min());
    t.snd_nxt = later(t.snd_nxt, end);
    if (t.running(TcpTimer::Persist)) return;
    const bool oldest_again = o.seq == t.snd_una && t.recovering;
    if (oldest_again || !t.running(TcpTimer::Retransmit)) t.set(TcpTimer::Retransmit, now + tcp_rto(t));
    tcp_schedule_tail_probe(t, now);
}

// A missing route or device is treated like packet loss: the data will be retransmitted. Returns false only
// if a new attempt soon may succeed: the ring is full, the mbuf pool is empty, or the path MTU was reduced.
bool tcp_transmit(Tcb& t, const Outgoing& o, Instant now) {
    // A hart reads the time before it waits for the connection's lock, so `now` may be earlier than in the
    // last call. With a decreasing timestamp, the peer would drop the segment (RFC 7323 section 5).
    if (now < t.last_timestamp_at) now = t.last_timestamp_at;
    t.last_timestamp_at = now;
    MbufPtr m = build(t, o, now);
    if (!m) return false;
    const IpControls controls = t.may_fragment ? IpControls{} : kNeverFragment;
    const Result<> sent =
        ip_out(*t.inet, std::move(m), t.key.local, t.key.remote, IpProtocol::Tcp, WhenFull::Drop, controls);
    if (sent.error() == Errno::NoBufs) return false;
    if (sent.error() == Errno::MsgSize && tcp_refused_as_too_big(t, now)) return false;
    if (!sent.ok()) t.soft_error = sent.error();
    note_sent(t, o, now);
    return true;
}

// The sequence number of a pure ACK. The peer accepts it only within its window. If the window has shrunk
// below SND.NXT, it is the end of the window, as in Linux.
static Seq acceptable_sequence(const Tcb& t) { return earlier(t.snd_nxt, t.snd_una + t.snd_wnd); }

void tcp_send_ack(Tcb& t, Instant now) {
    (void)tcp_transmit(t, {acceptable_sequence(t), 0, TcpFlags::Ack}, now);
}

// RFC 5961 section 7: at most ten in five seconds, counted for each connection. A global count would reveal
// information about other connections (CVE-2016-5696).
void tcp_challenge(Tcb& t, Instant now) {
    constexpr u8 kLimit = 10;
    if (now - t.challenges_since >= seconds(5)) t.challenges = 0, t.challenges_since = now;
    if (t.challenges >= kLimit) return t.inet->bump(Stat::tcp_challenges_limited);
    t.challenges++;
    t.inet->bump(Stat::tcp_challenges_out);
    tcp_send_ack(t, now);
}

void tcp_send_reset(Tcb& t, Instant now) {
    t.inet->bump(Stat::tcp_reset_out);
    (void)tcp_transmit(t, {t.snd_nxt, 0, TcpFlags::Rst | TcpFlags::Ack}, now);
}

void tcp_refuse_ack(Tcb& t, Seq ack, Instant now) {
    t.inet->bump(Stat::tcp_reset_out);
    (void)tcp_transmit(t, {ack, 0, TcpFlags::Rst}, now);
}

}  // namespace net
