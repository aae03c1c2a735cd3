// The segment size: from the peer's MSS, the path MTU (RFC 1191) and the TCP options. If routers drop large
// packets without an ICMP error, it is reduced after timeouts (RFC 4821, as in Linux).
#include "net/core/netdev.h"
#include "net/proto/inet.h"
#include "net/tcp/engine.h"

namespace net {
namespace {

constexpr u16 kMinMss = 64;           // room for all options and some data, whatever the peer's MSS
constexpr u16 kBlackHoleMss = 1024;   // the first value; Linux's tcp_base_mss
constexpr u8 kBlackHoleTimeouts = 3;  // consecutive; Linux's tcp_retries1
constexpr Duration kDoubt = seconds(2), kDoubtsEnd = seconds(60);

u16 min(u16 a, u16 b) { return a < b ? a : b; }

void update_mss(Tcb& t) {
    u16 mss = min(t.peer_mss, static_cast<u16>(t.path_mtu - kTcpIpHeaders));
    if (t.config.max_segment) mss = min(mss, t.config.max_segment);
    if (t.black_hole_mss) mss = min(mss, t.black_hole_mss);
    t.mss = mss < kMinMss ? kMinMss : mss;
    t.cc.mss = t.payload_mss();
}

// Updates the path MTU. True: segments must be smaller than before, or may now be fragmented by routers.
bool path_shrank(Tcb& t, Instant now) {
    const u16 mss = t.mss;
    const bool may_fragment = t.may_fragment;
    tcp_look_at_route(t, now);
    return t.mss < mss || (t.may_fragment && !may_fragment);
}

}  // namespace

void tcp_set_mss(Tcb& t, u16 peer_mss) {
    t.peer_mss = peer_mss;
    update_mss(t);
}

// On a link with a very small MTU, segments of kMinMss are sent as IP fragments, without offload.
void tcp_look_at_route(Tcb& t, Instant now) {
    t.features = 0;
    const auto hop = t.inet->routes().find(t.key.remote);
    const auto path = t.inet->path_to(t.key.remote);
    if (!hop || !path) return;
    const bool narrow = path->link_mtu < kMinMss + kTcpIpHeaders;
    if (!narrow) t.features = hop->interface->device().features();
    t.link_mtu = path->link_mtu;
    t.may_fragment = narrow || path->may_fragment;
    if (path->mtu < path->link_mtu && t.raise_mss_at == Instant::never())
        t.raise_mss_at = now + PathMtus::kLifetime;
    if (path->mtu == t.path_mtu) return;
    t.path_mtu = path->mtu;
    update_mss(t);
}

bool tcp_refused_as_too_big(Tcb& t, Instant now) { return path_shrank(t, now); }

void tcp_packet_too_big(Tcb& t, u16 reported, Instant now) {
    t.inet->bump(Stat::icmp_too_big_in);
    t.inet->path_mtus().learn(t.key.remote, reported, t.path_mtu, now);
    if (path_shrank(t, now)) tcp_resend_all(t);
}

// --- black holes

// Full segments time out repeatedly: the path may be interrupted, or a link has a smaller MTU and its router
// sends no ICMP errors (a black hole). Smaller segments show which: if they arrive, full ones are tried again
// soon, because it may have been an outage. If those are lost again, the path is a black hole: the size that
// arrived before is used at once and stored as the path MTU for other connections.
bool tcp_black_hole(Tcb& t, Instant now) {
    if (t.retries < kBlackHoleTimeouts || t.snd_wnd == 0) return false;  // a closed window is another reason
    const bool again = t.raised_from && t.stalled_at < t.raised_at + kDoubtsEnd;
    const bool proven = again && !t.black_hole_mss;
    u16 mss = proven ? t.raised_from : t.black_hole_mss ? t.black_hole_mss / 2 : kBlackHoleMss;
    while (mss >= t.mss) mss /= 2;
    if (mss < kMinMss || t.flight() <= mss) return false;  // the lost data are already small
    if (proven)
        t.inet->path_mtus().learn(t.key.remote, static_cast<u16>(mss + kTcpIpHeaders), t.path_mtu, now);
    t.inet->bump(Stat::tcp_black_holes);
    t.black_hole_mss = mss;
    t.raise_mss_at = now + (again ? PathMtus::kLifetime : kDoubt);
    tcp_look_at_route(t, now);
    update_mss(t);
    return true;
}

// RFC 1191 section 6.3: the path may have changed.
void tcp_raise_mss(Tcb& t, Instant now) {
    if (t.retries > 0) {  // no segments arrive at all
        t.raise_mss_at = now + kDoubt;
        return;
    }
    t.raised_from = t.black_hole_mss;
    t.raised_at = now;
    t.black_hole_mss = 0;
    t.raise_mss_at = Instant::never();
    tcp_look_at_route(t, now);
    update_mss(t);
}

}  // namespace net
