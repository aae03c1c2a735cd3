#include "fs/pipe_bytes.h"

#include <algorithm>
#include <atomic>

#include "abi/poll.h"
#include "mm/kalloc.h"
#include "mm/uaccess.h"

namespace fs {
namespace {

constexpr usize kCapacity = 64 << 10, kAtomic = 4096;  // kAtomic is PIPE_BUF

// The pages of all pipes. If they are an eighth of the memory, a pipe with bytes in it takes no more of them.
constinit std::atomic<usize> pages_in_use{0};
bool pages_are_scarce() { return pages_in_use.load(std::memory_order_relaxed) > mm::pages_total() / 8; }

}  // namespace

Pipe::~Pipe() { pages_in_use.fetch_sub(counted_, std::memory_order_relaxed); }

// The free space, for n bytes more.
usize Pipe::space_locked(usize n) const {
    const usize bytes = queue_.readable();
    const usize most = bytes + n > kAtomic && pages_are_scarce() ? kAtomic : kCapacity;
    return bytes < most ? most - bytes : 0;
}

// Wakes whoever may continue: after a reader or a writer has finished, and when an end is closed.
void Pipe::changed_locked() {
    if (queue_.pages() != counted_) {
        pages_in_use.fetch_add(queue_.pages() - counted_, std::memory_order_relaxed);
        counted_ = queue_.pages();
    }
    more_bytes_.wake_all();
    more_space_.wake_all();
    pollers_.wake_all();
}

[[gnu::noinline]] Result<> Pipe::wait_for_bytes_locked(bool wait) {
    do {
        if (!wait) return Errno::Again;
        TRY(more_bytes_.wait(lock_));
    } while (must_wait_for_bytes_locked());
    return {};
}

[[gnu::noinline]] Result<> Pipe::wait_for_space_locked(usize n, usize least, bool wait) {
    while (readable_ && (adding_ || space_locked(n) < least)) {
        if (!wait) return Errno::Again;
        TRY(more_space_.wait(lock_));
    }
    return readable_ ? Errno::None : Errno::Pipe;
}

// Takes at most n of the bytes that are there. After a fault it returns a short count.
Result<usize> Pipe::read(UserAddr to, usize n, bool wait) {
    if (n == 0) return 0ul;
    Guard g(lock_);
    if (must_wait_for_bytes_locked()) TRY(wait_for_bytes_locked(wait));
    mm::PageQueue::Cursor from = queue_.begin();
    n = std::min(n, queue_.readable());
    if (n == 0) return 0ul;  // and no writer is left
    taking_ = true;
    g.release();

    usize done = 0;
    Result<> copied;
    while (done < n && copied.ok()) {
        const Bytes part = mm::PageQueue::next(from, n - done);
        copied = mm::copy_out(to + done, part.data(), part.size());
        if (copied.ok()) done += part.size();
    }
    Guard again(lock_);
    taking_ = false;
    queue_.drop(done);
    changed_locked();
    return done ? Result<usize>(done) : copied.error();
}

Result<MutBytes> Pipe::new_page() {
    void* page = mm::page_alloc();
    if (!page) return Errno::NoMem;
    Guard g(lock_);
    queue_.add(page);
    return queue_.space();
}

// Copies n bytes, the first of them to `bytes`, the free bytes of the queue's last page.
[[gnu::noinline]] Result<> Pipe::fill(MutBytes bytes, UserAddr from, usize n, usize& filled) {
    for (;;) {
        if (bytes.empty()) bytes = TRY(new_page());
        const usize part = std::min(bytes.size(), n - filled);
        TRY(mm::copy_in(bytes.data(), from + filled, part));
        queue_.fill(part);
        filled += part;
        if (filled == n) return {};
        bytes = {};
    }
}

// Adds what there is space for, of n bytes, but waits for space for `least`. Readers see all of it at once.
// After a fault, or without memory, it returns a short count, but none of a write that is atomic.
Result<usize> Pipe::add(UserAddr from, usize n, usize least, bool wait) {
    Guard g(lock_);
    if (!readable_ || adding_ || space_locked(n) < least) [[unlikely]]
        TRY(wait_for_space_locked(n, least, wait));
    adding_ = true;
    n = std::min(n, space_locked(n));
    const MutBytes bytes = queue_.space();
    g.release();

    usize filled = 0;
    Result<> copied;
    if (n <= bytes.size()) [[likely]] {
        copied = mm::copy_in(bytes.data(), from, n);
        filled = copied.ok() ? n : 0;
        queue_.fill(filled);
    } else {
        copied = fill(bytes, from, n, filled);
    }
    const bool failed = !copied.ok() && (filled == 0 || least > 1);
    Guard again(lock_);
    adding_ = false;
    if (failed)
        queue_.undo();
    else
        queue_.commit();
    changed_locked();
    return failed ? Result<usize>(copied.error()) : filled;
}

// At most kAtomic bytes are written at once.
Result<usize> Pipe::write(UserAddr from, usize n, bool wait) {
    if (n <= kAtomic) return n ? add(from, n, n, wait) : 0ul;
    usize done = 0;
    while (done < n) {
        const Result<usize> part = add(from + done, n - done, 1, wait);
        if (!part.ok() && done == 0) return part.error();
        if (!part.ok()) break;
        done += part.value();
    }
    return done;
}

bool Pipe::close(bool writer) {
    Guard g(lock_);
    (writer ? writable_ : readable_) = false;
    changed_locked();
    return !readable_ && !writable_;
}

u32 Pipe::poll(bool writer, PollEntry* watch) {
    Guard g(lock_);
    pollers_.add(watch);
    if (writer)
        return (space_locked(kAtomic) >= kAtomic ? POLLOUT | POLLWRNORM : 0) | (readable_ ? 0 : POLLERR);
    return (queue_.readable() > 0 ? POLLIN | POLLRDNORM : 0) | (writable_ ? 0 : POLLHUP);
}

void Pipe::unwatch(PollEntry& watch) {
    Guard g(lock_);
    PollList::remove(watch);
}

}  // namespace fs
