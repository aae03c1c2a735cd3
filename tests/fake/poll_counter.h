// Counts how often something that is polled wakes its waiter.
#pragma once

#include "lib/poll.h"

// It ends with its scope, which a failing allocation may leave early: then nothing may wake it any more.
struct PollCounter final : PollWaiter {
    PollCounter() { entry.waiter = this; }
    PollCounter(const PollCounter&) = delete;
    ~PollCounter() { PollList::remove(entry); }
    void wake() override { wakes++; }

    PollEntry entry;
    int wakes = 0;
};
