#include "dev/rx_thread.h"

#include <atomic>
#include <utility>

#include "dev/mmio.h"
#include "lib/panic.h"

namespace dev {
namespace {

constexpr unsigned kMaxThreads = 5;  // four network cards and a vsock device
constinit RxThread* threads[kMaxThreads]{};
constinit unsigned thread_count = 0;

}  // namespace

void rx_threads_begin_poll() {
    for (unsigned i = 0; i < thread_count; i++) threads[i]->begin_poll();
}

void rx_threads_end_poll() {
    for (unsigned i = 0; i < thread_count; i++) threads[i]->end_poll();
}

bool rx_threads_poll() {
    for (unsigned i = 0; i < thread_count; i++) {
        if (!threads[i]->pending()) continue;
        threads[i]->wake(kReceived);
        return true;
    }
    return false;
}

const RxWatch::Word RxThread::kNothing = 0;

Result<> RxThread::start(const char* name, Handler* handle, void* context) {
    handle_ = handle;
    context_ = context;
    if (!kthread_create(name, run, this)) return Errno::NoMem;
    ASSERT(thread_count < kMaxThreads);
    threads[thread_count++] = this;
    return {};
}

void RxThread::note(u32 events) {
    IrqGuard guard(lock_);
    interrupts_++;
    if (!worth_waking_for(events)) return;
    events_ |= events;
    notify();
}

// Who handles events looks for new ones afterwards.
void RxThread::notify() {
    if (!asleep_) return;
    if (!scheduler.leave_to_idle(in_idle_)) return waiting_.wake_one();
    asleep_ = false;
    idle_events_ = std::exchange(events_, 0);
}

// An interrupt often arrives after its packets have been fetched by polling: QEMU's E1000 delays interrupts
// to a spacing of 128 us. While the thread sleeps, the ring does not change, and one load saves two context
// switches. A thread that is awake may have passed its last check of the ring, so it is always notified.
bool RxThread::worth_waking_for(u32 events) const { return !asleep_ || events & ~kReceived || pending(); }

void RxThread::wake(u32 events) {
    IrqGuard guard(lock_);
    events_ |= events;
    notify();
}

// A thread that is awake turns the device's interrupts off and on itself.
void RxThread::begin_poll() {
    IrqGuard guard(lock_);
    polled_ = asleep_ && !events_ && watch_.interrupt;
    if (polled_) *watch_.interrupt = watch_.off;
}

void RxThread::end_poll() {
    IrqGuard guard(lock_);
    if (!std::exchange(polled_, false) || !asleep_ || events_ || !watch_.interrupt) return;
    *watch_.interrupt = watch_.on;
    fence_full();  // before the device's word is read again
    if (!pending()) return;
    events_ = kReceived;
    notify();
}

void RxThread::run(void* self) {
    auto& t = *static_cast<RxThread*>(self);
    for (;;) {
        u32 events = t.wait_for_events();
        while (t.handle_(t.context_, events)) {
            yield_if_due();  // a flood of packets must not starve programs
            events = kReceived;
        }
    }
}

// No event between the thread's last check of the ring and the sleep is lost: note() sets events_ with the
// same lock held.
u32 RxThread::wait_for_events() {
    IrqGuard guard(lock_);
    asleep_ = true;
    while (!events_ || !asleep_) waiting_.wait_uninterruptible(lock_);
    asleep_ = false;
    return std::exchange(events_, 0);
}

// One batch, because programs may wait for the hart: the thread, which they share it with, handles the
// others.
void RxThread::handle_in_idle() {
    const bool more = handle_(context_, idle_events_);
    IrqGuard guard(lock_);
    asleep_ = true;
    if (more) events_ |= kReceived;
    if (events_) waiting_.wake_one();
}

u64 RxThread::interrupts() const {
    IrqGuard guard(lock_);
    return interrupts_;
}

}  // namespace dev
