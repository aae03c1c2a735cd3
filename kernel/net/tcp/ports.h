// The local ports that sockets are bound to, and their listeners.
#pragma once

#include "lib/list.h"
#include "lib/ref.h"
#include "net/platform.h"
#include "net/wire/addr.h"

namespace net {

class TcpListener;

// The binding of one socket to a local port. It is a member of the socket.
struct TcpBinding : ListNode<TcpBinding> {
    Ipv4Addr addr;  // 0.0.0.0: all our addresses
    u16 port = 0;
    bool reuse = false;               // SO_REUSEADDR
    TcpListener* listener = nullptr;  // holds a reference
};

// - Thread context.
class TcpPorts {
  public:
    // Adds a binding. AddrInUse: another one overlaps, and it has a listener or not both have `reuse`.
    Result<> claim(TcpBinding& b) EXCLUDES(lock_);
    Result<> claim_free_port(TcpBinding& b) EXCLUDES(lock_);
    void release(TcpBinding& b) EXCLUDES(lock_);

    // Makes `l` the listener of b. AddrInUse: an overlapping binding has a listener. BadF: b was released.
    Result<> listen(TcpBinding& b, TcpListener& l) EXCLUDES(lock_);

    // The listener for this address and port. One for the exact address has preference over 0.0.0.0.
    Ref<TcpListener> find(Ipv4Addr local, u16 port) EXCLUDES(lock_);
    bool is_claimed(u16 port) EXCLUDES(lock_);

    // The index-th listener; null past the last.
    Ref<TcpListener> at(usize index) EXCLUDES(lock_);

  private:
    static constexpr usize kBuckets = 64;
    List<TcpBinding>& bucket(u16 port) REQUIRES(lock_) { return buckets_[port % kBuckets]; }
    bool conflicts_locked(const TcpBinding& b) REQUIRES(lock_);

    platform::Lock lock_{LockRank::Ports, "tcp ports"};
    List<TcpBinding> buckets_[kBuckets] GUARDED_BY(lock_);
};

}  // namespace net
