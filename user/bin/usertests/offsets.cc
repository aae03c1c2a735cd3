// Offsets, sizes and statuses of files: bad pointers, and numbers at the ends of their ranges.
#include "abi/file_status.h"
#include "abi/fs.h"
#include "abi/seek.h"
#include "kit.h"

namespace usertests {
namespace {

constexpr long kMost = long{MAXFILE} * BSIZE, kLongMax = ~0ul >> 1, kLongMin = -kLongMax - 1;
constexpr int kIntMax = 2147483647;
char bytes[64];
const long kBytes = reinterpret_cast<long>(bytes);

struct Case {
    long offset;
    int whence;
    long want;
};

bool seeks(int fd) {
    constexpr Case kCases[] = {
        {0, SEEK_SET, 0},
        {kLongMax, SEEK_SET, kLongMax},
        {1, SEEK_CUR, -EINVAL},
        {kLongMin, SEEK_CUR, -EINVAL},
        {-kLongMax, SEEK_CUR, 0},
        {-1, SEEK_CUR, -EINVAL},
        {kLongMin, SEEK_SET, -EINVAL},
        {kLongMax, SEEK_END, -EINVAL},
        {-10, SEEK_END, 0},
        {-11, SEEK_END, -EINVAL},
        {0, 3, -EINVAL},
        {0, -1, -EINVAL},
        {0, kIntMax, -EINVAL},
    };
    for (const Case& c : kCases) {
        char text[64];
        snprintf(text, sizeof text, "lseek() to %ld from %d", c.offset, c.whence);
        if (!expect(text, call(kCall_lseek, fd, c.offset, c.whence), c.want)) return false;
    }
    return true;
}

bool transfers(int fd) {
    for (const long offset : {-1l, kLongMin}) {
        if (!expect("pread() before the start", call(kCall_pread, fd, kBytes, 8, offset), -EINVAL) ||
            !expect("pwrite() before the start", call(kCall_pwrite, fd, kBytes, 8, offset), -EINVAL) ||
            !expect("ftruncate()", call(kCall_ftruncate, fd, offset), -EINVAL))
            return false;
    }
    for (const long offset : {kMost, kMost + 1, 1l << 32, kLongMax}) {
        if (!expect("pread() behind the end", call(kCall_pread, fd, kBytes, 8, offset), 0) ||
            !expect("pwrite() behind the largest file", call(kCall_pwrite, fd, kBytes, 8, offset), -EFBIG) ||
            (offset > kMost && !expect("ftruncate()", call(kCall_ftruncate, fd, offset), -EFBIG)))
            return false;
    }
    return expect("pwrite() of -1 bytes", call(kCall_pwrite, fd, kBytes, -1, 0), -EINVAL) &&
           expect("pread() of -1 bytes", call(kCall_pread, fd, kBytes, -1, 0), -EINVAL) &&
           expect("pwrite() over the largest size", call(kCall_pwrite, fd, kBytes, 8, kMost - 3), 3) &&
           expect("ftruncate()", call(kCall_ftruncate, fd, kMost), 0) &&
           expect("ftruncate()", call(kCall_ftruncate, fd, 10), 0);
}

bool pointers(int fd) {
    for (int i = 0; i < kBadAddresses; i++) {
        const BadAddress& bad = bad_addresses()[i];
        const auto p = static_cast<long>(bad.at);
        if (!expect_fault("pread()", bad, call(kCall_pread, fd, p, 8, 0)) ||
            !expect_fault("pwrite()", bad, call(kCall_pwrite, fd, p, 8, 5000)) ||
            !expect_fault("status()", bad, call(kCall_status, fd, p)) ||
            !expect_fault("rename()", bad, call(kCall_rename, p, kBytes)) ||
            !expect_fault("rename()", bad, call(kCall_rename, kBytes, p)) ||
            !expect_fault("remove()", bad, call(kCall_remove, p, T_FILE)))
            return false;
    }
    return expect("the size afterwards: lseek()", call(kCall_lseek, fd, 0, SEEK_END), 10);
}

bool others(int fd) {
    const Pipe pipe;
    const Fd console(open("/console", O_RDWR)), folder(open("/", O_RDONLY));
    for (const int other : {pipe.reader(), console.get()}) {
        if (!expect("lseek()", call(kCall_lseek, other, 0, SEEK_SET), -ESPIPE) ||
            !expect("pread()", call(kCall_pread, other, kBytes, 1, 0), -ESPIPE) ||
            !expect("ftruncate()", call(kCall_ftruncate, other, 0), -EINVAL))
            return false;
    }
    return expect("ftruncate() of a directory", call(kCall_ftruncate, folder.get(), 0), -EINVAL) &&
           expect("pwrite() to a directory", call(kCall_pwrite, folder.get(), kBytes, 1, 0), -EBADF) &&
           expect("fchmod() of a pipe", call(kCall_fchmod, pipe.reader(), 0), -EINVAL) &&
           expect("futime() of a pipe", call(kCall_futime, pipe.reader(), 0), -EINVAL) &&
           expect("fchmod() of any mode", call(kCall_fchmod, fd, -1), 0) &&
           expect("futime()", call(kCall_futime, fd, kLongMax), 0) &&
           expect("remove() of no type", call(kCall_remove, kBytes, 9), -EINVAL) &&
           expect("umask()", call(kCall_umask, -1), 022) && expect("umask()", call(kCall_umask, 022), 0777) &&
           expect("status() of a closed descriptor", call(kCall_status, 99, kBytes), -EBADF);
}

}  // namespace

bool test_offsets() {
    const char name[] = "ut-offsets";
    const Scratch scratch(name);
    const Fd file(open(name, O_CREATE | O_RDWR));
    strcpy(bytes, "ut-none");
    if (!expect("write()", write(file.get(), "0123456789", 10), 10)) return false;
    return seeks(file.get()) && transfers(file.get()) && pointers(file.get()) && others(file.get());
}

// Several processes move directories into each other, and files over each other.
bool test_rename_races() {
    static const char* const kNames[] = {"ut-a", "ut-a/b", "ut-a/b/c", "ut-d", "ut-d/b", "ut-d/f", "ut-a/f"};
    constexpr unsigned kCount = sizeof kNames / sizeof *kNames;
    for (int i = 0; i < 4; i++) {
        start([i] {
            Draw draw(static_cast<u64>(i) + 11);
            for (int round = 0; round < (quick ? 200 : 3000); round++) {
                const char *from = kNames[draw.below(kCount)], *to = kNames[draw.below(kCount)];
                if (draw.below(2)) mkdir(from);
                call(kCall_rename, reinterpret_cast<long>(from), reinterpret_cast<long>(to));
                if (draw.below(4) == 0) close(open(to, O_CREATE | O_RDWR));
                if (draw.below(3) == 0) unlink(from);
            }
            return 0;
        });
    }
    int status, ended = 0;
    while (wait(&status) > 0) ended += status == 0;
    remove_tree("ut-a");
    remove_tree("ut-d");
    struct stat st;
    return expect("children that ended well", ended, 4) && expect("stat()", stat("ut-a", &st), -ENOENT) &&
           expect("stat()", stat("ut-d", &st), -ENOENT);
}

}  // namespace usertests
