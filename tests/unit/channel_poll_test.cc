// The transmit rings that an idle hart polls (net/channel/ring_poll.h): who attends to a ring, and that no
// frame is forgotten.
#include <random>
#include <thread>

#include "channel_kit.h"
#include "poll_counter.h"

using net::RingPoll;

namespace {

// Programs run on hart 1 here; hart 0 polls.
struct ChannelPoll : ChannelTest {
    ChannelPoll() {
        fake::world().other_harts_run = true;
        net::platform::this_hart = 1;
    }
    ~ChannelPoll() override {
        fake::judge_what_is_left();
        net::platform::this_hart = 0;
        device.sent.clear();
    }

    RingPoll& poll() { return stack->channels().ring_poll(); }
    // A channel whose program has signalled.
    ChannelUser open_polled(u16 port = 53) {
        ChannelUser user = open_flow(kUdp, port);
        EXPECT_EQ(user.send(udp_from(port)), 0);
        device.sent.clear();
        return user;
    }
    static u32 wants_signal(ChannelUser& user) { return user.memory.transmit_ring().signal; }
    static u64 signals(ChannelUser& user) { return user->state().counters.signals; }
};

TEST_F(ChannelPoll, FramesAreSentWithoutASignal) {
    ChannelUser user = open_polled();
    poll().begin();
    EXPECT_EQ(wants_signal(user), 0u);
    EXPECT_FALSE(poll().look()) << "nothing is posted";
    user.post_frame(udp_from(53));
    EXPECT_TRUE(poll().look());
    EXPECT_FALSE(poll().look()) << "the thread is woken once";
    poll().end();
    EXPECT_EQ(wants_signal(user), 0u) << "the thread attends now";
    poll().serve();
    EXPECT_EQ(device.sent.size(), 1u);
    EXPECT_EQ(user.reap_status(), 0);
    EXPECT_EQ(wants_signal(user), 1u);
    EXPECT_EQ(signals(user), 1u) << "the first one";
}

TEST_F(ChannelPoll, TheEndAsksForSignals) {
    ChannelUser user = open_polled();
    poll().begin();
    poll().end();
    EXPECT_EQ(wants_signal(user), 1u);
    user.post_frame(udp_from(53));
    EXPECT_FALSE(poll().look()) << "nobody polls";
}

TEST_F(ChannelPoll, TheLastLookFindsWhatWasPostedMeanwhile) {
    ChannelUser user = open_polled();
    poll().begin();
    user.post_frame(udp_from(53));
    poll().end();
    poll().serve();
    EXPECT_EQ(device.sent.size(), 1u);
    EXPECT_EQ(wants_signal(user), 1u);
}

TEST_F(ChannelPoll, AnAnswerToAReceivedFrameNeedsNoSignal) {
    ChannelUser user = open_polled();
    device.receive(udp_to(53));
    EXPECT_EQ(wants_signal(user), 0u);
    user.post_frame(udp_from(53));
    poll().serve();
    EXPECT_EQ(device.sent.size(), 1u);
    EXPECT_EQ(wants_signal(user), 1u);
}

TEST_F(ChannelPoll, AFrameThatIsReceivedWhileTheHartPollsIsExpectedToBeAnswered) {
    ChannelUser user = open_polled();
    poll().begin();
    device.receive(udp_to(53));
    poll().end();
    EXPECT_EQ(wants_signal(user), 0u) << "the thread attends";
    poll().serve();
    EXPECT_EQ(wants_signal(user), 1u) << "the program had no answer";
}

// It is woken on this hart, and the thread would run before it.
TEST_F(ChannelPoll, AProgramThatIsWokenFromPollIsNotExpectedToAnswer) {
    ChannelUser user = open_polled();
    PollCounter poll;
    (void)user->poll(&poll.entry);
    device.receive(udp_to(53));
    EXPECT_EQ(poll.wakes, 1);
    EXPECT_EQ(wants_signal(user), 1u);
}

TEST_F(ChannelPoll, AProgramWithFramesLeftIsNotExpectedToAnswer) {
    ChannelUser user = open_polled();
    device.receive(udp_to(53));
    poll().serve();
    device.receive(udp_to(53));
    EXPECT_EQ(wants_signal(user), 1u) << "it does not wait for this one";
}

TEST_F(ChannelPoll, ASystemCallMayComeBetween) {
    ChannelUser user = open_polled();
    poll().begin();
    user.post_frame(udp_from(53));
    (void)user->poll(nullptr);
    EXPECT_EQ(device.sent.size(), 1u);
    EXPECT_FALSE(poll().look()) << "it is taken";
    user.post_frame(udp_from(53));
    EXPECT_TRUE(poll().look());
    poll().serve();
    EXPECT_EQ(device.sent.size(), 2u);
}

TEST_F(ChannelPoll, IsNotForProgramsThatWait) {
    ChannelUser user = open_polled();
    fake::world().other_harts_run = false;
    poll().begin();
    EXPECT_EQ(wants_signal(user), 1u);
    device.receive(udp_to(53));
    EXPECT_EQ(wants_signal(user), 1u);
}

TEST_F(ChannelPoll, IsNotForProgramsOnTheHartThatPolls) {
    net::platform::this_hart = 0;
    ChannelUser user = open_polled();
    poll().begin();
    EXPECT_EQ(wants_signal(user), 1u);
    poll().end();
}

TEST_F(ChannelPoll, HasRoomForTheLastChannelsThatSignalled) {
    std::vector<ChannelUser> users;
    users.push_back(open_polled(1000));
    poll().begin();
    for (u16 i = 1; i <= RingPoll::kMost; i++) users.push_back(open_polled(u16(1000 + i)));
    EXPECT_EQ(wants_signal(users.front()), 1u) << "its place is taken: nobody attends to it";
    poll().end();
    poll().begin();
    u32 attended = 0;
    for (ChannelUser& user : users) attended += wants_signal(user) == 0;
    EXPECT_EQ(attended, RingPoll::kMost);
    poll().end();
    for (ChannelUser& user : users) EXPECT_EQ(wants_signal(user), 1u);
}

TEST_F(ChannelPoll, AChannelWhosePlaceIsTakenIsServedBeforehand) {
    std::vector<ChannelUser> users;
    users.push_back(open_polled(1000));
    poll().begin();
    users.front().post_frame(udp_from(1000));
    for (u16 i = 1; i <= RingPoll::kMost; i++) users.push_back(open_polled(u16(1000 + i)));
    EXPECT_EQ(users.front().reap_status(), 0) << "it was sent";
    poll().end();
}

TEST_F(ChannelPoll, AProgramThatNeverAnswersLosesItsPlace) {
    ChannelUser user = open_polled();
    for (u32 i = 0; i < RingPoll::kPatience; i++) {
        device.receive(udp_to(53));
        EXPECT_EQ(wants_signal(user), 0u);
        EXPECT_EQ(user.received().size(), 1u);
        poll().serve();
    }
    device.receive(udp_to(53));
    EXPECT_EQ(wants_signal(user), 1u);
    EXPECT_EQ(user.received().size(), 1u);
    EXPECT_EQ(user.send(udp_from(53)), 0);
    device.receive(udp_to(53));
    EXPECT_EQ(wants_signal(user), 0u) << "its next signal brings it back";
    poll().serve();
}

TEST_F(ChannelPoll, AClosedChannelIsForgotten) {
    ChannelUser user = open_polled();
    poll().begin();
    user.post_frame(udp_from(53));
    user.close();
    EXPECT_EQ(stack->channels().count(), 0u);
    EXPECT_FALSE(poll().look());
    poll().end();
}

TEST_F(ChannelPoll, AChannelMayBeClosedBeforeTheThreadComes) {
    ChannelUser user = open_polled(), other = open_polled(54);
    poll().begin();
    user.post_frame(udp_from(53));
    other.post_frame(udp_from(54));
    EXPECT_TRUE(poll().look());
    user.close();
    poll().end();
    poll().serve();
    EXPECT_EQ(other.reap_status(), 0);
    EXPECT_EQ(device.sent.size(), 1u);
}

TEST_F(ChannelPoll, ALiarIsShutAndForgotten) {
    ChannelUser user = open_polled();
    poll().begin();
    user.memory.transmit_ring().posted = user.tx.posted + 1000;
    EXPECT_TRUE(poll().look());
    poll().end();
    poll().serve();
    EXPECT_TRUE(user->state().shut);
    poll().begin();
    user.memory.transmit_ring().posted = user.tx.posted + 2000;
    EXPECT_FALSE(poll().look());
    poll().end();
}

TEST_F(ChannelPoll, FramesThatWaitForTheDeviceWakeTheThreadOnce) {
    ChannelUser user = open_polled();
    device.room = 0;
    user.post_frame(udp_from(53));
    user.post_frame(udp_from(53), 0, 0, 2048, 1);
    poll().begin();
    EXPECT_TRUE(poll().look());
    poll().serve();
    poll().end();
    poll().begin();
    EXPECT_FALSE(poll().look()) << "the timer goes on";
    device.room = -1;
    fake::world().advance(milliseconds(2));
    EXPECT_EQ(device.sent.size(), 2u);
    poll().end();
    EXPECT_EQ(wants_signal(user), 1u);
}

// --- with threads ---

// A hart polls, a thread sends, and the program posts one frame after the other, with pauses of all lengths.
// It signals only if it is asked to. The hart polls again only after a signal: nobody else would find a
// frame.
class ChannelPollThreads : public ChannelPoll, public testing::WithParamInterface<u32> {
  protected:
    static constexpr u32 kFrames = 2000;

    void poll_on_hart_0() {
        net::platform::this_hart = 0;
        std::minstd_rand random(GetParam());
        while (!done_) {
            poll().begin();
            for (u32 looks = random() % 30; looks > 0 && !poll().look(); looks--) std::this_thread::yield();
            poll().end();
            const u32 before = kicks_;
            while (kicks_ == before && !done_) std::this_thread::yield();
        }
    }
    void serve_on_hart_2() {
        net::platform::this_hart = 2;
        while (!done_) poll().serve();
    }
    bool wait_until_sent(ChannelUser& user) {
        for (const auto began = std::chrono::steady_clock::now(); user.reap_status() != 0;) {
            if (std::chrono::steady_clock::now() - began > std::chrono::seconds(60)) return false;
            std::this_thread::yield();
        }
        return true;
    }

    std::atomic<u32> kicks_{0};
    std::atomic<bool> done_{false};
};

TEST_P(ChannelPollThreads, NoFrameIsForgotten) {
    fake::world().on_wait = [] { return std::this_thread::yield(), Result<>(); };
    ChannelUser user = open_polled();
    std::thread hart([this] { poll_on_hart_0(); }), thread([this] { serve_on_hart_2(); });
    std::minstd_rand random(GetParam() + 1);
    u32 sent = 0;
    for (; sent < kFrames && (sent == 0 || wait_until_sent(user)); sent++) {
        for (u32 pause = random() % 20; pause > 0; pause--) std::this_thread::yield();
        user.post_frame(udp_from(53));
        if (CHANNEL_PEEK(user.memory.transmit_ring().signal) == 0) continue;
        user->kick();
        kicks_++;
    }
    EXPECT_EQ(sent, kFrames) << "a frame was forgotten";
    EXPECT_TRUE(wait_until_sent(user));
    EXPECT_GT(kicks_, 0u);
    EXPECT_LT(kicks_, kFrames);
    done_ = true;
    hart.join();
    poll().expect(*user.channel);  // wakes the thread
    thread.join();
    fake::world().on_wait = nullptr;
}

INSTANTIATE_TEST_SUITE_P(Seeds, ChannelPollThreads, testing::Values(1u, 2u, 3u));

}  // namespace
