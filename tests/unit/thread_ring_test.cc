// The rings of a channel with the program and the kernel in two threads, under ThreadSanitizer.
#include <gtest/gtest.h>

#include <chrono>
#include <semaphore>
#include <thread>
#include <vector>

#include "abi/channel_ring.h"

namespace {

constexpr unsigned kRequests = 50'000;

// The memory of one ring. Both sides work on it with nothing but abi/channel_ring.h.
struct SharedRing {
    explicit SharedRing(unsigned slots) : slot(slots) { ring.signal = 1; }
    channel_ring ring{};
    std::vector<channel_slot> slot;
    std::counting_semaphore<> signals{0};  // ioctl(CHANNEL_SIGNAL)

    channel_program program() { return {&ring, slot.data(), static_cast<unsigned>(slot.size()), 0, 0}; }
    channel_kernel kernel() { return {&ring, slot.data(), static_cast<unsigned>(slot.size()), 0, 0}; }
};

channel_slot answer_to(channel_slot request) {
    request.status = static_cast<int>(request.buffer) + 1;
    return request;
}

// Completes what is posted, `batch` requests at a time, and rests whenever there is nothing.
void run_kernel(SharedRing& shared, unsigned batch) {
    channel_kernel k = shared.kernel();
    while (k.completed < kRequests) {
        const unsigned waiting = channel_requests(&k);
        ASSERT_TRUE(channel_possible(&k, waiting));
        const unsigned n = waiting < batch ? waiting : batch;
        for (unsigned i = 0; i < n; i++) {
            const channel_slot done = answer_to(channel_request(&k, 0));
            channel_take(&k, 1);
            channel_complete(&k, &done);
        }
        if (n > 0) {
            channel_publish_completions(&k);
        } else if (channel_rest(&k)) {
            ASSERT_TRUE(shared.signals.try_acquire_for(std::chrono::seconds(60))) << "a signal was lost";
            channel_attend(&k);
        }
    }
}

void reap_all(channel_program& p, unsigned& next) {
    const unsigned n = channel_completions(&p);
    for (unsigned i = 0; i < n; i++, next++) {
        const channel_slot* done = &p.slots[(p.reaped + i) & (p.count - 1)];
        ASSERT_EQ(done->buffer, next);
        ASSERT_EQ(done->status, static_cast<int>(next) + 1);
    }
    channel_reap(&p, n);
}

// Posts requests, `batch` at a time as far as there is room.
unsigned run_program(SharedRing& shared, unsigned batch) {
    channel_program p = shared.program();
    unsigned sent = 0, next = 0, signals = 0;
    while (next < kRequests && !testing::Test::HasFatalFailure()) {
        const unsigned before = sent;
        for (unsigned i = 0; i < batch && sent < kRequests; i++, sent++) {
            channel_slot* slot = channel_next(&p);
            if (!slot) break;
            *slot = {sent, 0, 64, 0, 0, 0};
            channel_post(&p);
        }
        if (sent > before && channel_publish(&p)) {
            signals++;
            shared.signals.release();
        }
        reap_all(p, next);
        std::this_thread::yield();
    }
    return signals;
}

class RingThreads : public testing::TestWithParam<std::tuple<unsigned, unsigned, unsigned>> {};

TEST_P(RingThreads, CompletesEveryRequestInOrder) {
    const auto [slots, batch, kernel_batch] = GetParam();
    SharedRing shared(slots);
    std::thread kernel([&shared, n = kernel_batch] { run_kernel(shared, n); });
    const unsigned signals = run_program(shared, batch);
    kernel.join();
    EXPECT_LE(signals, kRequests);
}

INSTANTIATE_TEST_SUITE_P(Sizes, RingThreads,
                         testing::Values(std::tuple{1u, 1u, 1u}, std::tuple{2u, 1u, 1u},
                                         std::tuple{8u, 3u, 8u}, std::tuple{256u, 32u, 32u},
                                         std::tuple{256u, 1u, 256u}));

TEST(Ring, IsFullWhenAllSlotsArePosted) {
    SharedRing shared(4);
    channel_program p = shared.program();
    for (int i = 0; i < 4; i++) {
        ASSERT_NE(channel_next(&p), nullptr);
        channel_post(&p);
    }
    EXPECT_EQ(channel_next(&p), nullptr);
}

TEST(Ring, NoticesMoreRequestsThanSlots) {
    SharedRing shared(4);
    channel_kernel k = shared.kernel();
    shared.ring.posted = 4;
    EXPECT_TRUE(channel_possible(&k, channel_requests(&k)));
    shared.ring.posted = 5;
    EXPECT_FALSE(channel_possible(&k, channel_requests(&k)));
    shared.ring.posted = static_cast<unsigned>(-1);
    EXPECT_FALSE(channel_possible(&k, channel_requests(&k)));
}

TEST(Ring, CountsTakenRequestsAsLongAsTheyAreNotCompleted) {
    SharedRing shared(4);
    channel_kernel k = shared.kernel();
    shared.ring.posted = 4;
    channel_take(&k, channel_requests(&k));
    shared.ring.posted = 5;
    EXPECT_FALSE(channel_possible(&k, channel_requests(&k)));
    const channel_slot done{};
    channel_complete(&k, &done);
    EXPECT_TRUE(channel_possible(&k, channel_requests(&k)));
}

TEST(Ring, IndicesWrapAround) {
    SharedRing shared(4);
    channel_program p = shared.program();
    channel_kernel k = shared.kernel();
    p.posted = p.reaped = k.taken = k.completed = shared.ring.posted = shared.ring.completed = 0xffff'fffe;
    for (unsigned i = 0; i < 4; i++) {
        channel_next(&p)->buffer = i;
        channel_post(&p);
    }
    (void)channel_publish(&p);
    ASSERT_EQ(channel_requests(&k), 4u);
    EXPECT_TRUE(channel_possible(&k, 4));
    for (unsigned i = 0; i < 4; i++) {
        const channel_slot request = channel_request(&k, 0);
        EXPECT_EQ(request.buffer, i);
        channel_take(&k, 1);
        channel_complete(&k, &request);
    }
    channel_publish_completions(&k);
    EXPECT_EQ(channel_completions(&p), 4u);
    EXPECT_EQ(channel_completion(&p)->buffer, 0u);
}

TEST(Ring, AsksForASignalOnlyWhileTheKernelRests) {
    SharedRing shared(4);
    channel_program p = shared.program();
    channel_kernel k = shared.kernel();
    channel_attend(&k);
    channel_post(&p);
    EXPECT_FALSE(channel_publish(&p));
    EXPECT_FALSE(channel_rest(&k));  // a request came in
    channel_take(&k, 1);
    EXPECT_TRUE(channel_rest(&k));
    channel_post(&p);
    EXPECT_TRUE(channel_publish(&p));
}

}  // namespace
