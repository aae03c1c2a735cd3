// CUBIC (RFC 9438): after a loss the window grows along a cubic function of time: fast at first, slowly near
// the window before the loss (W_max), then faster again. The growth does not depend on the round-trip time,
// so connections with long paths get a fair share.
//
//   W_cubic(t) = C (t - K)^3 + W_max        in segments; t in seconds since the epoch began
//   K          = cbrt((W_max - cwnd_epoch) / C)
#include "net/tcp/congestion.h"

namespace net {
namespace {

// Constants in tenths: C = 0.4 (section 5.1), beta = 0.7 (section 4.6).
constexpr u64 kC = 4, kBeta = 7, kTen = 10;

// The largest r with r^3 <= n, computed bit by bit.
constexpr u64 cube_root(u64 n) {
    u64 r = 0;
    for (u64 bit = u64{1} << 20; bit; bit >>= 1) {
        const u64 t = r | bit;
        if (t * t * t <= n) r = t;
    }
    return r;
}
static_assert(cube_root(26) == 2 && cube_root(27) == 3 && cube_root(1'000'000'000) == 1000);

// C |t - K|^3 in bytes. ms: |t - K| in milliseconds.
u64 cubic_bytes(u64 ms, u32 mss) {
    constexpr u64 kMaxMs = 100'000;  // here the curve is far above any window; avoids overflow
    if (ms > kMaxMs) ms = kMaxMs;
    return ms * ms * ms / 1000 * kC * mss / (kTen * 1'000'000);
}

class Cubic final : public CongestionControl {
  public:
    const char* name() const override { return "cubic"; }

    void grow(Congestion& c, u32 acked, Duration rtt, Instant now) const override {
        if (!c.in_epoch) begin_epoch(c, now);
        const u64 target = bounded(c, curve(c, (now - c.epoch_at).ms() + rtt.ms()));
        grow_like_reno(c, acked);
        if (c.w_est > target) {
            c.cwnd = c.w_est;  // section 4.3: at least as large as Reno's window
            return;
        }
        // Section 4.4: (target - cwnd) / cwnd for each segment acknowledged.
        const u64 step = c.credit + (target - c.cwnd) * acked;
        c.credit = static_cast<u32>(step % c.cwnd);
        c.cwnd += static_cast<u32>(step / c.cwnd);
    }

    // Sections 4.6 and 4.7. Fast convergence releases bandwidth for new flows.
    void reduce(Congestion& c, u32 flight) const override {
        c.w_max = c.cwnd < c.w_max ? static_cast<u32>(u64{c.cwnd} * (kTen + kBeta) / (2 * kTen)) : c.cwnd;
        const u32 base = flight < c.cwnd ? flight : c.cwnd;
        const u32 less = static_cast<u32>(u64{base} * kBeta / kTen);
        c.ssthresh = less > 2 * c.mss ? less : 2 * c.mss;
        c.credit = 0;
        c.in_epoch = false;
    }

  private:
    static void begin_epoch(Congestion& c, Instant now) {
        c.in_epoch = true;
        c.epoch_at = now;
        c.w_est = c.cwnd;
        c.credit = 0;
        if (c.w_max < c.cwnd) c.w_max = c.cwnd;
        // (W_max - cwnd) / C in thousandths of seconds, cubed.
        const u64 segments_e9 = u64{c.w_max - c.cwnd} * 1'000'000'000 / c.mss;
        c.k_ms = static_cast<u32>(cube_root(segments_e9 * kTen / kC));
    }

    static u64 curve(const Congestion& c, i64 ms) {
        const i64 from_k = ms - static_cast<i64>(c.k_ms);
        const u64 distance = cubic_bytes(static_cast<u64>(from_k < 0 ? -from_k : from_k), c.mss);
        if (from_k >= 0) return c.w_max + distance;
        return distance < c.w_max ? c.w_max - distance : 0;
    }

    // Section 4.2: the target is between cwnd and 1.5 cwnd.
    static u64 bounded(const Congestion& c, u64 target) {
        const u64 most = u64{c.cwnd} + c.cwnd / 2;
        return target < c.cwnd ? c.cwnd : target > most ? most : target;
    }

    // Section 4.3: alpha = 3 (1 - beta) / (1 + beta) = 9/17 until W_est reaches W_max, then 1.
    static void grow_like_reno(Congestion& c, u32 acked) {
        const u64 step = u64{acked} * c.mss / c.cwnd;
        c.w_est += static_cast<u32>(c.w_est < c.w_max ? step * 9 / 17 : step);
    }
};

constexpr Cubic kTheCubic{};

}  // namespace

constinit const CongestionControl& kCubic = kTheCubic;

}  // namespace net
