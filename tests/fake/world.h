// What the host's backend of net/platform.h does, for tests to set. Apart from net_platform.h, so that the
// stack's own files are compiled without the headers that only this needs.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "net/platform.h"

namespace fake {

struct FiresBefore {
    bool operator()(const net::platform::Timer* a, const net::platform::Timer* b) const {
        return a->fires_before(*b);
    }
};

// The backend's state. A test may change it; reset() is called between tests.
struct World {
    Instant now{1'000'000'000};
    std::function<Result<>()> on_wait;                    // runs while a thread sleeps
    std::set<net::platform::Timer*, FiresBefore> timers;  // that are set, the next first
    std::set<net::platform::Timer*, FiresBefore> late;    // that have expired on a machine that does not run
    u32 machine = 0;  // if several machines are simulated: whose code runs now (OnMachine)
    u32 stopped = 0;  // a bit for each machine that does not run
    std::vector<std::string> logged;
    std::string printed;
    long pages_left = -1;  // how many more pages page_alloc returns; negative: unlimited
    long pages_out = 0;
    long fail_at =
        0;  // the n-th next allocation of a page, an mbuf or an object fails; 0: none. Kept by reset()
    bool loses = false;  // what a thread waits for may not come: to wait for ever is no failure. Kept, too
    usize memory_pages = 32768;        // of which the bounds are shares: 128 MiB
    uptr bad_from = 0, bad_until = 0;  // user addresses in [bad_from, bad_until) fault
    std::function<void()> on_copy;     // runs before each copy to or from the user
    bool other_harts_run = false;
    u64 random_state = 1;
    std::function<u64()> random;  // replaces the generator if set

    void reset();
    void advance(Duration d);  // fires each timer that expires meanwhile, at its time
    void stop(u32 which) { stopped |= 1u << which; }
    void resume(u32 which);  // its late timers fire at the next advance()
};
World& world();

// The code of a machine runs in the scope of this.
class OnMachine {
  public:
    explicit OnMachine(u32 which) : before_(std::exchange(world().machine, which)) {}
    ~OnMachine() { world().machine = before_; }
    OnMachine(const OnMachine&) = delete;

  private:
    const u32 before_;
};

}  // namespace fake
