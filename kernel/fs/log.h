// The write-ahead log. It makes each file system operation atomic: after a crash the disk has all of its
// changes or none. Concurrent operations are committed together, as in xv6.
//
//     Transaction op = TRY(log.begin());
//     BlockRef b = TRY(cache.read(n));
//     ... change b.bytes() ...
//     op.write(b);                 // instead of writing b to the disk
//     return op.end();
//
// The steps of a commit survive a power failure after any of their writes:
//   1. flush: the last commit's installed blocks are durable, so the log may be overwritten
//   2. write the changed blocks to the log, and the header with a checksum over everything
//   3. flush: the commit is durable
//   4. write the blocks to their home locations ("install")
//
// A commit costs two flushes, and the log need not be erased: until the next commit it holds an installed
// commit, and installing it again changes nothing. A partly overwritten log has a wrong checksum. The writes
// of one step go to the disk together, in any order.
//
// An operation ends when its commit ends, so changes are durable when the system call returns. The first
// operation of a group that ends closes the group to new operations and waits for the others.
#pragma once

#include "fs/bio.h"
#include "sync/wait_queue.h"

namespace fs {

class Log;

// One operation between begin and end. All changes of the disk use write().
//
// An operation that fails after a change must undo the change and call set_settled(true). Otherwise the log
// stops: nothing more is written, and the disk keeps the state of the last commit. So a missing undo cannot
// damage the file system.
class Transaction {
  public:
    Transaction() = default;
    Transaction(Log& log, u32 reserved) : log_(&log), room_(reserved) {}
    Transaction(Transaction&& o) noexcept { swap(o); }
    Transaction& operator=(Transaction&& o) noexcept {
        swap(o);
        return *this;
    }
    ~Transaction();

    // Adds the buffer's new content to this operation. To be called before the buffer is released.
    void write(BlockRef& b);

    // Settled: the changes so far are consistent even if the operation fails from here on. write() makes it
    // false. A function that changes the disk restores the old value, unless it fails half-way.
    bool settled() const { return settled_; }
    void set_settled(bool yes) { settled_ = yes; }

    // The number of further blocks that this operation may change.
    u32 room() const { return room_; }

    // Completes the operation and waits until it is durable; no inode or buffer may be held. Io: it was not
    // committed, and the disk keeps the state of the last commit, although memory has the changes.
    Result<> end();

  private:
    friend class Log;
    void swap(Transaction& o) {
        std::swap(log_, o.log_);
        std::swap(room_, o.room_);
        std::swap(settled_, o.settled_);
    }
    Log* log_ = nullptr;
    u32 room_ = 0;
    bool settled_ = true;
};

class Log {
  public:
    // The default limit of blocks per operation. Longer operations are split.
    static constexpr u32 kOperationBlocks = LOGLEAST;

    constexpr Log() = default;
    ~Log();

    // At mount: installs an interrupted commit. The log has `size` blocks from `start`. True: there may be
    // orphans (see abi/fs.h). Io: the disk failed. Inval: invalid size. NoMem.
    Result<bool> recover(BufferCache& cache, u32 start, u32 size);

    // Begins an operation that may change `blocks` blocks, at most the log's size. Waits for room, first
    // come, first served. Io: the log has stopped. No inode or buffer may be held, no other transaction open.
    Result<Transaction> begin(u32 blocks = kOperationBlocks) EXCLUDES(lock_);

    // Count the inodes without a name that are not free, as part of the current operation.
    void add_orphan() { orphans_.fetch_add(1, std::memory_order_relaxed); }
    void remove_orphan() { orphans_.fetch_sub(1, std::memory_order_relaxed); }

    bool stopped() const { return stopped_.load(std::memory_order_relaxed); }

  private:
    friend class Transaction;
    void write(Transaction& op, Buffer& b) EXCLUDES(lock_);
    Result<> end(Transaction& op) EXCLUDES(lock_);
    void stop(const char* why);
    Result<> wait_for_commit_locked() REQUIRES(lock_);
    Result<> commit() NO_THREAD_SAFETY;
    Result<> install_from_disk();
    u64 header_checksum();

    BufferCache* cache_ = nullptr;
    u32 start_ = 0;
    u32 capacity_ = 0;

    SpinLock lock_{LockRank::Log, "log"};
    WaitQueue changed_{"log"};               // an operation or a commit has ended
    u32 running_ GUARDED_BY(lock_) = 0;      // operations begun but not ended
    u32 reserved_ GUARDED_BY(lock_) = 0;     // blocks they may still add to the group
    u32 count_ GUARDED_BY(lock_) = 0;        // blocks in the group
    bool closed_ GUARDED_BY(lock_) = false;  // the group accepts no more operations and waits for its commit
    u32 commits_ GUARDED_BY(lock_) = 0;
    u32 next_turn_ GUARDED_BY(lock_) = 0;  // operations begin in the order of their requests
    u32 turn_ GUARDED_BY(lock_) = 0;

    // The group: written by operations with lock_ held; read by commit(), which runs without operations.
    Buffer* group_[LOGSIZE] = {};

    // In a separate page: the device accesses the header, and a stack has no room for the rest.
    struct CommitPage {
        alignas(BSIZE) logheader header;
        alignas(BSIZE) dev::BlockPart parts[LOGSIZE + 1];
    };
    static_assert(sizeof(CommitPage) <= 4096);
    CommitPage* page_ = nullptr;
    std::atomic<u32> orphans_{0};
    std::atomic<u32> stopped_{0};
};

}  // namespace fs
