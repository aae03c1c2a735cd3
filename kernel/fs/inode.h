// An inode: a file's type, its size and where its blocks are. The name is elsewhere, in a directory (dir.h).
#pragma once

#include "fs/io_buffer.h"
#include "fs/log.h"
#include "lib/ref.h"

namespace fs {

class FileSystem;
struct InCache;
struct AmongOrphans;

// An inode in memory: one object for each that is in use, held by Ref<Inode>s.
//
// - `_locked` functions want lock() held. Order: a transaction first, then a directory's lock, then that of
// an inode in
//   it; no two others at once.
// - When the last name and the last Ref are gone the inode is an orphan: FileSystem::free_orphans frees its
// blocks.
class Inode : public ListNode<Inode, InCache>, public ListNode<Inode, AmongOrphans> {
  public:
    Inode(FileSystem& fs, u32 number) : fs_(fs), number_(number) {}

    void add_ref();
    void drop_ref();

    FileSystem& fs() const { return fs_; }
    u32 number() const { return number_; }
    SleepLock& lock() RETURNS_LOCK(lock_) { return lock_; }

    // T_DIR, T_FILE or T_DEVICE. These do not change while the inode is in use.
    short type() const NO_THREAD_SAFETY { return data_.type; }
    bool is_dir() const;
    u16 major() const NO_THREAD_SAFETY { return data_.major; }

    u32 size_locked() const REQUIRES(lock_) { return data_.size; }
    short links_locked() const REQUIRES(lock_) { return data_.nlink; }

    // The kernel's own read: fewer bytes than asked for at the end of the file. Takes the lock.
    Result<usize> read_at(MutBytes to, u64 offset) EXCLUDES(lock_);

    // xv6's readi. Io, Fault.
    Result<usize> read_locked(const IoBuffer& to, u64 offset) REQUIRES(lock_);

    // xv6's writei: as many bytes as one transaction has room for, at least one block's. Files have no holes:
    // offset is at most the size. NoSpc, FBig, Fault, Io: nothing was written.
    Result<usize> write_locked(Transaction& op, const IoBuffer& from, u64 offset) REQUIRES(lock_);

    // Makes the file empty, for a reader; its blocks are freed by shrink_locked.
    Result<> set_empty_locked(Transaction& op) REQUIRES(lock_);

    // Frees blocks past the end of the file. False: the transaction's room is used up, call again in the next
    // one.
    Result<bool> shrink_locked(Transaction& op) REQUIRES(lock_);

    // One name more or less.
    Result<> add_link_locked(Transaction& op) REQUIRES(lock_);
    Result<> remove_link_locked(Transaction& op) REQUIRES(lock_);

    // The block that holds the file's block `index`, or 0.
    Result<u32> block_locked(u32 index) REQUIRES(lock_) { return map_locked(index, nullptr); }

  private:
    friend class InodeCache;
    friend class FileSystem;
    Result<u32> map_locked(u32 index, Transaction* op) REQUIRES(lock_);
    Result<usize> write_block_locked(Transaction& op, const IoBuffer& from, u64 offset) REQUIRES(lock_);
    Result<bool> free_tree(Transaction& op, u32& root, unsigned depth, u32 first, u32 keep);
    Result<> update_locked(Transaction& op) REQUIRES(lock_);

    FileSystem& fs_;
    const u32 number_;
    u32 refs_ = 0;        // guarded by the inode cache's lock
    bool valid_ = false;  // data_ was read; likewise
    SleepLock lock_{"inode"};
    dinode data_ GUARDED_BY(lock_){};  // as on the disk
};

}  // namespace fs
