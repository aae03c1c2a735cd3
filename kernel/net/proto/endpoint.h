// What the protocols know of a socket: an Endpoint that is found by its key and takes what arrives for it.
#pragma once

#include "lib/ref.h"
#include "net/core/mbuf.h"
#include "net/platform.h"
#include "net/wire/icmp.h"

namespace net {

// Who talks to whom. Ports are UDP's; an ICMP echo endpoint has its identifier as local port, and no remote
// one. An endpoint that takes datagrams from everybody has no remote address and port, one that takes them on
// all our addresses no local address.
struct EndpointKey {
    IpProtocol protocol{};
    u16 local_port = 0, remote_port = 0;
    Ipv4Addr local, remote;

    bool operator==(const EndpointKey&) const = default;
    EndpointKey from_anybody() const { return {protocol, local_port, 0, local, {}}; }
    EndpointKey to_any_address() const { return {protocol, local_port, 0, {}, {}}; }
};

// An Endpoint in the table is referenced by the table. Whoever finds it gets a reference of its own, so it
// may be closed at any time.
class Endpoint : public RefCounted<Endpoint> {
  public:
    // Changes only in EndpointTable::rekey, when a socket is bound or connected anew.
    const EndpointKey& key() const { return key_; }

    // Something arrived. `ip` is a view of the packet around m, whose data are the payload of the
    // endpoint's protocol; m may be a chain. False: not taken, and dropped. Thread context, no lock held,
    // must not sleep.
    virtual bool deliver(MbufPtr m, const Ipv4Packet& ip) = 0;

    // Something it sent did not arrive, and this is why. As deliver().
    virtual void report(Errno error) = 0;

    // Are ICMP errors about what it sent to be delivered whole, from their ICMP header on, not reported?
    virtual bool wants_icmp_errors() const { return false; }

    // Does it set DF, so that a router may have complained about a packet of it?
    virtual bool sends_dont_fragment() { return false; }

    // The last reference is gone, and nobody can find it any more: free it. No lock is held.
    virtual void last_ref_gone() = 0;

  protected:
    explicit Endpoint(const EndpointKey& key) : key_(key) {}
    ~Endpoint() = default;

  private:
    friend class EndpointTable;
    EndpointKey key_;
    Endpoint* next_ = nullptr;  // in its bucket
    bool linked_ = false;       // all three guarded by the table's lock
};

// Endpoints by key. Cost does not grow with their number up to a few times kBuckets.
class EndpointTable {
  public:
    constexpr EndpointTable() = default;

    // A local port for whoever has none: the first of these, from a random start upwards, that makes its key
    // unique.
    struct PortRange {
        u16 first, last;
    };

    // AddrInUse: another one has this key, or all ports are taken.
    Result<> insert(Endpoint& e) EXCLUDES(lock_);
    Result<> insert_with_free_port(Endpoint& e, PortRange ports) EXCLUDES(lock_);

    // Puts e under a new key, whether it is in the table or not; with port 0 a free one is picked. On failure
    // nothing has changed. AddrInUse.
    Result<> rekey(Endpoint& e, EndpointKey key, PortRange ports) EXCLUDES(lock_);

    // Gives up the table's reference. Harmless when e is not in the table.
    void remove(Endpoint& e) EXCLUDES(lock_);

    // Whose is what arrives from key.remote at key.local? The one connected to that remote comes first, then
    // the one bound to that local address, then the one bound to all.
    Ref<Endpoint> find(const EndpointKey& key) EXCLUDES(lock_);

    // The index-th, in no order; null past the last. For lists of sockets.
    Ref<Endpoint> at(usize index) EXCLUDES(lock_);

    // Who sent this packet? Of UDP sockets only connected ones are told of errors (RFC 1122 section 4.1.3.3).
    Ref<Endpoint> sender_of(const QuotedPacket& packet) EXCLUDES(lock_);

    // Who may have sent it? Unconnected UDP sockets too.
    Ref<Endpoint> possible_sender_of(const QuotedPacket& packet) EXCLUDES(lock_);

    // Tells the sender of an IPv4 packet, of which `packet` holds the header and 8 bytes more, that it was
    // lost. Nothing happens when it is nobody's.
    void report(Bytes packet, Errno error) EXCLUDES(lock_);

  private:
    static constexpr usize kBuckets = 256;
    Endpoint*& bucket(const EndpointKey& key) REQUIRES(lock_);
    Endpoint* find_locked(const EndpointKey& key) REQUIRES(lock_);
    Endpoint* find_any_locked(const EndpointKey& key) REQUIRES(lock_);
    bool pick_port_locked(EndpointKey& key, PortRange ports, u32 start) REQUIRES(lock_);
    void link_locked(Endpoint& e) REQUIRES(lock_);
    void unlink_locked(Endpoint& e) REQUIRES(lock_);

    platform::Lock lock_{LockRank::SocketTable, "socket table"};
    Endpoint* buckets_[kBuckets] GUARDED_BY(lock_) = {};
};

}  // namespace net
