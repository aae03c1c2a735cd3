// The device of CID 1: what this machine sends to itself (virtio-vsock has no such device; Linux calls it
// vsock_loopback).
#pragma once

#include "net/platform.h"
#include "net/vsock/device.h"

namespace net {

// The sender holds its connection's lock, so packets go through a bounded queue, and the timer thread passes
// them up.
class VsockLoopback final : public VsockDevice {
  public:
    static constexpr usize kRoom = 64;  // packets; each has up to 64 KiB

    constexpr VsockLoopback() : VsockDevice("vsock-lo") {}

    u32 cid() const override { return kVsockLocalCid; }
    bool has_seqpacket() const override { return true; }
    VsockDeviceCounters counters() const override;
    Result<> transmit(MbufPtr& packet) override;
    // For tests: drops what is queued.
    void stop();

  private:
    static constexpr usize kMostMbufs = 256;  // in the queue; one packet more may exceed it
    static constexpr usize kBatch = 32;       // packets of one timer callback: other timers must run too
    static void on_timer(void* self);
    void run();
    MbufPtr next(bool& room_came);
    bool is_full_locked() const REQUIRES(lock_) { return queue_.size() >= kRoom || mbufs_ >= kMostMbufs; }

    mutable platform::Lock lock_{LockRank::NetDevice, "vsock loopback"};
    platform::Timer timer_{on_timer, this};
    MbufQueue queue_ GUARDED_BY(lock_);
    usize mbufs_ GUARDED_BY(lock_) = 0;
    bool running_ GUARDED_BY(lock_) = false;  // the timer is set, or its callback is running
    bool refused_ GUARDED_BY(lock_) = false;  // a sender waits for room
    u64 packets_ GUARDED_BY(lock_) = 0;
    u64 bytes_ GUARDED_BY(lock_) = 0;
    u64 full_ GUARDED_BY(lock_) = 0;
};

}  // namespace net
