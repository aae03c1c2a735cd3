#include "tcp_watch.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>

#include "program.h"
#include "shortage.h"

using packets::Packet;

namespace sim {

void TcpWatch::fail(const WireSegment& s, const char* format, ...) {
    char what[300];
    std::va_list args;
    va_start(args, format);
    std::vsnprintf(what, sizeof what, format, args);
    va_end(args);
    const auto& [from, port, to, to_port] = s.key;
    report_.fail("TCP from host %u port %u to host %u port %u: %s", (from & 255) - 1, port, (to & 255) - 1,
                 to_port, what);
}

const Side* TcpWatch::side(const FlowKey& key) const {
    const auto found = sides_.find(key);
    return found == sides_.end() || !found->second.open ? nullptr : &found->second;
}

void TcpWatch::sent(const Packet& frame) {
    const Packet whole = sent_.take(frame);
    if (const auto s = segment_in(whole)) check_sent(*s);
}

void TcpWatch::arrived(const Packet& frame, bool runs) {
    const bool is_segment = segment_in(frame).has_value();
    if (const net::Ipv4Header* ip = ipv4_of(frame); ip && !is_segment) {
        for (auto& [key, side] : sides_) {
            if (std::get<0>(key) == ip->dst.value()) side.resending = {};
        }
    }
    const Packet whole = arrived_.take(frame);
    // A host may have dropped a fragment that this has.
    if (const auto s = segment_in(whole)) note_arrived(*s, runs && is_segment);
}

void TcpWatch::crashed(net::Ipv4Addr host) {
    for (auto& [key, side] : sides_) {
        const bool its_peer = std::get<2>(key) == host.value();
        const bool opens =
            side.next() == 0;  // the peer has only sent a SYN, which the host may get after its boot
        if (std::get<0>(key) == host.value() || (its_peer && !opens)) side = {};
    }
}

void TcpWatch::paused(net::Ipv4Addr host) {
    for (auto& [key, side] : sides_) {
        if (std::get<0>(key) != host.value()) continue;
        side.owes_ack.reset();
        side.resending.paused = true;
    }
}

// --- what a side sends

// A new SYN begins a new connection. The peer's old one no longer counts.
void TcpWatch::note_syn(Side& me, Side& peer, const WireSegment& s) {
    const bool again = me.open && me.iss == s.seq;
    if (!again && s.flags.ack()) {
        note_answer(me, peer, s);
    } else if (!again) {
        me = peer = {};
        me.open = true;
        me.iss = s.seq;
    }
    me.scales = s.options.has_scale;
    me.scale = s.options.scale;
}

// The peer refuses a SYN-ACK that answers an old SYN, if it has sent another since, or has a connection. Then
// nothing is checked until the next SYN.
void TcpWatch::note_answer(Side& me, Side& peer, const WireSegment& s) {
    const Ranges arrived = me.arrived;  // the peer's SYN
    me = {};
    if (s.ack - 1 != peer.iss) return;
    if (peer.next() > 0) {
        peer = {};
        return;
    }
    me.open = true;
    me.iss = s.seq;
    me.arrived = arrived;
}

void TcpWatch::check_sent(const WireSegment& s) {
    Side &me = sides_[s.key], &peer = sides_[reversed(s.key)];
    me.owes_ack.reset();
    me.has_reset |= s.flags.rst();
    if (s.flags.rst()) return;
    if (s.flags.syn()) note_syn(me, peer, s);
    if (!me.open) return;
    if (me.timestamp && s.options.has_timestamps && static_cast<i32>(s.options.ts_value - *me.timestamp) < 0)
        fail(s, "the timestamp decreases");
    const bool old_is_above = s.options.has_timestamps && me.timestamp > s.options.ts_value;
    if ((s.seq < me.iss || old_is_above) && !std::exchange(me.has_wrapped, true)) report_.totals.wraps++;
    if (s.options.has_timestamps) me.timestamp = s.options.ts_value;
    const u32 first = s.seq - me.iss;
    if (s.length() > 0) check_data(me, peer, s, first);
    if (s.flags.ack() && peer.open) check_ack(me, peer, s);
}

// Data and FIN: are they the program's, and allowed by the window?
void TcpWatch::check_data(Side& me, const Side& peer, const WireSegment& s, u32 first) {
    check_resending(me, s, first);
    const bool probe = me.known_right <= me.known_una;  // of a closed window: data wait already
    if (me.known_una == me.end && !probe) me.progress = net::platform::now();
    const u32 data = first + u32{s.flags.syn()}, data_end = data + static_cast<u32>(s.data.size());
    if (!s.data.empty()) {
        if (!me.source) me.source = source_of(s.key);
        if (me.source && data - 1 + s.data.size() > me.source->end->offered)
            fail(s, "sends bytes up to %u, but the program wrote %lu", data_end - 1, me.source->end->offered);
        if (me.source && !matches(me.source->stream, data - 1, s.data))
            fail(s, "sends wrong bytes at %u", data - 1);
        // A window probe has one byte.
        if (peer.open && data_end > std::max<u64>(me.known_right, me.known_una + 1))
            fail(s, "sends up to %u, but the window ends at %lu", data_end, me.known_right);
    }
    if (me.fin && data_end > *me.fin) fail(s, "sends data after its FIN");
    if (s.flags.fin()) {
        if (me.fin && *me.fin != data_end) fail(s, "its FIN moves from %u to %u", *me.fin, data_end);
        me.fin = data_end;
        if (!me.source) me.source = source_of(s.key);
        if (me.source && (!me.source->end->shut || data_end - 1 != me.source->end->offered))
            fail(s, "sends a FIN at %u, but the program wrote %lu bytes%s", data_end, me.source->end->offered,
                 me.source->end->shut ? "" : " and has not closed");
    }
    me.end = std::max(me.end, first + s.length());
}

// RFC 6298 section 5.5: while nothing arrives, the interval doubles, up to a minute. The first two intervals
// may be a tail loss probe's and the end of another timer's.
void TcpWatch::check_resending(Side& me, const WireSegment& s, u32 first) {
    Resending& r = me.resending;
    const Instant now = net::platform::now();
    if (r.count == 0 || r.seq != first) {
        r = {.seq = first, .at = now, .count = 1};
        return;
    }
    const Duration gap = now - r.at;
    if (r.count >= 4 && !memory_may_fail() && gap < seconds(59) && gap.ns * 10 < r.gap.ns * 19)
        fail(s, "sends %u again after %ld ms, and before that after %ld ms", first, gap.ms(), r.gap.ms());
    const Duration known = r.paused ? Duration{} : gap;  // the timer was late
    r = {first, now, r.count == 2 ? now : r.third, known, r.count + 1};
}

void TcpWatch::check_ack(Side& me, const Side& peer, const WireSegment& s) {
    const u32 ack = s.ack - peer.iss;
    if (ack > me.next()) return fail(s, "acknowledges %u, but has received up to %u", ack, me.next());
    if (ack < me.acked) return fail(s, "acknowledges %u after %u", ack, me.acked);
    me.acked = ack;
    const unsigned scale = me.scales && peer.scales && !s.flags.syn() ? me.scale : 0;
    const u64 right = ack + (u64{s.window} << scale);
    // The window field is rounded down; a SYN that is sent again has the first one, without scale.
    if (!s.flags.syn() && right + (1u << scale) <= me.offered)
        fail(s, "its window ended at %lu and ends at %lu now", me.offered, right);
    me.offered = std::max(me.offered, right);
    check_sacks(me, peer, s);
}

void TcpWatch::check_sacks(const Side& me, const Side& peer, const WireSegment& s) {
    for (unsigned i = 0; i < s.options.sack_count; i++) {
        const u32 left = s.options.sacks[i].left.value() - peer.iss;
        const u32 right = s.options.sacks[i].right.value() - peer.iss;
        // The first block may report a duplicate (RFC 2883), even a segment of an older connection.
        if (i == 0 && static_cast<i32>(left) < 0) continue;
        if (left >= right || !me.arrived.contain(left, right))
            fail(s, "its SACK has %u to %u, which have not arrived", left, right);
    }
}

// --- what arrives at a side

void TcpWatch::note_arrived(const WireSegment& s, bool runs) {
    Side &me = sides_[reversed(s.key)], &peer = sides_[s.key];
    me.resending = {};
    if (!me.has_reset) me.hear(s, net::platform::now());
    if (s.flags.rst()) me.owes_ack.reset();
    const bool of_lost_connection = s.flags.has(net::TcpFlags::Syn | net::TcpFlags::Ack) && s.seq != peer.iss;
    if (of_lost_connection) me = peer = {};  // the peer may have crashed since
    if (!me.open && !s.flags.syn()) return;
    const u32 first = s.seq - peer.iss, end = first + s.length();
    if (s.flags.rst() || !peer.open || end > peer.end || first > end) return;
    const u32 before = me.next();
    if (s.length() > 0) me.arrived.add(first, end);
    if (!me.open) return;
    if (me.next() > before && !s.flags.syn() && runs) expect_ack(reversed(s.key), me);
    const u32 ack = s.ack - me.iss;
    if (!s.flags.ack() || ack > me.end) return;
    const unsigned scale = me.scales && peer.scales && !s.flags.syn() ? peer.scale : 0;
    if (ack > me.known_una && !me.has_reset) me.progress = net::platform::now();
    me.known_una = std::max(me.known_una, ack);
    me.known_right = std::max(me.known_right, ack + (u64{s.window} << scale));
}

// RFC 9293 section 3.8.6.3: an ACK must be delayed by less than 0.5 s.
void TcpWatch::expect_ack(const FlowKey& key, Side& me) {
    // Without a connection it answers with RSTs, whose rate is limited.
    if (me.owes_ack || me.has_reset || memory_may_fail()) return;
    const Instant since = net::platform::now();
    me.owes_ack = since;
    agenda_.at(since + milliseconds(500), [this, key, since] {
        if (sides_[key].owes_ack != since) return;
        WireSegment s{};
        s.key = key;
        fail(s, "does not acknowledge data within 0.5 s");
    });
}

}  // namespace sim
