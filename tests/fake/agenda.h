// Virtual time: the clock of fake::world() jumps from one event or timer to the next, so the run time of a
// simulation depends on the events, not on the simulated time.
#pragma once

#include <functional>
#include <map>

#include "lib/time.h"

namespace sim {

class Agenda {
  public:
    // Calls what() at that time; events of the same time in the order in which they were added.
    void at(Instant when, std::function<void()> what) { events_.emplace(when.ns, std::move(what)); }

    // Runs the next event, or the timers that expire next. False: there is nothing before `until`, and the
    // clock is there now.
    bool step(Instant until);

    // Steps until done() is true, or the time limit. True: done.
    bool run(const std::function<bool()>& done, Duration limit);

    void clear() { events_.clear(); }

  private:
    std::multimap<u64, std::function<void()>> events_;
};

}  // namespace sim
