// sendfile(), with pread() and write().
#include "abi/seek.h"
#include "posix/posix.h"

extern "C" {

ssize_t posix_sendfile(int out, int in, off_t* offset, size_t n) {
    char buffer[8192];
    off_t at = offset ? *offset : raw_lseek(in, 0, SEEK_CUR);
    if (at < 0) return posix::check(at == -ESPIPE ? -EINVAL : at);
    size_t sent = 0;
    long failure = 0;
    while (sent < n) {
        const size_t wanted = n - sent < sizeof buffer ? n - sent : sizeof buffer;
        const long got = raw_pread(in, buffer, wanted, at);
        if (got < 0) failure = got == -ESPIPE ? -EINVAL : got;
        if (got <= 0) break;
        const ssize_t written = posix_write(out, buffer, static_cast<size_t>(got));
        if (written < 0) failure = -errno;
        if (written <= 0) break;
        sent += static_cast<size_t>(written);
        at += written;
        if (written < got) break;
    }
    if (offset)
        *offset = at;
    else if (sent)
        raw_lseek(in, at, SEEK_SET);
    return sent ? static_cast<ssize_t>(sent) : posix::check(failure);
}

}  // extern "C"
