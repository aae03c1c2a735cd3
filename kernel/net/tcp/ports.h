// Local ports that programs have chosen (bind), and who listens there.
#pragma once

#include "lib/list.h"
#include "lib/ref.h"
#include "net/platform.h"
#include "net/wire/addr.h"

namespace net {

class TcpListener;

// One program's claim to a local port. It lives in the socket that made it.
struct TcpBinding : ListNode<TcpBinding> {
    Ipv4Addr addr;  // 0.0.0.0: every address of ours
    u16 port = 0;
    bool reuse = false;               // SO_REUSEADDR
    TcpListener* listener = nullptr;  // referenced while it is here
};

// - Thread context, any thread.
class TcpPorts {
  public:
    // AddrInUse: another claim overlaps, and they have not both agreed to share (a listener never shares).
    Result<> claim(TcpBinding& b) EXCLUDES(lock_);
    Result<> claim_free_port(TcpBinding& b) EXCLUDES(lock_);
    void release(TcpBinding& b) EXCLUDES(lock_);

    // From now on SYNs for b's port go to `l`. AddrInUse: somebody else listens there. BadF: b was
    // released meanwhile.
    Result<> listen(TcpBinding& b, TcpListener& l) EXCLUDES(lock_);

    // Who listens there; a listener for just that address goes before one for all.
    Ref<TcpListener> find(Ipv4Addr local, u16 port) EXCLUDES(lock_);
    bool is_claimed(u16 port) EXCLUDES(lock_);

    // The index-th listener; null past the last.
    Ref<TcpListener> at(usize index) EXCLUDES(lock_);

  private:
    static constexpr usize kBuckets = 64;
    List<TcpBinding>& bucket(u16 port) REQUIRES(lock_) { return buckets_[port % kBuckets]; }
    bool conflicts_locked(const TcpBinding& b) REQUIRES(lock_);

    platform::Lock lock_{LockRank::TcpPorts, "tcp ports"};
    List<TcpBinding> buckets_[kBuckets] GUARDED_BY(lock_);
};

}  // namespace net
