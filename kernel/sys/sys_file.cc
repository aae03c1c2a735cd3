// The system calls on files and descriptors. A call that fails has changed nothing, except that data may be
// partly copied to or from the program's memory.
#include "abi/fcntl.h"
#include "abi/ioctl.h"
#include "abi/stat.h"
#include "fs/file_table.h"
#include "fs/fs.h"
#include "fs/inode_file.h"
#include "fs/pipe.h"
#include "mm/uaccess.h"
#include "mm/user_ranges.h"
#include "proc/process.h"
#include "sys/sys_calls.h"

namespace {

fs::FileTable& files() { return *current_process().files; }

// A path from the program's memory, and its start directory.
struct Path {
    char text[MAXPATH];
    fs::InodeRef cwd;

    Result<> fetch(UserAddr from) {
        TRY(mm::copy_in_string(text, from, sizeof text));
        cwd = TRY(fs::cwd_of(current_process()));
        return {};
    }
};

// The mode of a new file.
u16 allowed(u16 mode) { return mode & 07777 & ~current_process().umask; }

// The return value of a call that returns 0 on success.
Result<i64> zero(Result<> r) { return r.ok() ? Result<i64>(0) : Result<i64>(r.error()); }

}  // namespace

// On the path of every packet: one table lookup and one indirect call.
Result<i64> sys_read(const SyscallArgs& a) {
    fs::File* f = files().get(a.num(0));
    if (!f || !f->readable) [[unlikely]]
        return Errno::BadF;
    return f->ops->read(*f, a.addr(1), TRY(a.length(2)));
}

Result<i64> sys_write(const SyscallArgs& a) {
    fs::File* f = files().get(a.num(0));
    if (!f || !f->writable) [[unlikely]]
        return Errno::BadF;
    return f->ops->write(*f, a.addr(1), TRY(a.length(2)));
}

Result<i64> sys_open(const SyscallArgs& a) {
    Path path;
    TRY(path.fetch(a.addr(0)));
    TRY(files().make_room());  // before the file is created
    const u16 mode = a.num(1) & O_MODE ? static_cast<u16>(a.num(2)) : 0666;
    Ref<fs::File> f = TRY(fs::open(fs::root_fs(), *path.cwd, path.text, a.num(1), allowed(mode)));
    const int fd = TRY(files().install(std::move(f), a.num(1) & O_CLOEXEC));
    return fd;
}

// readv(fd, ranges, their number), writev
Result<i64> sys_readv(const SyscallArgs& a) {
    fs::File* f = files().get(a.num(0));
    if (!f || !f->readable) return Errno::BadF;
    mm::UserRanges ranges;
    TRY(ranges.fetch(a.addr(1), TRY(a.length(2))));
    return f->ops->read(*f, ranges.begin(), ranges.size());
}

Result<i64> sys_writev(const SyscallArgs& a) {
    fs::File* f = files().get(a.num(0));
    if (!f || !f->writable) return Errno::BadF;
    mm::UserRanges ranges;
    TRY(ranges.fetch(a.addr(1), TRY(a.length(2))));
    return f->ops->write(*f, ranges.begin(), ranges.size());
}

Result<i64> sys_close(const SyscallArgs& a) {
    TRY(files().remove(a.num(0)));
    return 0;
}

Result<i64> sys_dup(const SyscallArgs& a) {
    fs::File* f = files().get(a.num(0));
    if (!f) return Errno::BadF;
    const int fd = TRY(files().install(Ref<fs::File>(f)));
    return fd;
}

// dup2(fd, wanted): closes `wanted` first if it is open. To itself, it does nothing.
Result<i64> sys_dup2(const SyscallArgs& a) {
    fs::File* f = files().get(a.num(0));
    if (!f) return Errno::BadF;
    if (a.num(0) == a.num(1)) return a.num(1);
    return TRY(files().install_at(a.num(1), Ref<fs::File>(f)));
}

// fcntl(fd, command, argument)
Result<i64> sys_fcntl(const SyscallArgs& a) {
    fs::File* f = files().get(a.num(0));
    if (!f) return Errno::BadF;
    switch (a.num(1)) {
        case F_GETFD: return files().closes_on_exec(a.num(0)) ? FD_CLOEXEC : 0;
        case F_SETFD: files().set_close_on_exec(a.num(0), a.num(2) & FD_CLOEXEC); return 0;
        case F_GETFL: {
            const int access = !f->writable ? O_RDONLY : f->readable ? O_RDWR : O_WRONLY;
            return access | (f->nonblocking ? O_NONBLOCK : 0) | (f->append ? O_APPEND : 0);
        }
        case F_SETFL:
            f->nonblocking = a.num(2) & O_NONBLOCK;
            f->append = a.num(2) & O_APPEND;
            return 0;
        default: return Errno::Inval;
    }
}

// ioctl(fd, request, argument)
Result<i64> sys_ioctl(const SyscallArgs& a) {
    fs::File* f = files().get(a.num(0));
    if (!f) return Errno::BadF;
    const auto request = static_cast<u32>(a.num(1));
    if (request != FIONBIO)
        return f->ops->ioctl ? zero(f->ops->ioctl(*f, request, a.addr(2))) : Errno::NotTty;
    i32 on = 0;
    TRY(mm::copy_in(&on, a.addr(2), sizeof on));
    f->nonblocking = on != 0;
    return 0;
}

Result<i64> sys_link(const SyscallArgs& a) {
    Path from, to;
    TRY(from.fetch(a.addr(0)));
    TRY(to.fetch(a.addr(1)));
    return zero(fs::root_fs().link(*from.cwd, from.text, to.text));
}

Result<i64> sys_unlink(const SyscallArgs& a) {
    Path path;
    TRY(path.fetch(a.addr(0)));
    return zero(fs::root_fs().unlink(*path.cwd, path.text));
}

// remove(path, type): unlink() of only a file that is not a directory (T_FILE), or only a directory (T_DIR).
Result<i64> sys_remove(const SyscallArgs& a) {
    Path path;
    TRY(path.fetch(a.addr(0)));
    if (a.num(1) != T_FILE && a.num(1) != T_DIR) return Errno::Inval;
    return zero(fs::root_fs().unlink(*path.cwd, path.text, static_cast<short>(a.num(1))));
}

Result<i64> sys_rename(const SyscallArgs& a) {
    Path from, to;
    TRY(from.fetch(a.addr(0)));
    TRY(to.fetch(a.addr(1)));
    return zero(fs::root_fs().rename(*from.cwd, from.text, to.text));
}

Result<i64> sys_mkdir(const SyscallArgs& a) {
    Path path;
    TRY(path.fetch(a.addr(0)));
    TRY(fs::root_fs().create(*path.cwd, path.text, {.type = T_DIR, .mode = allowed(0777)}));
    return 0;
}

Result<i64> sys_mknod(const SyscallArgs& a) {
    Path path;
    TRY(path.fetch(a.addr(0)));
    const auto major = static_cast<u16>(a.num(1)), minor = static_cast<u16>(a.num(2));
    TRY(fs::root_fs().create(*path.cwd, path.text, {T_DEVICE, major, minor, allowed(0666)}));
    return 0;
}

Result<i64> sys_chdir(const SyscallArgs& a) {
    Path path;
    TRY(path.fetch(a.addr(0)));
    const fs::InodeRef to = TRY(fs::root_fs().namei(*path.cwd, path.text));
    if (!to->is_dir()) return Errno::NotDir;
    fs::set_cwd(current_process(), to);
    return 0;
}

Result<i64> sys_pipe(const SyscallArgs& a) {
    fs::PipeEnds ends = TRY(fs::pipe_create());
    int fd[2];
    fd[0] = TRY(files().install(std::move(ends.reader)));
    const Result<int> second = files().install(std::move(ends.writer));
    if (!second.ok()) {
        (void)files().remove(fd[0]);
        return second.error();
    }
    fd[1] = second.value();
    const Result<> told = mm::copy_out(a.addr(0), fd, sizeof fd);
    if (told.ok()) return 0;
    (void)files().remove(fd[0]);
    (void)files().remove(fd[1]);
    return told.error();
}
