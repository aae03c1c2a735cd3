#include "fs/log.h"

#include "lib/log.h"
#include "lib/panic.h"
#include "lib/string.h"
#include "mm/kalloc.h"

namespace fs {
namespace {

static_assert(sizeof(logheader) <= BSIZE);

// A 64-bit checksum over 8-byte words. It detects blocks that were not written; it need not resist an
// attacker.
u64 mix(u64 sum, const void* data, usize size) {
    auto* at = static_cast<const u8*>(data);
#pragma GCC unroll 8
    for (usize i = 0; i < size; i += 8) {
        u64 word;
        __builtin_memcpy(&word, at + i, 8);  // becomes a load; memcpy() would be a call in the kernel
        sum = (sum ^ word) * 0x9e37'79b9'7f4a'7c15;
        sum ^= sum >> 29;
    }
    return sum;
}

}  // namespace

Transaction::~Transaction() {
    if (!log_) return;
    if (!settled_) log_->stop("an operation failed half-way");
    (void)log_->end(*this);
}

void Transaction::write(BlockRef& b) { log_->write(*this, b.buffer()); }

Result<> Transaction::end() { return std::exchange(log_, nullptr)->end(*this); }

Log::~Log() {
    if (page_) mm::page_free(page_);
    for (u32 i = 0; i < LOGSIZE; i++) {
        if (group_[i]) cache_->unpin(*group_[i]);
    }
}

Result<Transaction> Log::begin(u32 blocks) {
    if (blocks > capacity_) blocks = capacity_;
    Guard g(lock_);
    const u32 mine = next_turn_++;
    while (!stopped() && (turn_ != mine || closed_ || count_ + reserved_ + blocks > capacity_))
        changed_.wait_uninterruptible(lock_);
    if (++turn_ != next_turn_) changed_.wake_all();
    if (stopped()) return Errno::Io;
    running_++;
    reserved_ += blocks;
    return Transaction(*this, blocks);
}

void Log::write(Transaction& op, Buffer& b) {
    op.settled_ = false;
    Guard g(lock_);
    if (b.logged) return;  // already in this group
    ASSERT(op.room_ > 0);
    op.room_--;
    reserved_--;
    b.logged = true;
    cache_->pin(b);
    group_[count_++] = &b;
}

// The last operation of a group commits it; the others wait for the commit.
Result<> Log::end(Transaction& op) {
    {
        Guard g(lock_);
        reserved_ -= op.room_;
        running_--;
        if (!count_ || stopped()) {
            changed_.wake_all();
            return stopped() ? Result<>(Errno::Io) : Result<>();
        }
        closed_ = true;
        if (running_) return wait_for_commit_locked();
    }
    const Result<> done = commit();
    if (!done.ok()) stop("the disk failed");
    Guard g(lock_);
    if (done.ok()) count_ = 0, commits_++;
    closed_ = false;
    changed_.wake_all();
    return done;
}

Result<> Log::wait_for_commit_locked() {
    const u32 before = commits_;
    while (commits_ == before && !stopped()) changed_.wait_uninterruptible(lock_);
    return commits_ != before ? Result<>() : Result<>(Errno::Io);
}

void Log::stop(const char* why) {
    if (stopped_.exchange(1) == 0) ::log("file system: %s; nothing more will be written", why);
    changed_.wake_all();
}

u64 Log::header_checksum() {
    logheader& h = page_->header;
    const usize used = offsetof(logheader, block) + h.n * sizeof h.block[0];
    memset(&h.block[h.n], 0, sizeof h.block - h.n * sizeof h.block[0]);
    return mix(FSMAGIC, &h.n, (used + 7) / 8 * 8 - offsetof(logheader, n));
}

// No operation runs or begins during the commit, so the group's buffers do not change.
Result<> Log::commit() {
    dev::BlockDevice& disk = cache_->disk();
    logheader& h = page_->header;
    dev::BlockPart* const parts = page_->parts;
    TRY(disk.flush());
    h.n = count_;
    h.orphans = orphans_.load();
    for (u32 i = 0; i < count_; i++) h.block[i] = group_[i]->block;
    h.checksum = header_checksum();
    parts[0] = {start_, reinterpret_cast<u8*>(&h)};
    for (u32 i = 0; i < count_; i++) {
        h.checksum = mix(h.checksum, group_[i]->data, dev::kBlockSize);
        parts[i + 1] = {start_ + 1 + i, group_[i]->data};
    }
    TRY(disk.write({parts, count_ + 1}));
    TRY(disk.flush());
    for (u32 i = 0; i < count_; i++) parts[i] = {group_[i]->block, group_[i]->data};
    TRY(disk.write({parts, count_}));
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
    page_ = static_cast<CommitPage*>(mm::page_alloc_zeroed());
    if (!page_) return Errno::NoMem;
    logheader& h = page_->header;
    TRY(cache.disk().read(start, {reinterpret_cast<u8*>(&h), dev::kBlockSize}));
    if (h.n == 0) return false;  // never used since mkfs
    if (h.n > capacity_) return true;
    u64 sum = header_checksum();
    for (u32 i = 0; i < h.n; i++) {
        const BlockRef b = TRY(cache.read(start + 1 + i));
        sum = mix(sum, b.bytes().data(), dev::kBlockSize);
    }
    // An incomplete commit is ignored. It has overwritten the previous header, so the number of orphans is
    // unknown.
    if (sum != h.checksum) return true;
    TRY(install_from_disk());
    return h.orphans != 0;
}

// Writes the blocks that differ. After a clean shutdown there are none.
Result<> Log::install_from_disk() {
    u32 written = 0;
    for (u32 i = 0; i < page_->header.n; i++) {
        BlockRef from = TRY(cache_->read(start_ + 1 + i));
        BlockRef to = TRY(cache_->read(page_->header.block[i]));
        if (memcmp(from.bytes().data(), to.bytes().data(), dev::kBlockSize) == 0) continue;
        memcpy(to.bytes().data(), from.bytes().data(), dev::kBlockSize);
        const dev::BlockPart part{to.block(), to.bytes().data()};
        TRY(cache_->disk().write({&part, 1}));
        written++;
    }
    if (written) ::log("file system: recovered %u blocks of an interrupted commit", written);
    return {};
}

}  // namespace fs
