// POSIX's functions for descriptors and processes.
#include <limits.h>
#include <stdarg.h>

#include "abi/file_status.h"
#include "abi/vm.h"
#include "posix/posix.h"
#include "second_name.h"
#include "sys/ioctl.h"

using posix::check;
using posix::check_int;
using posix::check_sent;

extern "C" {

// The kernel's calls take an int as length; POSIX allows a short transfer.
static int at_most(size_t n) { return n < 0x7fff'f000 ? static_cast<int>(n) : 0x7fff'f000; }

ssize_t posix_read(int fd, void* data, size_t n) { return check(read(fd, data, at_most(n))); }
ssize_t posix_write(int fd, const void* data, size_t n) {
    return check_sent(fd, write(fd, data, at_most(n)));
}
int posix_close(int fd) { return check_int(close(fd)); }
int posix_dup(int fd) { return check_int(dup(fd)); }
int posix_dup2(int fd, int wanted) { return check_int(raw_dup2(fd, wanted)); }
int posix_pipe(int* fds) { return check_int(pipe(fds)); }
int posix_unlink(const char* path) { return check_int(raw_remove(path, T_FILE)); }
int posix_rmdir(const char* path) {
    const long result = raw_remove(path, T_DIR);
    return check_int(result == -EEXIST ? -EBUSY : result);  // the root
}
int posix_remove(const char* path) {
    const long result = raw_remove(path, T_FILE);
    return result == -EISDIR ? posix_rmdir(path) : check_int(result);
}
int posix_rename(const char* from, const char* to) { return check_int(raw_rename(from, to)); }
off_t posix_lseek(int fd, off_t offset, int whence) { return check(raw_lseek(fd, offset, whence)); }
ssize_t posix_pread(int fd, void* data, size_t n, off_t at) {
    return check(raw_pread(fd, data, at_most(n), at));
}
ssize_t posix_pwrite(int fd, const void* data, size_t n, off_t at) {
    return check(raw_pwrite(fd, data, at_most(n), at));
}
int posix_ftruncate(int fd, off_t size) { return check_int(raw_ftruncate(fd, size)); }
int posix_truncate(const char* path, off_t size) {
    const int fd = open(path, O_WRONLY);
    const long result = fd < 0 ? fd : raw_ftruncate(fd, size);
    if (fd >= 0) close(fd);
    return check_int(result);
}
int posix_fsync(int fd) {
    struct file_status s;
    const long result = raw_status(fd, &s);
    const bool on_disk = result == 0 && ((s.mode & S_IFMT) == S_IFREG || (s.mode & S_IFMT) == S_IFDIR);
    return check_int(result == 0 && !on_disk ? -EINVAL : result);
}
void posix_sync() {}
int posix_link(const char* from, const char* to) { return check_int(link(from, to)); }
int posix_chdir(const char* path) { return check_int(chdir(path)); }

// Only the umask keeps permissions from a new directory.
int posix_mkdir(const char* path, mode_t mode) {
    const long mask = raw_umask(0777);
    raw_umask(mask | (~mode & 0777));
    const long result = raw_mkdir(path);
    raw_umask(mask);
    return check_int(result);
}

int posix_open(const char* path, int flags, ...) {
    va_list args;
    va_start(args, flags);
    const mode_t mode = flags & O_CREATE ? va_arg(args, mode_t) : 0;
    va_end(args);
    return check_int(raw_open(path, flags | O_MODE, mode));
}
int posix_creat(const char* path, mode_t mode) {
    return check_int(raw_open(path, O_WRONLY | O_CREATE | O_TRUNC | O_MODE, mode));
}

int posix_fcntl(int fd, int command, ...) {
    va_list args;
    va_start(args, command);
    const int argument = va_arg(args, int);
    va_end(args);
    return check_int(raw_fcntl(fd, command, argument));
}

int posix_ioctl(int fd, unsigned long request, ...) {
    va_list args;
    va_start(args, request);
    void* argument = va_arg(args, void*);
    va_end(args);
    return check_int(raw_ioctl(fd, request, argument));
}

int posix_access(const char* path, int mode) {
    struct file_status s;
    const int fd = open(path, O_PATH);
    if (fd < 0) return check_int(fd);
    raw_status(fd, &s);
    close(fd);
    const bool executable = s.mode & 0111 || (s.mode & S_IFMT) == S_IFDIR;
    return check_int(mode & 1 && !executable ? -EACCES : 0);
}

[[noreturn]] void posix__exit(int status) { exit(status); }

void* posix_sbrk(long bytes) { return reinterpret_cast<void*>(check(raw_sbrk(bytes, SBRK_EAGER))); }

int posix_gethostname(char* name, size_t size) {
    snprintf(name, size, "nx6");
    return 0;
}

static_assert(PATH_MAX == MAXPATH && OPEN_MAX == NOFILE && CHILD_MAX == NPROC);
static_assert(IOV_MAX == UIO_MAXIOV);

long posix_sysconf(int name) {
    if (name == 30) return PAGESIZE;
    if (name == 4) return OPEN_MAX;
    return check(-EINVAL);
}

}  // extern "C"

SECOND_NAME(posix_fdatasync, posix_fsync);
