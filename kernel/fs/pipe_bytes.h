// The bytes of a pipe, and who waits for them. pipe.cc makes files of it.
#pragma once

#include "lib/poll.h"
#include "lib/result.h"
#include "mm/page_queue.h"
#include "sync/wait_queue.h"

namespace fs {

// A queue of bytes, in pages that are allocated when they are needed. Bytes are copied between the queue and
// a process without the lock, because the copy may have to allocate a page. Meanwhile a flag keeps other
// readers, or other writers, away.
class Pipe {
  public:
    Pipe() = default;
    ~Pipe();
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    // The errors are those of pipe_create()'s files. A nonblocking call returns Again instead of waiting.
    Result<usize> read(UserAddr to, usize n, bool wait);
    Result<usize> write(UserAddr from, usize n, bool wait);
    // True: both ends are closed; the caller frees the pipe.
    bool close(bool writer);
    u32 poll(bool writer, PollEntry* watch);
    void unwatch(PollEntry& watch);
    usize count() {
        Guard g(lock_);
        return queue_.readable();
    }

  private:
    bool must_wait_for_bytes_locked() const REQUIRES(lock_) {
        return taking_ || (queue_.readable() == 0 && writable_);
    }
    Result<> wait_for_bytes_locked(bool wait) REQUIRES(lock_);
    Result<> wait_for_space_locked(usize n, usize least, bool wait) REQUIRES(lock_);
    usize space_locked(usize n) const REQUIRES(lock_);
    void changed_locked() REQUIRES(lock_);
    Result<usize> add(UserAddr from, usize n, usize least, bool wait);
    Result<> fill(MutBytes bytes, UserAddr from, usize n, usize& filled);
    Result<MutBytes> new_page();

    SpinLock lock_{LockRank::Pipe, "pipe"};
    WaitQueue more_bytes_{"pipe read"};  // or another reader has finished
    WaitQueue more_space_{"pipe write"};
    mm::PageQueue queue_;                     // guarded by lock_, except for ranges of its bytes
    usize counted_ GUARDED_BY(lock_) = 0;     // of pages_in_use
    bool readable_ GUARDED_BY(lock_) = true;  // the reading end is open
    bool writable_ GUARDED_BY(lock_) = true;
    bool taking_ GUARDED_BY(lock_) = false;  // a reader copies
    bool adding_ GUARDED_BY(lock_) = false;  // a writer copies
    PollList pollers_ GUARDED_BY(lock_);
};

}  // namespace fs
