#include "net/tcp/congestion.h"

#include <array>
#include <atomic>

#include "lib/string.h"

namespace net {
namespace {

std::array<const CongestionControl*, 2> controls() { return {&kNewReno, &kCubic}; }

// An index in the list. Any thread may change it.
constinit std::atomic<u32> default_control{1};

}  // namespace

const CongestionControl* find_congestion_control(const char* name) {
    for (const CongestionControl* c : controls()) {
        if (strcmp(c->name(), name) == 0) return c;
    }
    return nullptr;
}

const CongestionControl& default_congestion_control() { return *controls()[default_control]; }

bool set_default_congestion_control(const char* name) {
    for (u32 i = 0; i < controls().size(); i++) {
        if (strcmp(controls()[i]->name(), name) != 0) continue;
        default_control = i;
        return true;
    }
    return false;
}

void congestion_start(Congestion& c, u32 mss) {
    if (!c.control) c.control = &default_congestion_control();
    c.mss = mss;
    c.cwnd = initial_window(mss);
}

// RFC 5681 section 3.1, counting all acknowledged bytes (RFC 3465, with L = 8 from RFC 9406). So delayed ACKs
// do not slow down slow start, and a peer gains nothing by splitting ACKs.
static u32 slow_start(Congestion& c, u32 acked) {
    const u32 step = acked < 8 * c.mss ? acked : 8 * c.mss;
    const u32 room = c.ssthresh - c.cwnd;
    c.cwnd += step < room ? step : room;
    return acked > room ? acked - room : 0;
}

void congestion_grow(Congestion& c, u32 acked, Duration rtt, Instant now) {
    if (c.in_slow_start()) acked = slow_start(c, acked);
    if (acked > 0 && !c.in_slow_start()) c.control->grow(c, acked, rtt, now);
}

void congestion_timeout(Congestion& c, u32 pipe) {
    c.cwnd = pipe + c.mss;
    c.credit = 0;
    c.in_epoch = false;
}

void congestion_restart(Congestion& c) {
    const u32 restart = initial_window(c.mss);
    if (c.cwnd > restart) c.cwnd = restart;
    c.in_epoch = false;
}

}  // namespace net
