#include "fs/log.h"

#include "lib/log.h"
#include "lib/panic.h"
#include "lib/string.h"
#include "mm/kalloc.h"

namespace fs {
namespace {

static_assert(sizeof(logheader) <= BSIZE);

// 64 bits over 8-byte words. It has to notice blocks that were not written, not an adversary.
u64 mix(u64 sum, const void* data, usize size) {
    auto* at = static_cast<const u8*>(data);
    for (usize i = 0; i + 8 <= size; i += 8) {
        u64 word;
        memcpy(&word, at + i, 8);
        sum = (sum ^ word) * 0x9e37'79b9'7f4a'7c15;
        sum ^= sum >> 29;
    }
    return sum;
}

MutBytes block_bytes(void* p) { return {static_cast<u8*>(p), dev::kBlockSize}; }

}  // namespace

Transaction::~Transaction() {
    if (!log_) return;
    if (!settled_) log_->stop("an operation failed half-way");
    (void)log_->end(*this);
}

void Transaction::write(BlockRef& b) { log_->write(*this, b.buffer()); }

Result<> Transaction::end() { return std::exchange(log_, nullptr)->end(*this); }

Log::~Log() {
    if (header_) mm::page_free(header_);
    for (u32 i = 0; i < LOGSIZE; i++) {
        if (group_[i]) cache_->unpin(*group_[i]);
    }
}

Result<Transaction> Log::begin() {
    Guard g(lock_);
    while (!stopped() && (committing_ || count_ + reserved_ + kOperationBlocks > capacity_))
        changed_.wait_uninterruptible(lock_);
    if (stopped()) return Errno::Io;
    running_++;
    reserved_ += kOperationBlocks;
    return Transaction(*this, kOperationBlocks);
}

void Log::write(Transaction& op, Buffer& b) {
    op.settled_ = false;
    Guard g(lock_);
    if (b.logged) return;  // changed before in this group: written once
    ASSERT(op.room_ > 0);
    op.room_--;
    reserved_--;
    b.logged = true;
    cache_->pin(b);
    group_[count_++] = &b;
}

// The last operation of a group commits it.
Result<> Log::end(Transaction& op) {
    {
        Guard g(lock_);
        reserved_ -= op.room_;
        if (--running_ || !count_ || stopped()) {
            changed_.wake_all();
            return stopped() ? Result<>(Errno::Io) : Result<>();
        }
        committing_ = true;
    }
    const Result<> done = commit();
    if (!done.ok()) stop("the disk failed");
    Guard g(lock_);
    if (done.ok()) count_ = 0;
    committing_ = false;
    changed_.wake_all();
    return done;
}

void Log::stop(const char* why) {
    if (stopped_.exchange(1) == 0) ::log("file system: %s; nothing more will be written", why);
    changed_.wake_all();
}

u64 Log::header_checksum() {
    const usize used = offsetof(logheader, block) + header_->n * sizeof header_->block[0];
    memset(&header_->block[header_->n], 0, sizeof header_->block - header_->n * sizeof header_->block[0]);
    return mix(FSMAGIC, &header_->n, (used + 7) / 8 * 8 - offsetof(logheader, n));
}

// Runs alone: no operation is running, and none begins. So nobody changes the group's buffers.
Result<> Log::commit() {
    dev::BlockDevice& disk = cache_->disk();
    TRY(disk.flush());
    header_->n = count_;
    header_->orphans = orphans_.load();
    for (u32 i = 0; i < count_; i++) header_->block[i] = group_[i]->block;
    u64 sum = header_checksum();
    for (u32 i = 0; i < count_; i++) {
        sum = mix(sum, group_[i]->data, dev::kBlockSize);
        TRY(disk.write(start_ + 1 + i, group_[i]->data));
    }
    header_->checksum = sum;
    TRY(disk.write(start_, block_bytes(header_)));
    TRY(disk.flush());
    for (u32 i = 0; i < count_; i++) TRY(disk.write(group_[i]->block, group_[i]->data));
    for (u32 i = 0; i < count_; i++) {
        group_[i]->logged = false;
        cache_->unpin(*std::exchange(group_[i], nullptr));
    }
    return {};
}

Result<bool> Log::recover(BufferCache& cache, u32 start, u32 size) {
    cache_ = &cache;
    start_ = start;
    capacity_ = size - 1 < LOGSIZE ? size - 1 : LOGSIZE;
    if (size < 1 || capacity_ < kOperationBlocks) return Errno::Inval;
    header_ = static_cast<logheader*>(mm::page_alloc_zeroed());
    if (!header_) return Errno::NoMem;
    TRY(cache.disk().read(start, block_bytes(header_)));
    if (header_->n == 0) return false;  // as mkfs made it
    if (header_->n > capacity_) return true;
    u64 sum = header_checksum();
    for (u32 i = 0; i < header_->n; i++) {
        const BlockRef b = TRY(cache.read(start + 1 + i));
        sum = mix(sum, b.bytes().data(), dev::kBlockSize);
    }
    // Cut short before it was complete: as if it had never begun. But the header of the one before is lost.
    if (sum != header_->checksum) return true;
    TRY(install_from_disk());
    return header_->orphans != 0;
}

// Writes the blocks that differ. After an orderly stop there is none.
Result<> Log::install_from_disk() {
    u32 written = 0;
    for (u32 i = 0; i < header_->n; i++) {
        BlockRef from = TRY(cache_->read(start_ + 1 + i));
        BlockRef to = TRY(cache_->read(header_->block[i]));
        if (memcmp(from.bytes().data(), to.bytes().data(), dev::kBlockSize) == 0) continue;
        memcpy(to.bytes().data(), from.bytes().data(), dev::kBlockSize);
        TRY(cache_->disk().write(to.block(), to.bytes()));
        written++;
    }
    if (written) ::log("file system: installed %u blocks of a commit that was cut short", written);
    return {};
}

}  // namespace fs
