// The system calls on what is known of a file: its type, mode and time.
#include "abi/file_status.h"
#include "abi/stat.h"
#include "fs/file_table.h"
#include "fs/filesystem.h"
#include "fs/inode_file.h"
#include "mm/uaccess.h"
#include "proc/process.h"
#include "proc/wall_clock.h"
#include "sys/sys_calls.h"

namespace {

Result<file_status> status_of(int fd) {
    fs::File* f = current_process().files->get(fd);
    if (!f) return Errno::BadF;
    file_status s{};
    TRY(f->ops->stat(*f, s));
    return s;
}

short type_of(u32 mode) {
    switch (mode & S_IFMT) {
        case S_IFDIR: return T_DIR;
        case S_IFREG: return T_FILE;
        case S_IFCHR: return T_DEVICE;
        case S_IFIFO: return T_PIPE;
        case S_IFSOCK: return T_SOCK;
        default: return 0;
    }
}

// The inode of a descriptor. Inval: it has none.
Result<fs::Inode*> inode_of(int fd) {
    fs::File* f = current_process().files->get(fd);
    if (!f) return Errno::BadF;
    fs::Inode* inode = fs::inode_of(*f);
    return inode ? Result<fs::Inode*>(inode) : Result<fs::Inode*>(Errno::Inval);
}

}  // namespace

// xv6's
Result<i64> sys_fstat(const SyscallArgs& a) {
    const file_status s = TRY(status_of(a.num(0)));
    struct stat answer {};
    answer.dev = static_cast<i32>(s.dev);
    answer.ino = static_cast<u32>(s.ino);
    answer.type = type_of(s.mode);
    answer.nlink = static_cast<short>(s.nlink);
    answer.size = static_cast<u64>(s.size);
    TRY(mm::copy_out(a.addr(1), &answer, sizeof answer));
    return 0;
}

// status(fd, file_status*)
Result<i64> sys_status(const SyscallArgs& a) {
    const file_status s = TRY(status_of(a.num(0)));
    TRY(mm::copy_out(a.addr(1), &s, sizeof s));
    return 0;
}

// fchmod(fd, mode)
Result<i64> sys_fchmod(const SyscallArgs& a) {
    fs::Inode& inode = *TRY(inode_of(a.num(0)));
    TRY(inode.fs().set_mode(inode, static_cast<u16>(a.num(1) & 07777)));
    return 0;
}

// futime(fd, ns): sets the time of the last change. Negative: now.
Result<i64> sys_futime(const SyscallArgs& a) {
    fs::Inode& inode = *TRY(inode_of(a.num(0)));
    const auto ns = static_cast<i64>(a.word(1));
    TRY(inode.fs().set_mtime(inode, ns < 0 ? wall_time() : static_cast<u64>(ns)));
    return 0;
}

// umask(mask) returns the old one.
Result<i64> sys_umask(const SyscallArgs& a) {
    const u16 old = current_process().umask;
    current_process().umask = static_cast<u16>(a.num(0) & 0777);
    return old;
}
