// HyStart++ (RFC 9406): the first slow start ends when round trips become longer, before the bottleneck queue
// overflows. Conservative slow start (CSS) comes in between, to test whether they stay longer.
#pragma once

#include "lib/time.h"
#include "net/tcp/seq.h"

namespace net {

// The names are those of RFC 9406 section 4.2. Round trips in microseconds. It has no lock.
class HyStart {
  public:
    // `nxt`: SND.NXT.
    void start(Seq nxt) { *this = {}, window_end_ = nxt; }

    // Processes an ACK in slow start. `una`, `nxt`: SND.UNA, SND.NXT. `rtt`: the round trip of the segment
    // that it acknowledges. Returns how much of `acked` counts for window growth. over: slow start has ended.
    u32 on_ack(Seq una, Seq nxt, Duration rtt, u32 acked, bool& over);

    bool in_css() const { return baseline_ != kInfinity; }

  private:
    static constexpr u32 kInfinity = ~0u;
    void begin_round(Seq nxt);
    void take_sample(u32 rtt);

    Seq window_end_;               // the round ends when this is acknowledged
    u32 last_min_ = kInfinity;     // lastRoundMinRTT
    u32 current_min_ = kInfinity;  // currentRoundMinRTT
    u32 baseline_ = kInfinity;     // cssBaselineMinRtt; infinite when not in CSS
    u8 samples_ = 0, css_rounds_ = 0;
};

}  // namespace net
