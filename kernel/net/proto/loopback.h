// The loopback device: it receives what this host sends to itself.
#pragma once

#include <array>
#include <atomic>

#include "net/core/netdev.h"
#include "net/platform.h"

namespace net {

// A sender may hold locks, and no lock may be held while frames are passed up. So transmit() only queues a
// frame, and the sender calls deliver() as soon as it has released its locks: it receives what it has sent,
// in its own time and on its own hart, with no other thread between.
//
//   transmit()   queue of the frame's flow, and its bit in waiting_    any locks held
//   deliver()    takes a bit, passes the queue up until it is empty    no lock held
//
// - One thread at a time passes a flow's frames up, whoever comes first, so they stay in order. Flows in
//   different queues are received on several harts at the same time.
// - What is received causes answers, which are queued in turn. deliver() does not call itself for them: the
//   one in progress on this hart finds their bits.
// - After kBatch frames, it leaves the rest to the timer thread, so that a program that sends to itself
//   cannot be kept in one call by others that add frames.
//
// Frames never leave the memory: TCP need not cut its data into segments, copy them or sum them, because the
// receiver takes the sender's fragments as they are.
class Loopback final : public NetDevice {
  public:
    static constexpr usize kRoom = 64;   // maximum number of frames in a queue
    static constexpr usize kBatch = 64;  // frames of one deliver()

    // waiting: a bit for each queue that has frames and no thread. It is not a member, so that Inet can have
    // it where each packet finds it soon.
    constexpr explicit Loopback(std::atomic<u32>& waiting)
        : NetDevice("lo", kGather | kTcpChecksum | kTcpSegments), waiting_(waiting) {}

    MacAddr mac() const override { return {}; }
    bool link_up() const override { return true; }
    NetDeviceCounters counters() const override;
    // The caller must call deliver() afterwards.
    Result<> transmit(MbufPtr& frame) override;
    Result<> wait_for_room() override;
    void reclaim() override {}

    // Passes up what waits. Thread context, no lock held; never sleeps.
    void deliver();

  private:
    struct Queue {
        mutable platform::Lock lock{LockRank::NetDevice, "loopback"};
        platform::WaitQueue room{"loopback"};
        MbufQueue frames GUARDED_BY(lock);
        bool taken GUARDED_BY(lock) = false;  // its bit is in waiting_, or a thread passes its frames up
        u64 packets GUARDED_BY(lock) = 0;
        u64 bytes GUARDED_BY(lock) = 0;
        u64 full GUARDED_BY(lock) = 0;
    };
    static constexpr usize kQueues = 8;

    static usize queue_of(const Mbuf& frame);
    void pass_up(usize number, usize& left);
    static MbufPtr next(Queue& queue);
    static void on_timer(void* self) { static_cast<Loopback*>(self)->deliver(); }

    std::atomic<u32>& waiting_;
    std::array<Queue, kQueues> queues_{};
    platform::PerHart<bool> delivering_{};
    platform::Timer timer_{on_timer, this};
};

}  // namespace net
