#include "net/core/mbuf.h"

#include <gtest/gtest.h>

#include <vector>

#include <set>

#include "net/platform.h"
#include "new_mbuf.h"
#include "world.h"

using namespace net;

namespace {

struct MbufPool : ::testing::Test {
    MbufPool() { fake::world().reset(); }
    ~MbufPool() override {
        net::platform::this_hart = 0;
        EXPECT_EQ(mbuf_usage().in_use(), before);
    }
    // Allocates all mbufs, including those in the harts' caches.
    static void take_all(MbufQueue& q) {
        for (unsigned hart = platform::kMaxHarts; hart-- > 0;) {
            platform::this_hart = hart;
            while (MbufPtr m = Mbuf::alloc()) q.push_tail(std::move(m));
        }
    }
    u64 before = mbuf_usage().in_use();
};

TEST(Mbuf, StartsEmptyBehindItsHeadroom) {
    MbufPtr m = new_mbuf(100);
    EXPECT_EQ(m->length(), 0u);
    EXPECT_EQ(m->headroom(), 100u);
    EXPECT_EQ(m->headroom() + m->tailroom() + sizeof(Mbuf), kMbufSize);
}

TEST(Mbuf, RefusesMoreHeadroomThanItHolds) {
    EXPECT_EQ(Mbuf::alloc(kMbufSize), nullptr);
    EXPECT_EQ(Mbuf::alloc(kMbufSize - sizeof(Mbuf) + 1), nullptr);
    EXPECT_EQ(Mbuf::alloc(kMbufSize - sizeof(Mbuf))->tailroom(), 0u);
}

TEST(Mbuf, PushAndPutGrowItAtItsTwoEnds) {
    MbufPtr m = new_mbuf(8);
    u8* payload = m->put(3);
    u8* header = m->push(8);
    EXPECT_EQ(header + 8, payload);
    EXPECT_EQ(m->data(), header);
    EXPECT_EQ(m->length(), 11u);
    EXPECT_EQ(m->headroom(), 0u);
}

TEST(Mbuf, PullAndTrimShrinkItAtItsTwoEnds) {
    MbufPtr m = new_mbuf(8);
    u8* start = m->put(10);
    EXPECT_TRUE(m->pull(4));
    EXPECT_TRUE(m->trim(2));
    EXPECT_EQ(m->data(), start + 4);
    EXPECT_EQ(m->length(), 4u);
    m->trim_to(9);
    EXPECT_EQ(m->length(), 4u);
    m->trim_to(1);
    EXPECT_EQ(m->length(), 1u);
}

TEST(Mbuf, NeverOverrunsItsBuffer) {
    MbufPtr m = new_mbuf(8);
    m->put(10);
    EXPECT_EQ(m->push(9), nullptr);
    EXPECT_EQ(m->put(m->tailroom() + 1), nullptr);
    EXPECT_FALSE(m->pull(11));
    EXPECT_FALSE(m->trim(11));
    EXPECT_EQ(m->push(~usize{0}), nullptr);
    EXPECT_EQ(m->put(~usize{0}), nullptr);
    EXPECT_EQ(m->length(), 10u);
}

TEST(MbufQueue, IsFirstInFirstOut) {
    MbufQueue q;
    for (u8 i = 0; i < 3; i++) {
        MbufPtr m = new_mbuf();
        *m->put(1) = i;
        q.push_tail(std::move(m));
    }
    EXPECT_EQ(q.size(), 3u);
    for (u8 i = 0; i < 3; i++) EXPECT_EQ(*q.pop_head()->data(), i);
    EXPECT_TRUE(q.empty());
    EXPECT_EQ(q.pop_head(), nullptr);
}

TEST(MbufQueue, TakesBackWhatIsPushedAtItsHead) {
    MbufQueue q;
    MbufPtr m = new_mbuf();
    Mbuf* first = m.get();
    q.push_head(std::move(m));
    q.push_tail(new_mbuf());
    m = new_mbuf();
    Mbuf* put_back = m.get();
    q.push_head(std::move(m));
    EXPECT_EQ(q.pop_head().get(), put_back);
    EXPECT_EQ(q.pop_head().get(), first);
    EXPECT_EQ(q.size(), 1u);
}

TEST(MbufQueue, AppendsAllOfAnother) {
    MbufQueue a, b, empty;
    b.push_tail(new_mbuf());
    a.take(b);
    EXPECT_EQ(a.size(), 1u);
    b.push_tail(new_mbuf());
    b.push_tail(new_mbuf());
    a.take(b);
    a.take(empty);
    EXPECT_EQ(a.size(), 3u);
    EXPECT_TRUE(b.empty());
    MbufQueue moved(std::move(a));
    EXPECT_EQ(moved.size(), 3u);
}

TEST_F(MbufPool, FreesWhatItsQueuesHold) {
    {
        MbufQueue q;
        for (int i = 0; i < 100; i++) q.push_tail(new_mbuf());
        EXPECT_EQ(mbuf_usage().in_use(), before + 100);
    }
    EXPECT_EQ(mbuf_usage().in_use(), before);
}

TEST_F(MbufPool, HandsOutEachMbufOnce) {
    MbufQueue q;
    std::set<Mbuf*> seen;
    for (int i = 0; i < 500; i++) {
        MbufPtr m = new_mbuf();
        EXPECT_TRUE(seen.insert(m.get()).second);
        q.push_tail(std::move(m));
    }
}

TEST_F(MbufPool, ReusesInsteadOfGrowing) {
    { MbufPtr warm = new_mbuf(); }
    const u64 total = mbuf_usage().total;
    for (int i = 0; i < 1000; i++) Mbuf::alloc();
    EXPECT_EQ(mbuf_usage().total, total);
}

TEST_F(MbufPool, MovesMbufsBetweenHarts) {
    MbufQueue q;
    for (int i = 0; i < 200; i++) q.push_tail(new_mbuf());
    net::platform::this_hart = 1;  // one hart allocates, another frees
    q.clear();
    const u64 total = mbuf_usage().total;
    net::platform::this_hart = 0;
    for (int i = 0; i < 100; i++) q.push_tail(new_mbuf());
    EXPECT_EQ(mbuf_usage().total, total) << "mbufs freed by hart 1 return through the shared list";
}

TEST_F(MbufPool, AnswersNullAndCountsWhenMemoryIsExhausted) {
    MbufQueue q;
    fake::world().pages_left = 0;
    const u64 exhausted = mbuf_usage().exhausted;
    take_all(q);
    EXPECT_EQ(mbuf_usage().exhausted, exhausted + platform::kMaxHarts);
    EXPECT_EQ(mbuf_usage().free, 0u);
    fake::world().pages_left = 1;
    EXPECT_TRUE(Mbuf::alloc()) << "memory is free again";
}

TEST_F(MbufPool, NeverGrowsBeyondItsLimit) {
    MbufQueue q;
    take_all(q);
    EXPECT_EQ(mbuf_usage().total, kMaxMbufs);
    EXPECT_EQ(mbuf_usage().free, 0u);
}

struct Lender final : MbufMemory {
    u8 bytes[64] = {1, 2, 3};
    int released = 0;
    void release() override { released++; }
};

TEST_F(MbufPool, TellsTheOwnerOfOtherMemoryOnceForEachFragment) {
    Lender lender;
    MbufPtr m = new_mbuf();
    m->put(4)[3] = 0;
    ASSERT_TRUE(m->attach(lender, lender.bytes, 3));
    ASSERT_TRUE(m->attach(lender, lender.bytes + 1, 2));
    EXPECT_EQ(m->chain_length(), 9u);
    EXPECT_EQ(lender.released, 0);
    m.reset();
    EXPECT_EQ(lender.released, 2);
}

// Two bytes of its own and fragments of three, two and three bytes.
struct Fragmented : MbufPool {
    Fragmented() {
        m->put(2)[1] = 0;
        for (usize n : {3u, 2u, 3u}) EXPECT_TRUE(m->attach(lender, lender.bytes, n));
    }
    usize bytes() const { return m->whole_length(); }
    u8 first() const {
        u8 found = 0;
        m->for_each_range([&](Bytes range) {
            if (!found && !range.empty()) found = range[0];
        });
        return found;
    }
    Lender lender;
    MbufPtr m = new_mbuf();
};

TEST_F(Fragmented, IsConsumedFromTheFront) {
    m->consume(1);
    EXPECT_EQ(bytes(), 9u);
    m->consume(3);
    EXPECT_EQ(bytes(), 6u);
    EXPECT_EQ(first(), 3) << "the last byte of the first fragment";
    EXPECT_EQ(lender.released, 0);
    m->consume(1);
    EXPECT_EQ(lender.released, 1);
    EXPECT_EQ(m->fragment_count(), 2u);
    EXPECT_EQ(first(), 1);
    m->consume(4);
    EXPECT_EQ(lender.released, 2);
    EXPECT_EQ(first(), 3);
    m->consume(1);
    EXPECT_EQ(lender.released, 3);
    EXPECT_TRUE(m->is_simple());
}

TEST_F(Fragmented, IsTrimmedAtTheEnd) {
    m->chain_trim_to(8);
    EXPECT_EQ(bytes(), 8u);
    EXPECT_EQ(lender.released, 0);
    m->chain_trim_to(5);
    EXPECT_EQ(lender.released, 2);
    m->chain_trim_to(1);
    EXPECT_EQ(bytes(), 1u);
    EXPECT_EQ(m->length(), 1u);
    EXPECT_EQ(lender.released, 3);
}

TEST_F(MbufPool, FlatteningCopiesOtherMemoryAndReleasesIt) {
    Lender lender;
    MbufPtr m = new_mbuf();
    *m->put(1) = 9;
    ASSERT_TRUE(m->attach(lender, lender.bytes, 3));
    ASSERT_TRUE(m->flatten());
    EXPECT_EQ(lender.released, 1);
    lender.bytes[1] = 77;
    EXPECT_EQ(std::vector<u8>(m->data(), m->data() + m->length()), (std::vector<u8>{9, 1, 2, 3}));
}

}  // namespace
