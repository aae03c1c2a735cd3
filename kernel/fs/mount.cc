// Mounting: superblock, log recovery, orphans.
#include "fs/filesystem.h"
#include "lib/log.h"
#include "lib/string.h"

namespace fs {
namespace {

// Whether the regions are in order, large enough and on a disk of this many blocks.
bool is_sound(const superblock& s, u64 disk_blocks) {
    return s.magic == FSMAGIC && s.size <= disk_blocks && s.ninodes > ROOTINO && s.ninodes <= 0xffff &&
           s.logstart >= 2 && s.inodestart >= u64{s.logstart} + s.nlog &&
           s.bmapstart >= u64{s.inodestart} + (s.ninodes + IPB - 1) / IPB &&
           s.datastart >= u64{s.bmapstart} + (u64{s.size} + BPB - 1) / BPB && s.datastart < s.size;
}

}  // namespace

Result<> FileSystem::mount(dev::BlockDevice& disk) {
    TRY(cache_.start(disk, NBUF));
    TRY(read_superblock());
    const bool may_have_orphans = TRY(log_.recover(cache_, super_.logstart, super_.nlog));
    if (may_have_orphans) TRY(find_orphans());
    free_orphans();
    const Ref<Inode> top = TRY(root());
    return top->is_dir() ? Result<>() : Result<>(Errno::Inval);
}

Result<> FileSystem::read_superblock() {
    const BlockRef b = TRY(cache_.read(1));
    memcpy(&super_, b.bytes().data(), sizeof super_);
    if ((super_.magic ^ FSMAGIC) << 8 == 0 && super_.magic != FSMAGIC)
        ::log("file system: the disk's format has version %u, but this kernel needs version %u",
              super_.magic >> 24, FSMAGIC >> 24);
    return is_sound(super_, cache_.disk().block_count()) ? Result<>() : Result<>(Errno::Inval);
}

// Frees the files that were unlinked but still open when the machine stopped. Getting and dropping such an
// inode puts it on the list of orphans.
Result<> FileSystem::find_orphans() {
    u32 found = 0;
    for (u32 number = ROOTINO; number < super_.ninodes; number++) {
        {
            const BlockRef b = TRY(meta_block(inode_block(number)));
            const dinode& d = b.array<dinode>()[number % IPB];
            if (d.type == 0 || d.nlink != 0) continue;
        }
        log_.add_orphan();
        found++;
        TRY(inode(number));
        free_orphans();
    }
    if (found) ::log("file system: freed %u files that were unlinked while open", found);
    return {};
}

void FileSystem::free_orphans() {
    while (const Ref<Inode> inode = inodes_.take_orphan()) {
        if (!free_orphan(*inode).ok())
            return;  // it stays on the disk as an orphan, which the next mount frees
    }
}

Result<> FileSystem::free_orphan(Inode& inode) {
    for (bool done = false; !done;) {
        Transaction op = TRY(log_.begin());
        done = TRY(free_orphan_step(op, inode));
        TRY(op.end());
    }
    return {};
}

Result<bool> FileSystem::free_orphan_step(Transaction& op, Inode& inode) {
    SleepGuard g(inode.lock());
    TRY(inode.set_size_locked(op, 0));
    const bool empty = TRY(inode.shrink_locked(op));
    if (!empty) return false;
    BlockRef b = TRY(meta_block(inode_block(inode.number())));
    b.array<dinode>()[inode.number() % IPB].type = 0;
    op.write(b);
    inodes_.forget(inode);  // before the block is released and the inode can be allocated again
    log_.remove_orphan();
    inode_is_free(inode.number());
    return true;
}

Result<BlockRef> FileSystem::data_block(u32 block) {
    if (block < super_.datastart || block >= super_.size) return Errno::Io;
    return cache_.read(block);
}

}  // namespace fs
