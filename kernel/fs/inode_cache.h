// The inodes in memory, by number.
#pragma once

#include "abi/param.h"
#include "fs/inode.h"

namespace fs {

class InodeCache {
  public:
    constexpr InodeCache() = default;
    ~InodeCache();

    // xv6's iget: the unique object for this inode, read from the disk if it is not in memory. NFile: NINODE
    // inodes are in use. NoMem. Io: the disk failed, or the inode is free (a damaged directory refers to it).
    Result<Ref<Inode>> get(FileSystem& fs, u32 number) EXCLUDES(lock_);

    void add_ref(Inode& inode) EXCLUDES(lock_);
    void drop_ref(Inode& inode) NO_THREAD_SAFETY;  // the last reference: no one else can access the inode

    // Takes an orphan that is no longer open, with one Ref; null if there is none.
    Ref<Inode> take_orphan() EXCLUDES(lock_);

    // The inode was freed: removes it, so that get() reads it again.
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
    Pool<Inode> pool_{LockRank::Disk, "inodes", NINODE, Errno::NFile};  // guarded by lock_
};

}  // namespace fs
