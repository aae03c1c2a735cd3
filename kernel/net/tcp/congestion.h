// Congestion control: how much data may be in flight. An algorithm has two functions and is selected by name
// for each socket (TCP_CONGESTION). All algorithms share slow start, recovery and timeouts.
//
// To add one: derive a class, write the two functions, and add it to the list in congestion.cc.
#pragma once

#include "lib/time.h"
#include "lib/types.h"

namespace net {

class CongestionControl;

// The congestion state of one connection. Sizes in bytes.
struct Congestion {
    const CongestionControl* control = nullptr;
    u32 cwnd = 0;
    u32 ssthresh = ~0u;  // RFC 5681 section 3.1: initially as high as possible
    u32 mss = 536;

    // State of the algorithm.
    u32 credit = 0;  // NewReno: acknowledged bytes not yet used for growth; CUBIC: remainder of a division
    u32 w_max = 0;   // CUBIC: the window before the last loss
    u32 w_est = 0;   // CUBIC: the window that Reno would have
    u32 k_ms = 0;    // CUBIC: K, the time at which the curve reaches w_max
    Instant epoch_at{};  // CUBIC: the start of this epoch
    bool in_epoch = false;

    bool in_slow_start() const { return cwnd < ssthresh; }
    bool in_first_slow_start() const { return ssthresh == ~0u; }
};

// Stateless: one object serves all connections. Called with the connection's lock held.
class CongestionControl {
  public:
    virtual const char* name() const = 0;

    // Congestion avoidance: increases cwnd after `acked` bytes were acknowledged with the window fully used.
    virtual void grow(Congestion& c, u32 acked, Duration rtt, Instant now) const = 0;

    // Sets ssthresh after a loss with `flight` bytes in flight; called once for each loss event.
    virtual void reduce(Congestion& c, u32 flight) const = 0;

  protected:
    ~CongestionControl() = default;
};

// Null: there is no algorithm with that name.
const CongestionControl* find_congestion_control(const char* name);
const CongestionControl& default_congestion_control();
// Sets the default for new connections. False: there is no algorithm with that name. Any thread.
bool set_default_congestion_control(const char* name);

// RFC 6928 section 2.
constexpr u32 initial_window(u32 mss) {
    const u32 floor = 2 * mss > 14600 ? 2 * mss : 14600;
    return 10 * mss < floor ? 10 * mss : floor;
}

// Common to all algorithms.
void congestion_start(Congestion& c, u32 mss);
// Slow start or the algorithm's congestion avoidance, for `acked` bytes.
void congestion_grow(Congestion& c, u32 acked, Duration rtt, Instant now);
// Sets the loss window after a retransmission timeout (RFC 5681 section 3.1): one segment more than the
// `pipe` bytes that are estimated to be still in flight.
void congestion_timeout(Congestion& c, u32 pipe);
// Reduces the window after an idle period (RFC 5681 section 4.1).
void congestion_restart(Congestion& c);

// The algorithms.
extern const CongestionControl& kNewReno;
extern const CongestionControl& kCubic;

}  // namespace net
