#include "net/proto/endpoint.h"

namespace net {

// Fibonacci hashing: the multiplication spreads a difference in any bits to the highest bits.
Endpoint*& EndpointTable::bucket(const EndpointKey& key) {
    const u64 addresses = static_cast<u64>(key.local.value()) << 32 | key.remote.value();
    const u64 ports = static_cast<u64>(key.local_port) << 32 | static_cast<u64>(key.remote_port) << 8 |
                      static_cast<u64>(key.protocol);
    const u64 hash = (addresses * 0x9e37'79b9'7f4a'7c15 + ports) * 0xd6e8'feb8'6659'fd93;
    return buckets_[hash >> 56];
}

Endpoint* EndpointTable::find_locked(const EndpointKey& key) {
    Endpoint* e = bucket(key);
    while (e && e->key_ != key) e = e->next_;
    return e;
}

[[gnu::noinline]] Endpoint* EndpointTable::find_any_locked(const EndpointKey& key) {
    if (Endpoint* e = find_locked(key.from_anybody())) return e;
    return find_locked(key.to_any_address());
}

// The callers manage the table's reference: add_ref after link_locked, drop_ref after unlink_locked.
void EndpointTable::link_locked(Endpoint& e) {
    Endpoint*& head = bucket(e.key_);
    e.next_ = head;
    head = &e;
    e.linked_ = true;
}

void EndpointTable::unlink_locked(Endpoint& e) {
    Endpoint** link = &bucket(e.key_);
    while (*link != &e) link = &(*link)->next_;
    *link = e.next_;
    e.linked_ = false;
}

bool EndpointTable::pick_port_locked(EndpointKey& key, PortRange ports, u32 start) {
    const u32 count = u32{ports.last} - ports.first + 1;
    for (u32 i = 0; i < count; i++) {
        key.local_port = static_cast<u16>(ports.first + (start + i) % count);
        if (!find_locked(key)) return true;
    }
    return false;
}

Result<> EndpointTable::insert(Endpoint& e) {
    platform::Guard guard(lock_);
    if (find_locked(e.key_)) return Errno::AddrInUse;
    link_locked(e);
    e.add_ref();
    return {};
}

Result<> EndpointTable::insert_with_free_port(Endpoint& e, PortRange ports) {
    EndpointKey key = e.key_;
    key.local_port = 0;
    return rekey(e, key, ports);
}

// The start is random, so an off-path attacker must also guess the port (RFC 6056 section 3.3.1).
Result<> EndpointTable::rekey(Endpoint& e, EndpointKey key, PortRange ports) {
    const u32 start = static_cast<u32>(platform::random() % (u32{ports.last} - ports.first + 1));
    platform::Guard guard(lock_);
    const Endpoint* other = nullptr;
    if (key.local_port == 0) {
        if (!pick_port_locked(key, ports, start)) return Errno::AddrInUse;
    } else if (other = find_locked(key); other && other != &e) {
        return Errno::AddrInUse;
    }
    const bool was_linked = e.linked_;
    if (was_linked) unlink_locked(e);
    e.key_ = key;
    link_locked(e);
    if (!was_linked) e.add_ref();
    return {};
}

void EndpointTable::remove(Endpoint& e) {
    {
        platform::Guard guard(lock_);
        if (!e.linked_) return;
        unlink_locked(e);
    }
    e.drop_ref();  // may free e, so the lock must not be held
}

Ref<Endpoint> EndpointTable::find(const EndpointKey& key) {
    platform::Guard guard(lock_);
    Endpoint* e = find_locked(key);
    if (!e) [[unlikely]]
        e = find_any_locked(key);
    return Ref<Endpoint>(e);
}

Ref<Endpoint> EndpointTable::at(usize index) {
    platform::Guard guard(lock_);
    for (Endpoint* e : buckets_) {
        for (; e; e = e->next_) {
            if (index-- == 0) return Ref<Endpoint>(e);
        }
    }
    return {};
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
