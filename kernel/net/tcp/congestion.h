// Congestion control: how much may be on its way at once. An algorithm answers two questions, and is chosen
// for each socket (TCP_CONGESTION) by its name. All else (slow start, recovery, timeouts) is common to all.
//
// To add one: derive, write two functions, put it into the list of congestion.cc.
#pragma once

#include "lib/time.h"
#include "lib/types.h"

namespace net {

class CongestionControl;

// What an algorithm knows of one connection. Sizes in bytes.
struct Congestion {
    const CongestionControl* control = nullptr;
    u32 cwnd = 0;
    u32 ssthresh = ~0u;  // RFC 5681 section 3.1: at first as high as it goes
    u32 mss = 536;

    // The algorithm's own.
    u32 credit = 0;      // bytes acknowledged that have not yet made the window grow
    u32 w_max = 0;       // CUBIC: the window before the last loss
    u32 w_est = 0;       // CUBIC: what Reno would have by now
    u32 w_epoch = 0;     // CUBIC: the window when this epoch began
    u32 k_ms = 0;        // CUBIC: when the curve reaches w_max again
    Instant epoch_at{};  // CUBIC: since when the window grows
    bool in_epoch = false;

    bool in_slow_start() const { return cwnd < ssthresh; }
    bool in_first_slow_start() const { return ssthresh == ~0u; }
};

// Stateless: one object serves all connections. Called with the connection's lock held.
class CongestionControl {
  public:
    virtual const char* name() const = 0;

    // Congestion avoidance: `acked` bytes have arrived, and the whole window was in use. Grows cwnd.
    virtual void grow(Congestion& c, u32 acked, Duration rtt, Instant now) const = 0;

    // A segment was lost while `flight` bytes were on their way. Sets ssthresh; once for each loss event.
    virtual void reduce(Congestion& c, u32 flight) const = 0;

  protected:
    ~CongestionControl() = default;
};

// Null: there is none of that name.
const CongestionControl* find_congestion_control(const char* name);
const CongestionControl& default_congestion_control();
// For connections from now on that were not told otherwise. False: there is none of that name. Any thread.
bool set_default_congestion_control(const char* name);

// RFC 6928 section 2.
constexpr u32 initial_window(u32 mss) {
    const u32 floor = 2 * mss > 14600 ? 2 * mss : 14600;
    return 10 * mss < floor ? 10 * mss : floor;
}

// What all have in common.
void congestion_start(Congestion& c, u32 mss);
// Slow start or the algorithm's congestion avoidance, for `acked` bytes.
void congestion_grow(Congestion& c, u32 acked, Duration rtt, Instant now);
// The retransmission timer expired (RFC 5681 section 3.1): the loss window, one segment beside the `pipe`
// bytes that are believed to be on their way still.
void congestion_timeout(Congestion& c, u32 pipe);
// Nothing was sent for a while: what was learned of the path is stale (RFC 5681 section 4.1).
void congestion_restart(Congestion& c);

// The algorithms.
extern const CongestionControl& kNewReno;
extern const CongestionControl& kCubic;

}  // namespace net
