#include "fs/pipe.h"

#include <algorithm>
#include <new>

#include "abi/stat.h"
#include "mm/kalloc.h"
#include "mm/uaccess.h"
#include "sync/sleeplock.h"

namespace fs {
namespace {

// One page. Bytes are copied between the ring and a process with no spinlock held, since the copy may fault.
// So readers take turns, and so do writers: the reading side alone moves `first_`, the writing side alone
// fills free space. A thread never waits for bytes or space while it has the turn, so a kill always finds it
// in an interruptible wait.
class Pipe {
  public:
    Result<usize> read(UserAddr to, usize n);
    Result<usize> write(UserAddr from, usize n);
    // True: the other end was closed before.
    bool close(bool writer);

  private:
    static constexpr usize kSize = 3584;

    Result<bool> wait_for_bytes();
    Result<usize> wait_for_space();
    std::span<u8> filled(usize limit);
    std::span<u8> space(usize limit);
    Result<usize> take(UserAddr to, usize n);
    Result<usize> add(UserAddr from, usize n);

    SpinLock lock_{LockRank::Pipe, "pipe"};
    WaitQueue more_bytes_{"pipe read"};
    WaitQueue more_space_{"pipe write"};
    usize first_ GUARDED_BY(lock_) = 0;       // index of the first byte
    usize count_ GUARDED_BY(lock_) = 0;       // bytes in the ring
    bool readable_ GUARDED_BY(lock_) = true;  // somebody has this end open
    bool writable_ GUARDED_BY(lock_) = true;
    SleepLock reading_{"pipe readers"};
    SleepLock writing_{"pipe writers"};
    u8 ring_[kSize];
};
static_assert(sizeof(Pipe) <= 4096);

// False: the pipe is empty and stays so.
Result<bool> Pipe::wait_for_bytes() {
    Guard g(lock_);
    while (count_ == 0 && writable_) TRY(more_bytes_.wait(lock_));
    return count_ != 0;
}

// 0, once there is space.
Result<usize> Pipe::wait_for_space() {
    Guard g(lock_);
    while (count_ == kSize && readable_) TRY(more_space_.wait(lock_));
    return readable_ ? Result<usize>(0ul) : Result<usize>(Errno::Pipe);
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

// Moves bytes run by run until the ring has no more to give, or take. What was moved before a fault counts.
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
        more_space_.wake_all();
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
        more_bytes_.wake_all();
    }
    return done;
}

Result<usize> Pipe::read(UserAddr to, usize n) {
    while (n > 0) {
        const bool some = TRY(wait_for_bytes());
        if (!some) break;
        const usize taken = TRY(take(to, n));
        if (taken) return taken;  // else another reader was faster
    }
    return 0ul;
}

Result<usize> Pipe::write(UserAddr from, usize n) {
    usize done = 0;
    while (done < n) {
        Result<usize> part = wait_for_space();
        if (part.ok()) part = add(from + done, n - done);
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
    more_space_.wake_all();
    return !readable_ && !writable_;
}

Pipe& pipe_of(File& f) { return *static_cast<Pipe*>(f.object); }

Result<i64> read_pipe(File& f, UserAddr to, usize n) { return static_cast<i64>(TRY(pipe_of(f).read(to, n))); }
Result<i64> write_pipe(File& f, UserAddr from, usize n) {
    return static_cast<i64>(TRY(pipe_of(f).write(from, n)));
}

Result<> stat_pipe(File&, struct stat& answer) {
    answer = {};
    answer.type = T_PIPE;
    answer.nlink = 1;
    return {};
}

void close_pipe(File& f) {
    if (f.object && pipe_of(f).close(f.writable)) mm::page_free(f.object);
}

constexpr FileOps kPipeOps{read_pipe, write_pipe, stat_pipe, close_pipe, "pipe"};

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
