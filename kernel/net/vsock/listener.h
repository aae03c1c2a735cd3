// A listening port: connections that wait for accept().
#pragma once

#include "net/core/listener.h"
#include "net/vsock/connection.h"

namespace net {

// net::Listener documents the context and most functions.
class VsockListener final : public Listener<VsockConnection, VsockConfig, VsockWaitsForAccept> {
  public:
    VsockListener(Vsock& vsock, u32 local_cid, u32 local_port, VsockType t, const VsockConfig& config)
        : Listener("vsock listener", config), cid(local_cid), port(local_port), type(t), vsock_(vsock) {}

    const u32 cid, port;  // the local address; kVsockAnyCid: all our CIDs
    const VsockType type;

    // Appends a connection to the queue. False: the queue is full, or the listener is closed.
    bool add(VsockConnection& c) EXCLUDES(lock_);

    // Closes all connections in the queue and refuses new ones. Blocked accepts return BadF.
    void close() EXCLUDES(lock_);

  private:
    void last_ref_gone() override;

    Vsock& vsock_;
};

}  // namespace net
