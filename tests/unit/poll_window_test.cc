// How long an idle hart polls.
#include "proc/poll_window.h"

#include <gtest/gtest.h>

TEST(PollWindow, StaysWhileThePollingFindsWork) {
    PollWindow w(1000);
    EXPECT_EQ(w.length(), 1000u);
    for (int i = 0; i < 10; i++) w.note(400);
    EXPECT_EQ(w.length(), 1000u);
}

TEST(PollWindow, IsGivenUpWhileNothingComes) {
    PollWindow w(1000);
    u64 polled = 0;
    for (int i = 0; i < 20; i++) {
        polled += w.length();
        w.note(1'000'000);
    }
    EXPECT_EQ(w.length(), 0u);
    EXPECT_LT(polled, 2000u);
}

TEST(PollWindow, OneLongPauseHalvesIt) {
    PollWindow w(1000);
    w.note(5000);
    EXPECT_EQ(w.length(), 500u);
    w.note(400);
    EXPECT_EQ(w.length(), 500u) << "it would have been found";
    w.note(700);
    EXPECT_EQ(w.length(), 1000u);
}

TEST(PollWindow, GrowsWhenWorkComesWithinTheMost) {
    PollWindow w(1000);
    while (w.length() > 0) w.note(5000);
    w.note(50);
    EXPECT_EQ(w.length(), 125u);
    for (int i = 0; i < 10; i++) w.note(600);
    EXPECT_EQ(w.length(), 1000u) << "at most";
}

TEST(PollWindow, GrowsWhenAnInterruptMayHaveBeenLate) {
    PollWindow w(1000);
    while (w.length() > 0) w.note(5000);
    w.note(1280);
    EXPECT_EQ(w.length(), 125u);
    w.note(2001);
    EXPECT_EQ(w.length(), 0u);
}

TEST(PollWindow, OfNoLengthNeverPolls) {
    PollWindow w(0);
    w.note(0);
    w.note(1);
    w.note(1000);
    EXPECT_EQ(w.length(), 0u);
}
