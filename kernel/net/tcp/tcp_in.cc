// Passes a segment from IP to its connection. Handles the states CLOSED and LISTEN (RFC 9293
// sections 3.10.7.1 and 3.10.7.2), and compact TIME-WAIT entries.
#include "net/proto/flow.h"
#include "net/proto/inet.h"
#include "net/proto/ip.h"
#include "net/tcp/engine.h"
#include "net/tcp/tcp.h"

namespace net {

// The head holds the headers and the first data; `ip` and `segment` are views of it.
[[gnu::noinline]] static bool checksum_of_chain_ok(const Ipv4Packet& ip, Mbuf& m) {
    const usize ip_header = ip.header().header_length();
    m.pull(ip_header);
    Checksum sum;
    sum.add_pseudo_header(ip.src(), ip.dst(), IpProtocol::Tcp, m.chain_length());
    usize offset = 0;
    m.for_each_range([&sum, &offset](Bytes b) {
        sum.add_at(offset, b);
        offset += b.size();
    });
    m.push(ip_header);
    return sum.finish() == 0;
}

static bool checksum_ok(const Ipv4Packet& ip, const TcpSegment& segment, Mbuf& m) {
    if (m.is_scattered()) [[unlikely]]
        return checksum_of_chain_ok(ip, m);
    return segment.checksum_ok(ip.src(), ip.dst());
}

// A flow has its port for itself, so no connection or listener can have it too.
[[gnu::noinline]] static bool went_to_flow(Interface& in, const Ipv4Packet& ip, const TcpSegment& segment,
                                           Mbuf& m, bool verified) {
    auto e = in.inet().endpoints().find(
        {IpProtocol::Tcp, segment.dst_port(), segment.src_port(), ip.dst(), ip.src()});
    if (!is_flow(e, in)) return false;
    give_to_flow(*e, m, verified);
    return true;
}

void tcp_in(Interface& in, const Ipv4Packet& ip, MbufPtr&& m, bool verified) {
    Inet& inet = in.inet();
    // RFC 1122 section 4.2.3.10: segments to a broadcast address are silently discarded.
    if (!in.is_ours(ip.dst())) return inet.bump(Stat::ip_not_for_us);
    inet.bump(Stat::tcp_in);
    const auto segment = TcpSegment::parse(ip.payload());
    if (!segment) return inet.bump(Stat::tcp_bad);
    if (inet.endpoints().has_tcp_flows() && went_to_flow(in, ip, *segment, *m, verified)) return;
    if (!verified && !checksum_ok(ip, *segment, *m)) return inet.bump(Stat::tcp_bad_checksum);
    if (inet.is_tapped(Tap::Unclaimed) && !inet.tcp().expects(ip, *segment)) [[unlikely]] {
        if (offer_to_taps(Tap::Unclaimed, in, *m)) return;
    }
    inet.tcp().arrive(ip, *segment, std::move(m));
}

bool Tcp::expects(const Ipv4Packet& ip, const TcpSegment& segment) {
    const TcpTable::Found found = table_.find({ip.dst(), ip.src(), segment.dst_port(), segment.src_port()});
    return found.connection || found.time_wait || ports_.find(ip.dst(), segment.dst_port());
}

static Segment take_apart(const Ipv4Packet& ip, const TcpSegment& in, MbufPtr m) {
    Segment s;
    s.seq = Seq(in.seq());
    s.ack = Seq(in.ack());
    s.flags = in.flags();
    s.window = in.window();
    s.length = static_cast<u32>(in.payload().size());
    if (m->is_scattered()) [[unlikely]]
        s.length += static_cast<u32>(m->chain_length() - m->length());
    s.options = parse_tcp_options(in.options());
    m->pull(ip.header().header_length() + in.header().header_length());
    if (s.length) s.data = std::move(m);
    return s;
}

void Tcp::arrive(const Ipv4Packet& ip, const TcpSegment& segment, MbufPtr m) {
    const Instant now = platform::now();
    const TcpKey key{ip.dst(), ip.src(), segment.dst_port(), segment.src_port()};
    Segment s = take_apart(ip, segment, std::move(m));
    const TcpTable::Found found = table_.find(key);
    if (found.connection) {
        if (s.flags.syn() && reopens(*found.connection, key, s, now)) [[unlikely]]
            return;
        return found.connection->arrive(s, now);
    }
    if (found.time_wait) return arrive_in_time_wait(found, key, s, now);
    arrive_without_connection(key, s, now);
}

[[gnu::noinline]] void Tcp::arrive_without_connection(const TcpKey& key, Segment& s, Instant now) {
    if (Ref<TcpListener> l = ports_.find(key.local, key.local_port))
        return arrive_at_listener(*l, key, s, {}, now);
    send_reset(key, s, now);
}

// --- LISTEN

void Tcp::arrive_at_listener(TcpListener& l, const TcpKey& key, Segment& s, std::optional<Seq> above,
                             Instant now) {
    if (s.flags.rst()) return inet_.bump(Stat::tcp_reset_in);
    if (s.flags.ack()) {
        if (!try_cookie(l, key, s, now)) send_reset(key, s, now);
        return;
    }
    // No correct peer sends SYN with FIN. Linux drops it, too.
    if (!s.flags.syn() || s.flags.fin()) return inet_.bump(Stat::tcp_listen_bad);
    open(l, key, s, above, now);
}

// Remote hosts cannot take the last eighth of the connections' memory: it is left to programs that connect.
bool Tcp::has_room_for_peer() const {
    const u32 most = connections_.most();
    return connection_count_.load(std::memory_order_relaxed) < most - most / 8;
}

void Tcp::open(TcpListener& l, const TcpKey& key, const Segment& syn, std::optional<Seq> above, Instant now) {
    if (!l.has_room(key.remote) || !has_room_for_peer()) return inet_.bump(Stat::tcp_listen_overflow);
    if (!l.has_room_for_syn()) return send_cookie(l, key, syn, now);
    Ref<TcpConnection> c = new_connection(key, l.config());
    if (!c || !table_.insert(*c, now).ok()) return;
    TcpStart start = secrets_.start(key, now);
    if (above && !start.isn.after(*above)) start.isn = *above + 65536;  // RFC 9293 section 3.10.7.4
    inet_.bump(Stat::tcp_accepted);
    if (!c->open_passive(l, syn, start, now)) forget(*c);
}

// --- SYN cookies

void Tcp::send_cookie(TcpListener& l, const TcpKey& key, const Segment& syn, Instant now) {
    l.note_cookie(now);
    const u16 mss = syn.options.mss ? syn.options.mss : u16{536};
    TcpFields f{.seq = secrets_.cookie(key, syn.seq, mss, now).value(),
                .ack = (syn.seq + 1).value(),
                .flags = TcpFlags::Syn | TcpFlags::Ack,
                .window = 65535};
    inet_.bump(Stat::tcp_cookies_out);
    const auto path = inet_.path_to(key.remote);
    send_without_connection(key, f, 0, 0, false, tcp_advertised_mss(path ? path->link_mtu : kEtherMtu));
}

// True: the ACK has a valid cookie. The connection is created if there is room.
bool Tcp::try_cookie(TcpListener& l, const TcpKey& key, Segment& s, Instant now) {
    if (s.flags.syn() || !l.expects_cookies(now)) return false;
    const u16 mss = secrets_.check_cookie(key, s.seq - 1, s.ack - 1, now);
    if (mss == 0) {
        inet_.bump(Stat::tcp_cookies_bad);
        return false;
    }
    if (!l.has_room(key.remote) || !has_room_for_peer()) {
        inet_.bump(Stat::tcp_listen_overflow);
        return true;
    }
    inet_.bump(Stat::tcp_cookies_in);
    Ref<TcpConnection> c = new_connection(key, l.config());
    if (!c || !table_.insert(*c, now).ok()) return true;
    inet_.bump(Stat::tcp_accepted);
    if (!c->open_by_cookie(l, s, mss, now)) forget(*c);
    return true;
}

// Removes a new connection whose listener was closed meanwhile.
void Tcp::forget(TcpConnection& c) {
    if (table_.remove(c)) c.drop_ref();
}

// --- TIME-WAIT

// As in Linux's tcp_timewait_state_process: first PAWS, unless the recorded TSval is 0; then a greater
// timestamp or a greater sequence number is enough.
bool tcp_is_new_incarnation(const Segment& s, Seq rcv_nxt, bool timestamps, u32 ts_recent) {
    if (!s.flags.syn() || s.flags.ack() || s.flags.rst() || s.flags.fin()) return false;
    const bool stamped = timestamps && s.options.has_timestamps;
    const i32 newer = stamped ? static_cast<i32>(s.options.ts_value - ts_recent) : 0;
    if (newer < 0 && ts_recent != 0) return false;
    return newer > 0 || s.seq.after(rcv_nxt);
}

// For a connection in TIME-WAIT that a program still has. True: the SYN started a new incarnation.
[[gnu::noinline]] bool Tcp::reopens(TcpConnection& old, const TcpKey& key, Segment& s, Instant now) {
    if (old.state() != TcpState::TimeWait) return false;
    Ref<TcpListener> l = ports_.find(key.local, key.local_port);
    if (!l) return false;
    const std::optional<Seq> above = old.give_way(s, now);
    if (above) {
        inet_.bump(Stat::tcp_time_wait_reused);
        arrive_at_listener(*l, key, s, above, now);
    }
    return above.has_value();
}

// RFC 1337: an old RST must not end TIME-WAIT. But after we have answered a SYN with an ACK, the peer resets
// the old connection (RFC 9293 section 3.5.1) and sends its SYN again.
void Tcp::end_time_wait(const TcpTable::Found& old, const TcpKey& key, const Segment& reset) {
    if (!old.refused_syn || reset.seq != old.rcv_nxt) return inet_.bump(Stat::tcp_reset_in);
    if (TcpTimeWait* entry = table_.take_time_wait(key)) free_time_wait(*entry);
}

[[gnu::noinline]] void Tcp::arrive_in_time_wait(const TcpTable::Found& old, const TcpKey& key, Segment& s,
                                                Instant now) {
    if (tcp_is_new_incarnation(s, old.rcv_nxt, old.timestamps, old.ts_recent)) {
        if (Ref<TcpListener> l = ports_.find(key.local, key.local_port)) {
            if (TcpTimeWait* entry = table_.take_time_wait(key)) free_time_wait(*entry);
            inet_.bump(Stat::tcp_time_wait_reused);
            return arrive_at_listener(*l, key, s, old.snd_nxt, now);
        }
    }
    if (s.flags.rst()) return end_time_wait(old, key, s);
    if (s.flags.syn()) table_.note_refused_syn(key);
    if (s.sequence_length() == 0 && s.seq == old.rcv_nxt) return;  // a late ACK of our FIN
    if (s.flags.fin() && s.seq + s.sequence_length() == old.rcv_nxt) table_.restart_time_wait(key, now);
    if (!inet_.reset_limit().take(now)) return inet_.bump(Stat::tcp_rate_limited);
    TcpFields f{
        .seq = old.snd_nxt.value(), .ack = old.rcv_nxt.value(), .flags = TcpFlags::Ack, .window = old.window};
    const u32 ts = static_cast<u32>(now.ns / 1'000'000) + old.ts_offset;
    send_without_connection(key, f, ts, old.ts_recent, old.timestamps, 0);
}

// --- segments without a connection

// RFC 9293 section 3.10.7.1: the RST has the segment's acknowledgment number as its sequence number or, if
// there is none, acknowledges the whole segment. So the peer accepts it.
void Tcp::send_reset(const TcpKey& key, const Segment& s, Instant now) {
    if (s.flags.rst()) return inet_.bump(Stat::tcp_reset_in);
    if (!inet_.reset_limit().take(now)) return inet_.bump(Stat::tcp_rate_limited);
    TcpFields f{.flags = TcpFlags::Rst};
    if (s.flags.ack()) {
        f.seq = s.ack.value();
    } else {
        f.ack = s.end().value();
        f.flags |= TcpFlags::Ack;
    }
    inet_.bump(Stat::tcp_reset_out);
    send_without_connection(key, f, 0, 0, false, 0);
}

// Sends a segment without data: a header, with timestamps or an MSS option if given.
void Tcp::send_without_connection(const TcpKey& key, const TcpFields& fields, u32 ts_value, u32 ts_echo,
                                  bool timestamps, u16 mss) {
    MbufPtr m = Mbuf::alloc();
    if (!m) return inet_.bump(Stat::no_mbuf);
    TcpFields f = fields;
    f.src_port = key.local_port, f.dst_port = key.remote_port;
    f.options_length = timestamps ? 12 : mss ? 4 : 0;
    m->put(sizeof(TcpHeader) + f.options_length);
    auto* options = reinterpret_cast<be32*>(m->data() + sizeof(TcpHeader));
    if (timestamps)
        options[0] = 0x0101'080a, options[1] = ts_value, options[2] = ts_echo;
    else if (mss)
        options[0] = 0x0204'0000u | mss;
    emit_tcp(m->mut_bytes(), key.local, key.remote, f);
    inet_.bump(Stat::tcp_out);
    (void)ip_out(inet_, std::move(m), key.local, key.remote, IpProtocol::Tcp, WhenFull::Drop, kNeverFragment);
}

}  // namespace net
