// Endpoint: what IPv4's protocols know of a socket. It is found by its key and receives what arrives for that
// key.
#pragma once

#include "lib/ref.h"
#include "lib/shared_count.h"
#include "net/core/growing_hash.h"
#include "net/core/mbuf.h"
#include "net/platform.h"
#include "net/wire/icmp.h"

namespace net {

class Interface;

// Protocol, addresses and ports. An ICMP echo endpoint has its identifier as local port and no remote port.
// An endpoint that receives from any host has no remote address and port; one that receives on all our
// addresses has no local address.
struct EndpointKey {
    IpProtocol protocol{};
    u16 local_port = 0, remote_port = 0;
    Ipv4Addr local, remote;

    bool operator==(const EndpointKey&) const = default;
    EndpointKey from_anybody() const { return {protocol, local_port, 0, local, {}}; }
    EndpointKey to_any_address() const { return {protocol, local_port, 0, {}, {}}; }
};

// The table holds a reference to each of its endpoints. A caller that finds one gets its own reference, so
// the endpoint may be closed at any time. These are references to the owner, the object that the endpoint is
// a part of.
class Endpoint {
  public:
    void add_ref() { owner_.add_ref(); }
    void drop_ref() { owner_.drop_ref(); }

    // Changes only in EndpointTable::rekey, when the socket is bound or connected.
    const EndpointKey& key() const { return key_; }

    // Delivers m, the payload of the endpoint's protocol in the packet `ip`, and consumes it. m may be a
    // chain. False: it was dropped. Thread context, no lock held, must not sleep.
    virtual bool deliver(MbufPtr m, const Ipv4Packet& ip) = 0;

    // Reports why a packet of this endpoint did not arrive. Context: as deliver().
    virtual void report(Errno error) = 0;

    // True: ICMP errors are passed to deliver(), from the ICMP header on, instead of report().
    virtual bool wants_icmp_errors() const { return false; }

    // Does it set DF, so that a router may report "fragmentation needed" for its packets?
    virtual bool sends_dont_fragment() { return false; }

    // For a flow: of a run of pure ACKs (proto/ack_run.h), does it want only the last? It must be able to do
    // without the others even if it does not accept the last one.
    virtual bool merges_acks() const { return false; }

    // A flow is an endpoint that takes whole frames instead of payloads, from one interface (proto/flow.h).
    // Null: it is a socket.
    const Interface* flow_interface() const { return flow_interface_; }
    // Takes a copy of a frame from flow_interface(), which may be a chain. verified: its UDP or TCP checksum
    // need not be verified. Context: as deliver().
    virtual void take_frame(const Mbuf&, bool) {}

  protected:
    Endpoint(RefCounted& owner, const EndpointKey& key) : owner_(owner), key_(key) {}
    // A flow. port_owner has the port for itself: others cannot have an endpoint with this port.
    Endpoint(RefCounted& owner, const EndpointKey& key, const Interface& from, const void* port_owner)
        : owner_(owner), key_(key), flow_interface_(&from), port_owner_(port_owner) {}
    ~Endpoint() = default;

  private:
    friend class EndpointTable;
    RefCounted& owner_;
    EndpointKey key_;
    Endpoint* next_ = nullptr;       // of those with the same hash of the key
    Endpoint* next_port_ = nullptr;  // of those with the same hash of protocol and port
    bool linked_ = false;            // key_, next_, next_port_, linked_ are guarded by the table's lock
    const Interface* const flow_interface_ = nullptr;
    const void* const port_owner_ = nullptr;  // null: a socket; sockets may share a port
};

// A hash table of endpoints. The cost of a lookup does not depend on their number.
class EndpointTable {
    using ByKey = GrowingHash<Endpoint, &Endpoint::next_>;
    using ByPort = GrowingHash<Endpoint, &Endpoint::next_port_>;

  public:
    constexpr EndpointTable() = default;

    // The range of automatic local ports: the first one after a random start whose key is unique is used.
    struct PortRange {
        u16 first, last;
    };

    // Inserts e with a new key, or changes its key if it is in the table. For port 0 it selects a free one.
    // On failure nothing changes. AddrInUse: another endpoint has this key, a flow of another owner has this
    // port, or e is a flow and another owner's endpoint has its port; or all ports are in use.
    Result<> rekey(Endpoint& e, EndpointKey key, PortRange ports) EXCLUDES(lock_);

    // Removes e and drops the table's reference. Does nothing if e is not in the table.
    void remove(Endpoint& e) EXCLUDES(lock_);

    // The endpoint for a packet from key.remote to key.local. Order of preference: an endpoint connected to
    // that remote, one bound to that local address, one bound to all addresses.
    Ref<Endpoint> find(const EndpointKey& key) EXCLUDES(lock_);

    // Are there flows of TCP? Its sockets are in tables of their own, so it asks here first.
    bool has_tcp_flows() const { return tcp_flows_.load(std::memory_order_relaxed) != 0; }

    // Fills an empty array with sockets from a place on, in any order, and returns how many there are. As
    // long as the place is not at the end, there may be more.
    using Listed = Ref<Endpoint>;
    using Place = ByKey::Place;
    usize list(Place& from, std::span<Listed> room) EXCLUDES(lock_);

    // Of both hash tables; for tests.
    usize longest_chain() EXCLUDES(lock_);

    // The endpoint that sent this packet. Errors are reported only to connected UDP sockets (RFC 1122 section
    // 4.1.3.3), so it does not find unconnected ones.
    Ref<Endpoint> sender_of(const QuotedPacket& packet) EXCLUDES(lock_);

    // The endpoint that may have sent this packet, including unconnected UDP sockets and flows.
    Ref<Endpoint> possible_sender_of(const QuotedPacket& packet) EXCLUDES(lock_);

    // Reports to the endpoint that sent an IPv4 packet that it was lost, if there is one. `packet` holds the
    // IP header and at least 8 more bytes.
    void report(Bytes packet, Errno error) EXCLUDES(lock_);

  private:
    Endpoint* find_locked(const EndpointKey& key) REQUIRES(lock_);
    Endpoint* find_any_locked(const EndpointKey& key) REQUIRES(lock_);
    bool is_taken_locked(const Endpoint& e, const EndpointKey& key) REQUIRES(lock_);
    bool pick_port_locked(const Endpoint& e, EndpointKey& key, PortRange ports, u32 start) REQUIRES(lock_);
    void link_locked(Endpoint& e) REQUIRES(lock_);
    void unlink_locked(Endpoint& e) REQUIRES(lock_);
    bool grow_locked() REQUIRES(lock_);
    void grow() EXCLUDES(lock_);

    platform::Lock lock_{LockRank::SocketTable, "socket table"};
    ByKey by_key_ GUARDED_BY(lock_);
    ByPort by_port_ GUARDED_BY(lock_);
    u32 flows_ GUARDED_BY(lock_) = 0;
    SharedCount tcp_flows_{0};
};

}  // namespace net
