// A mounted file system: the disk, its buffer cache and log, and the inodes in memory. Relative paths start
// at `cwd`.
//
// Thread context, no lock held, outside a transaction. Every call may wait for the disk and may fail with Io
// (the disk failed or its contents are invalid), NoMem or NFile (too many inodes in use). A call that fails
// has changed nothing.
#pragma once

#include "fs/dir.h"
#include "fs/inode_cache.h"
#include "sync/sleeplock.h"

namespace fs {

// What create() makes.
struct NewFile {
    short type;
    u16 major = 0, minor = 0;
    u16 mode = 0666;
    bool exclusive = false;  // fail with Exist if a file of this name exists
};

class FileSystem {
  public:
    constexpr FileSystem() = default;

    // Recovers the log and frees orphans. Inval: not a valid nx6 file system.
    Result<> mount(dev::BlockDevice& disk);

    Result<Ref<Inode>> root() { return inode(ROOTINO); }

    // path.cc: xv6's namei. NoEnt, NotDir.
    Result<Ref<Inode>> namei(Inode& cwd, const char* path);

    // tree.cc: changes of the tree. All: NoEnt, NotDir, NoSpc.
    // For T_FILE, returns an existing file or device unchanged. Otherwise Exist; IsDir, MLink.
    Result<Ref<Inode>> create(Inode& cwd, const char* path, const NewFile& what);
    Result<> link(Inode& cwd, const char* old_path, const char* new_path);  // Perm: a directory; Exist, MLink
    // Removes a file or an empty directory. Inval: "."; NotEmpty; Busy: the root. With a type: IsDir or
    // NotDir if it is another one.
    Result<> unlink(Inode& cwd, const char* path, short only = 0);
    // rename.cc: POSIX's rename, in one transaction. An existing file of the new name, or empty directory, is
    // replaced. Inval: the new path is inside the old one. Busy: "/", "." or "..". Exist, IsDir, NotEmpty.
    Result<> rename(Inode& cwd, const char* old_path, const char* new_path);

    // Cuts the file, or adds zeros. FBig.
    Result<> truncate(Inode& file, u64 size);
    Result<> set_mode(Inode& inode, u16 mode);
    Result<> set_mtime(Inode& inode, u64 ns);

    // read and write advance `offset`, which the inode's lock guards. A long write takes several
    // transactions: it returns a short count if one of them fails, and the error if nothing was written.
    // With `append`, each transaction writes at the end of the file, wherever that is. Past the end, a write
    // leaves a hole. NoSpc, FBig, Fault.
    Result<usize> write(Inode& file, const IoBuffer& from, u64& offset, bool append = false);
    Result<usize> read(Inode& file, const IoBuffer& to, u64& offset);

    // Frees orphans that are no longer open. To be called after dropping what may be the last Ref of one.
    void free_orphans();

    // ---- for the rest of fs/ ----
    Log& log() { return log_; }
    InodeCache& inodes() { return inodes_; }
    Result<Ref<Inode>> inode(u32 number) { return inodes_.get(*this, number); }
    bool is_inode(u32 number) const { return number >= ROOTINO && number < super_.ninodes; }
    u32 inode_block(u32 number) const { return super_.inodestart + number / IPB; }

    // Read a block of a file or directory, and a block of the inodes or the bitmap. data_block() fails with
    // Io if the number is out of range.
    Result<BlockRef> data_block(u32 block);
    Result<BlockRef> meta_block(u32 block) { return cache_.read(block); }

    // Allocates a zeroed block. NoSpc.
    Result<u32> alloc_block(Transaction& op);
    Result<> free_block(Transaction& op, u32 block);
    Result<u32> count_free_blocks();

    // Allocates an inode without a name, which is an orphan until it gets one. NoSpc.
    Result<Ref<Inode>> alloc_inode(Transaction& op, const dinode& content);

  private:
    Result<> read_superblock();
    Result<> find_orphans();
    Result<> free_orphan(Inode& inode);
    Result<bool> free_orphan_step(Transaction& op, Inode& inode);
    void inode_is_free(u32 number);
    Result<u32> take_free_inode(Transaction& op, const dinode& content);

    Result<Ref<Inode>> walk(Inode& cwd, const char* path, Name* last);
    Result<Ref<Inode>> create_at(Inode& cwd, const char* path, const NewFile& what);
    Result<Ref<Inode>> create_in(Transaction& op, Inode& dir, const Name& name, const NewFile& what);
    Result<Ref<Inode>> existing(u32 number, const NewFile& wanted);
    Result<> unlink_in(Transaction& op, Inode& dir, const Name& name, short only);
    Result<> rename_in(Transaction& op, Inode& cwd, const char* old_path, const char* new_path);
    Result<bool> is_inside(Inode& dir, const Inode& ancestor);
    Result<> may_replace(Inode& old, Inode& source, Inode& target);
    Result<> put_name(Transaction& op, Inode& dir, const Name& name, u32 number);
    Result<> drop_name(Transaction& op, Inode& dir, Inode& target);
    Result<> move_directory(Transaction& op, Inode& moved, Inode& from, Inode& to);
    Result<> link_to(Transaction& op, Inode& cwd, Inode& inode, const char* new_path);
    Result<> add_name(Transaction& op, Inode& cwd, const char* path, u32 number);
    Result<usize> write_part(Inode& file, const IoBuffer& from, u64& offset, bool append);
    Result<usize> write_in(Transaction& op, Inode& file, const IoBuffer& from, u64& offset, bool append);
    Result<bool> resize_in(Transaction& op, Inode& file, u32 size, bool first);

    superblock super_{};
    BufferCache cache_;
    Log log_;
    InodeCache inodes_;
    SleepLock names_lock_{"names"};   // held while a directory's entries change; before any inode's lock
    std::atomic<u32> block_hint_{0};  // where the search for a free block, or inode, starts
    std::atomic<u32> inode_hint_{0};
};

}  // namespace fs
