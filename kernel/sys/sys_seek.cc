// The system calls on a file's offset and size.
#include "abi/seek.h"
#include "fs/file_table.h"
#include "fs/filesystem.h"
#include "fs/inode_file.h"
#include "proc/process.h"
#include "sys/sys_calls.h"

namespace {

fs::File* file(int fd) { return current_process().files->get(fd); }

// An offset from the start of a file. Inval: it is negative.
Result<u64> offset_from(const SyscallArgs& a, int i) {
    if (static_cast<i64>(a.word(i)) < 0) return Errno::Inval;
    return u64{a.word(i)};
}

}  // namespace

// lseek(fd, offset, whence) returns the new offset. It may be past the end.
Result<i64> sys_lseek(const SyscallArgs& a) {
    fs::File* f = file(a.num(0));
    if (!f) return Errno::BadF;
    fs::Inode& inode = *TRY(fs::seekable(*f));
    SleepGuard g(inode.lock());
    i64 start = 0, sum = 0;
    switch (a.num(2)) {
        case SEEK_SET: break;
        case SEEK_CUR: start = static_cast<i64>(f->offset); break;
        case SEEK_END: start = inode.size_locked(); break;
        default: return Errno::Inval;
    }
    if (__builtin_add_overflow(start, static_cast<i64>(a.word(1)), &sum) || sum < 0) return Errno::Inval;
    f->offset = static_cast<u64>(sum);
    return sum;
}

// pread(fd, buffer, length, offset), pwrite: do not use the file's own offset.
Result<i64> sys_pread(const SyscallArgs& a) {
    u64 offset = TRY(offset_from(a, 3));
    fs::File* f = file(a.num(0));
    if (!f || !f->readable) return Errno::BadF;
    fs::Inode& inode = *TRY(fs::seekable(*f));
    const fs::IoBuffer to(a.addr(1), TRY(a.length(2)));
    return static_cast<i64>(TRY(inode.fs().read(inode, to, offset)));
}

Result<i64> sys_pwrite(const SyscallArgs& a) {
    u64 offset = TRY(offset_from(a, 3));
    fs::File* f = file(a.num(0));
    if (!f || !f->writable) return Errno::BadF;
    fs::Inode& inode = *TRY(fs::seekable(*f));
    const fs::IoBuffer from(a.addr(1), TRY(a.length(2)));
    return static_cast<i64>(TRY(inode.fs().write(inode, from, offset)));
}

// ftruncate(fd, size)
Result<i64> sys_ftruncate(const SyscallArgs& a) {
    const u64 size = TRY(offset_from(a, 1));
    fs::File* f = file(a.num(0));
    if (!f) return Errno::BadF;
    const Result<fs::Inode*> inode = fs::seekable(*f);
    if (!inode.ok() || !f->writable) return Errno::Inval;
    TRY(inode.value()->fs().truncate(*inode.value(), size));
    return 0;
}
