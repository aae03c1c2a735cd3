// Packet channels in a run: programs with a stack of their own, and their crashes.
#include <algorithm>

#include "simulation.h"
#include "world.h"

using net::platform::now;

namespace sim {

void Simulation::read_channel(const Element& e) {
    calm_ = false;  // a ring may be full
    if (e.kind == Kind::ApplicationCrash) {
        announce(e);
        at(e.at, [this, &e] { crash_application(e.a); });
        at(e.at + e.length, [this, &e] { start_application(e.a); });
        return;
    }
    const bool merges_acks = Dice(scenario_.seed, 6000 + e.a).percent(50);
    hosts_[e.a]->give_own_stack({scenario_.seed, e.b, static_cast<u16>(e.value), e.length, merges_acks},
                                e.at);
}

// A closed channel lives as long as the card has its frames, and until its timer has noticed that they are
// gone. A kernel cannot be destroyed before.
bool Simulation::crashes_soon(u32 host) const {
    const Duration from = now() - kStart, until = from + milliseconds(300);
    return std::any_of(scenario_.elements.begin(), scenario_.elements.end(), [&](const Element& e) {
        return e.kind == Kind::Crash && e.a == host && e.at >= from && e.at <= until;
    });
}

void Simulation::crash_application(u32 host) {
    Host& h = *hosts_[host];
    if (!h.on() || !h.application() || crashes_soon(host)) return;
    report_.totals.application_crashes++;
    note_failure(host, false);
    watch_.crashed(addr_of(host));
    h.application()->off();
    for (const auto& p : programs_) {
        if (&p->host() == &h && p->is_in_application()) p->end();
    }
    h.end_application();
}

void Simulation::start_application(u32 host) {
    Host& h = *hosts_[host];
    if (!h.on() || h.has_programs()) return;
    report_.say("host %u: the programs start again", host);
    h.start_application();
    start_programs(host);
}

}  // namespace sim
