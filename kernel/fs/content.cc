// Changes of a file's content and its attributes: read, write, truncate, set_mode, set_mtime.
#include <algorithm>

#include "fs/filesystem.h"

namespace fs {

Result<usize> FileSystem::read(Inode& file, const IoBuffer& to, u64& offset) {
    SleepGuard g(file.lock());
    const usize n = TRY(file.read_locked(to, offset));
    offset += n;
    return n;
}

Result<usize> FileSystem::write(Inode& file, const IoBuffer& from, u64& offset, bool append) {
    usize done = 0;
    while (done < from.size()) {
        const Result<usize> part = write_part(file, from.from(done), offset, append);
        if (!part.ok() && done == 0) return part.error();
        if (!part.ok()) break;
        done += part.value();
    }
    return done;
}

// A long write gets a large transaction, because a commit costs two flushes regardless of its size.
Result<usize> FileSystem::write_part(Inode& file, const IoBuffer& from, u64& offset, bool append) {
    const u32 blocks = static_cast<u32>(std::min<usize>(from.size() / BSIZE, LOGSIZE));
    Transaction op = TRY(log_.begin(Log::kOperationBlocks + blocks));
    const usize n = TRY(write_in(op, file, from, offset, append));
    TRY(op.end());
    return n;
}

// 0: the transaction was used up to clear what is past the end of the file.
Result<usize> FileSystem::write_in(Transaction& op, Inode& file, const IoBuffer& from, u64& offset,
                                   bool append) {
    SleepGuard g(file.lock());
    if (append) offset = file.size_locked();
    if (offset / BSIZE >= MAXFILE) return Errno::FBig;
    if (offset > file.size_locked()) {
        const bool clear = TRY(file.clear_past_end_locked(op));
        op.set_settled(true);
        if (!clear) return 0ul;
    }
    const usize n = TRY(file.write_locked(op, from, offset));
    offset += n;
    return n;
}

Result<> FileSystem::truncate(Inode& file, u64 size) {
    if (size > u64{MAXFILE} * BSIZE) return Errno::FBig;
    bool done = false;
    for (bool first = true; !done; first = false) {
        Transaction op = TRY(log_.begin());
        done = TRY(resize_in(op, file, static_cast<u32>(size), first));
        TRY(op.end());
    }
    return {};
}

// Only the first step makes the file shorter: another process may write to it between two steps.
Result<bool> FileSystem::resize_in(Transaction& op, Inode& file, u32 size, bool first) {
    SleepGuard g(file.lock());
    if (size > file.size_locked()) {
        const bool clear = TRY(file.clear_past_end_locked(op));
        if (!clear || op.room() == 0) return false;
        TRY(file.set_size_locked(op, size));
        op.set_settled(true);
        return true;
    }
    if (first) TRY(file.set_size_locked(op, size));
    const bool done = TRY(file.shrink_locked(op));
    op.set_settled(true);
    return done;
}

Result<> FileSystem::set_mode(Inode& inode, u16 mode) {
    Transaction op = TRY(log_.begin());
    {
        SleepGuard g(inode.lock());
        TRY(inode.set_mode_locked(op, mode));
    }
    return op.end();
}

Result<> FileSystem::set_mtime(Inode& inode, u64 ns) {
    Transaction op = TRY(log_.begin());
    {
        SleepGuard g(inode.lock());
        TRY(inode.set_mtime_locked(op, ns));
    }
    return op.end();
}

}  // namespace fs
