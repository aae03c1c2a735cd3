// The loopback device: it receives what this host sends to itself.
#pragma once

#include "net/core/netdev.h"
#include "net/platform.h"

namespace net {

// The sender may hold locks, so frames go through a bounded queue and the timer thread passes them up. They
// never leave the memory: TCP need not cut its data into segments, copy them or sum them, because the
// receiver takes the sender's fragments as they are.
class Loopback final : public NetDevice {
  public:
    static constexpr usize kRoom = 512;  // maximum number of queued frames

    constexpr Loopback() : NetDevice("lo", kGather | kTcpChecksum | kTcpSegments) {}

    MacAddr mac() const override { return {}; }
    bool link_up() const override { return true; }
    NetDeviceCounters counters() const override;
    Result<> transmit(MbufPtr& frame) override;
    Result<> wait_for_room() override;
    void reclaim() override {}

  private:
    static constexpr usize kBatch = 64;  // frames of one timer callback: other timers must run too
    static void on_timer(void* self);
    void run();
    MbufPtr next();

    mutable platform::Lock lock_{LockRank::NetDevice, "loopback"};
    platform::WaitQueue room_{"loopback"};
    platform::Timer timer_{on_timer, this};
    MbufQueue queue_ GUARDED_BY(lock_);
    bool running_ GUARDED_BY(lock_) = false;  // the timer is set, or its callback is running
    u64 packets_ GUARDED_BY(lock_) = 0;
    u64 bytes_ GUARDED_BY(lock_) = 0;
    u64 full_ GUARDED_BY(lock_) = 0;
};

}  // namespace net
