#include "net/proto/endpoint.h"

#include "net/wire/icmp.h"

namespace net {

// Fibonacci hashing: a multiplication spreads what differs in any bits over the topmost ones.
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

void EndpointTable::link_locked(Endpoint& e) {
    Endpoint*& head = bucket(e.key_);
    e.next_ = head;
    head = &e;
    e.linked_ = true;
    e.add_ref();
}

Result<> EndpointTable::insert(Endpoint& e) {
    port::Guard guard(lock_);
    if (find_locked(e.key_)) return Errno::AddrInUse;
    link_locked(e);
    return {};
}

// The start is random so that an attacker off the path has to guess the port too (RFC 6056 section 3.3.1).
Result<> EndpointTable::insert_with_free_port(Endpoint& e, PortRange ports) {
    const u32 count = u32{ports.last} - ports.first + 1;
    const u32 start = static_cast<u32>(port::random() % count);
    port::Guard guard(lock_);
    for (u32 i = 0; i < count; i++) {
        e.key_.local_port = static_cast<u16>(ports.first + (start + i) % count);
        if (find_locked(e.key_)) continue;
        link_locked(e);
        return {};
    }
    return Errno::AddrInUse;
}

void EndpointTable::remove(Endpoint& e) {
    {
        port::Guard guard(lock_);
        if (!e.linked_) return;
        Endpoint** link = &bucket(e.key_);
        while (*link != &e) link = &(*link)->next_;
        *link = e.next_;
        e.linked_ = false;
    }
    e.drop_ref();  // may free it: not under the lock
}

Ref<Endpoint> EndpointTable::find(const EndpointKey& key) {
    port::Guard guard(lock_);
    return Ref<Endpoint>(find_locked(key));
}

static EndpointKey sender_of(const QuotedPacket& q) {
    if (q.protocol() == IpProtocol::Icmp) {
        const u16 identifier = header_of<IcmpHeader>(q.transport())->identifier;
        return {IpProtocol::Icmp, identifier, 0, q.src(), q.dst()};
    }
    return {q.protocol(), q.src_port(), q.dst_port(), q.src(), q.dst()};
}

void EndpointTable::report(Bytes packet, Errno error) {
    const auto quote = QuotedPacket::parse(packet);
    if (!quote) return;
    if (Ref<Endpoint> e = find(sender_of(*quote))) e->report(error);
}

}  // namespace net
