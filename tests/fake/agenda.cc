#include "agenda.h"

#include <algorithm>

#include "world.h"

using net::platform::now;

namespace sim {

bool Agenda::step(Instant until) {
    const auto& timers = fake::world().timers;
    Instant next = timers.empty() ? until : std::min(until, (*timers.begin())->deadline());
    const bool event = !events_.empty() && events_.begin()->first <= next.ns;
    if (event) next = {events_.begin()->first};
    if (next > now()) fake::world().advance(next - now());
    if (!event) {
        fake::world().advance({});
        return next < until;
    }
    auto what = std::move(events_.begin()->second);
    events_.erase(events_.begin());
    what();
    return true;
}

bool Agenda::run(const std::function<bool()>& done, Duration limit) {
    const Instant until = now() + limit;
    while (!done()) {
        if (!step(until)) return done();
    }
    return true;
}

}  // namespace sim
