// POSIX's functions for descriptors and processes.
#include <stdarg.h>

#include "posix/posix.h"
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
int posix_unlink(const char* path) { return check_int(unlink(path)); }
int posix_link(const char* from, const char* to) { return check_int(link(from, to)); }
int posix_chdir(const char* path) { return check_int(chdir(path)); }
int posix_mkdir(const char* path, mode_t) { return check_int(mkdir(path)); }
int posix_stat(const char* path, struct stat* st) { return check_int(stat(path, st)); }
int posix_fstat(int fd, struct stat* st) { return check_int(fstat(fd, st)); }
int posix_open(const char* path, int flags, ...) { return check_int(open(path, flags)); }

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
    const int fd = open(path, mode & 2 ? O_RDWR : O_RDONLY);
    if (fd >= 0) close(fd);
    return check_int(fd < 0 ? fd : 0);
}

[[noreturn]] void posix__exit(int status) { exit(status); }
int posix_execv(const char* path, char* const argv[]) {
    return check_int(exec(path, const_cast<char**>(argv)));
}

// Programs are in the root directory.
int posix_execvp(const char* file, char* const argv[]) {
    char path[MAXPATH];
    if (strchr(file, '/')) return posix_execv(file, argv);
    snprintf(path, sizeof path, "/%s", file);
    return posix_execv(path, argv);
}

int posix_gethostname(char* name, size_t size) {
    snprintf(name, size, "nx6");
    return 0;
}

long posix_sysconf(int name) {
    if (name == 30) return 4096;
    if (name == 4) return NOFILE;
    return check(-EINVAL);
}

char* posix_getenv(const char*) { return nullptr; }

}  // extern "C"
