#include "fs/inode_file.h"

#include "abi/fcntl.h"
#include "abi/param.h"
#include "abi/poll.h"
#include "abi/stat.h"
#include "fs/device.h"

namespace fs {
namespace {

Inode& inode_of(File& f) { return *static_cast<Inode*>(f.object); }

Result<i64> read_file(File& f, UserAddr to, usize n) {
    Inode& inode = inode_of(f);
    return static_cast<i64>(TRY(inode.fs().read(inode, IoBuffer(to, n), f.offset)));
}

Result<i64> write_file(File& f, UserAddr from, usize n) {
    Inode& inode = inode_of(f);
    return static_cast<i64>(TRY(inode.fs().write(inode, IoBuffer(from, n), f.offset)));
}

Result<i64> read_device(File& f, UserAddr to, usize n) {
    const Device* d = device_find(inode_of(f).major());
    return d && d->read ? d->read(to, n, !f.nonblocking) : Errno::OpNotSupp;
}

Result<i64> write_device(File& f, UserAddr from, usize n) {
    const Device* d = device_find(inode_of(f).major());
    return d && d->write ? d->write(from, n, !f.nonblocking) : Errno::OpNotSupp;
}

u32 poll_device(File& f, PollEntry* watch) {
    const Device* d = device_find(inode_of(f).major());
    return d && d->poll ? d->poll(watch) : POLLIN | POLLOUT;
}

void unwatch_device(File& f, PollEntry& watch) {
    const Device* d = device_find(inode_of(f).major());
    if (d && d->unwatch) d->unwatch(watch);
}

Result<> ioctl_device(File& f, u32 request, UserAddr argument) {
    const Device* d = device_find(inode_of(f).major());
    return d && d->ioctl ? d->ioctl(request, argument) : Errno::NotTty;
}

Result<> stat_inode(File& f, struct stat& answer) {
    Inode& inode = inode_of(f);
    SleepGuard g(inode.lock());
    answer.dev = ROOTDEV;
    answer.ino = inode.number();
    answer.type = inode.type();
    answer.nlink = inode.links_locked();
    answer.size = inode.size_locked();
    return {};
}

void close_inode(File& f) {
    if (!f.object) return;  // open() failed
    FileSystem& fs = inode_of(f).fs();
    inode_of(f).drop_ref();
    fs.free_orphans();
}

constexpr FileOps kFileOps{read_file, write_file, stat_inode, close_inode, "file"};
constexpr FileOps kDeviceOps{read_device, write_device, stat_inode,     close_inode,
                             "device",    poll_device,  unwatch_device, ioctl_device};

Result<Ref<Inode>> find_or_create(FileSystem& fs, Inode& cwd, const char* path, int flags) {
    return flags & O_CREATE && !(flags & O_PATH) ? fs.create(cwd, path, T_FILE) : fs.namei(cwd, path);
}

Ref<File> attach(Ref<File> file, Inode& inode) {
    inode.add_ref();
    file->object = &inode;
    return file;
}

}  // namespace

Result<Ref<File>> open(FileSystem& fs, Inode& cwd, const char* path, int flags) {
    const int access = flags & (O_WRONLY | O_RDWR);
    if (access == (O_WRONLY | O_RDWR)) return Errno::Inval;
    // Allocated first, so that a full file table does not leave a newly created file.
    const bool only_stat = flags & O_PATH;
    Ref<File> file = TRY(
        file_alloc(kFileOps, nullptr, access != O_WRONLY && !only_stat, access != O_RDONLY && !only_stat));
    file->nonblocking = flags & O_NONBLOCK;
    const Ref<Inode> inode = TRY(find_or_create(fs, cwd, path, flags));
    if (only_stat) return attach(std::move(file), *inode);
    if (inode->is_dir() && (file->writable || flags & O_TRUNC)) return Errno::IsDir;
    if (inode->type() == T_SOCK) return Errno::NxIo;
    if (inode->type() == T_DEVICE) {
        if (!device_find(inode->major())) return Errno::NoDev;
        file->ops = &kDeviceOps;
    } else if (flags & O_TRUNC) {
        TRY(fs.truncate(*inode));
    }
    return attach(std::move(file), *inode);
}

}  // namespace fs
