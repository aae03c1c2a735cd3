// A listening port: connections that wait for accept().
#pragma once

#include "net/core/turn.h"
#include "net/vsock/connection.h"

namespace net {

// - Thread context. The lock order is: connection, then listener.
class VsockListener final : public RefCounted {
  public:
    static constexpr u32 kMaxBacklog = 4096;

    VsockListener(Vsock& vsock, u32 local_cid, u32 local_port, VsockType t, const VsockConfig& config)
        : cid(local_cid), port(local_port), type(t), vsock_(vsock), config_(config) {}

    const u32 cid, port;  // the local address; kVsockAnyCid: all our CIDs
    const VsockType type;

    void set_backlog(int backlog) EXCLUDES(lock_);
    // The configuration of new connections.
    void set_config(const VsockConfig& config) EXCLUDES(lock_);
    VsockConfig config() EXCLUDES(lock_);

    // Takes the oldest connection from the queue; may wait for one. Errors: Again (the policy does not allow
    // waiting), BadF (closed), Intr, the policy's timeout error.
    Result<Ref<VsockConnection>> accept(const WaitPolicy& policy) EXCLUDES(lock_);

    // Appends a connection to the queue. False: the queue is full, or the listener is closed.
    bool add(VsockConnection& c) EXCLUDES(lock_);

    // Closes all connections in the queue and refuses new ones. Blocked accepts return BadF.
    void close() EXCLUDES(lock_);

    u32 poll(PollEntry* watch) EXCLUDES(lock_);
    void unwatch(PollEntry& watch) EXCLUDES(lock_);
    u32 waiting() EXCLUDES(lock_);
    u32 backlog() EXCLUDES(lock_);

  private:
    void last_ref_gone() override;
    Ref<VsockConnection> next_locked() REQUIRES(lock_);

    Vsock& vsock_;
    platform::Lock lock_{LockRank::Listener, "vsock listener"};
    VsockConfig config_ GUARDED_BY(lock_);
    Turn accepting_ GUARDED_BY(lock_){"accept"};
    PollList pollers_ GUARDED_BY(lock_);
    List<VsockConnection, VsockWaitsForAccept> ready_ GUARDED_BY(lock_);  // holds a reference to each
    u32 ready_count_ GUARDED_BY(lock_) = 0;
    u32 backlog_ GUARDED_BY(lock_) = 1;
    bool closed_ GUARDED_BY(lock_) = false;
};

}  // namespace net
