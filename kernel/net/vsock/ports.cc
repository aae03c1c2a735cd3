#include "net/vsock/ports.h"

#include "net/vsock/listener.h"

namespace net {

// The binding for this port whose CIDs include `cid`, or overlap if that is kVsockAnyCid. There is only one.
VsockBinding* VsockPorts::find_locked(u32 cid, u32 port) {
    for (VsockBinding& b : bucket(port)) {
        if (b.port == port && (b.cid == cid || b.cid == kVsockAnyCid || cid == kVsockAnyCid)) return &b;
    }
    return nullptr;
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
    platform::Guard guard(lock_);
    if (b.port == kVsockAnyPort) {
        if (!choose_port_locked(b)) return Errno::AddrInUse;
    } else if (find_locked(b.cid, b.port)) {
        return Errno::AddrInUse;
    }
    bucket(b.port).push_back(b);
    return {};
}

void VsockPorts::release(VsockBinding& b) {
    VsockListener* listener = nullptr;
    {
        platform::Guard guard(lock_);
        if (!b.linked()) return;
        b.unlink();
        listener = std::exchange(b.listener, nullptr);
    }
    if (listener) listener->drop_ref();
}

Result<> VsockPorts::listen(VsockBinding& b, VsockListener& l) {
    platform::Guard guard(lock_);
    if (!b.linked()) return Errno::BadF;
    b.listener = &l;
    l.add_ref();
    return {};
}

Ref<VsockListener> VsockPorts::find(u32 cid, u32 port) {
    platform::Guard guard(lock_);
    VsockBinding* b = find_locked(cid, port);
    return Ref<VsockListener>(b ? b->listener : nullptr);
}

Ref<VsockListener> VsockPorts::at(usize index) {
    platform::Guard guard(lock_);
    for (List<VsockBinding>& list : buckets_) {
        for (VsockBinding& b : list) {
            if (b.listener && index-- == 0) return Ref<VsockListener>(b.listener);
        }
    }
    return {};
}

}  // namespace net
