// Shared by the files that implement POSIX's functions: the raw system calls, and the conversion of their
// results to errno. user/include declares the functions; here they have their symbols, posix_NAME.
#pragma once

#include "lib/types.h"
#include "sys/socket.h"
#include "user.h"

extern "C" {

// The stubs of lib/crt.S.
#define SYSCALL(number, name, ...) long raw_##name(...) NX6_CALL(name);
#include "abi/syscalls.def"
#undef SYSCALL

int posix_close(int fd);
ssize_t posix_read(int fd, void* data, size_t n);
ssize_t posix_write(int fd, const void* data, size_t n);
[[noreturn]] void posix_exit(int status);
}

namespace posix {

// Converts a negative result to -1 and errno.
inline long check(long result) {
    if (result >= 0) return result;
    errno = static_cast<int>(-result);
    return -1;
}
inline int check_int(long result) { return static_cast<int>(check(result)); }

// The same for a call that sends: SIGPIPE if nobody reads a stream any more.
long check_broken(int fd, long result);
inline long check_sent(int fd, long result, int flags = 0) {
    const bool broken = result == -EPIPE && !(flags & MSG_NOSIGNAL);
    return broken ? check_broken(fd, result) : check(result);
}

}  // namespace posix
