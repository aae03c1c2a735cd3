// Turn: one direction of a stream, as its programs use it: whose turn it is, and who waits.
#pragma once

#include "net/platform.h"

namespace net {

// Whether and how long a program's call may wait.
struct WaitPolicy {
    bool wait = true;                   // false: return Again instead
    Duration timeout{};                 // 0: none
    Errno when_over = Errno::TimedOut;  // the error after the timeout
};

// Bytes are copied with no lock held, because a copy may fault. To keep the bytes of each call together, only
// one thread at a time may read, and one may write: it has the turn of this direction.
// - Thread context. All functions are called with `lock` held, the lock of the stream. Those that wait return
//   Intr if the process is killed.
// - `deadline` is Instant::never() at the start of a call. It is set at the first wait, and
//   used for the later waits of the same call.
class Turn {
  public:
    constexpr explicit Turn(const char* what) : queue_(what) {}

    // Takes the turn; waits until no other thread has it. BadF: `closed` has become true meanwhile.
    Result<> take(platform::Lock& lock, const bool& closed, const WaitPolicy& policy, Instant& deadline)
        REQUIRES(lock) {
        if (taken_) [[unlikely]]
            return take_later(lock, closed, policy, deadline);
        taken_ = true;
        return {};
    }
    void give() {
        taken_ = false;
        wake();
    }

    // Waits until wake(). Errors: Again (the policy does not allow waiting), its timeout error.
    Result<> wait(platform::Lock& lock, const WaitPolicy& policy, Instant& deadline) REQUIRES(lock);
    // Waits 10 ms at most: for mbufs, because nobody is woken when others free some.
    Result<> pause(platform::Lock& lock, const WaitPolicy& policy, Instant& deadline) REQUIRES(lock);
    void wake() {
        if (waiting_) queue_.wake_all();
    }
    bool is_awaited() const { return waiting_ > 0; }
    bool is_taken() const { return taken_; }

  private:
    Result<> take_later(platform::Lock& lock, const bool& closed, const WaitPolicy& policy, Instant& deadline)
        REQUIRES(lock);

    platform::WaitQueue queue_;
    u32 waiting_ = 0;
    bool taken_ = false;
};

}  // namespace net
