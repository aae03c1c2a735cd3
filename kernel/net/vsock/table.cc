#include "net/vsock/table.h"

#include "net/vsock/connection.h"

namespace net {

u64 VsockTable::hash_of(const VsockKey& key) const {
    const u64 ports = u64{key.local_port} << 32 | key.remote_port;
    const u64 cids = u64{key.local_cid} << 32 | key.remote_cid;
    u64 hash = (ports + cids * 0x9e37'79b9'7f4a'7c15) * multiplier_;
    hash ^= hash >> 32;
    return hash * multiplier_ >> 40;
}

VsockFlow* VsockTable::find_locked(const VsockKey& key) {
    VsockFlow* f = flows_.chain(hash_of(key));
    while (f && f->key != key) f = f->chain_;
    return f;
}

Result<> VsockTable::insert(VsockConnection& c) {
    bool grown = false;
    {
        platform::Guard guard(lock_);
        if (find_locked(c.key)) return Errno::AddrInUse;
        flows_.link(c, hash_of(c.key));
        c.in_table_ = true;
        c.add_ref();
        grown = flows_.grow([this](const VsockFlow& f) { return hash_of(f.key); });
    }
    if (!grown) grow();
    return {};
}

// Pages are allocated without the lock. Without memory the chains get longer.
void VsockTable::grow() {
    void* page = platform::page_alloc();
    if (!page) return;
    {
        platform::Guard guard(lock_);
        page = flows_.add_page(page);
    }
    if (page) platform::page_free(page);
}

bool VsockTable::remove(VsockConnection& c) {
    void* unused = nullptr;
    {
        platform::Guard guard(lock_);
        if (!c.in_table_) return false;
        flows_.unlink(c, hash_of(c.key));
        c.in_table_ = false;
        unused = flows_.shrink();
    }
    if (unused) platform::page_free(unused);
    return true;
}

Ref<VsockConnection> VsockTable::find(const VsockKey& key) {
    platform::Guard guard(lock_);
    return Ref<VsockConnection>(static_cast<VsockConnection*>(find_locked(key)));
}

usize VsockTable::list(Place& from, std::span<Listed> room) {
    usize n = 0;
    platform::Guard guard(lock_);
    flows_.walk(from, [&](VsockFlow& f) {
        if (n == room.size()) return false;
        room[n++] = Ref<VsockConnection>(static_cast<VsockConnection*>(&f));
        return true;
    });
    return n;
}

usize VsockTable::longest_chain() {
    platform::Guard guard(lock_);
    return flows_.longest_chain();
}

}  // namespace net
