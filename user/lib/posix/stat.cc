// The calls that use POSIX's struct stat, which is not that of user.h.
#include "sys/stat.h"

#include "errno.h"
#include "fcntl.h"
#include "second_name.h"
#include "sys/time.h"
#include "utime.h"

extern "C" {
long raw_open(const char* path, int flags);
long raw_close(long fd);
long raw_status(long fd, void* status);
long raw_fchmod(long fd, mode_t mode);
long raw_futime(long fd, long ns);
long raw_umask(mode_t mask);
}

namespace {

static_assert(sizeof(struct stat) == sizeof(file_status) &&
              __builtin_offsetof(struct stat, st_size) == __builtin_offsetof(file_status, size) &&
              __builtin_offsetof(struct stat, st_mtim) == __builtin_offsetof(file_status, mtime));

int check(long result) {
    if (result >= 0) return static_cast<int>(result);
    errno = static_cast<int>(-result);
    return -1;
}

// A file of any type, for calls that have a path.
class OfPath {
  public:
    explicit OfPath(const char* path) : fd_(raw_open(path, O_PATH)) {}
    ~OfPath() {
        if (fd_ >= 0) raw_close(fd_);
    }
    OfPath(const OfPath&) = delete;
    OfPath& operator=(const OfPath&) = delete;
    // Calls f(fd); or the error of open().
    template <class F>
    int then(F f) const {
        return check(fd_ < 0 ? fd_ : f(fd_));
    }

  private:
    long fd_;
};

// The argument of futime(), or an error.
long set_time(long fd, const timespec* t) {
    if (!t || t->tv_nsec == UTIME_NOW) return raw_futime(fd, -1);
    if (t->tv_nsec == UTIME_OMIT) return 0;
    if (t->tv_nsec < 0 || t->tv_nsec > 999'999'999 || t->tv_sec < 0 || t->tv_sec > 9'000'000'000)
        return -EINVAL;
    return raw_futime(fd, t->tv_sec * 1'000'000'000 + t->tv_nsec);
}

timespec nanoseconds(const timeval& t) { return {t.tv_sec, t.tv_usec * 1000}; }

}  // namespace

extern "C" {

int posix_stat(const char* path, struct stat* st) {
    return OfPath(path).then([&](long fd) { return raw_status(fd, st); });
}
int posix_fstat(int fd, struct stat* st) { return check(raw_status(fd, st)); }

int posix_chmod(const char* path, mode_t mode) {
    return OfPath(path).then([&](long fd) { return raw_fchmod(fd, mode); });
}
int posix_fchmod(int fd, mode_t mode) { return check(raw_fchmod(fd, mode)); }
mode_t posix_umask(mode_t mask) { return static_cast<mode_t>(raw_umask(mask)); }

int posix_futimens(int fd, const timespec* times) { return check(set_time(fd, times ? times + 1 : nullptr)); }
int posix_utimensat(int dir, const char* path, const timespec* times, int) {
    if (dir != AT_FDCWD && *path != '/') return check(-ENOSYS);
    return OfPath(path).then([&](long fd) { return set_time(fd, times ? times + 1 : nullptr); });
}
int posix_futimes(int fd, const timeval* times) {
    const timespec t = times ? nanoseconds(times[1]) : timespec{0, UTIME_NOW};
    return check(set_time(fd, &t));
}
int posix_utimes(const char* path, const timeval* times) {
    const timespec t = times ? nanoseconds(times[1]) : timespec{0, UTIME_NOW};
    return OfPath(path).then([&](long fd) { return set_time(fd, &t); });
}
int posix_utime(const char* path, const utimbuf* times) {
    const timespec t = times ? timespec{times->modtime, 0} : timespec{0, UTIME_NOW};
    return OfPath(path).then([&](long fd) { return set_time(fd, &t); });
}

}  // extern "C"

SECOND_NAME(posix_lstat, posix_stat);
