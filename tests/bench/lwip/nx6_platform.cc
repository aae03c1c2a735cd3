// net/platform.h for the contest: as in a program with one thread, locks are empty
// (user/lib/ustack/platform/). The clock stands, except that the contest moves it.
#include "nx6_platform.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

#include "lib/lock_rank.h"
#include "net/dump/dump.h"
#include "net/platform.h"

[[noreturn]] void panic(const char* format, ...) {
    std::va_list args;
    va_start(args, format);
    std::vfprintf(stderr, format, args);
    va_end(args);
    std::abort();
}

namespace {
PairingHeap<net::platform::Timer> timers;
Instant clock_now{1'000'000'000};

// Pages that were freed, as in the kernel and in user/lib/ustack/memory.cc.
struct FreePage {
    FreePage* next;
};
FreePage* free_pages = nullptr;
}  // namespace

void contest::pass(Duration d) { clock_now = clock_now + d; }

bool contest::fire_next_timer() {
    net::platform::Timer* t = timers.least();
    if (!t) return false;
    if (t->deadline() > clock_now) clock_now = t->deadline();
    timers.remove(*t);
    t->fire();
    return true;
}

void net::dump_frame(TextSink, Bytes, DumpMode) {}

namespace net::platform {

void Timer::set(Instant deadline) {
    cancel();
    deadline_ = deadline;
    timers.insert(*this);
}

bool Timer::cancel() {
    if (!queued()) return false;
    timers.remove(*this);
    return true;
}

Result<> WaitQueue::wait_until(Lock&, Instant) { panic("the contest waits\n"); }

Instant now() { return clock_now; }

u64 random() {
    static u64 state = 1;
    u64 z = state += 0x9e3779b97f4a7c15;  // splitmix64
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

void* raw_page_alloc() {
    if (!free_pages) return std::aligned_alloc(4096, 4096);
    return std::exchange(free_pages, free_pages->next);
}
void* page_alloc() { return std::memset(raw_page_alloc(), 0, 4096); }
void* packet_page_alloc() { return page_alloc(); }
void page_free(void* page) { free_pages = new (page) FreePage{free_pages}; }
usize memory_pages() { return (128 << 20) / 4096; }

void flow_started() {}
bool other_harts_run() { return false; }
bool on_polling_hart() { return true; }
void log(const char*, ...) {}
void print(const char*, usize) {}

}  // namespace net::platform
