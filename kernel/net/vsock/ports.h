// The local ports that sockets are bound to, and their listeners.
#pragma once

#include <span>

#include "lib/ref.h"
#include "net/core/growing_hash.h"
#include "net/wire/vsock.h"

namespace net {

class VsockListener;

// The binding of one socket to a local port. It is a member of the socket.
struct VsockBinding {
    u32 cid = kVsockAnyCid;  // kVsockAnyCid: all our CIDs
    u32 port = kVsockAnyPort;
    bool in_table = false;              // guarded by VsockPorts' lock, like `next`
    VsockListener* listener = nullptr;  // holds a reference
    VsockBinding* next = nullptr;
};

// - Thread context.
class VsockPorts {
    using Bindings = GrowingHash<VsockBinding, &VsockBinding::next>;

  public:
    // Adds a binding; kVsockAnyPort selects a free port above 1023. AddrInUse: another binding overlaps.
    Result<> claim(VsockBinding& b) EXCLUDES(lock_);
    void release(VsockBinding& b) EXCLUDES(lock_);

    // Makes `l` the listener of b. BadF: b was released.
    Result<> listen(VsockBinding& b, VsockListener& l) EXCLUDES(lock_);
    Ref<VsockListener> find(u32 cid, u32 port) EXCLUDES(lock_);

    // Fills an empty array with listeners, as EndpointTable::list does with sockets.
    using Listed = Ref<VsockListener>;
    using Place = Bindings::Place;
    usize list(Place& from, std::span<Listed> room) EXCLUDES(lock_);

  private:
    static u64 hash_of(u32 port) { return port * 0x9e37'79b9'7f4a'7c15 >> 40; }
    void grow() EXCLUDES(lock_);
    VsockBinding* find_locked(u32 cid, u32 port) REQUIRES(lock_);
    bool choose_port_locked(VsockBinding& b) REQUIRES(lock_);

    platform::Lock lock_{LockRank::Ports, "vsock ports"};
    Bindings bindings_ GUARDED_BY(lock_);
};

}  // namespace net
