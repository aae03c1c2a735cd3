#include "net/core/pool.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "net/core/token_bucket.h"
#include "world.h"

using namespace net;

namespace {

struct Thing {
    explicit Thing(int v) : value(v) { living++; }
    ~Thing() { living--; }
    int value;
    u8 bulk[500] = {};
    static inline int living = 0;
};

TEST(Pool, GivesEveryPageBackWithItsLastObject) {
    fake::world().reset();
    const long pages = fake::world().pages_out;
    Pool<Thing> pool(LockRank::SocketTable);
    std::vector<Thing*> things;
    std::set<Thing*> distinct;
    for (int i = 0; i < 50; i++) {
        things.push_back(pool.create(i));
        distinct.insert(things.back());
    }
    EXPECT_EQ(distinct.size(), 50u);
    EXPECT_GT(fake::world().pages_out, pages + 5);
    for (int i = 0; i < 50; i++) EXPECT_EQ(things[static_cast<usize>(i)]->value, i) << "objects overlap";
    for (usize i = 0; i < 50; i += 2) pool.destroy(things[i]);
    for (usize i = 0; i < 50; i += 2) things[i] = pool.create(1);
    for (Thing* t : things) pool.destroy(t);
    EXPECT_EQ(Thing::living, 0);
    EXPECT_EQ(fake::world().pages_out, pages);
}

TEST(Pool, AnswersNullWithoutMemory) {
    fake::world().reset();
    fake::world().pages_left = 0;
    Pool<Thing> pool(LockRank::SocketTable);
    EXPECT_EQ(pool.create(1), nullptr);
}

// Two harts may both find no room and add a page each.
TEST(Slab, ANewPagesFirstSlotIsOfThatPage) {
    alignas(Slab::kPageSize) static u8 pages[2][Slab::kPageSize];
    Slab slab(500);
    void* a = slab.take_from_new(pages[0]);
    void* b = slab.take_from_new(pages[1]);
    EXPECT_EQ(slab.give(a), pages[0]);
    EXPECT_EQ(slab.give(b), pages[1]);
    EXPECT_EQ(slab.take(), nullptr);
}

TEST(TokenBucket, AllowsABurstAndThenARate) {
    TokenBucket bucket(3, milliseconds(10));
    const Instant t{1'000'000'000};
    for (int i = 0; i < 3; i++) EXPECT_TRUE(bucket.take(t));
    EXPECT_FALSE(bucket.take(t));
    EXPECT_FALSE(bucket.take(t + milliseconds(9)));
    EXPECT_TRUE(bucket.take(t + milliseconds(10)));
    EXPECT_FALSE(bucket.take(t + milliseconds(19)));
    EXPECT_TRUE(bucket.take(t + milliseconds(20)));
}

TEST(TokenBucket, HoldsNoMoreThanItsBurst) {
    TokenBucket bucket(2, milliseconds(10));
    const Instant t{1'000'000'000};
    EXPECT_TRUE(bucket.take(t));
    const Instant later = t + seconds(100'000);
    EXPECT_TRUE(bucket.take(later));
    EXPECT_TRUE(bucket.take(later));
    EXPECT_FALSE(bucket.take(later));
    EXPECT_FALSE(bucket.take(t)) << "a clock that goes backwards adds no tokens";
}

}  // namespace
