#include "net/tcp/ports.h"

#include "net/tcp/listener.h"

namespace net {

static bool overlap(const TcpBinding& a, const TcpBinding& b) {
    return a.port == b.port && (a.addr == b.addr || a.addr.is_any() || b.addr.is_any());
}

bool TcpPorts::conflicts_locked(const TcpBinding& b) {
    for (TcpBinding& other : bucket(b.port)) {
        if (&other == &b || !overlap(b, other)) continue;
        if (!b.reuse || !other.reuse || other.listener) return true;
    }
    return false;
}

Result<> TcpPorts::claim(TcpBinding& b) {
    platform::Guard guard(lock_);
    if (conflicts_locked(b)) return Errno::AddrInUse;
    bucket(b.port).push_back(b);
    return {};
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
    {
        platform::Guard guard(lock_);
        if (!b.linked()) return;
        b.unlink();
        listener = std::exchange(b.listener, nullptr);
    }
    if (listener) listener->drop_ref();
}

Result<> TcpPorts::listen(TcpBinding& b, TcpListener& l) {
    platform::Guard guard(lock_);
    if (!b.linked()) return Errno::BadF;
    for (TcpBinding& other : bucket(b.port)) {
        if (&other != &b && other.listener && overlap(b, other)) return Errno::AddrInUse;
    }
    b.listener = &l;
    l.add_ref();
    return {};
}

Ref<TcpListener> TcpPorts::find(Ipv4Addr local, u16 port) {
    platform::Guard guard(lock_);
    TcpListener* any = nullptr;
    for (TcpBinding& b : bucket(port)) {
        if (b.port != port || !b.listener) continue;
        if (b.addr == local) return Ref<TcpListener>(b.listener);
        if (b.addr.is_any()) any = b.listener;
    }
    return Ref<TcpListener>(any);
}

bool TcpPorts::is_claimed(u16 port) {
    platform::Guard guard(lock_);
    for (TcpBinding& b : bucket(port)) {
        if (b.port == port) return true;
    }
    return false;
}

Ref<TcpListener> TcpPorts::at(usize index) {
    platform::Guard guard(lock_);
    for (List<TcpBinding>& list : buckets_) {
        for (TcpBinding& b : list) {
            if (b.listener && index-- == 0) return Ref<TcpListener>(b.listener);
        }
    }
    return {};
}

}  // namespace net
