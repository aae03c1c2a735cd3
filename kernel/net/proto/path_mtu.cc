#include "net/proto/path_mtu.h"

#include <algorithm>

namespace net {
namespace {

// The MTU to try if a router does not report one: the plateaus of RFC 1191 section 7 below Ethernet's MTU.
u16 plateau_below(u16 used) {
    for (const u16 plateau : {u16{1492}, u16{1006}, PathMtus::kMinMtu}) {
        if (plateau < used) return plateau;
    }
    return PathMtus::kMinReportedMtu;
}

}  // namespace

PathMtus::Entry* PathMtus::find_locked(Ipv4Addr destination) {
    for (Entry& e : set_of(destination)) {
        if (e.destination == destination && e.expires.ns) return &e;
    }
    return nullptr;
}

// The destination's entry, a free one, or the one that was updated least recently.
PathMtus::Entry& PathMtus::claim_locked(Ipv4Addr destination) {
    if (Entry* known = find_locked(destination)) return *known;
    Set& set = set_of(destination);
    Entry* oldest = &set[0];
    for (Entry& e : set) {
        if (e.expires < oldest->expires) oldest = &e;
    }
    if (!oldest->expires.ns) count_.fetch_add(1, std::memory_order_relaxed);
    *oldest = {};
    oldest->destination = destination;
    return *oldest;
}

PathMtus::Path PathMtus::find(Ipv4Addr destination) {
    platform::Guard guard(lock_);
    const Entry* e = find_locked(destination);
    return e ? e->path : Path{};
}

void PathMtus::learn(Ipv4Addr destination, u16 reported, u16 used, Instant now) {
    const u16 mtu = reported ? reported : plateau_below(used);
    if (mtu < kMinReportedMtu || mtu >= used) return;
    platform::Guard guard(lock_);
    Entry& e = claim_locked(destination);
    const u16 bounded = std::max(mtu, std::min(used, kMinMtu));
    e.path.mtu = std::min(e.path.mtu, bounded);
    if (mtu < kMinMtu) e.path.may_fragment = true;
    e.expires = now + kLifetime;
    if (!armed_) timer_.set(e.expires);
    armed_ = true;
}

void PathMtus::run(Instant now) {
    platform::Guard guard(lock_);
    Instant next = Instant::never();
    for (Set& set : sets_) {
        for (Entry& e : set) {
            if (!e.expires.ns) continue;
            if (e.expires > now) {
                next = std::min(next, e.expires);
                continue;
            }
            e = {};
            count_.fetch_sub(1, std::memory_order_relaxed);
        }
    }
    armed_ = next != Instant::never();
    if (armed_) timer_.set(next);
}

void PathMtus::on_timer(void* self) { static_cast<PathMtus*>(self)->run(platform::now()); }

}  // namespace net
