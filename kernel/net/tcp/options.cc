// Parsing and writing of TCP options (RFC 9293 section 3.2, RFC 7323, RFC 2018).
#include "net/wire/tcp_options.h"

#include "lib/string.h"
#include "net/proto/inet.h"
#include "net/tcp/engine.h"

namespace net {

static void take_sacks(TcpOptionsIn& out, const HeaderOption& o) {
    for (const SackBlock& b : sack_blocks_of(o)) {
        if (out.sack_count == TcpOptionsIn::kMaxSacks) return;
        out.sacks[out.sack_count++] = {Seq(b.left), Seq(b.right)};
    }
}

static void take_option(TcpOptionsIn& out, const HeaderOption& o) {
    if (const auto ts = timestamps_of(o)) {
        out.has_timestamps = true;
        out.ts_value = ts->value;
        out.ts_echo = ts->echo;
    } else if (const auto mss = max_segment_size_of(o)) {
        out.mss = *mss;
    } else if (const auto scale = window_scale_of(o)) {
        out.has_scale = true;
        out.scale = *scale > 14 ? u8{14} : *scale;
    } else if (is_sack_permitted(o)) {
        out.sack_permitted = true;
    } else {
        take_sacks(out, o);
    }
}

// The layout recommended in RFC 7323 appendix A, which nearly every segment has: NOP, NOP, timestamps.
static bool parse_usual(Bytes options, TcpOptionsIn& out) {
    if (options.size() != 12) return false;
    const auto* words = reinterpret_cast<const be32*>(options.data());
    if (words[0] != 0x0101'080a) return false;
    out.has_timestamps = true;
    out.ts_value = words[1];
    out.ts_echo = words[2];
    return true;
}

[[gnu::noinline]] static void parse_all(Bytes options, TcpOptionsIn& out) {
    HeaderOptions list(options);
    while (const auto o = list.next()) take_option(out, *o);
}

TcpOptionsIn parse_tcp_options(Bytes options) {
    TcpOptionsIn out;
    if (!options.empty() && !parse_usual(options, out)) parse_all(options, out);
    return out;
}

// --- writing

u32 tcp_timestamp(const Tcb& t, Instant now) { return static_cast<u32>(now.ns / 1'000'000) + t.ts_offset; }

// A SYN offers options; a SYN-ACK accepts those offered. In both states the flags in the Tcb say which.
[[gnu::noinline]] static usize emit_syn_options(const Tcb& t, Instant now, u8* to) {
    u8* p = to;
    const u16 our_mss = tcp_advertised_mss(t.link_mtu);
    const u8 mss[] = {2, 4, static_cast<u8>(our_mss >> 8), static_cast<u8>(our_mss)};
    memcpy(p, mss, 4), p += 4;
    if (t.timestamps) {
        const u8 head[] = {u8(t.sack ? 4 : 1), u8(t.sack ? 2 : 1), 8, 10};
        const be32 ts[] = {tcp_timestamp(t, now), t.ts_recent};
        memcpy(p, head, 4), memcpy(p + 4, ts, 8), p += 12;
    } else if (t.sack) {
        const u8 permitted[] = {1, 1, 4, 2};
        memcpy(p, permitted, 4), p += 4;
    }
    if (t.scaling) {
        const u8 scale[] = {1, 3, 3, t.rcv_scale};
        memcpy(p, scale, 4), p += 4;
    }
    return static_cast<usize>(p - to);
}

// There is room for four blocks, or three with timestamps (12 of 40 bytes). The first may be a DSACK, which
// is followed by the block that contains it (RFC 2883 section 4).
static usize emit_sacks(const Tcb& t, u8* to) {
    SeqRange blocks[1 + OutOfOrder::kMaxBlocks];
    usize n = 0;
    if (t.has_duplicate) blocks[n++] = t.duplicate;
    n += t.out_of_order.blocks(blocks + n);
    if (n > (t.timestamps ? 3 : 4)) n = t.timestamps ? 3 : 4;
    if (n == 0) return 0;
    const u8 head[] = {1, 1, 5, static_cast<u8>(2 + 8 * n)};
    memcpy(to, head, 4);
    for (usize i = 0; i < n; i++) {
        const SackBlock b{blocks[i].left.value(), blocks[i].right.value()};
        memcpy(to + 4 + 8 * i, &b, sizeof b);
    }
    return 4 + 8 * n;
}

usize tcp_sacks_length(const Tcb& t) {
    u8 room[40];
    return emit_sacks(t, room);
}

usize tcp_emit_options(const Tcb& t, bool syn, Instant now, u8* to) {
    if (syn) return emit_syn_options(t, now, to);
    usize n = 0;
    if (t.timestamps) {
        const be32 usual[] = {0x0101'080a, tcp_timestamp(t, now), t.ts_recent};
        memcpy(to, usual, n = 12);
    }
    if (t.has_sacks()) [[unlikely]]
        n += emit_sacks(t, to + n);
    return n;
}

// Processes the options of a SYN or SYN-ACK: an option is used if both sides have sent it.
void tcp_take_options(Tcb& t, const Segment& syn, Instant now) {
    const TcpOptionsIn& o = syn.options;
    t.timestamps = t.timestamps && o.has_timestamps;
    t.sack = t.sack && o.sack_permitted;
    t.scaling = t.scaling && o.has_scale;
    t.snd_scale = t.scaling ? o.scale : u8{0};
    if (!t.scaling) t.rcv_scale = 0;
    if (t.timestamps) {
        t.ts_recent = o.ts_value;
        t.ts_recent_at = now;
    }
    tcp_set_mss(t, o.mss ? o.mss : u16{536});  // RFC 9293 section 3.7.1: the default
}

}  // namespace net
