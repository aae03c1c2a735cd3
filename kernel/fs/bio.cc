#include "fs/bio.h"

#include "lib/string.h"

namespace fs {

Result<> BufferCache::start(dev::BlockDevice& disk, u32 count) {
    disk_ = &disk;
    for (u32 i = 0; i < count; i++) {
        Buffer* b = TRY(buffers_.make());
        Guard g(lock_);
        unused_.push_back(*b);
    }
    return {};
}

BufferCache::~BufferCache() {
    Guard g(lock_);
    while (Buffer* b = unused_.pop_front()) buffers_.destroy(*b);
}

Buffer* BufferCache::find_locked(u32 block) {
    for (Buffer& b : bucket(block)) {
        if (b.block == block) return &b;
    }
    return nullptr;
}

Result<Buffer*> BufferCache::extra_locked() {
    Buffer* b = TRY(buffers_.make());
    b->extra = true;
    unused_.push_back(*b);
    return b;
}

// Assigns the least recently used buffer, or a new one, to `block`.
Result<Buffer*> BufferCache::recycle_locked(u32 block) {
    Buffer* b = unused_.front();
    if (!b) b = TRY(extra_locked());
    if (b->HashNode::linked()) b->HashNode::unlink();
    b->valid = false;
    b->block = block;
    bucket(block).push_front(*b);
    return b;
}

void BufferCache::take_ref_locked(Buffer& b) {
    if (b.refs++ == 0) b.AgeNode::unlink();
}

// The block's buffer, locked; its data may be invalid.
Result<Buffer*> BufferCache::get(u32 block) {
    Buffer* b;
    {
        Guard g(lock_);
        b = find_locked(block);
        if (!b) b = TRY(recycle_locked(block));
        take_ref_locked(*b);
    }
    // A damaged disk may use one block for two things. We would wait for ourselves.
    if (b->lock.held_by_me()) {
        unpin(*b);
        return Errno::Io;
    }
    b->lock.acquire();
    return b;
}

Result<BlockRef> BufferCache::read(u32 block) {
    Buffer* b = TRY(get(block));
    BlockRef ref(*this, *b);
    if (!b->valid) TRY(fill(*b));
    return ref;
}

// Reads a buffer's block and the following blocks, up to the first one in memory, in one request.
Result<> BufferCache::fill(Buffer& b) {
    dev::BlockPart parts[kReadAhead] = {{b.block, b.data}};
    BlockRef ahead[kReadAhead];
    u32 n = 1;
    for (; n < kReadAhead && b.block + n < disk_->block_count(); n++) {
        Buffer* next = get_absent(b.block + n);
        if (!next) break;
        parts[n] = {next->block, next->data};
        ahead[n] = BlockRef(*this, *next);
    }
    const Result<> all = disk_->read({parts, n});
    for (u32 i = 1; i < n; i++) ahead[i].buffer().valid = all.ok();
    // A bad block among the read-ahead must not fail this read.
    b.valid = all.ok() || (n > 1 && disk_->read(b.block, b.data).ok());
    return b.valid ? Result<>() : Result<>(Errno::Io);
}

// A locked buffer for a block that is not in memory; else null. It never waits for another buffer, so holding
// several cannot deadlock, and it does not grow the cache.
Buffer* BufferCache::get_absent(u32 block) {
    Guard g(lock_);
    if (find_locked(block) || unused_.empty()) return nullptr;
    Buffer* b = recycle_locked(block).value();
    take_ref_locked(*b);
    b->lock.acquire();  // unused, so this does not wait
    return b;
}

Result<BlockRef> BufferCache::zeroed(u32 block) {
    Buffer* b = TRY(get(block));
    memset(b->data, 0, sizeof b->data);
    b->valid = true;
    return BlockRef(*this, *b);
}

void BufferCache::pin(Buffer& b) {
    Guard g(lock_);
    take_ref_locked(b);
}

void BufferCache::unpin(Buffer& b) {
    Guard g(lock_);
    if (--b.refs > 0) return;
    if (!b.extra) return unused_.push_back(b);
    b.HashNode::unlink();
    buffers_.destroy(b);
}

void BlockRef::release() {
    if (!buffer_) return;
    buffer_->lock.release();
    cache_->unpin(*std::exchange(buffer_, nullptr));
}

}  // namespace fs
