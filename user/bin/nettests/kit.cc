#include "kit.h"

namespace nettests {

constinit Setup setup;

namespace {
uint16 asked_port;  // of the host, the last that this process opened a socket to
}  // namespace

int open_udp(uint16 remote_port, uint16 local_port) {
    asked_port = remote_port;
    const int fd = connect(setup.host, local_port, remote_port);
    if (fd < 0) {
        fail("cannot open a socket to %s:%u: %s%s", setup.host_text, remote_port, strerror(fd),
             fd == -ENETUNREACH ? " (see ifconfig and route)" : "");
        return fd;
    }
    const int result = settimeout(fd, kAnswerMs);
    if (result < 0) {
        fail("settimeout(%d ms): %s", kAnswerMs, strerror(result));
        close(fd);
        return result;
    }
    return fd;
}

int open_answering_server() {
    const int fd = open_server();
    if (fd < 0 || echo(fd, "hello", 5)) return fd;
    close(fd);
    return -ETIMEDOUT;
}

bool send(int fd, const void* data, int n) {
    const int sent = write(fd, data, n);
    if (sent == -ECONNREFUSED || sent == -EHOSTUNREACH) return fail_unanswered_by_host(asked_port, sent);
    if (sent < 0) return fail("cannot send %d bytes to %s: %s", n, setup.host_text, strerror(sent));
    return sent == n || fail("a write of %d bytes returned %d", n, sent);
}

int receive(int fd, void* buffer, int size) {
    const int n = read(fd, buffer, size);
    if (n >= 0) return n;
    fail_unanswered_by_host(asked_port, n);
    return n;
}

bool echo(int fd, const void* data, int n) {
    static unsigned char back[kLargest + 1];
    if (!send(fd, data, n)) return false;
    const int got = receive(fd, back, sizeof back);
    if (got < 0) return false;
    if (got != n) return fail("sent %d bytes, %d came back", n, got);
    for (int i = 0; i < n; i++) {
        const unsigned char sent = static_cast<const unsigned char*>(data)[i];
        if (back[i] != sent)
            return fail("byte %d of %d came back as 0x%02x, not 0x%02x", i, n, back[i], sent);
    }
    return true;
}

bool ask_for_burst(int fd, int n, int size) {
    char request[32];
    return send(fd, request, snprintf(request, sizeof request, "BURST %d %d", n, size));
}

namespace {
// The end of a child: it writes the reason to the pipe with one write(), and its exit status is the result.
[[noreturn]] void report(bool passed, int pipe_end) {
    if (!passed) write(pipe_end, remark, sizeof remark);
    exit(passed ? 0 : 1);
}

// A child that ended with status 1 has written a whole remark, so this does not block for long.
void take_remark(int fd, char* to) {
    for (usize at = 0; at < sizeof remark;) {
        const int n = read(fd, to + at, static_cast<int>(sizeof remark - at));
        if (n <= 0) return;
        at += static_cast<usize>(n);
    }
}
}  // namespace

bool in_processes(int n, bool (*job)(int)) {
    const Pipe remarks;
    if (!remarks.ok()) return false;
    int started = 0, told = 0, silent = 0;
    for (; started < n; started++) {
        const int pid = fork();
        if (pid < 0) break;
        if (pid == 0) report(job(started), remarks.writer());
    }
    // The pipe may hold only one remark: reading between the waits lets the next writer continue.
    static char first[sizeof remark], other[sizeof remark];
    for (int i = 0; i < started; i++) {
        int status;
        wait(&status);
        if (status == 1) take_remark(remarks.reader(), told++ == 0 ? first : other);
        if (status != 0 && status != 1) silent++;
    }
    if (started < n) return fail("only %d of %d processes could be started", started, n);
    if (told) return fail("%d of %d processes failed; one said: %s", told, n, first);
    return silent == 0 || fail("%d of %d processes were killed", silent, n);
}

}  // namespace nettests
