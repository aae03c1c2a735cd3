#include "fs/pipe.h"

#include <algorithm>
#include <new>

#include "abi/file_status.h"
#include "abi/ioctl.h"
#include "abi/poll.h"
#include "mm/kalloc.h"
#include "mm/uaccess.h"
#include "sync/sleeplock.h"

namespace fs {
namespace {

// One page. Bytes are copied between the ring and a process without a spinlock, because the copy may have to
// allocate a page. So a sleep lock serialises the readers, and another the writers: only a reader changes
// `first_`, only a writer fills free space. A thread never waits for bytes or space with a sleep lock held,
// so every such wait is interruptible.
class Pipe {
  public:
    Result<usize> read(UserAddr to, usize n, bool wait);
    Result<usize> write(UserAddr from, usize n, bool wait);
    // True: both ends are closed; the caller frees the pipe.
    bool close(bool writer);
    u32 poll(bool writer, PollEntry* watch);
    void unwatch(PollEntry& watch);
    usize count() {
        Guard g(lock_);
        return count_;
    }

  private:
    static constexpr usize kSize = 3584;

    Result<bool> wait_for_bytes(bool wait);
    Result<> wait_for_space(bool wait);
    void changed_locked(WaitQueue& whose) REQUIRES(lock_) {
        whose.wake_all();
        pollers_.wake_all();
    }
    std::span<u8> filled(usize limit);
    std::span<u8> space(usize limit);
    Result<usize> take(UserAddr to, usize n);
    Result<usize> add(UserAddr from, usize n);

    SpinLock lock_{LockRank::Pipe, "pipe"};
    WaitQueue more_bytes_{"pipe read"};
    WaitQueue more_space_{"pipe write"};
    usize first_ GUARDED_BY(lock_) = 0;       // index of the first byte
    usize count_ GUARDED_BY(lock_) = 0;       // bytes in the ring
    bool readable_ GUARDED_BY(lock_) = true;  // the reading end is open
    bool writable_ GUARDED_BY(lock_) = true;
    PollList pollers_ GUARDED_BY(lock_);
    SleepLock reading_{"pipe readers"};
    SleepLock writing_{"pipe writers"};
    u8 ring_[kSize];
};
static_assert(sizeof(Pipe) <= 4096);

// False: the pipe is empty and no writer is left.
Result<bool> Pipe::wait_for_bytes(bool wait) {
    Guard g(lock_);
    while (count_ == 0 && writable_) {
        if (!wait) return Errno::Again;
        TRY(more_bytes_.wait(lock_));
    }
    return count_ != 0;
}

Result<> Pipe::wait_for_space(bool wait) {
    Guard g(lock_);
    while (count_ == kSize && readable_) {
        if (!wait) return Errno::Again;
        TRY(more_space_.wait(lock_));
    }
    return readable_ ? Errno::None : Errno::Pipe;
}

// The longest run of bytes, or of free space, that does not wrap.
std::span<u8> Pipe::filled(usize limit) {
    Guard g(lock_);
    return {ring_ + first_, std::min({limit, count_, kSize - first_})};
}
std::span<u8> Pipe::space(usize limit) {
    Guard g(lock_);
    const usize end = (first_ + count_) % kSize;
    return {ring_ + end, std::min({limit, kSize - count_, kSize - end})};
}

// take() and add() copy runs of bytes until the ring is empty, or full. After a fault they return a short
// count.
Result<usize> Pipe::take(UserAddr to, usize n) {
    SleepGuard turn(reading_);
    usize done = 0;
    while (done < n) {
        const auto part = filled(n - done);
        if (part.empty()) break;
        const Result<> copied = mm::copy_out(to + done, part.data(), part.size());
        if (!copied.ok() && done == 0) return copied.error();
        if (!copied.ok()) break;
        done += part.size();
        Guard g(lock_);
        first_ = (first_ + part.size()) % kSize;
        count_ -= part.size();
        changed_locked(more_space_);
    }
    return done;
}

Result<usize> Pipe::add(UserAddr from, usize n) {
    SleepGuard turn(writing_);
    usize done = 0;
    while (done < n) {
        const auto part = space(n - done);
        if (part.empty()) break;
        const Result<> copied = mm::copy_in(part.data(), from + done, part.size());
        if (!copied.ok() && done == 0) return copied.error();
        if (!copied.ok()) break;
        done += part.size();
        Guard g(lock_);
        count_ += part.size();
        changed_locked(more_bytes_);
    }
    return done;
}

Result<usize> Pipe::read(UserAddr to, usize n, bool wait) {
    while (n > 0) {
        const bool some = TRY(wait_for_bytes(wait));
        if (!some) break;
        const usize taken = TRY(take(to, n));
        if (taken) return taken;  // 0: another reader took the bytes
    }
    return 0ul;
}

Result<usize> Pipe::write(UserAddr from, usize n, bool wait) {
    usize done = 0;
    while (done < n) {
        const Result<> space = wait_for_space(wait);
        const Result<usize> part = space.ok() ? add(from + done, n - done) : space.error();
        if (!part.ok() && done == 0) return part.error();
        if (!part.ok()) break;
        done += part.value();
    }
    return done;
}

bool Pipe::close(bool writer) {
    Guard g(lock_);
    (writer ? writable_ : readable_) = false;
    more_bytes_.wake_all();
    changed_locked(more_space_);
    return !readable_ && !writable_;
}

u32 Pipe::poll(bool writer, PollEntry* watch) {
    Guard g(lock_);
    pollers_.add(watch);
    if (writer) return (count_ < kSize ? POLLOUT | POLLWRNORM : 0) | (readable_ ? 0 : POLLERR);
    return (count_ > 0 ? POLLIN | POLLRDNORM : 0) | (writable_ ? 0 : POLLHUP);
}

void Pipe::unwatch(PollEntry& watch) {
    Guard g(lock_);
    PollList::remove(watch);
}

Pipe& pipe_of(File& f) { return *static_cast<Pipe*>(f.object); }

Result<i64> read_pipe(File& f, UserAddr to, usize n) {
    return static_cast<i64>(TRY(pipe_of(f).read(to, n, !f.nonblocking)));
}
Result<i64> write_pipe(File& f, UserAddr from, usize n) {
    return static_cast<i64>(TRY(pipe_of(f).write(from, n, !f.nonblocking)));
}
u32 poll_pipe(File& f, PollEntry* watch) { return pipe_of(f).poll(f.writable, watch); }
void unwatch_pipe(File& f, PollEntry& watch) { pipe_of(f).unwatch(watch); }

Result<> ioctl_pipe(File& f, u32 request, UserAddr argument) {
    if (request != FIONREAD) return Errno::NotTty;
    const auto count = static_cast<i32>(pipe_of(f).count());
    return mm::copy_out(argument, &count, sizeof count);
}

Result<> stat_pipe(File&, file_status& answer) {
    answer.mode = S_IFIFO | 0600;
    answer.nlink = 1;
    return {};
}

void close_pipe(File& f) {
    if (f.object && pipe_of(f).close(f.writable)) mm::page_free(f.object);
}

constexpr FileOps kPipeOps{read_pipe, write_pipe, stat_pipe,    close_pipe,
                           "pipe",    poll_pipe,  unwatch_pipe, ioctl_pipe};

}  // namespace

Result<PipeEnds> pipe_create() {
    PipeEnds ends;
    ends.reader = TRY(file_alloc(kPipeOps, nullptr, true, false));
    ends.writer = TRY(file_alloc(kPipeOps, nullptr, false, true));
    void* page = mm::page_alloc();
    if (!page) return Errno::NoMem;
    ends.reader->object = ends.writer->object = new (page) Pipe;
    return ends;
}

}  // namespace fs
