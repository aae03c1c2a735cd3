// Put and Get. A file arrives under a temporary name, and gets its own when all of it is there.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session.h"

namespace agent {
namespace {

// In the same folder, because link() makes it the file. Short: names have at most 14 bytes in nx6.
void temporary_name(const char* name, char* to, usize room) {
    const char* slash = strrchr(name, '/');
    const int folder = slash ? static_cast<int>(slash + 1 - name) : 0;
    snprintf(to, room, "%.*s.put%d", folder, name, static_cast<int>(getpid()));
}

bool write_all(int fd, Bytes data) {
    while (!data.empty()) {
        const ssize_t n = write(fd, data.data(), data.size());
        if (n <= 0) return false;
        data = data.subspan(static_cast<usize>(n));
    }
    return true;
}

// Writes the Data frames to fd until End comes. False: it did not, or a write failed; that has been refused.
bool receive_data(Channel& c, int fd, const char* name) {
    while (c.in.read(c.fd) == FrameReader::Got::Frame) {
        if (c.in.kind() == Kind::End) return true;
        if (c.in.kind() != Kind::Data) return false;
        if (!write_all(fd, c.in.payload()))
            return refuse(c, "cannot write %s: %s", name, strerror(errno)), false;
        c.in.next();
    }
    return false;
}

bool is_other_than_file(const char* name) {
    struct stat st;
    return stat(name, &st) == 0 && !S_ISREG(st.st_mode);
}

}  // namespace

void receive_file(Channel& c, const char* name) {
    char temporary[kMaxText + 32];
    temporary_name(name, temporary, sizeof temporary);
    if (is_other_than_file(name)) return refuse(c, "%s exists and is not a file", name);
    const int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd < 0) return refuse(c, "cannot write %s: %s", name, strerror(errno));
    const bool whole = receive_data(c, fd, name);
    close(fd);
    if (whole && rename(temporary, name) == 0) {
        c.out.put(Kind::End, 0);
        c.out.flush(c.fd);
    } else if (whole) {
        refuse(c, "cannot replace %s: %s", name, strerror(errno));
    }
    unlink(temporary);
}

void send_file(Channel& c, const char* name) {
    if (is_other_than_file(name)) return refuse(c, "%s is not a file", name);
    const int fd = open(name, O_RDONLY);
    if (fd < 0) return refuse(c, "cannot read %s: %s", name, strerror(errno));
    ssize_t n;
    while ((n = read(fd, c.out.room().data(), c.out.room().size())) > 0) {
        c.out.put(Kind::Data, static_cast<usize>(n));
        if (!c.out.flush(c.fd)) break;
    }
    if (n < 0) refuse(c, "cannot read %s: %s", name, strerror(errno));
    if (n == 0) {
        c.out.put(Kind::End, 0);
        c.out.flush(c.fd);
    }
    close(fd);
}

}  // namespace agent
