// Invalid numbers: lengths, descriptors, system calls and others.
#include "kit.h"

namespace usertests {
namespace {

constexpr int kIntMin = -2147483647 - 1, kIntMax = 2147483647;
char buffer[64];

bool wrong_lengths(const char* what, int fd) {
    constexpr long kLengths[] = {-1, kIntMin, 1l << 32, 0x1'0000'0005, -1l << 32};
    const long at = reinterpret_cast<long>(buffer);
    for (const long n : kLengths) {
        char text[64];
        snprintf(text, sizeof text, "a length of %ld for read() of %s", n, what);
        if (!expect(text, call(kCall_read, fd, at, n), -EINVAL)) return false;
        snprintf(text, sizeof text, "a length of %ld for write() to %s", n, what);
        if (!expect(text, call(kCall_write, fd, at, n), -EINVAL)) return false;
    }
    return expect("a write() of no bytes", write(fd, buffer, 0), 0);
}

// The first part of the buffer is mapped.
bool more_than_memory(int fd) {
    const long n = call(kCall_write, fd, reinterpret_cast<long>(buffer), kIntMax);
    struct stat st;
    fstat(fd, &st);
    if (n >= 0 && st.size == static_cast<unsigned long>(n)) return true;
    return expect("a write() of more than memory", n, -EFAULT) &&
           expect("the file's size", static_cast<long>(st.size), 0);
}

}  // namespace

bool test_lengths() {
    const char name[] = "ut-lengths";
    const Scratch scratch(name);
    const Fd file(open(name, O_CREATE | O_RDWR));
    const Fd console(open("/console", O_RDWR));
    if (!file.ok() || !console.ok()) return fail("cannot open a file and the console");
    const long at = reinterpret_cast<long>(buffer);
    char name_of_argument[] = "run";
    return wrong_lengths("a file", file.get()) && wrong_lengths("the console", console.get()) &&
           expect("procinfo() of -1 entries", call(kCall_procinfo, at, -1), -EINVAL) &&
           expect("procinfo() of no entries", call(kCall_procinfo, at, 0), 0) &&
           expect("bootarg() into -1 bytes",
                  call(kCall_bootarg, reinterpret_cast<long>(name_of_argument), at, -1), -EINVAL) &&
           more_than_memory(file.get());
}

bool test_unknown_calls() {
    constexpr long kNumbers[] = {0, kCallsEnd, 99, 1023, -1, kIntMin, 1l << 32, (1l << 32) | 1, 1l << 63};
    for (const long n : kNumbers) {
        char text[48];
        snprintf(text, sizeof text, "system call %ld", n);
        if (!expect(text, call(n, 1, 2, 3, 4, 5, 6), -ENOSYS)) return false;
    }
    return true;
}

namespace {

bool bad_descriptor(int fd) {
    struct stat st;
    char text[48];
    snprintf(text, sizeof text, "a call with descriptor %d", fd);
    return expect(text, read(fd, buffer, 1), -EBADF) && expect(text, write(fd, buffer, 1), -EBADF) &&
           expect(text, fstat(fd, &st), -EBADF) && expect(text, dup(fd), -EBADF) &&
           expect(text, settimeout(fd, 1), -EBADF) && expect(text, close(fd), -EBADF);
}

}  // namespace

bool test_descriptors() {
    const Pipe pipe;
    if (!pipe.ok()) return false;
    const int closed = dup(pipe.reader());
    close(closed);
    for (const int fd : {-1, NOFILE, closed, 1000, kIntMin, kIntMax}) {
        if (!bad_descriptor(fd)) return false;
    }
    const Fd readable(open("/README", O_RDONLY)), console(open("/console", O_WRONLY));
    return expect("a write() to a pipe's reading end", write(pipe.reader(), buffer, 1), -EBADF) &&
           expect("a read() of a pipe's writing end", read(pipe.writer(), buffer, 1), -EBADF) &&
           expect("a write() to a file opened for reading", write(readable.get(), buffer, 1), -EBADF) &&
           expect("a read() of what is open for writing", read(console.get(), buffer, 1), -EBADF);
}

bool test_descriptor_limit() {
    int opened = 0;
    while (dup(1) >= 0) opened++;
    int ends[2] = {-7, -7};
    bool good = expect("dup() without a free descriptor", dup(1), -EMFILE) &&
                expect("open()", open("/README", O_RDONLY), -EMFILE) &&
                expect("open() of a new file", open("ut-none", O_CREATE | O_RDWR), -EMFILE) &&
                expect("connect()", connect(0x0a000202, 0, 9), -EMFILE) &&
                expect("pipe()", pipe(ends), -EMFILE);
    close(NOFILE - 1);
    if (good) good = expect("pipe() with one free descriptor", pipe(ends), -EMFILE);
    if (!good) return false;
    if (ends[0] != -7) return fail("a pipe() that failed wrote to its argument");
    struct stat st;
    if (!expect("open(), which failed, has made a file: stat()", stat("ut-none", &st), -ENOENT)) return false;
    return expect("the descriptor closed last is the next: open()", open("/README", O_RDONLY), NOFILE - 1);
}

// Each child opens as many files as it can and waits, until one of them reaches the limit of the system.
bool test_file_limit() {
    Pipe go, told;
    if (!go.ok() || !told.ok()) return false;
    constexpr int kMostChildren = 200;
    int started = 0, full = 0, other = 0;
    for (; started < kMostChildren && !full && !other; started++) {
        const int pid = start([&] {
            go.close_writer();
            int fd;
            while ((fd = open("/README", O_RDONLY)) >= 0) continue;
            write(told.writer(), &fd, sizeof fd);
            char byte;
            return read(go.reader(), &byte, 1);
        });
        int error = 0;
        if (pid < 0 || read(told.reader(), &error, sizeof error) != sizeof error) break;
        full += error == -ENFILE;
        if (error != -ENFILE && error != -EMFILE) other = error;
    }
    Scratch none("ut-none");
    const int now = full ? open("ut-none", O_CREATE | O_RDWR) : -ENFILE;
    struct stat st;
    go.close_writer();
    while (wait(nullptr) > 0) continue;
    if (other) return expect("open() of one file too many", other, -ENFILE);
    if (!full)
        return fail("%d processes opened all they could, and did not reach the limit of the system", started);
    return expect("open() at the limit", now, -ENFILE) &&
           expect("and it has made a file: stat()", stat("ut-none", &st), -ENOENT);
}

bool test_odd_numbers() {
    struct ifinfo interface;
    return expect("sleep(-1)", sleep(-1), 0) && expect("sleep() of the smallest int", sleep(kIntMin), 0) &&
           expect("open() with O_WRONLY and O_RDWR", open("/README", O_WRONLY | O_RDWR), -EINVAL) &&
           expect("ifinfo(-1)", ifinfo(-1, &interface), -EINVAL) &&
           expect("ifinfo() of no interface", ifinfo(kIntMax, &interface), -ENODEV) &&
           expect("pktdump(99)", pktdump(99, nullptr), -EINVAL) &&
           expect("connect() from port 65536", call(kCall_connect, 0x0a000202, 65536, 9), -EINVAL) &&
           expect("connect() to port -1", call(kCall_connect, 0x0a000202, 0, -1), -EINVAL) &&
           expect("mknod() of device 9", mknod("ut-node", 9, 0), 0) &&
           expect("open() of a device that does not exist", open("ut-node", O_RDWR), -ENODEV) &&
           expect("unlink()", unlink("ut-node"), 0);
}

}  // namespace usertests
