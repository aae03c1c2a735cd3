// One mounted file system: the disk, its buffer cache and log, and the inodes in use. What users of files
// call is here; paths are looked up from `cwd` unless they begin with a slash.
//
// Thread context, no lock held, outside of a transaction. Any of these may wait for the disk, and fail with
// Io (the disk failed, or what it says makes no sense), NoMem or NFile (too many inodes in use). A call that
// fails has changed nothing.
#pragma once

#include "fs/dir.h"
#include "fs/inode_cache.h"

namespace fs {

class FileSystem {
  public:
    constexpr FileSystem() = default;

    // Inval: this is no nx6 file system, or not a sound one. Frees what a crash left behind.
    Result<> mount(dev::BlockDevice& disk);

    Result<Ref<Inode>> root() { return inode(ROOTINO); }

    // path.cc: xv6's namei. NoEnt, NotDir.
    Result<Ref<Inode>> namei(Inode& cwd, const char* path);

    // tree.cc: changes of the tree. NoEnt, NotDir, NoSpc and what stands beside each.
    // An existing file or device is returned as it is, when a file is asked for; else Exist.
    Result<Ref<Inode>> create(Inode& cwd, const char* path, short type, u16 major = 0, u16 minor = 0);
    Result<> link(Inode& cwd, const char* old_path, const char* new_path);  // Perm: a directory. Exist, MLink
    Result<> unlink(Inode& cwd, const char* path);                          // Inval: . and .. stay. NotEmpty
    Result<> truncate(Inode& file);

    // As many transactions as it takes. A short count when the disk is full or memory faults in between; the
    // error when nothing was written. NoSpc, FBig, Fault. `offset` is moved; it is guarded by the inode's
    // lock.
    Result<usize> write(Inode& file, const IoBuffer& from, u64& offset);
    Result<usize> read(Inode& file, const IoBuffer& to, u64& offset);

    // Frees inodes that have neither name nor user. Called by whoever may have let go of one.
    void free_orphans();

    // ---- for the rest of fs/ ----
    Log& log() { return log_; }
    InodeCache& inodes() { return inodes_; }
    Result<Ref<Inode>> inode(u32 number) { return inodes_.get(*this, number); }
    bool is_inode(u32 number) const { return number >= ROOTINO && number < super_.ninodes; }
    u32 inode_block(u32 number) const { return super_.inodestart + number / IPB; }

    // A block of a file or directory, one of the inodes or the bitmap. Io also when the number is not one of
    // those.
    Result<BlockRef> data_block(u32 block);
    Result<BlockRef> meta_block(u32 block) { return cache_.read(block); }

    // A block nobody uses, now zero. NoSpc.
    Result<u32> alloc_block(Transaction& op);
    Result<> free_block(Transaction& op, u32 block);
    Result<u32> count_free_blocks();

    // An inode nobody uses, without a name: an orphan, unless it gets one. NoSpc.
    Result<Ref<Inode>> alloc_inode(Transaction& op, const dinode& content);

  private:
    Result<> read_superblock();
    Result<> find_orphans();
    Result<> free_orphan(Inode& inode);
    Result<bool> free_orphan_step(Transaction& op, Inode& inode);
    void inode_is_free(u32 number);
    Result<u32> take_free_inode(Transaction& op, const dinode& content);

    Result<Ref<Inode>> walk(Inode& cwd, const char* path, Name* last);
    Result<Ref<Inode>> create_at(Inode& cwd, const char* path, const dinode& content);
    Result<Ref<Inode>> create_in(Transaction& op, Inode& dir, const Name& name, const dinode& content);
    Result<Ref<Inode>> existing(u32 number, short wanted);
    Result<> unlink_in(Transaction& op, Inode& dir, const Name& name);
    Result<> link_to(Transaction& op, Inode& cwd, Inode& inode, const char* new_path);
    Result<> add_name(Transaction& op, Inode& cwd, const char* path, u32 number);
    Result<usize> write_part(Inode& file, const IoBuffer& from, u64& offset);
    Result<usize> write_in(Transaction& op, Inode& file, const IoBuffer& from, u64& offset);
    Result<bool> shrink_in(Transaction& op, Inode& file, bool empty_it);

    superblock super_{};
    BufferCache cache_;
    Log log_;
    InodeCache inodes_;
    std::atomic<u32> block_hint_{0};  // where to look for a free block, and a free inode, first
    std::atomic<u32> inode_hint_{0};
};

}  // namespace fs
