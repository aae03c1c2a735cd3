// filechurn: writes and removes files and prints when each is done. A test that kills the machine then knows
// which files must be on the disk (tests/qemu/test_crash.py).
#include "lib/types.h"
#include "user.h"

namespace {

const char kUsage[] =
    "filechurn [-c] TAG      makes the files TAG0, TAG1, ... TAG9999 and keeps the last 16\n"
    "  Prints \"TAG made N\" when file N is written and closed, \"TAG removed N\" when it is removed.\n"
    "  -c  checks: prints \"TAG N whole\", \"empty\" or \"BROKEN\" for each such file that exists";

constexpr int kKept = 16;
constexpr int kMost = 9000;  // one write() is one transaction: all of it is on the disk, or nothing
constexpr int kHighest = 10'000;

char text[kMost], found[kMost + 1];

char* path_of(const char* tag, int n) {
    static char path[15];
    snprintf(path, sizeof path, "%s%d", tag, n);
    return path;
}

// Puts the content of file n into `text`; returns its length.
int content_of(int n) {
    const int size = 100 + n * 977 % (kMost - 100);
    for (int at = 0; at < size; at++) text[at] = static_cast<char>('a' + (n + at / 7) % 26);
    return size;
}

void make(const char* tag, int n) {
    const char* path = path_of(tag, n);
    const int size = content_of(n), fd = open(path, O_CREATE | O_WRONLY);
    if (fd < 0) die("%s: %s", path, strerror(fd));
    const int written = write(fd, text, size);
    if (written != size) die("%s: write: %s", path, written < 0 ? strerror(written) : "the disk is full");
    close(fd);
    printf("%s made %d\n", tag, n);
}

void remove(const char* tag, int n) {
    const int error = unlink(path_of(tag, n));
    if (error < 0) die("%s: %s", path_of(tag, n), strerror(error));
    printf("%s removed %d\n", tag, n);
}

const char* state_of(int fd, int n) {
    const int size = read(fd, found, sizeof found);
    if (size == 0) return "empty";
    return size == content_of(n) && memcmp(found, text, static_cast<usize>(size)) == 0 ? "whole" : "BROKEN";
}

void check(const char* tag, int last) {
    for (int n = 0; n < last; n++) {
        const int fd = open(path_of(tag, n), O_RDONLY);
        if (fd == -ENOENT) continue;
        if (fd < 0) die("%s: %s", path_of(tag, n), strerror(fd));
        printf("%s %d %s\n", tag, n, state_of(fd, n));
        close(fd);
    }
}

}  // namespace

int main(int argc, char** argv) {
    help_if_asked(argc, argv, kUsage);
    if (argc == 3 && strcmp(argv[1], "-c") == 0) {
        check(argv[2], kHighest);
        return 0;
    }
    if (argc != 2 || argv[1][0] == '-' || strlen(argv[1]) > 8) bad_usage(kUsage);
    for (int n = 0; n < kHighest; n++) {
        make(argv[1], n);
        if (n >= kKept) remove(argv[1], n - kKept);
    }
    return 0;
}
