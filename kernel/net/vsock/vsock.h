// The vsock of one stack: it receives packets from the devices, and creates and frees connections and
// listeners.
//
//   VsockDevice --vsock_rx--> Vsock --> VsockConnection --> its receive queue
//   VsockConnection --> VsockLink --> VsockDevice::transmit
#pragma once

#include <atomic>

#include "net/core/budget.h"
#include "net/core/pool.h"
#include "net/core/stats.h"
#include "net/core/token_bucket.h"
#include "net/vsock/listener.h"
#include "net/vsock/loopback.h"
#include "net/vsock/ports.h"

namespace net {

// - Thread context, no lock held.
class Vsock {
  public:
    static constexpr u32 kMostConnections = 4096;

    Vsock(Stats& stats, MbufBudget& queue_budget);
    ~Vsock();
    Vsock(const Vsock&) = delete;

    // Adds the device to the host. At boot, by one thread. Busy: there is one already.
    Result<> add_device(VsockDevice& device);
    // The device to the host; null: there is none.
    VsockDevice* device() const { return host_ ? &host_->device() : nullptr; }
    // Our CID towards the host; kVsockAnyCid without a device.
    u32 cid() const { return host_ ? host_->cid() : kVsockAnyCid; }
    // May a socket be bound to this CID?
    bool is_own(u32 cid) const { return cid == kVsockLocalCid || (host_ && cid == host_->cid()); }

    // Starts to connect to remote_cid:remote_port. Errors: NoDev (no device leads there), SockTNoSupport (the
    // device has no SeqPacket), AddrInUse (this connection exists), NFile (kMostConnections), NoBufs (too
    // much credit has been promised), NoMem.
    Result<Ref<VsockConnection>> connect(u32 local_port, u32 remote_cid, u32 remote_port, VsockType type,
                                         const VsockConfig& config);
    // Makes a bound socket a listener. NoMem.
    Result<Ref<VsockListener>> listen(VsockBinding& binding, VsockType type, const VsockConfig& config,
                                      int backlog);
    VsockPorts& ports() { return ports_; }
    VsockTable& table() { return table_; }

    // --- called by the devices
    void receive(VsockDevice& from, MbufPtr packet);
    void room_again(VsockDevice& device);
    void transport_reset(VsockDevice& device);

    // --- for connections, listeners and links
    void free(VsockConnection& c);
    void free(VsockListener& l) { listeners_.destroy(&l); }
    void bump(Stat s) { stats_.bump(s); }
    MbufBudget& queue_budget() { return queue_budget_; }

    // The credit that connections give is a promise to hold that much, so it is limited in sum. Each function
    // returns how many bytes were promised. 0: none.
    u32 promise_first(VsockType type, u32 wanted);  // of a new connection
    u32 promise_more(u32 wanted);
    void take_back_promise(u32 bytes) { promised_.fetch_sub(bytes, std::memory_order_relaxed); }

  private:
    // Bytes that arrive in small packets occupy two or three times as much, and the queues may have more than
    // twice as much (MbufBudget).
    static constexpr u32 kMostPromised = kMaxMbufs / 8 * kMbufSize;
    // Together with the least promises, which are made beyond that.
    static constexpr u32 kAllPromises = kMaxMbufs / 2 * kMbufSize;

    u32 promise(u32 bytes);
    u32 free_promises() const;
    VsockLink* link_of(const VsockDevice& device) { return &device == &loopback_ ? &lo_ : host_; }
    VsockLink* route(u32 remote_cid) { return is_own(remote_cid) ? &lo_ : host_; }
    void fail_connections(const VsockLink* link);
    bool is_for_us(const VsockLink& link, const VsockHeader& h);
    void arrive_without_connection(VsockLink& link, const VsockPacket& packet);
    void open(VsockLink& link, VsockListener& l, const VsockPacket& request, Instant now);
    void refuse(VsockLink& link, const VsockHeader& received, Instant now);
    VsockConfig config_for(const VsockLink& link, VsockConfig config) const;
    Result<Ref<VsockConnection>> new_connection(VsockLink& link, const VsockKey& key, VsockType type,
                                                const VsockConfig& config);

    Stats& stats_;
    MbufBudget& queue_budget_;
    VsockTable table_;
    VsockPorts ports_;
    VsockLoopback loopback_;
    VsockLink lo_{*this, loopback_};
    alignas(VsockLink) u8 host_storage_[sizeof(VsockLink)];
    VsockLink* host_ = nullptr;  // in host_storage_
    Pool<VsockConnection> connections_{LockRank::ConnectionTable};
    Pool<VsockListener> listeners_{LockRank::ConnectionTable};
    std::atomic<u32> connection_count_{0};
    std::atomic<u32> promised_{0};
    // RSTs without a connection. A legitimate peer may have many connections refused at once, and waits for
    // each RST.
    TokenBucket reset_limit_{1000, microseconds(100)};
};

}  // namespace net
