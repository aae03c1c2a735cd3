#include "net/tcp/ports.h"

#include "net/tcp/listener.h"

namespace net {

static bool overlap(const TcpBinding& a, const TcpBinding& b) {
    return a.port == b.port && (a.addr == b.addr || a.addr.is_any() || b.addr.is_any());
}

bool TcpPorts::conflicts_locked(const TcpBinding& b) {
    for (const TcpBinding* other = first_locked(b.port); other; other = other->next) {
        if (!overlap(b, *other)) continue;
        if (b.flow_owner && b.flow_owner == other->flow_owner) continue;
        if (!b.reuse || !other->reuse || other->listener) return true;
    }
    return false;
}

Result<> TcpPorts::claim(TcpBinding& b) {
    bool grown = false;
    {
        platform::Guard guard(lock_);
        if (conflicts_locked(b)) return Errno::AddrInUse;
        bindings_.link(b, hash_of(b.port));
        b.in_table = true;
        grown = bindings_.grow([](const TcpBinding& each) { return hash_of(each.port); });
    }
    if (!grown) grow();
    return {};
}

// Pages are allocated without the lock. Without memory the chains get longer.
void TcpPorts::grow() {
    void* page = platform::page_alloc();
    if (!page) return;
    {
        platform::Guard guard(lock_);
        page = bindings_.add_page(page);
    }
    if (page) platform::page_free(page);
}

Result<> TcpPorts::claim_free_port(TcpBinding& b) {
    constexpr u32 kFirst = 49152, kCount = 65536 - kFirst;
    const u32 start = static_cast<u32>(platform::random() % kCount);
    for (u32 i = 0; i < kCount; i++) {
        b.port = static_cast<u16>(kFirst + (start + i) % kCount);
        if (!is_claimed(b.port) && claim(b).ok()) return {};
    }
    b.port = 0;
    return Errno::AddrInUse;
}

void TcpPorts::release(TcpBinding& b) {
    TcpListener* listener = nullptr;
    void* unused = nullptr;
    {
        platform::Guard guard(lock_);
        if (!b.in_table) return;
        bindings_.unlink(b, hash_of(b.port));
        b.in_table = false;
        listener = std::exchange(b.listener, nullptr);
        unused = bindings_.shrink();
    }
    if (unused) platform::page_free(unused);
    if (listener) listener->drop_ref();
}

Result<> TcpPorts::listen(TcpBinding& b, TcpListener& l) {
    platform::Guard guard(lock_);
    if (!b.in_table) return Errno::BadF;
    for (const TcpBinding* other = first_locked(b.port); other; other = other->next) {
        if (other->listener && overlap(b, *other)) return Errno::AddrInUse;
    }
    b.listener = &l;
    l.add_ref();
    return {};
}

Ref<TcpListener> TcpPorts::find(Ipv4Addr local, u16 port) {
    platform::Guard guard(lock_);
    TcpListener* any = nullptr;
    for (const TcpBinding* b = first_locked(port); b; b = b->next) {
        if (b->port != port || !b->listener) continue;
        if (b->addr == local) return Ref<TcpListener>(b->listener);
        if (b->addr.is_any()) any = b->listener;
    }
    return Ref<TcpListener>(any);
}

bool TcpPorts::is_claimed(u16 port) {
    platform::Guard guard(lock_);
    const TcpBinding* b = first_locked(port);
    while (b && b->port != port) b = b->next;
    return b != nullptr;
}

usize TcpPorts::list(Place& from, std::span<Listed> room) {
    usize n = 0;
    platform::Guard guard(lock_);
    bindings_.walk(from, [&](const TcpBinding& b) {
        if (!b.listener) return true;
        if (n == room.size()) return false;
        room[n++] = Ref<TcpListener>(b.listener);
        return true;
    });
    return n;
}

}  // namespace net
