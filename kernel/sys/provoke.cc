#include "sys/provoke.h"

#ifdef NX6_DEBUG
#include "lib/log.h"
#include "lib/panic.h"
#include "lib/string.h"
#include "proc/sched.h"
#include "sys/boot_arguments.h"

namespace {

constexpr u64 kNever = 1ull << 40;
constinit SpinLock lower(LockRank::Pipe, "provoked, lower");
constinit SpinLock higher(LockRank::Socket, "provoked, higher");

void assertion() {
    const int answer = 6 * 9;
    if (answer != 42) panic("the answer is %d, not %d", answer, 42);
}

void null_pointer() {
    volatile u64* null = nullptr;
    asm volatile("" : "+r"(null));
    *null = 1;
}

// Each call uses its frame after the recursion, so the compiler cannot make it a loop.
[[gnu::noinline]] u64 use_up_stack(u64 depth) {
    volatile u64 room[32];
    room[depth % 32] = depth;
    return depth == kNever ? 0 : use_up_stack(depth + 1) + room[depth % 32];
}
void stack_overflow() { log("%lu", use_up_stack(1)); }

// Takes a lock at every depth until too little stack is left.
[[gnu::noinline]] u64 lock_deeper(u64 depth) {
    volatile u64 room[16];
    room[depth % 16] = depth;
    { Guard g(lower); }
    return depth == kNever ? 0 : lock_deeper(depth + 1) + room[depth % 16];
}
void stack_nearly_used_up() { log("%lu", lock_deeper(1)); }

void lock_order() NO_THREAD_SAFETY {
    higher.acquire();
    lower.acquire();
}

void sleep_with_lock() NO_THREAD_SAFETY {
    lower.acquire();
    yield();
    static constinit WaitQueue queue("provoked");
    static constinit SpinLock other(LockRank::Socket, "provoked, other");
    other.acquire();
    queue.wait_uninterruptible(other);
}

// Hangs with interrupts off; another hart's watchdog detects it.
void stuck_hart() {
    arch::interrupts_off();
    for (;;) arch::pause();
}

void wait_for_lock(void*) NO_THREAD_SAFETY { lower.acquire(); }
void hold_lock(void*) NO_THREAD_SAFETY {
    lower.acquire();
    (void)kthread_create("waiter", wait_for_lock, nullptr);
    for (;;) arch::pause();
}
// Two threads on two harts: one keeps the lock, the other waits for it.
void held_lock() { (void)kthread_create("holder", hold_lock, nullptr); }

constexpr struct {
    const char* name;
    void (*now)();
} kKinds[] = {
    {"assert", assertion},          {"null", null_pointer}, {"overflow", stack_overflow},
    {"deep", stack_nearly_used_up}, {"order", lock_order},  {"sleep", sleep_with_lock},
    {"stuck", stuck_hart},          {"held", held_lock},
};

}  // namespace

bool is_provocation(const char* kind) {
    for (const auto& k : kKinds) {
        if (strcmp(k.name, kind) == 0) return true;
    }
    return false;
}

void provoke() {
    char kind[16];
    if (!boot_argument("provoke", kind, sizeof kind)) return;
    for (const auto& k : kKinds) {
        if (strcmp(k.name, kind) == 0) k.now();
    }
}
#endif
