// What poll() has learnt of a file and its object has not changed since: events that have not occurred. So a
// program that polls many idle files neither locks nor asks their objects again.
//
// It stays on the object's list of pollers from one poll() to the object's next change. wake() comes with the
// object's lock held; so does the answer of its poll function. What is learnt from an answer that was given
// before a change has the number of changes of that time, and is not believed.
#pragma once

#include <atomic>

#include "abi/poll.h"
#include "lib/poll.h"

namespace fs {

// poll() reports these whether or not the program has asked for them.
inline constexpr u32 kAlwaysReported = POLLERR | POLLHUP;

// - lacks() and learn(): any thread.
class Unready final : public PollWaiter {
  public:
    // Whoever waits for a change looks at the file when he is woken: this must know of it before.
    Unready() {
        entry_.waiter = this;
        entry_.first = true;
    }

    // True: neither a wanted event nor one of kAlwaysReported has occurred. False: nobody knows.
    bool lacks(u32 wanted) const {
        const u64 changes = changes_.load(std::memory_order_relaxed);
        const u64 mask = wanted | (kChanges | kAlwaysReported);
        return ((known_.load(std::memory_order_relaxed) ^ changes) & mask) == 0;
    }

    // ask(entry) puts the entry on the object's list and returns the events that have occurred.
    template <class F>
    u32 learn(F ask) {
        const u64 before = changes_.load(std::memory_order_acquire);
        was_asked_ = true;
        const u32 events = ask(&entry_);
        known_.store(before | (events & ~kChanges), std::memory_order_relaxed);
        return events;
    }

    // After a call that may change more than the object's list of pollers hears of.
    void forget() { changes_.fetch_add(kChange, std::memory_order_release); }

    // Null: it was never on a list. The list's owner may remove it at any time.
    PollEntry* entry() { return was_asked_ ? &entry_ : nullptr; }

    void wake() override {
        forget();
        entry_.unlink();
    }

  private:
    static constexpr u64 kChange = 1 << 16, kChanges = ~u64{0xffff};  // events are the lower bits

    PollEntry entry_;
    bool was_asked_ = false;
    std::atomic<u64> changes_{0};        // their number, in the upper bits
    std::atomic<u64> known_{~kChanges};  // the events that may have occurred, and the changes up to then
};

}  // namespace fs
