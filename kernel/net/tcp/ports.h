// The local ports that sockets are bound to, and their listeners.
#pragma once

#include <span>

#include "lib/ref.h"
#include "net/core/growing_hash.h"
#include "net/wire/addr.h"

namespace net {

class TcpListener;

// The binding of one socket or flow to a local port. It is a member of the socket or flow.
struct TcpBinding {
    Ipv4Addr addr;  // 0.0.0.0: all our addresses
    u16 port = 0;
    bool reuse = false;                // SO_REUSEADDR
    bool in_table = false;             // guarded by TcpPorts' lock, like `next`
    TcpListener* listener = nullptr;   // holds a reference
    const void* flow_owner = nullptr;  // not null: of a flow. Only flows of the same owner may overlap
    TcpBinding* next = nullptr;
};

// - Thread context.
class TcpPorts {
    using Bindings = GrowingHash<TcpBinding, &TcpBinding::next>;

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

    // Fills an empty array with listeners, as EndpointTable::list does with sockets.
    using Listed = Ref<TcpListener>;
    using Place = Bindings::Place;
    usize list(Place& from, std::span<Listed> room) EXCLUDES(lock_);

  private:
    static u64 hash_of(u16 port) { return port; }
    TcpBinding* first_locked(u16 port) REQUIRES(lock_) { return bindings_.chain(hash_of(port)); }
    bool conflicts_locked(const TcpBinding& b) REQUIRES(lock_);
    void grow() EXCLUDES(lock_);

    platform::Lock lock_{LockRank::Ports, "tcp ports"};
    Bindings bindings_ GUARDED_BY(lock_);
};

}  // namespace net
