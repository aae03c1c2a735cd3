// Allocation of blocks and inodes. The search for a free block starts after the last allocated block and
// wraps around. The search for an inode starts at the lowest possibly free one, so that inode numbers stay
// small: xv6's grind rejects large numbers.
#include <algorithm>
#include <bit>

#include "fs/filesystem.h"
#include "lib/log.h"

namespace fs {
namespace {

using BitmapWords = std::span<u64, dev::kBlockSize / 8>;

// The first clear bit in [from, limit) of a bitmap block, or `limit`.
u32 find_clear(BitmapWords words, u32 from, u32 limit) {
    for (u32 bit = from; bit < limit; bit = (bit / 64 + 1) * 64) {
        const u64 used = words[bit / 64] | ((u64{1} << bit % 64) - 1);
        if (~used == 0) continue;
        const u32 found = bit / 64 * 64 + static_cast<u32>(std::countr_one(used));
        return found < limit ? found : limit;
    }
    return limit;
}

}  // namespace

Result<u32> FileSystem::alloc_block(Transaction& op) {
    const u32 bitmap_blocks = (super_.size + BPB - 1) / BPB;
    const u32 hint = block_hint_.load(std::memory_order_relaxed);
    for (u32 i = 0; i <= bitmap_blocks;
         i++) {  // the hint's block twice: from the hint, and finally from the start
        const u32 index = (hint / BPB + i) % bitmap_blocks;
        BlockRef map = TRY(meta_block(super_.bmapstart + index));
        const u32 limit = std::min<u32>(BPB, super_.size - index * BPB);
        const u32 bit = find_clear(map.array<u64>(), i == 0 ? hint % BPB : 0, limit);
        if (bit == limit) continue;
        const u32 block = index * BPB + bit;
        if (block < super_.datastart) return Errno::Io;  // mkfs has marked these as used
        BlockRef fresh = TRY(cache_.zeroed(block));
        map.array<u64>()[bit / 64] |= u64{1} << bit % 64;
        op.write(map);
        op.write(fresh);
        block_hint_.store(block + 1 < super_.size ? block + 1 : 0, std::memory_order_relaxed);
        return block;
    }
    return Errno::NoSpc;
}

Result<> FileSystem::free_block(Transaction& op, u32 block) {
    if (block < super_.datastart || block >= super_.size) return Errno::Io;
    BlockRef map = TRY(meta_block(super_.bmapstart + block / BPB));
    u64& word = map.array<u64>()[block % BPB / 64];
    const u64 bit = u64{1} << block % 64;
    if (!(word & bit)) ::log("file system: block %u is in use but marked free", block);
    word &= ~bit;
    op.write(map);
    return {};
}

Result<u32> FileSystem::count_free_blocks() {
    u32 used = 0;
    for (u32 index = 0; index * BPB < super_.size; index++) {
        const BlockRef map = TRY(meta_block(super_.bmapstart + index));
        for (const u64 word : map.array<u64>()) used += static_cast<u32>(std::popcount(word));
    }
    return super_.size - used;
}

void FileSystem::inode_is_free(u32 number) {
    u32 hint = inode_hint_.load(std::memory_order_relaxed);
    while (number < hint && !inode_hint_.compare_exchange_weak(hint, number, std::memory_order_relaxed))
        continue;
}

Result<Ref<Inode>> FileSystem::alloc_inode(Transaction& op, const dinode& content) {
    const bool settled = op.settled();
    const u32 number = TRY(take_free_inode(op, content));
    Result<Ref<Inode>> got = inode(number);
    if (got.ok()) {
        log_.add_orphan();
    } else {
        BlockRef b = TRY(meta_block(inode_block(number)));
        b.array<dinode>()[number % IPB].type = 0;
        op.write(b);
        inode_is_free(number);
    }
    op.set_settled(settled);
    return got;
}

Result<u32> FileSystem::take_free_inode(Transaction& op, const dinode& content) {
    const u32 hint = inode_hint_.load(std::memory_order_relaxed);
    for (u32 i = 0; i < super_.ninodes;) {
        const u32 first = (hint + i) % super_.ninodes;
        BlockRef b = TRY(meta_block(inode_block(first)));
        const auto inodes = b.array<dinode>();
        u32 number = first;
        do {
            if (is_inode(number) && inodes[number % IPB].type == 0) {
                inodes[number % IPB] = content;
                op.write(b);
                inode_hint_.store(number + 1, std::memory_order_relaxed);
                return number;
            }
            number++, i++;
        } while (number % IPB && number < super_.ninodes);
    }
    return Errno::NoSpc;
}

}  // namespace fs
