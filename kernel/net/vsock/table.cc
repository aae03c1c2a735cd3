#include "net/vsock/table.h"

#include "net/vsock/connection.h"

namespace net {

VsockFlow*& VsockTable::bucket(const VsockKey& key) {
    const u64 ports = u64{key.local_port} << 32 | key.remote_port;
    const u64 cids = u64{key.local_cid} << 32 | key.remote_cid;
    u64 hash = (ports + cids * 0x9e37'79b9'7f4a'7c15) * multiplier_;
    hash ^= hash >> 32;
    return buckets_[(hash * multiplier_) >> 55];
}
static_assert(u64{1} << (64 - 55) == 512, "bucket takes nine bits");

Result<> VsockTable::insert(VsockConnection& c) {
    platform::Guard guard(lock_);
    VsockFlow*& head = bucket(c.key);
    for (VsockFlow* f = head; f; f = f->chain_) {
        if (f->key == c.key) return Errno::AddrInUse;
    }
    c.chain_ = head;
    head = &c;
    c.in_table_ = true;
    c.add_ref();
    return {};
}

bool VsockTable::remove(VsockConnection& c) {
    platform::Guard guard(lock_);
    if (!c.in_table_) return false;
    VsockFlow** link = &bucket(c.key);
    while (*link != &c) link = &(*link)->chain_;
    *link = c.chain_;
    c.in_table_ = false;
    return true;
}

Ref<VsockConnection> VsockTable::find(const VsockKey& key) {
    platform::Guard guard(lock_);
    VsockFlow* f = bucket(key);
    while (f && f->key != key) f = f->chain_;
    return Ref<VsockConnection>(static_cast<VsockConnection*>(f));
}

template <class F>
VsockConnection* VsockTable::first_locked(F matches) {
    for (VsockFlow* head : buckets_) {
        for (VsockFlow* f = head; f; f = f->chain_) {
            auto& c = static_cast<VsockConnection&>(*f);
            if (matches(c)) return &c;
        }
    }
    return nullptr;
}

Ref<VsockConnection> VsockTable::any_of(const VsockLink& link) {
    platform::Guard guard(lock_);
    return Ref(first_locked([&](VsockConnection& c) { return &c.link() == &link; }));
}

Ref<VsockConnection> VsockTable::at(usize index) {
    platform::Guard guard(lock_);
    return Ref(first_locked([&](VsockConnection&) { return index-- == 0; }));
}

}  // namespace net
