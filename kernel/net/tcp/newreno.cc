// NewReno (RFC 5681): cwnd grows by one segment for each window acknowledged and is halved after a loss.
#include "net/tcp/congestion.h"

namespace net {
namespace {

class NewReno final : public CongestionControl {
  public:
    const char* name() const override { return "newreno"; }

    // Section 3.1: cwnd += SMSS for every cwnd bytes acknowledged.
    void grow(Congestion& c, u32 acked, Duration, Instant) const override {
        c.credit += acked;
        if (c.credit < c.cwnd) return;
        c.credit -= c.cwnd;
        c.cwnd += c.mss;
    }

    // Equation 4.
    void reduce(Congestion& c, u32 flight) const override {
        const u32 half = flight / 2;
        c.ssthresh = half > 2 * c.mss ? half : 2 * c.mss;
        c.credit = 0;
    }
};

constexpr NewReno kTheNewReno{};

}  // namespace

constinit const CongestionControl& kNewReno = kTheNewReno;

}  // namespace net
