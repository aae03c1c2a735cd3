#include "net/core/turn.h"

namespace net {

static void start(Instant& deadline, const WaitPolicy& policy) {
    if (deadline == Instant::never() && policy.timeout.ns > 0) deadline = platform::now() + policy.timeout;
}

Result<> Turn::wait(platform::Lock& lock, const WaitPolicy& policy, Instant& deadline) {
    if (!policy.wait) return Errno::Again;
    start(deadline, policy);
    waiting_++;
    const Result<> waited = queue_.wait_until(lock, deadline);
    waiting_--;
    return waited.error() == Errno::TimedOut ? Result<>(policy.when_over) : waited;
}

Result<> Turn::take_later(platform::Lock& lock, const bool& closed, const WaitPolicy& policy,
                          Instant& deadline) {
    while (taken_) {
        if (closed) return Errno::BadF;
        TRY(wait(lock, policy, deadline));
    }
    taken_ = true;
    return {};
}

Result<> Turn::pause(platform::Lock& lock, const WaitPolicy& policy, Instant& deadline) {
    constexpr Duration kWhile = milliseconds(10);
    if (!policy.wait) return Errno::Again;
    start(deadline, policy);
    const Instant now = platform::now();
    if (deadline <= now) return policy.when_over;
    waiting_++;
    const Result<> slept = queue_.wait_until(lock, now + kWhile < deadline ? now + kWhile : deadline);
    waiting_--;
    return slept.error() == Errno::Intr ? slept : Result<>();
}

}  // namespace net
