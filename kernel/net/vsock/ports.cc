#include "net/vsock/ports.h"

#include "net/vsock/listener.h"

namespace net {

// The binding for this port whose CIDs include `cid`, or overlap if that is kVsockAnyCid. There is only one.
VsockBinding* VsockPorts::find_locked(u32 cid, u32 port) {
    const auto matches = [&](const VsockBinding& b) {
        return b.port == port && (b.cid == cid || b.cid == kVsockAnyCid || cid == kVsockAnyCid);
    };
    VsockBinding* b = bindings_.chain(hash_of(port));
    while (b && !matches(*b)) b = b->next;
    return b;
}

// The numbers are many, so a random one is free after a few attempts.
bool VsockPorts::choose_port_locked(VsockBinding& b) {
    constexpr u32 kFirst = 1024, kCount = kVsockAnyPort - kFirst;
    for (int attempts = 0; attempts < 64; attempts++) {
        const u32 port = kFirst + static_cast<u32>(platform::random() % kCount);
        if (find_locked(b.cid, port)) continue;
        b.port = port;
        return true;
    }
    return false;
}

Result<> VsockPorts::claim(VsockBinding& b) {
    bool grown = false;
    {
        platform::Guard guard(lock_);
        if (b.port == kVsockAnyPort) {
            if (!choose_port_locked(b)) return Errno::AddrInUse;
        } else if (find_locked(b.cid, b.port)) {
            return Errno::AddrInUse;
        }
        bindings_.link(b, hash_of(b.port));
        b.in_table = true;
        grown = bindings_.grow([](const VsockBinding& each) { return hash_of(each.port); });
    }
    if (!grown) grow();
    return {};
}

// Pages are allocated without the lock. Without memory the chains get longer.
void VsockPorts::grow() {
    void* page = platform::page_alloc();
    if (!page) return;
    {
        platform::Guard guard(lock_);
        page = bindings_.add_page(page);
    }
    if (page) platform::page_free(page);
}

void VsockPorts::release(VsockBinding& b) {
    VsockListener* listener = nullptr;
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

Result<> VsockPorts::listen(VsockBinding& b, VsockListener& l) {
    platform::Guard guard(lock_);
    if (!b.in_table) return Errno::BadF;
    b.listener = &l;
    l.add_ref();
    return {};
}

Ref<VsockListener> VsockPorts::find(u32 cid, u32 port) {
    platform::Guard guard(lock_);
    VsockBinding* b = find_locked(cid, port);
    return Ref<VsockListener>(b ? b->listener : nullptr);
}

usize VsockPorts::list(Place& from, std::span<Listed> room) {
    usize n = 0;
    platform::Guard guard(lock_);
    bindings_.walk(from, [&](const VsockBinding& b) {
        if (!b.listener) return true;
        if (n == room.size()) return false;
        room[n++] = Ref<VsockListener>(b.listener);
        return true;
    });
    return n;
}

}  // namespace net
