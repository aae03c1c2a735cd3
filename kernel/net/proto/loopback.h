// The loopback device: what this host sends to itself.
#pragma once

#include "net/core/netdev.h"
#include "net/platform.h"

namespace net {

// A frame is not handed up by its sender, who may hold locks or be deep in the stack already, but by the
// timer thread, from a bounded queue: sending to oneself is as asynchronous as sending to others.
class Loopback final : public NetDevice {
  public:
    static constexpr usize kRoom = 512;  // frames that wait

    constexpr Loopback() : NetDevice("lo") {}

    MacAddr mac() const override { return {}; }
    bool link_up() const override { return true; }
    NetDeviceCounters counters() const override;
    Result<> transmit(MbufPtr& frame) override;
    Result<> wait_for_room() override;
    void reclaim() override {}

  private:
    static constexpr usize kBatch = 64;  // then other timers have their turn
    static void on_timer(void* self);
    void run();
    MbufPtr next();

    mutable platform::Lock lock_{LockRank::NetDevice, "loopback"};
    platform::WaitQueue room_{"loopback"};
    platform::Timer timer_{on_timer, this};
    MbufQueue queue_ GUARDED_BY(lock_);
    bool running_ GUARDED_BY(lock_) = false;  // the timer is set, or its callback at work
    u64 packets_ GUARDED_BY(lock_) = 0;
    u64 bytes_ GUARDED_BY(lock_) = 0;
    u64 full_ GUARDED_BY(lock_) = 0;
};

}  // namespace net
