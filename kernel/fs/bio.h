// The buffer cache: disk blocks in memory. Whoever uses a block holds its buffer's sleep lock, so a block has
// one user at a time and one copy. The cache forgets the block that was not used for longest.
//
// Lock order among buffers: an inode or indirect block, then a bitmap block, then a newly allocated block.
#pragma once

#include "dev/block.h"
#include "fs/pool.h"
#include "sync/sleeplock.h"

namespace fs {

struct ByHash;
struct ByAge;

struct Buffer : ListNode<Buffer, ByHash>, ListNode<Buffer, ByAge> {
    SleepLock lock{"buffer"};
    u32 block = 0;        // guarded by the cache's lock, as are the lists and the two below
    u32 refs = 0;         // users, waiting ones included, and one pin of the log's; on the age list when 0
    bool valid = false;   // data is the block's; guarded by `lock`
    bool logged = false;  // in the log's current group; guarded by the log's lock
    bool extra = false;   // made when all others were in use; gone as soon as it is not
    alignas(8) u8 data[dev::kBlockSize];
};

class BufferCache;

// A locked buffer with valid data. It is unlocked and goes back to the cache when this goes out of scope.
class BlockRef {
  public:
    BlockRef() = default;
    BlockRef(BufferCache& cache, Buffer& b) : cache_(&cache), buffer_(&b) {}
    BlockRef(BlockRef&& o) noexcept : cache_(o.cache_), buffer_(std::exchange(o.buffer_, nullptr)) {}
    BlockRef& operator=(BlockRef&& o) noexcept {
        std::swap(cache_, o.cache_);
        std::swap(buffer_, o.buffer_);
        return *this;
    }
    ~BlockRef() { release(); }
    void release() NO_THREAD_SAFETY;

    Buffer& buffer() const { return *buffer_; }
    u32 block() const { return buffer_->block; }
    MutBytes bytes() const { return buffer_->data; }

    // The block as an array of T.
    template <class T>
    std::span<T, dev::kBlockSize / sizeof(T)> array() const {
        return std::span<T, dev::kBlockSize / sizeof(T)>(reinterpret_cast<T*>(buffer_->data),
                                                         dev::kBlockSize / sizeof(T));
    }

  private:
    BufferCache* cache_ = nullptr;
    Buffer* buffer_ = nullptr;
};

// Thread context. No spinlock may be held.
class BufferCache {
  public:
    constexpr BufferCache() = default;
    ~BufferCache();  // the host's tests mount many times

    // Takes `count` buffers. When all of them are in use the cache grows, for as long as that lasts, rather
    // than let threads that hold some wait for each other. NoMem.
    Result<> start(dev::BlockDevice& disk, u32 count);

    // xv6's bread. Io: the disk failed. NoMem: every buffer is in use, and memory is too. A block that is not
    // in memory brings those behind it along, since they are likely to be asked for next.
    Result<BlockRef> read(u32 block);

    // The block filled with zeros, whatever the disk has. For blocks that were free until now.
    Result<BlockRef> zeroed(u32 block);

    // Keeps a block in memory, for the log, until unpin.
    void pin(Buffer& b) EXCLUDES(lock_);
    void unpin(Buffer& b) EXCLUDES(lock_);

    dev::BlockDevice& disk() { return *disk_; }

  private:
    friend class BlockRef;
    using HashNode = ListNode<Buffer, ByHash>;
    using AgeNode = ListNode<Buffer, ByAge>;
    static constexpr usize kBuckets = 64;
    static constexpr u32 kReadAhead = 16;  // blocks of one request, at most

    List<Buffer, ByHash>& bucket(u32 block) { return buckets_[block % kBuckets]; }
    Result<Buffer*> get(u32 block) NO_THREAD_SAFETY;
    Buffer* get_absent(u32 block) NO_THREAD_SAFETY;
    Result<> fill(Buffer& b);
    Buffer* find_locked(u32 block) REQUIRES(lock_);
    Result<Buffer*> recycle_locked(u32 block) REQUIRES(lock_);
    Result<Buffer*> extra_locked() REQUIRES(lock_);
    void take_ref_locked(Buffer& b) REQUIRES(lock_);

    SpinLock lock_{LockRank::BufferCache, "buffer cache"};
    List<Buffer, ByHash> buckets_[kBuckets] GUARDED_BY(lock_);
    List<Buffer, ByAge> unused_ GUARDED_BY(lock_);  // the one not used for longest comes first
    Pool<Buffer> buffers_{LockRank::Disk, "buffers", ~0u, Errno::NoMem};  // used with lock_ held
    dev::BlockDevice* disk_ = nullptr;
};

}  // namespace fs
