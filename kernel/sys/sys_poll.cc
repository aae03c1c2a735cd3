// poll(): waits until at least one of several descriptors is ready.
#include <algorithm>

#include "abi/param.h"
#include "abi/poll.h"
#include "fs/file_table.h"
#include "mm/kalloc.h"
#include "mm/uaccess.h"
#include "proc/clock.h"
#include "proc/process.h"
#include "sync/wait_queue.h"
#include "sys/signals.h"
#include "sys/sys_calls.h"

namespace {

// One poll() call. Objects that change wake it; it then checks all of them again.
class Poller final : public PollWaiter {
  public:
    void wake() override {
        IrqGuard g(lock_);
        woken_ = true;
        changed_.wake_one();
    }

    // Waits until wake() has been called since the last wait(). TimedOut, Intr.
    Result<> wait(Instant deadline) {
        IrqGuard g(lock_);
        while (!woken_) TRY(changed_.wait_until(lock_, deadline));
        woken_ = false;
        return {};
    }

  private:
    IrqSpinLock lock_{LockRank::Poll, "poll"};
    WaitQueue changed_{"poll"};
    bool woken_ GUARDED_BY(lock_) = false;
};

// The program's pollfds, each with a PollEntry for the object's list, in as many pages as needed. A process
// has one thread, so its files stay open during the call.
class PollSet {
  public:
    static constexpr usize kMost = NOFILE;

    PollSet() = default;
    ~PollSet() {
        for (usize i = 0; i < count_; i++) {
            Watch& w = watch(i);
            if (w.file && w.file->ops->unwatch) w.file->ops->unwatch(*w.file, w.entry);
        }
        for (Batch* b : batches_) {
            if (!b) break;
            mm::page_free(b);
        }
    }
    PollSet(const PollSet&) = delete;
    PollSet& operator=(const PollSet&) = delete;

    // Copies in at most kMost entries; to be called once. Fault, NoMem.
    Result<> fetch(UserAddr from, usize n) {
        while (count_ < n) TRY(fetch_batch(from + count_ * sizeof(pollfd), n - count_));
        return {};
    }

    // Returns the number of ready descriptors. `hang`: also registers for changes, as long as none is ready.
    i64 look(bool hang) {
        i64 ready = 0;
        for (usize i = 0; i < count_; i++) {
            const u32 events = look_at(fd(i), watch(i), hang && ready == 0);
            fd(i).revents = static_cast<short>(events);
            ready += events != 0;
        }
        return ready;
    }

    Poller& poller() { return poller_; }
    Result<> put_back(UserAddr to) const {
        for (usize at = 0; at < count_; at += kBatch) {
            const usize n = std::min(count_ - at, kBatch);
            TRY(mm::copy_out(to + at * sizeof(pollfd), &fd(at), n * sizeof(pollfd)));
        }
        return {};
    }

  private:
    struct Watch {
        PollEntry entry;
        fs::File* file = nullptr;
    };
    static constexpr usize kBatch = mm::kPageSize / (sizeof(pollfd) + sizeof(Watch));
    struct Batch {
        Watch watches[kBatch];
        pollfd fds[kBatch];
    };
    static_assert(sizeof(Batch) <= mm::kPageSize);

    // Copies in the next page of entries, at most n.
    Result<> fetch_batch(UserAddr from, usize n) {
        auto* b = static_cast<Batch*>(mm::page_alloc());
        if (!b) return Errno::NoMem;
        batches_[count_ / kBatch] = b;
        n = std::min(n, kBatch);
        TRY(mm::copy_in(b->fds, from, n * sizeof(pollfd)));
        for (usize i = 0; i < n; i++) {
            Watch* w = new (&b->watches[i]) Watch;
            w->entry.waiter = &poller_;
            w->file = current_process().files->get(b->fds[i].fd);
        }
        count_ += n;
        return {};
    }

    static u32 look_at(const pollfd& p, Watch& w, bool hang) {
        if (p.fd < 0) return 0;
        if (!w.file) return POLLNVAL;
        const u32 wanted = static_cast<u16>(p.events) | POLLERR | POLLHUP;
        constexpr u32 kAlways = POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM;
        return wanted & (w.file->ops->poll ? w.file->ops->poll(*w.file, hang ? &w.entry : nullptr) : kAlways);
    }

    pollfd& fd(usize i) const { return batches_[i / kBatch]->fds[i % kBatch]; }
    Watch& watch(usize i) const { return batches_[i / kBatch]->watches[i % kBatch]; }

    Poller poller_;
    Batch* batches_[(kMost + kBatch - 1) / kBatch] = {};
    usize count_ = 0;
};

}  // namespace

// SA_RESTART does not apply to poll().
static Errno interrupted(Instant deadline) {
    current_process().fails_if_interrupted = true;
    keep_deadline(deadline);
    return Errno::Intr;
}

// poll(array, number of entries, timeout in milliseconds; negative: none)
Result<i64> sys_poll(const SyscallArgs& a) {
    const usize n = TRY(a.length(1));
    if (n > PollSet::kMost) return Errno::Inval;
    const i32 timeout = a.num(2);
    const Instant deadline = timeout < 0 ? Instant::never() : deadline_of_call(milliseconds(timeout));
    PollSet set;
    TRY(set.fetch(a.addr(0), n));
    i64 ready = set.look(timeout != 0);
    while (ready == 0 && timeout != 0) {
        const Result<> woken = set.poller().wait(deadline);
        if (woken.error() == Errno::Intr) return interrupted(deadline);
        ready = set.look(false);
        if (!woken.ok()) break;
    }
    TRY(set.put_back(a.addr(0)));
    return ready;
}
