#include "fs/inode.h"

#include <algorithm>
#include <optional>

#include "abi/stat.h"
#include "fs/filesystem.h"
#include "proc/wall_clock.h"

namespace fs {
namespace {

// The maximum changed per written block: the block, two indirect blocks, their three bitmap blocks, the
// inode.
constexpr u32 kRoomPerBlock = 7;

constexpr u8 kZeros[BSIZE] = {};  // what a hole holds

// The maximum changed per step of free_tree: two indirect blocks, a bitmap block, the inode.
constexpr u32 kRoomPerFree = 4;

// A block's position in the file's tree: below addrs[slot], through `depth` indirect blocks.
struct Position {
    u32 slot;
    unsigned depth;
    u32 index;  // among the blocks below this slot
};

std::optional<Position> locate(u32 index) {
    if (index < NDIRECT) return Position{index, 0, 0};
    index -= NDIRECT;
    if (index < NINDIRECT) return Position{NDIRECT, 1, index};
    index -= NINDIRECT;
    if (index < NINDIRECT * NINDIRECT) return Position{NDIRECT + 1, 2, index};
    return std::nullopt;
}

// The number of file blocks below one entry of an indirect block.
constexpr u32 blocks_below(unsigned depth) { return depth == 2 ? NINDIRECT : 1; }

}  // namespace

void Inode::add_ref() { fs_.inodes().add_ref(*this); }
void Inode::drop_ref() { fs_.inodes().drop_ref(*this); }

bool Inode::is_dir() const { return type() == T_DIR; }

Result<usize> Inode::read_at(MutBytes to, u64 offset) {
    SleepGuard g(lock_);
    return read_locked(IoBuffer(to), offset);
}

Result<usize> Inode::read_locked(const IoBuffer& to, u64 offset) {
    if (offset >= data_.size) return 0ul;
    const usize n = std::min<u64>(to.size(), data_.size - offset);
    for (usize done = 0; done < n;) {
        const u32 block = TRY(map_locked(static_cast<u32>((offset + done) / BSIZE), nullptr));
        const usize at = (offset + done) % BSIZE;
        const usize part = std::min<usize>(n - done, BSIZE - at);
        if (block) [[likely]] {
            const BlockRef b = TRY(fs_.data_block(block));
            TRY(to.from(done).put(b.bytes().subspan(at, part)));
        } else {
            TRY(to.from(done).put(Bytes(kZeros, part)));
        }
        done += part;
    }
    return n;
}

Result<usize> Inode::write_locked(Transaction& op, const IoBuffer& from, u64 offset) {
    const bool settled = op.settled();
    usize done = 0;
    Result<> failure;
    while (done < from.size() && op.room() >= kRoomPerBlock) {
        const Result<usize> part = write_block_locked(op, from.from(done), offset + done);
        if (!part.ok()) {
            failure = part.error();
            break;
        }
        done += part.value();
    }
    if (done && offset + done > data_.size) data_.size = static_cast<u32>(offset + done);
    if (done) data_.mtime = wall_time();
    TRY(update_locked(op));  // also after a failure, which may have added an indirect block
    op.set_settled(settled);
    if (done == 0 && !failure.ok()) return failure.error();
    return done;
}

// Writes the part of `from` that belongs to one block.
Result<usize> Inode::write_block_locked(Transaction& op, const IoBuffer& from, u64 offset) {
    if (offset / BSIZE >= MAXFILE) return Errno::FBig;
    const u32 block = TRY(map_locked(static_cast<u32>(offset / BSIZE), &op));
    BlockRef b = TRY(fs_.data_block(block));
    const usize at = offset % BSIZE;
    const usize part = std::min<usize>(from.size(), BSIZE - at);
    op.write(b);  // before the copy, which can fail half-way
    TRY(from.get(b.bytes().subspan(at, part)));
    return part;
}

// The disk block of the file's block `index`. With a transaction, allocates it and its indirect blocks if
// missing. This may change data_ even if it fails.
Result<u32> Inode::map_locked(u32 index, Transaction* op) {
    const std::optional<Position> where = locate(index);
    if (!where) return Errno::FBig;
    u32 block = data_.addrs[where->slot];
    if (!block && op) block = data_.addrs[where->slot] = TRY(fs_.alloc_block(*op));
    for (unsigned depth = where->depth; block && depth; depth--) {
        BlockRef indirect = TRY(fs_.data_block(block));
        u32& entry = indirect.array<u32>()[where->index / blocks_below(depth) % NINDIRECT];
        if (!entry && op) {
            entry = TRY(fs_.alloc_block(*op));
            op->write(indirect);
        }
        block = entry;
    }
    return block;
}

Result<> Inode::set_size_locked(Transaction& op, u32 size) {
    data_.size = size;
    data_.mtime = wall_time();
    return update_locked(op);
}

Result<> Inode::set_mode_locked(Transaction& op, u16 mode) {
    data_.mode = mode;
    return update_locked(op);
}

Result<> Inode::set_mtime_locked(Transaction& op, u64 ns) {
    data_.mtime = ns;
    return update_locked(op);
}

// Past the end may be blocks that an interrupted truncation has left, and old bytes in the last block.
Result<bool> Inode::clear_past_end_locked(Transaction& op) {
    const bool settled = op.settled();
    const bool freed = TRY(shrink_locked(op));
    if (!freed || op.room() == 0) return false;
    const u32 at = data_.size % BSIZE;
    const u32 block = at ? TRY(map_locked(data_.size / BSIZE, nullptr)) : 0;
    if (!block) return true;
    BlockRef b = TRY(fs_.data_block(block));
    memset(b.bytes().data() + at, 0, BSIZE - at);
    op.write(b);
    op.set_settled(settled);
    return true;
}

Result<bool> Inode::shrink_locked(Transaction& op) {
    const bool settled = op.settled();
    const u32 keep = (data_.size + BSIZE - 1) / BSIZE;
    Result<bool> done = free_tree(op, data_.addrs[NDIRECT + 1], 2, NDIRECT + NINDIRECT, keep);
    if (done.ok() && done.value()) done = free_tree(op, data_.addrs[NDIRECT], 1, NDIRECT, keep);
    for (u32 i = NDIRECT; i-- > keep && done.ok() && done.value();)
        done = free_tree(op, data_.addrs[i], 0, i, keep);
    TRY(update_locked(op));
    op.set_settled(settled);
    return done;
}

// Frees the blocks below `root`, last first, down to the file's block `keep`. `first` is the index of root's
// first block. A block and its entry are freed together, so it may stop after any block. False: the
// transaction's room is used up.
Result<bool> Inode::free_tree(Transaction& op, u32& root, unsigned depth, u32 first, u32 keep) {
    if (!root) return true;
    if (depth > 0) {
        BlockRef indirect = TRY(fs_.data_block(root));
        const auto entries = indirect.array<u32>();
        for (u32 i = NINDIRECT; i-- > 0 && first + (i + 1) * blocks_below(depth) > keep;) {
            if (!entries[i]) continue;
            if (op.room() < kRoomPerFree) return false;
            op.write(indirect);
            const bool done =
                TRY(free_tree(op, entries[i], depth - 1, first + i * blocks_below(depth), keep));
            if (!done) return false;
        }
    }
    if (first < keep) return true;
    if (op.room() < kRoomPerFree) return false;
    TRY(fs_.free_block(op, root));
    root = 0;
    return true;
}

Result<> Inode::add_link_locked(Transaction& op) {
    if (data_.nlink == INT16_MAX) return Errno::MLink;
    if (data_.nlink++ == 0) fs_.log().remove_orphan();
    return update_locked(op);
}

Result<> Inode::remove_link_locked(Transaction& op) {
    if (data_.nlink <= 0) return Errno::Io;
    if (--data_.nlink == 0) fs_.log().add_orphan();
    return update_locked(op);
}

Result<> Inode::update_locked(Transaction& op) {
    BlockRef b = TRY(fs_.meta_block(fs_.inode_block(number_)));
    b.array<dinode>()[number_ % IPB] = data_;
    op.write(b);
    return {};
}

}  // namespace fs
