// How large segments are. The peer's MSS, the path's MTU (RFC 1191) and the options in the header decide; and
// where a link is narrow and no router tells, timeouts do (the idea of RFC 4821, in Linux's form).
#include "net/core/netdev.h"
#include "net/proto/inet.h"
#include "net/tcp/engine.h"

namespace net {
namespace {

constexpr u16 kLeastMss = 64;         // room for all options and some data, whatever the peer says
constexpr u16 kBlackHoleMss = 1024;   // the first guess, Linux's tcp_base_mss
constexpr u8 kBlackHoleTimeouts = 3;  // in a row; Linux's tcp_retries1
constexpr Duration kDoubt = seconds(2), kDoubtsEnd = seconds(60);

u16 least(u16 a, u16 b) { return a < b ? a : b; }

void update_mss(Tcb& t) {
    u16 mss = least(t.peer_mss, static_cast<u16>(t.path_mtu - kTcpIpHeaders));
    if (t.config.max_segment) mss = least(mss, t.config.max_segment);
    if (t.black_hole_mss) mss = least(mss, t.black_hole_mss);
    t.mss = mss < kLeastMss ? kLeastMss : mss;
    t.cc.mss = t.payload_mss();
}

// Looks at the path again. True: segments must be smaller than they were, or be fragmented by routers.
bool path_shrank(Tcb& t, Instant now) {
    const u16 mss = t.mss;
    const bool may_fragment = t.may_fragment;
    tcp_look_at_route(t, now);
    return t.mss < mss || (t.may_fragment && !may_fragment);
}

}  // namespace

u32 tcp_segment_limit(const Tcb& t) { return t.mss - static_cast<u32>(tcp_options_length(t)); }

void tcp_set_mss(Tcb& t, u16 peer_mss) {
    t.peer_mss = peer_mss;
    update_mss(t);
}

// On the narrowest links even segments of kLeastMss go in fragments, which no device can cut.
void tcp_look_at_route(Tcb& t, Instant now) {
    t.features = 0;
    const auto hop = t.inet->routes().find(t.key.remote);
    const auto path = t.inet->path_to(t.key.remote);
    if (!hop || !path) return;
    const bool narrow = path->link_mtu < kLeastMss + kTcpIpHeaders;
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

void tcp_packet_too_big(Tcb& t, u16 told, Instant now) {
    t.inet->path_mtus().learn(t.key.remote, told, t.path_mtu, now);
    if (path_shrank(t, now)) tcp_resend_all(t);
}

// --- black holes

// Full segments vanish time after time: the peer may be gone, or a link on the way too narrow, whose router
// says nothing. Smaller ones find out. When they get through, full ones are tried again soon, for it may have
// been an outage; if those vanish once more, it is the path: what got through before is used at once, and
// other connections are told.
bool tcp_black_hole(Tcb& t, Instant now) {
    if (t.retries < kBlackHoleTimeouts || t.snd_wnd == 0) return false;  // a closed window explains it
    const bool again = t.raised_from && t.stalled_at < t.raised_at + kDoubtsEnd;
    const bool proven = again && !t.black_hole_mss;
    u16 mss = proven ? t.raised_from : t.black_hole_mss ? t.black_hole_mss / 2 : kBlackHoleMss;
    while (mss >= t.mss) mss /= 2;
    if (mss < kLeastMss || t.flight() <= mss) return false;  // what is lost is small already
    if (proven)
        t.inet->path_mtus().learn(t.key.remote, static_cast<u16>(mss + kTcpIpHeaders), t.path_mtu, now);
    t.inet->bump(Stat::tcp_black_holes);
    t.black_hole_mss = mss;
    t.raise_mss_at = now + (again ? PathMtus::kLifetime : kDoubt);
    tcp_look_at_route(t, now);
    update_mss(t);
    return true;
}

// RFC 1191 section 6.3: the path may be another by now.
void tcp_raise_mss(Tcb& t, Instant now) {
    if (t.retries > 0) {  // nothing gets through at all
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
