// poll(): waits for the first of several descriptors to become ready.
#include "abi/param.h"
#include "abi/poll.h"
#include "fs/file_table.h"
#include "mm/kalloc.h"
#include "mm/uaccess.h"
#include "proc/clock.h"
#include "proc/process.h"
#include "sync/wait_queue.h"
#include "sys/sys_calls.h"

namespace {

// One call in progress. Objects that change wake it; it then looks at all of them again.
class Poller final : public PollWaiter {
  public:
    void wake() override {
        IrqGuard g(lock_);
        woken_ = true;
        changed_.wake_one();
    }

    // Until something has changed since the last time. TimedOut, Intr.
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

// What is polled: the program's list and, beside each of its entries, where we hang. A process has one
// thread, so its files stay open meanwhile. It is too large for our stack.
class PollSet {
  public:
    static constexpr usize kMost = NOFILE;

    PollSet() : lists_(static_cast<Lists*>(mm::page_alloc())), watches_(mm::page_alloc()) {
        if (lists_) new (lists_) Lists;
    }
    ~PollSet() {
        for (usize i = 0; i < count_; i++) {
            Watch& w = watch(i);
            if (w.file && w.file->ops->unwatch) w.file->ops->unwatch(*w.file, w.entry);
        }
        if (lists_) mm::page_free(lists_);
        if (watches_) mm::page_free(watches_);
    }
    PollSet(const PollSet&) = delete;
    PollSet& operator=(const PollSet&) = delete;

    Result<> fetch(UserAddr from, usize n) {
        if (!lists_ || !watches_) return Errno::NoMem;
        TRY(mm::copy_in(lists_->fds, from, n * sizeof(pollfd)));
        for (; count_ < n; count_++) {
            Watch* w = new (&watch(count_)) Watch;
            w->entry.waiter = &lists_->poller;
            w->file = current_process().files->get(fd(count_).fd);
        }
        return {};
    }

    // How many are ready. `hang`: from now on changes of those that are not wake the poller.
    i64 look(bool hang) {
        i64 ready = 0;
        for (usize i = 0; i < count_; i++) {
            const u32 events = look_at(fd(i), watch(i), hang && ready == 0);
            fd(i).revents = static_cast<short>(events);
            ready += events != 0;
        }
        return ready;
    }

    Poller& poller() { return lists_->poller; }
    Result<> put_back(UserAddr to) const { return mm::copy_out(to, lists_->fds, count_ * sizeof(pollfd)); }

  private:
    struct Watch {
        PollEntry entry;
        fs::File* file = nullptr;
    };
    struct Lists {
        Poller poller;
        pollfd fds[kMost];
    };
    static_assert(kMost * sizeof(Watch) <= mm::kPageSize && sizeof(Lists) <= mm::kPageSize);

    static u32 look_at(const pollfd& p, Watch& w, bool hang) {
        if (p.fd < 0) return 0;
        if (!w.file) return POLLNVAL;
        const u32 wanted = static_cast<u16>(p.events) | POLLERR | POLLHUP;
        constexpr u32 kAlways = POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM;
        return wanted & (w.file->ops->poll ? w.file->ops->poll(*w.file, hang ? &w.entry : nullptr) : kAlways);
    }

    pollfd& fd(usize i) const { return lists_->fds[i]; }
    Watch& watch(usize i) const { return static_cast<Watch*>(watches_)[i]; }

    Lists* lists_;
    void* watches_;
    usize count_ = 0;
};

}  // namespace

// poll(array, how many, milliseconds: negative for ever)
Result<i64> sys_poll(const SyscallArgs& a) {
    const usize n = TRY(a.length(1));
    if (n > PollSet::kMost) return Errno::Inval;
    const i32 timeout = a.num(2);
    const Instant deadline = timeout < 0 ? Instant::never() : clock_now() + milliseconds(timeout);
    PollSet set;
    TRY(set.fetch(a.addr(0), n));
    i64 ready = set.look(timeout != 0);
    while (ready == 0 && timeout != 0) {
        const Result<> woken = set.poller().wait(deadline);
        if (woken.error() == Errno::Intr) return Errno::Intr;
        ready = set.look(false);
        if (!woken.ok()) break;
    }
    TRY(set.put_back(a.addr(0)));
    return ready;
}
