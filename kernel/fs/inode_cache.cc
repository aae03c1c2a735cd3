#include "fs/inode_cache.h"

#include "fs/filesystem.h"

namespace fs {

// Destroys orphans that could not be freed because the disk failed.
InodeCache::~InodeCache() {
    Guard g(lock_);
    while (Inode* inode = orphans_.pop_front()) pool_.destroy(*inode);
}

Inode* InodeCache::find_locked(u32 number) {
    for (Inode& i : bucket(number)) {
        if (i.number_ == number) return &i;
    }
    return nullptr;
}

Result<Ref<Inode>> InodeCache::get(FileSystem& fs, u32 number) {
    if (!fs.is_inode(number)) return Errno::Io;
    Inode* inode;
    bool valid;
    {
        Guard g(lock_);
        inode = find_locked(number);
        if (!inode) {
            inode = TRY(pool_.make(fs, number));
            bucket(number).push_front(*inode);
        }
        if (inode->OrphanNode::linked()) return Errno::Io;  // a damaged directory refers to an orphan
        inode->refs_++;
        valid = inode->valid_;
    }
    Ref<Inode> ref = adopt(*inode);
    if (!valid) TRY(load(*inode));
    return ref;
}

// Makes a Ref from a reference that is already counted.
Ref<Inode> InodeCache::adopt(Inode& inode) {
    Ref<Inode> ref(&inode);
    drop_ref(inode);
    return ref;
}

// The first user reads the inode; the others wait for the lock, whose holder waits only for the disk.
Result<> InodeCache::load(Inode& inode) {
    SleepGuard g(inode.lock());
    if (inode.valid_) return {};
    const BlockRef b = TRY(inode.fs().meta_block(inode.fs().inode_block(inode.number())));
    inode.data_ = b.array<dinode>()[inode.number() % IPB];
    if (inode.data_.type == 0) return Errno::Io;
    Guard spin(lock_);
    inode.valid_ = true;
    return {};
}

void InodeCache::add_ref(Inode& inode) {
    Guard g(lock_);
    inode.refs_++;
}

void InodeCache::drop_ref(Inode& inode) {
    Guard g(lock_);
    if (--inode.refs_) return;
    if (inode.valid_ && inode.data_.nlink == 0) {
        orphans_.push_back(inode);
        return;
    }
    if (inode.CacheNode::linked()) inode.CacheNode::unlink();
    pool_.destroy(inode);
}

Ref<Inode> InodeCache::take_orphan() {
    Inode* inode;
    {
        Guard g(lock_);
        inode = orphans_.pop_front();
        if (!inode) return {};
        inode->refs_ = 1;
    }
    return adopt(*inode);
}

void InodeCache::forget(Inode& inode) {
    Guard g(lock_);
    inode.valid_ = false;
    inode.CacheNode::unlink();
}

}  // namespace fs
