#include "world.h"

#include <gtest/gtest.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>

using fake::world;

// Guards the timers and the pages, which several threads of one test may change.
static std::mutex world_mutex;

[[noreturn]] __attribute__((weak)) void panic(const char* format, ...) {
    std::va_list args;
    va_start(args, format);
    std::fputs("panic: ", stderr);
    std::vfprintf(stderr, format, args);
    std::fputc('\n', stderr);
    va_end(args);
    std::abort();
}

namespace net::platform {

namespace {
thread_local std::vector<LockRank> held_ranks;
}
thread_local unsigned this_hart = 0;

void Lock::acquire() {
    if (!held_ranks.empty() && held_ranks.back() >= rank_) {
        panic("lock %s (rank %d) taken while one of rank %d is held", name_, static_cast<int>(rank_),
              static_cast<int>(held_ranks.back()));
    }
    while (held_.exchange(true, std::memory_order_acquire)) std::this_thread::yield();
    held_ranks.push_back(rank_);
}

void Lock::release() {
    if (held_ranks.empty() || held_ranks.back() != rank_) panic("lock %s released out of order", name_);
    held_ranks.pop_back();
    held_.store(false, std::memory_order_release);
}

static void must_hold_no_lock(const char* what) {
    if (!held_ranks.empty()) panic("%s with a lock held", what);
}

Result<> WaitQueue::wait_until(Lock& lock, Instant deadline) NO_THREAD_SAFETY {
    const unsigned wakes_before = wakes_;
    Result<> result;
    lock.release();
    must_hold_no_lock("wait");
    try {
        if (world().on_wait) {
            const auto hook = world().on_wait;  // a copy: it may replace itself
            result = hook();
        } else if (deadline != Instant::never()) {
            if (deadline > world().now) world().advance(deadline - world().now);
            if (wakes_ == wakes_before) result = Errno::TimedOut;
        } else {
            // With failing allocations, what it waits for may be lost.
            if (!world().loses) ADD_FAILURE() << "would sleep forever: " << what_;
            result = Errno::Intr;
        }
    } catch (const std::exception&) {  // an expectation in it is not met: the body ends after this call
        result = Errno::Intr;
    }
    lock.acquire();
    return result;
}

void Timer::set(Instant deadline) {
    static u64 calls = 0;
    std::lock_guard guard(world_mutex);
    world().timers.erase(this);
    world().late.erase(this);
    deadline_ = deadline;
    order_ = ++calls;
    machine_ = world().machine;
    world().timers.insert(this);
}

bool Timer::cancel() {
    std::lock_guard guard(world_mutex);
    return world().timers.erase(this) + world().late.erase(this) != 0;
}

Instant now() { return world().now; }

u64 random() {
    if (world().random) return world().random();
    u64 z = world().random_state += 0x9e3779b97f4a7c15;  // splitmix64
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

bool allocation_fails() {
    std::lock_guard guard(world_mutex);
    return world().fail_at > 0 && --world().fail_at == 0;
}

void* page_alloc() {
    if (allocation_fails()) return nullptr;
    static Lock pages(LockRank::PageAlloc, "page allocator");  // with the kernel's rank
    Guard order(pages);
    std::lock_guard guard(world_mutex);
    if (world().pages_left == 0) return nullptr;
    if (world().pages_left > 0) world().pages_left--;
    world().pages_out++;
    void* page = std::aligned_alloc(4096, 4096);
    std::memset(page, 0, 4096);
    return page;
}

// Whoever relies on zeros shall notice.
void* raw_page_alloc() {
    void* page = page_alloc();
    if (page) std::memset(page, 0xa5, 4096);
    return page;
}

void* packet_page_alloc() { return page_alloc(); }

usize memory_pages() { return world().memory_pages; }

void flow_started() {}
bool other_harts_run() { return fake::world().other_harts_run; }
bool on_polling_hart() { return this_hart == 0; }

void page_free(void* page) {
    std::lock_guard guard(world_mutex);
    world().pages_out--;
    std::free(page);
}

static Result<> check_user(UserAddr a, usize n) {
    must_hold_no_lock("a copy to or from the user");
    if (world().on_copy) world().on_copy();
    const bool bad = n && a.value < world().bad_until && a.value + n > world().bad_from;
    return bad ? Errno::Fault : Errno::None;
}

Result<> copy_from_user(void* to, UserAddr from, usize n) {
    TRY(check_user(from, n));
    if (n) std::memcpy(to, reinterpret_cast<const void*>(from.value), n);
    return {};
}

Result<> copy_to_user(UserAddr to, const void* from, usize n) {
    TRY(check_user(to, n));
    if (n) std::memcpy(reinterpret_cast<void*>(to.value), from, n);
    return {};
}

void log(const char* format, ...) {
    char line[256];
    std::va_list args;
    va_start(args, format);
    std::vsnprintf(line, sizeof line, format, args);
    va_end(args);
    world().logged.emplace_back(line);
}

void print(const char* text, usize length) { world().printed.append(text, length); }

}  // namespace net::platform

namespace fake {

World& world() {
    static World the_world;
    return the_world;
}

void World::reset() {
    auto pending = std::move(timers);
    pending.merge(late);
    const long out = pages_out, failure = fail_at;
    const bool lossy = loses;
    *this = World{};
    timers = std::move(pending);
    pages_out = out;
    fail_at = failure;
    loses = lossy;
}

void World::advance(Duration d) {
    const Instant until = now + d;
    while (!timers.empty() && (*timers.begin())->deadline() <= until) {
        net::platform::Timer* due = *timers.begin();
        if (due->deadline() > now) now = due->deadline();
        timers.erase(timers.begin());
        if (stopped >> due->machine() & 1) {
            late.insert(due);
            continue;
        }
        const OnMachine on(due->machine());
        due->fire();
    }
    now = until;
}

void World::resume(u32 which) {
    stopped &= ~(1u << which);
    for (auto t = late.begin(); t != late.end();) {
        const auto next = std::next(t);
        if ((*t)->machine() == which) timers.insert(late.extract(t));
        t = next;
    }
}

}  // namespace fake
