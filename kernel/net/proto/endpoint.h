// What the protocols know of a socket: an Endpoint that is found by its key and takes what arrives for it.
#pragma once

#include "lib/ref.h"
#include "net/core/mbuf.h"
#include "net/port.h"
#include "net/wire/ipv4.h"

namespace net {

// Who talks to whom. Ports are UDP's; an ICMP echo endpoint has its identifier as local port, and no remote.
struct EndpointKey {
    IpProtocol protocol{};
    u16 local_port = 0, remote_port = 0;
    Ipv4Addr local, remote;

    bool operator==(const EndpointKey&) const = default;
};

// An Endpoint in the table is referenced by the table. Whoever finds it gets a reference of its own, so it
// may be closed at any time.
class Endpoint : public RefCounted<Endpoint> {
  public:
    const EndpointKey& key() const { return key_; }

    // Something arrived. `ip` is a view of the packet around m, whose data are the payload of the
    // endpoint's protocol. False: not taken, and dropped. Thread context, no lock held, must not sleep.
    virtual bool deliver(MbufPtr m, const Ipv4Packet& ip) = 0;

    // Something it sent did not arrive, and this is why. As deliver().
    virtual void report(Errno error) = 0;

    // The last reference is gone, and nobody can find it any more: free it. No lock is held.
    virtual void last_ref_gone() = 0;

  protected:
    explicit Endpoint(const EndpointKey& key) : key_(key) {}
    ~Endpoint() = default;

  private:
    friend class EndpointTable;
    EndpointKey key_;           // changes only outside the table
    Endpoint* next_ = nullptr;  // in its bucket
    bool linked_ = false;       // both guarded by the table's lock
};

// Endpoints by exact key. Cost does not grow with their number up to a few times kBuckets.
class EndpointTable {
  public:
    constexpr EndpointTable() = default;

    // AddrInUse: another one has this key.
    Result<> insert(Endpoint& e) EXCLUDES(lock_);

    // The first of `ports`, from a random start upwards, that makes e's key unique becomes its local port.
    // AddrInUse: all are taken.
    struct PortRange {
        u16 first, last;
    };
    Result<> insert_with_free_port(Endpoint& e, PortRange ports) EXCLUDES(lock_);

    // Gives up the table's reference. Harmless when e is not in the table.
    void remove(Endpoint& e) EXCLUDES(lock_);

    Ref<Endpoint> find(const EndpointKey& key) EXCLUDES(lock_);

    // Tells the sender of an IPv4 packet, of which `packet` holds the header and 8 bytes more, that it was
    // lost. Nothing happens when it is nobody's.
    void report(Bytes packet, Errno error) EXCLUDES(lock_);

  private:
    static constexpr usize kBuckets = 256;
    Endpoint*& bucket(const EndpointKey& key) REQUIRES(lock_);
    Endpoint* find_locked(const EndpointKey& key) REQUIRES(lock_);
    void link_locked(Endpoint& e) REQUIRES(lock_);

    port::Lock lock_{LockRank::SocketTable, "socket table"};
    Endpoint* buckets_[kBuckets] GUARDED_BY(lock_) = {};
};

}  // namespace net
