// The write-ahead log: the changes of a file system operation reach the disk all or not at all, whenever the
// machine stops. Operations that run at the same time are committed together, as in xv6.
//
//     Transaction op = TRY(log.begin());
//     BlockRef b = TRY(cache.read(n));
//     ... change b.bytes() ...
//     op.write(b);                 // instead of writing it to the disk
//     return op.end();
//
// A commit, in the order that survives a power failure after any of its writes:
//   1. flush: what the last commit installed is durable, so the log may be overwritten
//   2. write the changed blocks to the log, and the header with a checksum over all of it
//   3. flush: the commit has happened, once the checksum is right
//   4. write the blocks to where they belong ("install")
// So a commit costs two flushes and no erasing: until the next one, the log holds a commit that is already
// installed, and to install it again changes nothing. Blocks of the log that are overwritten make the
// checksum wrong. The writes of a step go to the disk together, in any order.
//
// An operation has ended when its commit has: what a system call reports as done stays done. So the first of
// a group that ends closes the group, and waits for the rest of it.
#pragma once

#include "fs/bio.h"
#include "sync/wait_queue.h"

namespace fs {

class Log;

// One operation between begin and end. All changes of the disk go through write().
//
// An operation that fails after it has changed something must undo that and say so (set_settled), or the log
// stops: nothing more is written, and the disk stays as it was at the last commit. A forgotten case cannot
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

    // The buffer's new content is part of this operation. To be called before the buffer is released.
    void write(BlockRef& b);

    // Settled: what was written so far makes sense by itself, even if the operation fails from here on.
    // write() makes it false. A function that changes the disk leaves it as it was, unless it fails half-way.
    bool settled() const { return settled_; }
    void set_settled(bool yes) { settled_ = yes; }

    // How many more blocks this operation may change.
    u32 room() const { return room_; }

    // Nothing was left out. Waits until it is on the disk, so no inode or buffer may be held. Io: it will not
    // get there, whatever memory says; the disk stays as it was at the last commit.
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
    // What an operation may change, unless it asked for more. Long operations are made of several.
    static constexpr u32 kOperationBlocks = 30;

    constexpr Log() = default;
    ~Log();

    // Installs a commit that was cut short. `size` blocks from `start` are the log's. True: there may be
    // orphans (see abi/fs.h). Io, Inval: the disk failed, or no such log makes sense.
    Result<bool> recover(BufferCache& cache, u32 start, u32 size);

    // Room to change `blocks` blocks, or as many as the log has in all. Waits for it, first come, first
    // served. Io: the log has stopped. Holding no inode or buffer, outside of a transaction.
    Result<Transaction> begin(u32 blocks = kOperationBlocks) EXCLUDES(lock_);

    // Counts inodes that have no name but are not free, as part of the current operation.
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
    u32 running_ GUARDED_BY(lock_) = 0;      // operations that have begun and not ended
    u32 reserved_ GUARDED_BY(lock_) = 0;     // blocks they may still add to the group
    u32 count_ GUARDED_BY(lock_) = 0;        // blocks in the group
    bool closed_ GUARDED_BY(lock_) = false;  // the group takes no more operations: it waits for its commit
    u32 commits_ GUARDED_BY(lock_) = 0;
    u32 next_turn_ GUARDED_BY(lock_) = 0;  // operations begin in the order in which they asked
    u32 turn_ GUARDED_BY(lock_) = 0;

    // The group: written under lock_ by operations, read by the committer, which runs when there are none.
    Buffer* group_[LOGSIZE] = {};

    // In a page of its own: the device reads the header, and a stack has no room for the rest.
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
