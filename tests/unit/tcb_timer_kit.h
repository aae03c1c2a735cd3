// The engine on a block, for tests of its timers.
#pragma once

#include "tcb_output_kit.h"

inline constexpr Duration kTick{1};
constexpr Duration just_below(Duration d) { return {d.ns - 1}; }

class TcpTimers : public TcbOutputTest {
  protected:
    TcpTimers() {
        pass(seconds(10'000));
        open();
        t.last_received = now();
    }
    void expire(net::TcpTimer which) {
        t.set(which, now());
        tcp_timers(t, now());
    }
    Duration until(net::TcpTimer which) const { return t.deadline(which) - now(); }
    Instant ago(Duration d) const { return Instant{now().ns - static_cast<u64>(d.ns)}; }
    bool gave_up() const { return t.state == net::TcpState::Closed; }
};
