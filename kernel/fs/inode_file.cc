#include "fs/inode_file.h"

#include "abi/fcntl.h"
#include "abi/file_status.h"
#include "abi/ioctl.h"
#include "abi/param.h"
#include "abi/poll.h"
#include "abi/stat.h"
#include "fs/device.h"
#include "mm/uaccess.h"

namespace fs {
namespace {

Inode& inode(File& f) { return *static_cast<Inode*>(f.object); }

Result<i64> read_file(File& f, UserAddr to, usize n) {
    Inode& i = inode(f);
    return static_cast<i64>(TRY(i.fs().read(i, IoBuffer(to, n), f.offset)));
}

Result<i64> write_file(File& f, UserAddr from, usize n) {
    Inode& i = inode(f);
    return static_cast<i64>(TRY(i.fs().write(i, IoBuffer(from, n), f.offset, f.append)));
}

Result<> ioctl_file(File& f, u32 request, UserAddr argument) {
    if (request != FIONREAD) return Errno::NotTty;
    i32 left = 0;
    {
        Inode& i = inode(f);
        SleepGuard g(i.lock());
        if (f.offset < i.size_locked()) left = static_cast<i32>(i.size_locked() - f.offset);
    }
    return mm::copy_out(argument, &left, sizeof left);
}

Result<i64> read_device(File& f, UserAddr to, usize n) {
    const Device* d = device_find(inode(f).major());
    return d && d->read ? d->read(to, n, !f.nonblocking) : Errno::OpNotSupp;
}

Result<i64> write_device(File& f, UserAddr from, usize n) {
    const Device* d = device_find(inode(f).major());
    return d && d->write ? d->write(from, n, !f.nonblocking) : Errno::OpNotSupp;
}

u32 poll_device(File& f, PollEntry* watch) {
    const Device* d = device_find(inode(f).major());
    return d && d->poll ? d->poll(watch) : POLLIN | POLLOUT;
}

void unwatch_device(File& f, PollEntry& watch) {
    const Device* d = device_find(inode(f).major());
    if (d && d->unwatch) d->unwatch(watch);
}

Result<> ioctl_device(File& f, u32 request, UserAddr argument) {
    const Device* d = device_find(inode(f).major());
    return d && d->ioctl ? d->ioctl(request, argument) : Errno::NotTty;
}

constexpr u32 kTypeBits[] = {0, S_IFDIR, S_IFREG, S_IFCHR, S_IFIFO, S_IFSOCK};  // by T_*

Result<> stat_inode(File& f, file_status& s) {
    constexpr u64 kSecond = 1'000'000'000;
    Inode& i = inode(f);
    SleepGuard g(i.lock());
    s.dev = ROOTDEV;
    s.ino = i.number();
    const auto type = static_cast<u16>(i.type());
    s.mode = i.mode_locked() | (type <= T_SOCK ? kTypeBits[type] : 0);
    s.nlink = static_cast<u16>(i.links_locked());
    if (type == T_DEVICE) s.rdev = i.major() * 256u + i.minor();
    s.size = i.size_locked();
    s.blksize = BSIZE;
    s.blocks = (s.size + BSIZE - 1) / BSIZE * (BSIZE / 512);
    s.atime = s.mtime = s.ctime = static_cast<long>(i.mtime_locked() / kSecond);
    s.atime_ns = s.mtime_ns = s.ctime_ns = static_cast<long>(i.mtime_locked() % kSecond);
    return {};
}

void close_inode(File& f) {
    if (!f.object) return;  // open() failed
    FileSystem& fs = inode(f).fs();
    inode(f).drop_ref();
    fs.free_orphans();
}

constexpr FileOps kFileOps{read_file, write_file, stat_inode, close_inode,
                           "file",    nullptr,    nullptr,    ioctl_file};
constexpr FileOps kDeviceOps{read_device, write_device, stat_inode,     close_inode,
                             "device",    poll_device,  unwatch_device, ioctl_device};

Result<Ref<Inode>> find_or_create(FileSystem& fs, Inode& cwd, const char* path, int flags, u16 mode) {
    if (!(flags & O_CREATE) || flags & O_PATH) return fs.namei(cwd, path);
    const bool exclusive = flags & O_EXCL;
    return fs.create(cwd, path, {.type = T_FILE, .mode = mode, .exclusive = exclusive});
}

Ref<File> attach(Ref<File> file, Inode& inode) {
    inode.add_ref();
    file->object = &inode;
    return file;
}

}  // namespace

Result<Ref<File>> open(FileSystem& fs, Inode& cwd, const char* path, int flags, u16 mode) {
    const int access = flags & O_ACCMODE;
    if (access == O_ACCMODE || (flags & O_CREATE && flags & O_DIRECTORY)) return Errno::Inval;
    // Allocated first, so that a full file table does not leave a newly created file.
    const bool only_stat = flags & O_PATH;
    Ref<File> file = TRY(
        file_alloc(kFileOps, nullptr, access != O_WRONLY && !only_stat, access != O_RDONLY && !only_stat));
    file->nonblocking = flags & O_NONBLOCK;
    file->append = flags & O_APPEND;
    const Ref<Inode> inode = TRY(find_or_create(fs, cwd, path, flags, mode));
    if (flags & O_DIRECTORY && !inode->is_dir()) return Errno::NotDir;
    if (only_stat) return attach(std::move(file), *inode);
    if (inode->is_dir() && (file->writable || flags & O_TRUNC)) return Errno::IsDir;
    if (inode->type() == T_SOCK) return Errno::NxIo;
    if (inode->type() == T_DEVICE) {
        if (!device_find(inode->major())) return Errno::NoDev;
        file->ops = &kDeviceOps;
    } else if (flags & O_TRUNC) {
        TRY(fs.truncate(*inode, 0));
    }
    return attach(std::move(file), *inode);
}

Inode* inode_of(const File& f) {
    return f.ops == &kFileOps || f.ops == &kDeviceOps ? static_cast<Inode*>(f.object) : nullptr;
}

Result<Inode*> seekable(const File& f) {
    Inode* i = f.ops == &kFileOps ? inode_of(f) : nullptr;
    if (!i || (i->type() != T_FILE && !i->is_dir())) return Errno::SPipe;
    return i;
}

}  // namespace fs
