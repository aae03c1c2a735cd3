// One guest's vsockd: everything but the process around it, so that a test can play QEMU, the guest, the
// programs and the clock.
#pragma once

#include "tools/vsockd/listener.h"
#include "tools/vsockd/options.h"

namespace vsockd {

class Daemon final : private Handler {
  public:
    Daemon(Loop& loop, const Options& options);
    ~Daemon() override;

    // Waits for events, at most this long (negative: without end), and does what there is to do. False:
    // nothing happened, and nothing is left to do.
    bool step(int milliseconds);

    // With --once: QEMU was here and has gone, and what its guest sent has arrived, or is not read any more.
    bool ended() const { return end_at_ <= loop_.now() || (end_at_ != Instant::never() && muxer_.is_idle()); }
    bool waits_for_qemu() const { return !qemu_was_here_; }
    const Counters& counters() const { return counters_; }
    bool idle() const { return muxer_.is_idle(); }

  private:
    void ready(u32 events, Instant now) override;
    int time_to_wait(int most) const;

    Loop& loop_;
    const Options options_;
    Counters counters_;
    Muxer muxer_;
    VhostDevice device_;
    Listener listener_;
    ListeningSocket qemu_;
    bool qemu_was_here_ = false;
    Instant end_at_ = Instant::never();
    bool busy_ = false;  // there is more to do without waiting
};

}  // namespace vsockd
