// The transmit rings at which the kernel looks by itself, so that their programs send without system calls:
// an idle hart looks at them before it waits for an interrupt, and wakes a thread when there are frames.
//
// Each ring has an attendant. A ring without one needs a signal: its `signal` is 1.
//
//   Nobody --begin--> Hart              the hart looks at the ring again and again
//   Hart --end--> Nobody                nothing was posted, says the last look of channel_rest
//   Hart --look, end--> Thread          frames are posted; the thread is woken and sends them
//   Nobody, Hart --expect--> Thread     the program has received a frame, which it may answer at once
//   Thread --serve--> Nobody            the thread sends what is posted and rests (Channel::take_over)
//
// Whoever sends, the thread here or another one in Channel::kick, attends to the ring at any time. Two
// attendants need not know of each other: each writes 0 to `signal` first, and 1 before its last look at the
// ring, or passes this duty on. So a program that reads 0 has posted before the last look of the one who
// wrote it, whatever the other one does. tests/model/ring.pml shows it.
#pragma once

#include "lib/ref.h"
#include "net/platform.h"

namespace net {

class Channel;

// - kMost rings, those that have signalled last: a channel enters when its program signals on a hart that
//   does not poll, and leaves when it is closed or shut, when the thread has found nothing kPatience times in
//   a row, or for another one if all places are taken.
// - begin, look, end: one hart, with interrupts off; they hold a lock for a short time only. The others:
//   thread context. expect may be called with locks held of a rank below ChannelRing; for the others no lock
//   is held.
class RingPoll {
  public:
    static constexpr u32 kMost = 16, kPatience = 16;

    // For Scheduler::IdlePoll. Without channels each is one load.
    void begin() EXCLUDES(lock_);
    bool look() EXCLUDES(lock_);
    void end() EXCLUDES(lock_);

    // The thread's work: waits until there are rings to serve, and serves them once.
    void serve() EXCLUDES(lock_);

    // --- for Channel
    void add(Channel& c) EXCLUDES(lock_);     // does nothing if it is there
    void remove(Channel& c) EXCLUDES(lock_);  // does nothing if it is not there
    // c, which is or was here, has received a frame for which its program waits without a system call.
    void expect(Channel& c) EXCLUDES(lock_);

  private:
    static constexpr u32 kLooks = 1000;  // some microseconds

    enum class Attendant : u8 { Nobody, Hart, Thread };
    struct Place {
        Channel* channel = nullptr;
        Attendant attendant = Attendant::Nobody;
        u8 found_nothing = 0;  // the thread, so many times in a row
    };

    Place* find_locked(const Channel* c) REQUIRES(lock_);
    Ref<Channel> enter(Channel& c) EXCLUDES(lock_);
    void empty_locked(Place& p) REQUIRES(lock_);
    void wake_thread_locked(Place& p) REQUIRES(lock_);
    void wait_for_work() EXCLUDES(lock_);
    static void wait_for_answer(const Channel& c);
    Ref<Channel> to_serve(Place& p) EXCLUDES(lock_);
    void served(Place& p, const Channel& c, bool found) EXCLUDES(lock_);

    std::atomic<u32> count_{0};     // of channels; changes with lock_ held
    std::atomic<u32> attended_{0};  // by the hart; only it reads this without lock_

    platform::Lock lock_{LockRank::ChannelRing, "polled rings"};
    Place places_[kMost] GUARDED_BY(lock_);
    u32 next_ GUARDED_BY(lock_) = 0;  // the place that is taken next if none is free
    bool work_ GUARDED_BY(lock_) = false;
    platform::WaitQueue waiting_{"channels"};
};

}  // namespace net
