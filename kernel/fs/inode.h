// An inode: a file's type, size and blocks. Its names are in directories (dir.h).
#pragma once

#include "fs/io_buffer.h"
#include "fs/log.h"
#include "lib/ref.h"

namespace fs {

class FileSystem;
struct InCache;
struct AmongOrphans;

// An inode in memory: one object for each inode in use, held by Ref<Inode>s.
//
// - `_locked` functions require lock(). Order: begin a transaction first, then lock a directory, then an
//   inode in it; no other two inodes at once.
// - When the last name and the last Ref are gone, FileSystem::free_orphans frees the inode and its blocks.
class Inode : public ListNode<Inode, InCache>, public ListNode<Inode, AmongOrphans> {
  public:
    Inode(FileSystem& fs, u32 number) : fs_(fs), number_(number) {}

    void add_ref();
    void drop_ref();

    FileSystem& fs() const { return fs_; }
    u32 number() const { return number_; }
    SleepLock& lock() RETURNS_LOCK(lock_) { return lock_; }

    // T_DIR, T_FILE, T_DEVICE or T_SOCK. The type does not change while the inode is in use.
    short type() const NO_THREAD_SAFETY { return data_.type; }
    bool is_dir() const;
    u16 major() const NO_THREAD_SAFETY { return data_.major; }
    u16 minor() const NO_THREAD_SAFETY { return data_.minor; }

    u32 size_locked() const REQUIRES(lock_) { return data_.size; }
    short links_locked() const REQUIRES(lock_) { return data_.nlink; }
    u16 mode_locked() const REQUIRES(lock_) { return data_.mode; }
    u64 mtime_locked() const REQUIRES(lock_) { return data_.mtime; }
    Result<> set_mode_locked(Transaction& op, u16 mode) REQUIRES(lock_);
    Result<> set_mtime_locked(Transaction& op, u64 ns) REQUIRES(lock_);

    // Reads into kernel memory; returns a short count at the end of the file. Takes the lock.
    Result<usize> read_at(MutBytes to, u64 offset) EXCLUDES(lock_);

    // xv6's readi. Io, Fault.
    Result<usize> read_locked(const IoBuffer& to, u64 offset) REQUIRES(lock_);

    // xv6's writei: writes as many bytes as the transaction has room for and returns their number. To write
    // past the end, call clear_past_end_locked first. NoSpc, FBig, Fault, Io: nothing was written.
    Result<usize> write_locked(Transaction& op, const IoBuffer& from, u64 offset) REQUIRES(lock_);

    // A smaller size: shrink_locked frees the blocks. A larger one: clear_past_end_locked comes first.
    Result<> set_size_locked(Transaction& op, u32 size) REQUIRES(lock_);

    // Makes sure that the disk has only zeros past the end of the file, so that the file may grow over them.
    // False: the transaction is full; call again in another one.
    Result<bool> clear_past_end_locked(Transaction& op) REQUIRES(lock_);

    // Frees blocks past the end of the file. False: the transaction is full; call again in another one.
    Result<bool> shrink_locked(Transaction& op) REQUIRES(lock_);

    // Increment and decrement the link count. MLink.
    Result<> add_link_locked(Transaction& op) REQUIRES(lock_);
    Result<> remove_link_locked(Transaction& op) REQUIRES(lock_);

    // The disk block of the file's block `index`, or 0.
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
    bool valid_ = false;  // data_ has been read; guarded likewise
    SleepLock lock_{"inode"};
    dinode data_ GUARDED_BY(lock_){};  // as on the disk
};

}  // namespace fs
