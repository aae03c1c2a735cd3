// The inodes in use, by number.
#pragma once

#include "abi/param.h"
#include "fs/inode.h"

namespace fs {

class InodeCache {
  public:
    constexpr InodeCache() = default;
    ~InodeCache();

    // xv6's iget: the one object for this inode, read from the disk if nobody uses it yet. NFile: NINODE
    // inodes are in use. NoMem. Io: the disk failed, or the inode is free, which a sound directory never
    // says.
    Result<Ref<Inode>> get(FileSystem& fs, u32 number) EXCLUDES(lock_);

    void add_ref(Inode& inode) EXCLUDES(lock_);
    void drop_ref(Inode& inode) NO_THREAD_SAFETY;  // nobody else sees the inode when it is the last

    // An inode with neither name nor user, now with one Ref; or nothing.
    Ref<Inode> take_orphan() EXCLUDES(lock_);

    // The inode was freed: get() will read it again.
    void forget(Inode& inode) EXCLUDES(lock_);

    u32 in_use() const { return pool_.in_use(); }

  private:
    using CacheNode = ListNode<Inode, InCache>;
    using OrphanNode = ListNode<Inode, AmongOrphans>;
    static constexpr usize kBuckets = 16;

    List<Inode, InCache>& bucket(u32 number) { return buckets_[number % kBuckets]; }
    Inode* find_locked(u32 number) REQUIRES(lock_);
    Ref<Inode> adopt(Inode& inode) EXCLUDES(lock_);
    Result<> load(Inode& inode) EXCLUDES(lock_);

    SpinLock lock_{LockRank::InodeCache, "inode cache"};
    List<Inode, InCache> buckets_[kBuckets] GUARDED_BY(lock_);
    List<Inode, AmongOrphans> orphans_ GUARDED_BY(lock_);
    Pool<Inode> pool_{LockRank::Disk, "inodes", NINODE, Errno::NFile};  // used with lock_ held
};

}  // namespace fs
