#include "limits.h"

#include <algorithm>

#include "net/tcp/engine.h"
#include "simulation.h"

namespace sim {
namespace {

// A host may pause for half a second before it looks at a frame, or at the clock.
constexpr Duration kSlack = milliseconds(700);

Duration longest_silence(const End& e) {
    if (e.user_timeout.ns) return std::max(e.user_timeout, e.keepalive->idle);
    return e.keepalive->idle + e.keepalive->interval * e.keepalive->probes;
}

// A SYN that waits for an answer to ARP is not on the wire yet.
Instant waits_since(const End& e, const Side& side) { return side.known_una == 0 ? e.began : side.progress; }

// Keepalive looks at its limit once each interval. The user timeout counts from the first retransmission,
// before which there may be a tail loss probe.
bool must_give_up(const End& e, const Side& side, Instant now) {
    if (!side.open || side.known_una == 0) return false;
    if (now < e.began + e.late + kSlack) return false;  // the program does not read yet
    const Resending& r = side.resending;
    if (e.user_timeout.ns && r.count >= 3 && now - r.third > e.user_timeout + kSlack) return true;
    const bool idle = side.known_una == 1 + e.offered + u64{e.shut} && side.known_una == side.end;
    const Instant since = std::max(side.heard, side.progress);
    return e.keepalive && idle && now - since > longest_silence(e) + e.keepalive->interval + kSlack * 2;
}

// Then no end waits for the other, if this one has closed, too.
bool has_sent_fin(const Side* side) { return side && side->fin; }

}  // namespace

bool has_abandoned_orphan(const Conversation& c, u32 side) {
    const Side* seen = c.wire(side);
    return seen && c.ends[side].over && seen->resending.count >= net::kOrphanRetries;
}

// With an acknowledged stream only keepalive counts; RFC 5482 limits how long data stay unacknowledged, even
// if the peer answers.
bool may_have_given_up(const Conversation& c, u32 side, Instant now) {
    const End& e = c.ends[side];
    const Side* seen = c.wire(side);
    if (has_abandoned_orphan(c, side)) return true;
    if (!has_limits(e) || !seen) return has_limits(e);
    if (e.user_timeout.ns && now - waits_since(e, *seen) + kSlack >= e.user_timeout) return true;
    return e.keepalive && now - seen->fresh + kSlack >= longest_silence(e);
}

void Simulation::check_limits() {
    for (Conversation* c : started_) {
        for (u32 side = 0; side < 2; side++) check_limits_of(*c, side);
    }
}

// Does a program that limits the silence of its peer get an error in time? If it has closed, the stack gives
// the connection up without telling anybody, and the peer may wait for ever.
void Simulation::check_limits_of(Conversation& c, u32 side) {
    const End& end = c.ends[side];
    const Side* seen = c.wire(side);
    if (!has_limits(end) || !end.started || !seen || c.may_fail()) return;
    const Instant now = net::platform::now();
    if (end.over)
        c.failed = seen->known_una < seen->end && may_have_given_up(c, side, now);
    else if (!(end.shut && has_sent_fin(c.wire(1 - side))) && must_give_up(end, *seen, now))
        report_.fail("conversation %u: the %s does not notice that its peer is silent", c.id,
                     side ? "server" : "client");
}

}  // namespace sim
