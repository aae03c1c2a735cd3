// The buffer cache: disk blocks in memory. The user of a block holds its buffer's sleep lock, so each block
// has one copy and one user at a time. The cache replaces the least recently used block.
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
    u32 block = 0;        // guarded by the cache's lock, like refs, extra and the lists
    u32 refs = 0;         // users, including waiting ones, and the log's pin; if 0, on the age list
    bool valid = false;   // data holds the block; guarded by `lock`
    bool logged = false;  // in the log's current group; guarded by the log's lock
    bool extra = false;   // allocated when all others were in use; freed when unused
    alignas(8) u8 data[dev::kBlockSize];
};

class BufferCache;

// A locked buffer with valid data. The destructor unlocks it and returns it to the cache.
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
    ~BufferCache();  // for the host tests, which mount many times

    // Allocates `count` buffers. When all of them are in use, the cache grows temporarily, to avoid a
    // deadlock of threads that hold some buffers and wait for others. NoMem.
    Result<> start(dev::BlockDevice& disk, u32 count);

    // xv6's bread. A block that is not in memory is read together with the following blocks (read-ahead).
    // Io: the disk failed, or this thread has the block's buffer already. NoMem: every buffer is in use and
    // no memory is left.
    Result<BlockRef> read(u32 block);

    // The block filled with zeros, without reading the disk. For newly allocated blocks.
    Result<BlockRef> zeroed(u32 block);

    // For the log: keeps a block in memory until unpin.
    void pin(Buffer& b) EXCLUDES(lock_);
    void unpin(Buffer& b) EXCLUDES(lock_);

    dev::BlockDevice& disk() { return *disk_; }

  private:
    friend class BlockRef;
    using HashNode = ListNode<Buffer, ByHash>;
    using AgeNode = ListNode<Buffer, ByAge>;
    static constexpr usize kBuckets = 64;
    static constexpr u32 kReadAhead = 16;  // maximum blocks of one request

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
    List<Buffer, ByAge> unused_ GUARDED_BY(lock_);                        // least recently used first
    Pool<Buffer> buffers_{LockRank::Disk, "buffers", ~0u, Errno::NoMem};  // guarded by lock_
    dev::BlockDevice* disk_ = nullptr;
};

}  // namespace fs
