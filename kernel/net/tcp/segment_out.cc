// One segment on its way out: header, options, payload, checksum, and what has to be remembered of it.
#include "net/core/netdev.h"
#include "net/proto/inet.h"
#include "net/proto/ip.h"
#include "net/tcp/engine.h"

namespace net {

void tcp_look_at_route(Tcb& t) {
    const auto hop = t.inet->routes().find(t.key.remote);
    t.features = hop ? hop->interface->device().features() : 0;
}

// RFC 1122 section 4.2.3.3, silly window avoidance: the edge moves only by steps worth a segment, or a good
// part of the buffer.
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

// The sum of the pseudo header, for a device that adds the rest; it adds each segment's length too.
static u16 partial_checksum(const Tcb& t, usize length) {
    Checksum sum;
    sum.add_pseudo_header(t.key.local, t.key.remote, IpProtocol::Tcp, length);
    return static_cast<u16>(~sum.finish());
}

static u16 whole_checksum(const Tcb& t, const Mbuf& m) {
    Checksum sum;
    sum.add_pseudo_header(t.key.local, t.key.remote, IpProtocol::Tcp, m.chain_length());
    usize offset = 0;
    m.for_each_range([&sum, &offset](Bytes b) {
        sum.add_at(offset, b);
        offset += b.size();
    });
    return sum.finish();
}

static void finish_checksum(const Tcb& t, Mbuf& m, u32 length) {
    auto& header = *reinterpret_cast<TcpHeader*>(m.data());
    if (length > t.payload_mss() && t.features & NetDevice::kTcpSegments) {
        m.set_offload(Offload::TcpSegments, t.payload_mss());
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
    u8* start = m->put(sizeof(TcpHeader));
    const bool bare = o.flags == TcpFlags::Rst;  // answers a segment that is none of this connection's
    const usize options = bare ? 0 : tcp_emit_options(t, syn, now, start + sizeof(TcpHeader));
    m->put(options);
    *reinterpret_cast<TcpHeader*>(start) = {t.key.local_port,
                                            t.key.remote_port,
                                            o.seq.value(),
                                            o.flags & TcpFlags::Ack ? t.rcv_nxt.value() : 0,
                                            TcpHeader::offset_and_flags(sizeof(TcpHeader) + options, o.flags),
                                            window_field(t, syn),
                                            0,
                                            0};
    const bool gather = t.features & NetDevice::kGather;
    if (o.length > 0 && !t.send.put(*m, o.seq.since(t.snd_data), o.length, gather)) return nullptr;
    finish_checksum(t, *m, o.length);
    return m;
}

// Every segment acknowledges all there is to acknowledge.
static void note_ack_sent(Tcb& t) {
    t.ack_now = false;
    t.stop(TcpTimer::DelayedAck);
    t.last_ack_sent = t.rcv_nxt;
}

static void note_sent(Tcb& t, const Outgoing& o, Instant now) {
    if (o.flags & TcpFlags::Ack) note_ack_sent(t);
    t.inet->bump(Stat::tcp_out);
    const Seq end = o.seq + o.length + u32{(o.flags & (TcpFlags::Syn | TcpFlags::Fin)) != 0};
    if (end == o.seq) return;
    t.last_sent = now;
    if (o.seq.before(t.snd_max)) {
        t.retransmits++;
        t.inet->bump(Stat::tcp_retransmits);
        t.timing = false;  // Karn's rule: an answer could be to either copy
    } else {
        t.bytes_sent += o.length;
        if (!t.timing) t.timing = true, t.timed_end = end, t.timed_at = now;
    }
    t.snd_max = later(t.snd_max, end);
    if (!t.running(TcpTimer::Retransmit) && !t.running(TcpTimer::Persist))
        t.deadline(TcpTimer::Retransmit) = now + t.rtt.rto();
}

// A route or a device that is gone is like any other loss: what was sent will be sent again. Only a ring that
// is full, or a pool that is empty, is worth another try at once.
bool tcp_transmit(Tcb& t, const Outgoing& o, Instant now) {
    // A hart tells the time before it waits for the connection's lock, which another that came later may get
    // first. A timestamp that went back would have the peer drop the segment (RFC 7323 section 5).
    if (now < t.told_at) now = t.told_at;
    t.told_at = now;
    MbufPtr m = build(t, o, now);
    if (!m) return false;
    const Result<> sent =
        ip_out(*t.inet, std::move(m), t.key.local, t.key.remote, IpProtocol::Tcp, WhenFull::Drop);
    if (sent.error() == Errno::NoBufs) return false;
    if (sent.error() == Errno::MsgSize) tcp_look_at_route(t);
    if (!sent.ok()) t.soft_error = sent.error();
    note_sent(t, o, now);
    return true;
}

// A sequence number within the peer's window, whatever it has received of what was sent: else it looks at
// nothing else of the segment. SND.NXT may have gone back to what is sent again; above the window only it
// will do.
static Seq acceptable_sequence(const Tcb& t) {
    return t.snd_max.at_or_before(t.snd_una + t.snd_wnd) ? t.snd_max : t.snd_nxt;
}

void tcp_send_ack(Tcb& t, Instant now) {
    (void)tcp_transmit(t, {acceptable_sequence(t), 0, TcpFlags::Ack}, now);
}

// RFC 5961 section 7: at most ten in five seconds. The count is the connection's own: a common one would tell
// strangers about each other's traffic (CVE-2016-5696).
void tcp_challenge(Tcb& t, Instant now) {
    constexpr u8 kMost = 10;
    if (now - t.challenges_since >= seconds(5)) t.challenges = 0, t.challenges_since = now;
    if (t.challenges >= kMost) return t.inet->bump(Stat::tcp_challenges_limited);
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
