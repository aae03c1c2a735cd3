#include "proc/thread.h"

#include <atomic>

#include "proc/sched.h"

namespace {
// Kernel threads never end.
constinit Thread kernel_threads[32];
constinit std::atomic<u32> kernel_thread_count{0};
}  // namespace

Thread* kthread_make(const char* name, void (*run)(void*), void* argument) {
    const u32 i = kernel_thread_count.fetch_add(1);
    if (i >= std::size(kernel_threads)) return nullptr;
    Result<mm::KernelStack> stack = mm::kstack_alloc();
    if (!stack.ok()) return nullptr;
    Thread& t = kernel_threads[i];
    t.name = name;
    t.run = run;
    t.argument = argument;
    t.stack = stack.value();
    return &t;
}

Thread* kthread_create(const char* name, void (*run)(void*), void* argument) {
    Thread* t = kthread_make(name, run, argument);
    if (t) scheduler.start(*t);
    return t;
}
