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

// The program's pollfds, and a Watch for each file that it waits for, in as many pages as needed. A process
// has one thread, so its files stay open during the call.
class PollSet {
  public:
    static constexpr usize kMost = NOFILE;

    PollSet() = default;
    ~PollSet() {
        for (usize i = 0; i < watched_; i++) {
            Watch& w = watches_[i / kWatches][i % kWatches];
            if (w.file && w.file->ops->unwatch) w.file->ops->unwatch(*w.file, w.entry);
        }
        for (usize i = 0; i * kWatches < watched_; i++) mm::page_free(watches_[i]);
        for (usize i = 0; i * kFds < count_; i++) mm::page_free(fds_[i]);
    }
    PollSet(const PollSet&) = delete;
    PollSet& operator=(const PollSet&) = delete;

    // Copies in at most kMost entries; to be called once. Fault, NoMem.
    Result<> fetch(UserAddr from, usize n) {
        while (count_ < n) {
            const usize at = count_, part = std::min(n - at, kFds);
            auto* fds = static_cast<pollfd*>(mm::page_alloc());
            if (!fds) return Errno::NoMem;
            fds_[at / kFds] = fds;
            count_ += part;
            TRY(mm::copy_in(fds, from + at * sizeof(pollfd), part * sizeof(pollfd)));
        }
        return {};
    }

    // Sets the events of each descriptor. Returns the number of ready descriptors.
    i64 look() {
        i64 ready = 0;
        const fs::FileTable& files = *current_process().files;
        for (usize at = 0; at < count_; at += kFds) {
            pollfd* end = fds_[at / kFds] + std::min(count_ - at, kFds);
            for (pollfd* p = fds_[at / kFds]; p < end; p++) {
                fs::File* f = files.get(p->fd);
                const u32 events = f ? f->poll(asked(*p)) : without_file(*p);
                p->revents = static_cast<short>(events);
                if (events) [[unlikely]]
                    ready++;
            }
        }
        return ready;
    }

    // The same; also registers for changes, as long as none is ready. To be called once. NoMem.
    Result<i64> look_and_watch() {
        i64 ready = 0;
        for (usize i = 0; i < count_; i++) {
            pollfd& p = fds_[i / kFds][i % kFds];
            fs::File* f = current_process().files->get(p.fd);
            PollEntry* watch = nullptr;
            if (ready == 0) {
                Watch* w = TRY(add_watch(f));
                watch = &w->entry;
            }
            const u32 wanted = asked(p) | fs::kAlwaysReported;
            u32 events = f ? kAlways & wanted : without_file(p);
            if (f && f->ops->poll) events = wanted & f->ops->poll(*f, watch);
            p.revents = static_cast<short>(events);
            ready += events != 0;
        }
        return ready;
    }

    Poller& poller() { return poller_; }
    Result<> put_back(UserAddr to) const {
        for (usize at = 0; at < count_; at += kFds) {
            const usize part = std::min(count_ - at, kFds);
            TRY(mm::copy_out(to + at * sizeof(pollfd), fds_[at / kFds], part * sizeof(pollfd)));
        }
        return {};
    }

  private:
    struct Watch {
        PollEntry entry;
        fs::File* file = nullptr;
    };
    static constexpr usize kFds = mm::kPageSize / sizeof(pollfd), kWatches = mm::kPageSize / sizeof(Watch);
    static constexpr u32 kAlways = POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM;

    static u32 asked(const pollfd& p) { return static_cast<u16>(p.events); }
    static u32 without_file(const pollfd& p) { return p.fd < 0 ? 0 : POLLNVAL; }

    Result<Watch*> add_watch(fs::File* f) {
        Watch*& page = watches_[watched_ / kWatches];
        if (watched_ % kWatches == 0) page = static_cast<Watch*>(mm::page_alloc());
        if (!page) return Errno::NoMem;
        Watch* w = new (&page[watched_++ % kWatches]) Watch;
        w->entry.waiter = &poller_;
        w->file = f;
        return w;
    }

    Poller poller_;
    pollfd* fds_[(kMost + kFds - 1) / kFds] = {};
    Watch* watches_[(kMost + kWatches - 1) / kWatches] = {};
    usize count_ = 0;    // entries in fds_
    usize watched_ = 0;  // the first of them have a Watch
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
    // To look at many before they are watched costs little if one is ready, and saves much.
    constexpr usize kFew = 4;
    i64 ready = timeout == 0 || n > kFew ? set.look() : 0;
    if (ready == 0 && timeout != 0) ready = TRY(set.look_and_watch());
    while (ready == 0 && timeout != 0) {
        const Result<> woken = set.poller().wait(deadline);
        if (woken.error() == Errno::Intr) return interrupted(deadline);
        ready = set.look();
        if (!woken.ok()) break;
    }
    TRY(set.put_back(a.addr(0)));
    return ready;
}
