// ustack/system.h with the kernel's calls.
#include "ustack/system.h"

#include "abi/channel.h"
#include "clock.h"
#include "lib/format.h"
#include "lib/panic.h"
#include "user.h"
#include "ustack/program/kernel_calls.h"

[[noreturn]] void panic(const char* format, ...) {
    char text[200];
    std::va_list args;
    va_start(args, format);
    vformat_to(text, sizeof text, format, args);
    va_end(args);
    complain("%s", text);
    __real___raw_exit(1);
}

namespace ustack::system {

Instant now() { return {ns_since_boot()}; }

// Rounds up: poll() never ends before the deadline.
static int ms_until(Instant deadline) {
    constexpr i64 kMost = 60'000;
    if (deadline == Instant::never()) return -1;
    const Instant start = now();
    if (deadline <= start) return 0;
    const i64 ms = (deadline - start + microseconds(999)).ms();
    return static_cast<int>(ms < kMost ? ms : kMost);
}

int poll(pollfd* fds, usize n, Instant deadline) {
    return static_cast<int>(__real___raw_poll(fds, n, deadline == Instant{} ? 0 : ms_until(deadline)));
}

void signal(int fd) {
    int ignored = 0;
    __real___raw_ioctl(fd, CHANNEL_SIGNAL, &ignored);
}

// The break is not at a page boundary if malloc() has moved it.
void* more_pages(usize n) {
    constexpr uptr kPageSize = 4096;
    const auto skip = static_cast<int>(-reinterpret_cast<uptr>(sbrk(0)) & (kPageSize - 1));
    char* at = sbrk(skip + static_cast<int>(n * kPageSize));
    return at == reinterpret_cast<char*>(-1l) ? nullptr : at + skip;
}

int duplicate(int fd) { return __real___raw_dup(fd); }
int duplicate_to(int fd, int wanted) { return static_cast<int>(__real___raw_dup2(fd, wanted)); }
void close(int fd) { __real___raw_close(fd); }
void close_on_exec(int fd) { __real___raw_fcntl(fd, F_SETFD, FD_CLOEXEC); }
void print(const char* text, usize length) { __real___raw_write(2, text, static_cast<int>(length)); }

}  // namespace ustack::system
