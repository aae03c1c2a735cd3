// The local ports that sockets are bound to, and their listeners.
#pragma once

#include "lib/list.h"
#include "lib/ref.h"
#include "net/platform.h"
#include "net/wire/vsock.h"

namespace net {

class VsockListener;

// The binding of one socket to a local port. It is a member of the socket.
struct VsockBinding : ListNode<VsockBinding> {
    u32 cid = kVsockAnyCid;  // kVsockAnyCid: all our CIDs
    u32 port = kVsockAnyPort;
    VsockListener* listener = nullptr;  // holds a reference
};

// - Thread context.
class VsockPorts {
  public:
    // Adds a binding; kVsockAnyPort selects a free port above 1023. AddrInUse: another binding overlaps.
    Result<> claim(VsockBinding& b) EXCLUDES(lock_);
    void release(VsockBinding& b) EXCLUDES(lock_);

    // Makes `l` the listener of b. BadF: b was released.
    Result<> listen(VsockBinding& b, VsockListener& l) EXCLUDES(lock_);
    Ref<VsockListener> find(u32 cid, u32 port) EXCLUDES(lock_);

    // The index-th listener; null past the last.
    Ref<VsockListener> at(usize index) EXCLUDES(lock_);

  private:
    static constexpr usize kBuckets = 64;
    List<VsockBinding>& bucket(u32 port) REQUIRES(lock_) { return buckets_[port % kBuckets]; }
    VsockBinding* find_locked(u32 cid, u32 port) REQUIRES(lock_);
    bool choose_port_locked(VsockBinding& b) REQUIRES(lock_);

    platform::Lock lock_{LockRank::Ports, "vsock ports"};
    List<VsockBinding> buckets_[kBuckets] GUARDED_BY(lock_);
};

}  // namespace net
