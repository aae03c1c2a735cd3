// Memory: the heap grows and shrinks, is allocated lazily, and uses up all memory.
#include "abi/vm.h"
#include "kit.h"

namespace usertests {
namespace {

constexpr int kPage = 4096;
char* const kFailed = reinterpret_cast<char*>(-1l);

bool stepwise() {
    char* at = sbrk(0);
    for (int i = 0; i < 3 * kPage; i++) {
        if (sbrk(1) != at + i) return fail("sbrk(1) number %d did not return the old end", i);
        at[i] = static_cast<char>(i);
    }
    for (int i = 0; i < 3 * kPage; i++) {
        if (at[i] != static_cast<char>(i)) return fail("byte %d of the heap has changed", i);
    }
    return sbrk(-3 * kPage) == at + 3 * kPage || fail("sbrk(-3 pages) did not return the old end");
}

// Memory given back must be zero when it is allocated again: it may have been another process's.
bool comes_back_zeroed() {
    constexpr int kPages = 16;
    for (int round = 0; round < (quick ? 10 : 200); round++) {
        char* at = sbrk(kPages * kPage);
        if (at == kFailed) return fail("no memory for %d pages", kPages);
        for (int i = 0; i < kPages * kPage; i += 64) {
            if (at[i]) return fail("new memory has byte %#x at %d", at[i], i);
            at[i] = 'x';
        }
        sbrk(-kPages * kPage);
    }
    return true;
}

bool gone_after_shrinking() {
    last_byte();  // the end is page-aligned
    char* at = sbrk(2 * kPage);
    at[kPage] = 1;
    sbrk(-kPage);
    at[0] = 1;
    return expect("the end of a program that touches memory it gave back",
                  status_of([at] { return at[kPage] = 1; }), kKilled);
}

}  // namespace

bool test_sbrk() { return stepwise() && comes_back_zeroed() && gone_after_shrinking(); }

bool test_sbrk_limits() {
    char* end = sbrk(0);
    for (const int n : {2147483647, -2147483647 - 1, -2147483647, 1 << 30, -(1 << 20)}) {
        if (sbrk(n) != kFailed) return fail("sbrk(%d) succeeded", n);
        if (sbrk(0) != end) return fail("sbrk(%d), which failed, has moved the end", n);
    }
    // The argument is an int: the kernel must ignore the upper half of the register.
    const long old_end = call(kCall_sbrk, (5l << 32) | 16, SBRK_EAGER);
    if (pointer(static_cast<unsigned long>(old_end)) != end || sbrk(0) != end + 16)
        return fail("sbrk(16) with garbage in the upper half returned %#lx", old_end);
    return status_of([] {
               for (int i = 0; i < 300; i++) sbrklazy(1 << 30);  // past the end of user memory
               return sbrk(0) <= pointer(0x40'0000'0000) && sbrk(1 << 30) == kFailed ? 0 : 1;
           }) == 0 ||
           fail("the heap grew beyond user memory");
}

namespace {

// The kernel's copies to and from user memory allocate lazy pages, as a program's stores do.
bool lazy_copies(char* at) {
    Pipe pipe;
    memcpy(at, "abc", 4);
    if (write(pipe.writer(), at, 4) != 4 || read(pipe.reader(), at + 5 * kPage, 4) != 4)
        return fail("a read() into a lazy page failed");
    if (strcmp(at + 5 * kPage, "abc") != 0) return fail("a read() into a lazy page has no effect");
    if (write(pipe.writer(), at + 9 * kPage - 2, 4) != 4) return fail("a write() from two lazy pages failed");
    return expect("open() of a path in a lazy page", open(at + 20 * kPage, O_RDONLY), -ENOENT);
}

}  // namespace

bool test_lazy() {
    constexpr int kGiB = 1 << 30;
    last_byte();
    const unsigned long before = usage().bytes;
    char* at = sbrklazy(kGiB);
    if (at == kFailed) return fail("sbrklazy(1 GiB) failed");
    for (int i = 0; i < kGiB; i += kGiB / 64) at[i] = static_cast<char>(i >> 24);
    const int status = status_of([at] {  // fork copies the pages that exist, and the others stay lazy
        for (int i = 0; i < kGiB; i += kGiB / 64) {
            if (at[i] != static_cast<char>(i >> 24) || at[i + kPage] != 0) return 1;
        }
        return 0;
    });
    if (!expect("a child that reads its copy", status, 0) || !lazy_copies(at)) return false;
    if (sbrk(-kGiB) == kFailed) return fail("sbrk(-1 GiB) failed");
    if (!expect("the end of a program that touches a heap given back", status_of([at] { return *at = 1; }),
                kKilled))
        return false;
    const unsigned long left = usage().bytes - before;  // page tables may stay allocated
    return left <= 3 * 64 * kPage || fail("%lu bytes are still in use after sbrk(-1 GiB)", left);
}

namespace {

// Allocates all memory, at last page by page. Then even one page cannot be allocated.
int eat_all() {
    int eaten = 0;
    for (int n = 1 << 24; n >= kPage; n /= 2) {
        while (sbrk(n) != kFailed) eaten += n / kPage;
    }
    return eaten;
}

int without_memory() {
    eat_all();
    static char path[] = "/echo", name[] = "ut-oom";
    char* argv[] = {path, nullptr};
    int ends[2];
    struct stat st;
    struct meminfo m;
    // Any of these may fail, but none may do harm. A close frees a few pages.
    for (int i = 0; i < (quick ? 20 : 200); i++) {
        const int pid = fork();
        if (pid == 0) exit(0);
        const int fd = open(name, O_CREATE | O_RDWR), directory = mkdir("ut-oom-d");
        if (pipe(ends) == 0) close(ends[0]), close(ends[1]);
        write(fd, path, sizeof path), fstat(fd, &st), stat("/", &st), meminfo(&m);
        close(fd);
        close(connect(0x0a000202, 0, 9));
        close(pingopen(0x0a000202));
        if (directory == 0) unlink("ut-oom-d");
        unlink(name);
        chdir(".");
        if (pid > 0) wait(nullptr);
    }
    const int result = exec(path, argv);
    return result == -ENOMEM ? 0 : 1;
}

}  // namespace

bool test_memory_gone() {
    Scratch a("ut-oom"), b("ut-oom-d");
    const int status = status_of(without_memory);
    // exec may have succeeded, if pages were freed meanwhile.
    return status == 0 || expect("exec() without memory", status, -ENOMEM);
}

// The kernel keeps free pages that held code apart, but any use gets them when there are no others. A shell
// has 21 of them.
bool test_memory_of_code() {
    constexpr int kShells = 40;
    Pipe input;
    for (int i = 0; i < kShells; i++) {
        const int pid = start([&input] {
            char path[] = "/sh";
            char* argv[] = {path, nullptr};
            input.close_writer();
            close(0);
            dup(input.reader());
            input.close_reader();
            return exec(path, argv);
        });
        if (pid < 0) return false;
    }
    input.close_both();  // the shells end
    for (int i = 0, status; i < kShells; i++) {
        if (wait(&status) < 0 || status != 0) return fail("a shell ended with status %d", status);
    }
    const int status = status_of([] {
        eat_all();
        struct meminfo m;
        meminfo(&m);
        return m.free_bytes < 64 * kPage ? 0 : 1;
    });
    return expect("whether 64 pages are free, and no program gets one", status, 0);
}

// Parent or child may be killed: after a fork a store may need a page.
bool test_fork_without_memory() {
    for (int keep = 0; keep < (quick ? 12 : 60); keep++) {
        const int status = status_of([keep] {
            eat_all();
            if (keep) sbrk(-keep * kPage);  // so fork or exec fails a little later each time
            const int pid = fork();
            const int end = pid > 0 ? end_of(pid) : 0;
            if (pid > 0) return end == 0 || end == kKilled ? 0 : 2;
            char path[] = "/echo", option[] = "-n", nothing[] = "";
            char* argv[] = {path, option, nothing, nullptr};
            const int result = pid < 0 ? pid : exec(path, argv);
            return result == -ENOMEM ? 0 : 3;
        });
        if (status != 0 && status != kKilled)
            return fail("with %d free pages, the child ended with status %d", keep, status);
    }
    return true;
}

// A process that needs a page when there is none is killed; the others and the system continue.
bool test_many_eaters() {
    constexpr int kEaters = 6;
    int ended[2] = {};
    for (int i = 0; i < kEaters; i++) {
        const int pid = start([i] {
            const bool lazy = i % 2;
            for (int n = 0; n < 1 << 16; n++) {
                char* at = lazy ? sbrklazy(kPage) : sbrk(kPage);
                if (at == kFailed) break;
                at[5] = 1;
            }
            return 0;
        });
        if (pid < 0) return false;
    }
    for (int i = 0, status; i < kEaters; i++) {
        if (wait(&status) < 0) return fail("a child is missing");
        if (status != 0 && status != kKilled) return fail("a child ended with status %d", status);
        ended[status == 0 ? 0 : 1]++;
    }
    note("%d ended, %d were killed", ended[0], ended[1]);
    return true;
}

}  // namespace usertests
