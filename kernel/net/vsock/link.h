// VsockLink: the stack's side of one device. It sends packets, and knows who waits for room in a full queue.
#pragma once

#include <atomic>

#include "lib/list.h"
#include "lib/ref.h"
#include "net/core/budget.h"
#include "net/platform.h"
#include "net/vsock/device.h"

namespace net {

class VsockConnection;
struct VsockWaitsForRoom;  // the tag of the list of waiting connections

// What waits for room is bounded: each connection at most once, kMostResets RSTs of connections that exist no
// more or never did, and kMostKept mbufs of senders.
// - Thread context. The lock order is: connection, then link, then device.
class VsockLink {
  public:
    static constexpr u32 kMostResets = 64;
    static constexpr u32 kMostKept = kMaxMbufs / 16;

    VsockLink(Vsock& vsock, VsockDevice& device) : vsock_(vsock), device_(device) {}

    VsockDevice& device() const { return device_; }
    u32 cid() const { return device_.cid(); }

    // Passes a packet of c, whose lock is held, to the device. Again: there is no room; c.room_again() will
    // be called. Other errors: the device has failed, and the packet is dropped.
    Result<> transmit(MbufPtr& packet, VsockConnection& c) EXCLUDES(lock_);
    // Ask this before data are copied into a packet. False: the device is full; c.room_again() will be
    // called.
    bool has_room(VsockConnection& c) EXCLUDES(lock_);
    // For packets that were copied before the device was full: their senders keep them up to this bound. The
    // others free theirs, and copy the data again when there is room.
    MbufBudget& kept() { return kept_; }
    // Sends a RST, or queues it until there is room.
    void send_reset(const VsockHeader& reset) EXCLUDES(lock_);

    // Sends what waits. Called by the device.
    void room_again() EXCLUDES(lock_);
    // c ends. True: the caller now owns the reference of the waiting list.
    bool forget(VsockConnection& c) EXCLUDES(lock_);
    // The device's queue is empty again, and its connections have ended.
    void start_anew() EXCLUDES(lock_);

  private:
    void wait_locked(VsockConnection& c) REQUIRES(lock_);
    bool send_next_reset() EXCLUDES(lock_);
    Ref<VsockConnection> next_waiting() EXCLUDES(lock_);
    usize waiting() EXCLUDES(lock_);

    Vsock& vsock_;
    VsockDevice& device_;
    platform::Lock lock_{LockRank::Arp, "vsock link"};
    List<VsockConnection, VsockWaitsForRoom> waiting_ GUARDED_BY(lock_);
    usize waiting_count_ GUARDED_BY(lock_) = 0;
    std::atomic<u32> is_full_{0};  // written with lock_ held: the device will call room_again()
    MbufBudget kept_{kMostKept};
    VsockHeader resets_[kMostResets] GUARDED_BY(lock_) = {};
    u32 first_reset_ GUARDED_BY(lock_) = 0, reset_count_ GUARDED_BY(lock_) = 0;
};

// A packet without payload. Null: out of mbufs.
MbufPtr vsock_packet(const VsockHeader& header);

}  // namespace net
