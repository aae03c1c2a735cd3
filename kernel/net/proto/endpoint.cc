#include "net/proto/endpoint.h"

namespace net {

// Fibonacci hashing: the multiplication spreads a difference in any bits to the highest bits.
static u64 hash_of(const EndpointKey& key) {
    const u64 addresses = static_cast<u64>(key.local.value()) << 32 | key.remote.value();
    const u64 ports = static_cast<u64>(key.local_port) << 32 | static_cast<u64>(key.remote_port) << 8 |
                      static_cast<u64>(key.protocol);
    return (addresses * 0x9e37'79b9'7f4a'7c15 + ports) * 0xd6e8'feb8'6659'fd93 >> 40;
}

static u64 hash_of_port(const EndpointKey& key) {
    const u64 port = static_cast<u64>(key.local_port) << 8 | static_cast<u64>(key.protocol);
    return port * 0x9e37'79b9'7f4a'7c15 >> 40;
}

static bool same_port(const EndpointKey& a, const EndpointKey& b) {
    return a.local_port == b.local_port && a.protocol == b.protocol;
}

Endpoint* EndpointTable::find_locked(const EndpointKey& key) {
    Endpoint* e = by_key_.chain(hash_of(key));
    while (e && e->key_ != key) e = e->next_;
    return e;
}

[[gnu::noinline]] Endpoint* EndpointTable::find_any_locked(const EndpointKey& key) {
    if (Endpoint* e = find_locked(key.from_anybody())) return e;
    return find_locked(key.to_any_address());
}

// The callers manage the table's reference: add_ref after link_locked, drop_ref after unlink_locked.
void EndpointTable::link_locked(Endpoint& e) {
    by_key_.link(e, hash_of(e.key_));
    by_port_.link(e, hash_of_port(e.key_));
    e.linked_ = true;
    flows_ += e.port_owner_ != nullptr;
    if (e.port_owner_ && e.key_.protocol == IpProtocol::Tcp)
        tcp_flows_.fetch_add(1, std::memory_order_relaxed);
}

void EndpointTable::unlink_locked(Endpoint& e) {
    by_key_.unlink(e, hash_of(e.key_));
    by_port_.unlink(e, hash_of_port(e.key_));
    e.linked_ = false;
    flows_ -= e.port_owner_ != nullptr;
    if (e.port_owner_ && e.key_.protocol == IpProtocol::Tcp)
        tcp_flows_.fetch_sub(1, std::memory_order_relaxed);
}

// False: it needs a page for that.
bool EndpointTable::grow_locked() {
    return by_key_.grow([](const Endpoint& e) { return hash_of(e.key_); }) &&
           by_port_.grow([](const Endpoint& e) { return hash_of_port(e.key_); });
}

// After an insertion that found no room to grow. Pages are allocated without the lock. Without memory the
// chains get longer.
[[gnu::noinline]] void EndpointTable::grow() {
    void* page = platform::page_alloc();
    if (!page) return;
    {
        platform::Guard guard(lock_);
        page = by_key_.add_page(page);
        if (page) page = by_port_.add_page(page);
    }
    if (page) platform::page_free(page);
}

// May e not have this key? As long as there are no flows, only the key matters.
bool EndpointTable::is_taken_locked(const Endpoint& e, const EndpointKey& key) {
    const Endpoint* other = find_locked(key);
    if (other && other != &e) return true;
    if (flows_ == 0 && !e.port_owner_) return false;
    for (other = by_port_.chain(hash_of_port(key)); other; other = other->next_port_) {
        const EndpointKey& k = other->key_;
        const bool overlap = k.local == key.local || k.local.is_any() || key.local.is_any();
        if (same_port(k, key) && overlap && other->port_owner_ != e.port_owner_) return true;
    }
    return false;
}

bool EndpointTable::pick_port_locked(const Endpoint& e, EndpointKey& key, PortRange ports, u32 start) {
    const u32 count = u32{ports.last} - ports.first + 1;
    for (u32 i = 0; i < count; i++) {
        key.local_port = static_cast<u16>(ports.first + (start + i) % count);
        if (!is_taken_locked(e, key)) return true;
    }
    return false;
}

// The start is random, so an off-path attacker must also guess the port (RFC 6056 section 3.3.1).
Result<> EndpointTable::rekey(Endpoint& e, EndpointKey key, PortRange ports) {
    const u32 start = static_cast<u32>(platform::random() % (u32{ports.last} - ports.first + 1));
    bool grown = true;
    {
        platform::Guard guard(lock_);
        const bool is_free =
            key.local_port ? !is_taken_locked(e, key) : pick_port_locked(e, key, ports, start);
        if (!is_free) return Errno::AddrInUse;
        const bool was_linked = e.linked_;
        if (was_linked) unlink_locked(e);
        e.key_ = key;
        link_locked(e);
        if (!was_linked) {
            e.add_ref();
            grown = grow_locked();
        }
    }
    if (!grown) grow();
    return {};
}

void EndpointTable::remove(Endpoint& e) {
    void* unused[2] = {};
    {
        platform::Guard guard(lock_);
        if (!e.linked_) return;
        unlink_locked(e);
        unused[0] = by_key_.shrink();
        unused[1] = by_port_.shrink();
    }
    for (void* page : unused) {
        if (page) platform::page_free(page);
    }
    e.drop_ref();  // may free e, so the lock must not be held
}

// May a packet with the key `packet` go to an endpoint with the key `own` at the same port?
static bool accepts(const EndpointKey& own, const EndpointKey& packet) {
    const bool from =
        own.remote.is_any() || (own.remote == packet.remote && own.remote_port == packet.remote_port);
    return from && (own.local == packet.local || (own.local.is_any() && own.remote.is_any()));
}

// A port that only one endpoint has, as most, is decided by one look-up.
Ref<Endpoint> EndpointTable::find(const EndpointKey& key) {
    platform::Guard guard(lock_);
    Endpoint* e = by_port_.chain(hash_of_port(key));
    while (e && !same_port(e->key_, key)) [[unlikely]] e = e->next_port_;
    if (!e) return {};
    const Endpoint* other = e->next_port_;
    while (other && !same_port(other->key_, key)) [[unlikely]] other = other->next_port_;
    if (!other) [[likely]]
        return Ref<Endpoint>(accepts(e->key_, key) ? e : nullptr);
    e = find_locked(key);
    return Ref<Endpoint>(e ? e : find_any_locked(key));
}

usize EndpointTable::list(Place& from, std::span<Listed> room) {
    usize n = 0;
    platform::Guard guard(lock_);
    by_key_.walk(from, [&](Endpoint& e) {
        if (e.port_owner_) return true;
        if (n == room.size()) return false;
        room[n++] = Ref<Endpoint>(&e);
        return true;
    });
    return n;
}

usize EndpointTable::longest_chain() {
    platform::Guard guard(lock_);
    const usize a = by_key_.longest_chain(), b = by_port_.longest_chain();
    return a > b ? a : b;
}

static EndpointKey key_of_sender(const QuotedPacket& q) {
    if (q.protocol() == IpProtocol::Icmp) {
        const u16 identifier = header_of<IcmpHeader>(q.transport())->identifier;
        return {IpProtocol::Icmp, identifier, 0, q.src(), q.dst()};
    }
    return {q.protocol(), q.src_port(), q.dst_port(), q.src(), q.dst()};
}

Ref<Endpoint> EndpointTable::sender_of(const QuotedPacket& packet) {
    const EndpointKey key = key_of_sender(packet);
    if (key.protocol == IpProtocol::Icmp) return find(key);
    platform::Guard guard(lock_);
    return Ref<Endpoint>(find_locked(key));
}

Ref<Endpoint> EndpointTable::possible_sender_of(const QuotedPacket& packet) {
    return find(key_of_sender(packet));
}

void EndpointTable::report(Bytes packet, Errno error) {
    const auto quote = QuotedPacket::parse(packet);
    if (!quote) return;
    if (Ref<Endpoint> e = sender_of(*quote)) e->report(error);
}

}  // namespace net
