// The kernel's copies from and to a program's memory: every length, from and to any alignment, and with page
// faults on the way.
#include "kit.h"

namespace usertests {
namespace {

constexpr int kPage = 4096, kLong = 2 * kPage, kRoom = kLong + 64;
char* const kFailed = reinterpret_cast<char*>(-1l);
char from[kRoom], to[kRoom];

bool is_copied(const Pipe& pipe, int from_at, int to_at, int n) {
    memset(to, '-', sizeof to);
    if (write(pipe.writer(), from + from_at, n) != n || read(pipe.reader(), to + to_at, n) != n)
        return fail("a write() or read() of %d bytes failed", n);
    if (memcmp(to + to_at, from + from_at, n) != 0)
        return fail("%d bytes from alignment %d to %d: the copy differs", n, from_at, to_at);
    return (to[to_at - 1] == '-' && to[to_at + n] == '-') ||
           fail("%d bytes to alignment %d: the copy wrote beside its place", n, to_at);
}

// The heap's end after two pages that nothing has touched yet; the kernel's copies allocate them.
struct Untouched {
    char* at = sbrklazy(2 * kPage);
    ~Untouched() {
        if (at != kFailed) sbrk(-2 * kPage);
    }
    char* middle() const { return at + kPage; }
    char* end() const { return at + 2 * kPage; }
};

// The copy faults twice, at n different places.
bool goes_on_after_faults(const Pipe& pipe, int before, int n) {
    const Untouched pages;
    char* start = pages.middle() - before;
    if (write(pipe.writer(), from, n) != n || read(pipe.reader(), start, n) != n)
        return fail("a read() of %d bytes into untouched pages failed", n);
    return memcmp(start, from, n) == 0 || fail("%d bytes across untouched pages: the copy differs", n);
}

// All bytes but the first `mapped` lie behind the heap: the call fails, and nothing is lost.
bool ends_at_a_fault(int mapped, int n) {
    const Untouched pages;
    const Pipe pipe;  // a new one, so that the bytes lie together there, and are copied at once
    char* start = pages.end() - mapped;
    if (!expect("write() from behind the heap", write(pipe.writer(), start, n), -EFAULT) ||
        !expect("write()", write(pipe.writer(), from, n), n) ||
        !expect("read() to behind the heap", read(pipe.reader(), start, n), -EFAULT))
        return false;
    memset(to, '-', sizeof to);
    return expect("read()", read(pipe.reader(), to, n), n) &&
           (memcmp(to, from, n) == 0 || fail("a read() that failed has changed the %d bytes in the pipe", n));
}

}  // namespace

bool test_copies() {
    const Pipe pipe;
    if (!pipe.ok()) return false;
    for (char& c : from) c = static_cast<char>('a' + (&c - from) % 23);
    for (int n = 1; n <= kLong; n += n < 1100 ? 1 : 97) {
        if (!is_copied(pipe, n % 8, 1 + n / 8 % 8, n)) return false;
    }
    for (int n = 2; n <= 600; n++) {
        const int part = 1 + n * 7 % (n - 1);
        if (!goes_on_after_faults(pipe, part, n) || !ends_at_a_fault(part, n)) return false;
    }
    return true;
}

}  // namespace usertests
