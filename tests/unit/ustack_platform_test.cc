// The platform of a stack in a program: timers, waits and memory, all in one thread.
#include <gtest/gtest.h>

#include <vector>

#include "fake/ustack/fake_kernel.h"
#include "net/platform.h"
#include "ustack/event_loop.h"

using namespace net::platform;

namespace {

// Sleeps by moving the clock; things may happen at its times.
class Clock final : public ustack::EventSource {
  public:
    bool work() override { return false; }
    void flush() override {}
    void sleep(Instant deadline) override {
        ASSERT_NE(deadline, Instant::never()) << "would sleep forever";
        kernel.now = deadline;
    }
    fake::Kernel kernel;
};

class UstackPlatform : public ::testing::Test {
  protected:
    UstackPlatform() { ustack::event_loop().attach(&clock); }
    ~UstackPlatform() override { ustack::event_loop().attach(nullptr); }
    Clock clock;
    Lock lock{LockRank::Socket, "test"};
};

struct Fired {
    explicit Fired(int n) : number(n) {}
    static void fire(void* self) { order.push_back(static_cast<Fired*>(self)->number); }
    const int number;
    Timer timer{fire, this};
    static inline std::vector<int> order;
};

}  // namespace

TEST_F(UstackPlatform, TimersFireInTheOrderOfTheirDeadlines) {
    Fired::order.clear();
    Fired first(1), second(2), third(3), never(4);
    third.timer.set(now() + milliseconds(3));
    first.timer.set(now() + milliseconds(9));
    never.timer.set(now() + milliseconds(2));
    second.timer.set(now() + milliseconds(2));
    first.timer.set(now() + milliseconds(1));  // replaces the deadline
    EXPECT_TRUE(never.timer.cancel());
    EXPECT_FALSE(never.timer.cancel());
    EXPECT_FALSE(ustack::event_loop().run());
    for (int i = 0; i < 3; i++) ustack::event_loop().wait(now() + seconds(1));
    EXPECT_EQ(Fired::order, (std::vector{1, 2, 3}));
    EXPECT_FALSE(third.timer.cancel()) << "it has fired";
}

TEST_F(UstackPlatform, ADestroyedTimerDoesNotFire) {
    Fired::order.clear();
    {
        Fired gone(1);
        gone.timer.set(now());
    }
    EXPECT_FALSE(ustack::event_loop().run());
    EXPECT_TRUE(Fired::order.empty());
}

TEST_F(UstackPlatform, AWaitEndsAtItsDeadline) {
    WaitQueue queue;
    const Instant deadline = now() + milliseconds(5);
    Guard guard(lock);
    EXPECT_EQ(queue.wait_until(lock, deadline).error(), Errno::TimedOut);
    EXPECT_EQ(now(), deadline);
}

TEST_F(UstackPlatform, ATimerCanWakeAWait) {
    static WaitQueue queue;
    Timer waker([](void*) { queue.wake_all(); }, nullptr);
    const Instant start = now();
    waker.set(start + milliseconds(5));
    Guard guard(lock);
    EXPECT_TRUE(queue.wait_until(lock, start + seconds(1)).ok());
    EXPECT_EQ(now(), start + milliseconds(5));
}

TEST_F(UstackPlatform, AWakeBeforeTheWaitIsNotRemembered) {
    WaitQueue queue;
    queue.wake_one();
    Guard guard(lock);
    EXPECT_EQ(queue.wait_until(lock, now() + milliseconds(1)).error(), Errno::TimedOut);
}

TEST_F(UstackPlatform, FreedPagesAreZeroedAndUsedAgain) {
    auto* page = static_cast<u8*>(page_alloc());
    page[0] = page[4095] = 7;
    page_free(page);
    EXPECT_EQ(page_alloc(), page);
    EXPECT_EQ(page[0] | page[4095], 0);
    page_free(page);
}

TEST_F(UstackPlatform, LogWritesOneLine) {
    net::platform::log("%s: %d", "word", 5);
    EXPECT_EQ(clock.kernel.printed, "word: 5\n");
    clock.kernel.printed.clear();
    net::platform::log("%0300d", 1);
    EXPECT_EQ(clock.kernel.printed.size(), 199u);
    EXPECT_EQ(clock.kernel.printed.back(), '\n');
}
