#include "net/core/growing_hash.h"
#include "world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <vector>

using namespace net;

namespace {

struct Thing {
    u64 hash;
    Thing* next = nullptr;
};
using Things = GrowingHash<Thing, &Thing::next>;

bool contains(Things& table, const Thing& wanted) {
    Thing* t = table.chain(wanted.hash);
    while (t && t != &wanted) t = t->next;
    return t != nullptr;
}

void add(Things& table, Thing& t) {
    table.link(t, t.hash);
    const auto hash_of = [](const Thing& each) { return each.hash; };
    if (table.grow(hash_of)) return;
    ASSERT_EQ(table.add_page(platform::page_alloc()), nullptr);
    ASSERT_TRUE(table.grow(hash_of));
}

struct GrowingHashTest : ::testing::Test {
    GrowingHashTest() { fake::world().reset(); }
    std::vector<std::unique_ptr<Thing>> things;
    Things table;
    void fill(usize n) {
        for (usize i = 0; i < n; i++) {
            things.push_back(
                std::make_unique<Thing>(Thing{(things.size() + 1) * 0x9e37'79b9'7f4a'7c15 >> 40}));
            add(table, *things.back());
        }
    }
    void drop_last() {
        table.unlink(*things.back(), things.back()->hash);
        things.pop_back();
        if (void* page = table.shrink()) platform::page_free(page);
    }
};

TEST_F(GrowingHashTest, FindsEveryObjectWhileItGrows) {
    for (int round = 0; round < 100; round++) {
        fill(100);
        for (const auto& t : things) ASSERT_TRUE(contains(table, *t));
    }
    EXPECT_GE(table.size(), 19'990u);
    EXPECT_LE(table.longest_chain(), 8u);
}

TEST_F(GrowingHashTest, ForgetsUnlinkedObjectsOnly) {
    fill(3000);
    for (usize i = 0; i < things.size(); i += 2) table.unlink(*things[i], things[i]->hash);
    for (usize i = 0; i < things.size(); i++) EXPECT_EQ(contains(table, *things[i]), i % 2 == 1);
}

// How many walks are needed from a place on, if each wants at most `room` objects.
usize walk(Things& table, Things::Place& from, usize room, std::multiset<Thing*>& found) {
    usize walks = 0;
    for (; !from.at_end(); walks++) {
        usize n = 0;
        table.walk(from, [&](Thing& t) {
            if (n == room) return false;
            found.insert(&t);
            n++;
            return true;
        });
    }
    return walks;
}

TEST_F(GrowingHashTest, WalksPassEveryObjectOnce) {
    for (const usize room : {1u, 7u, 1000u}) {
        fill(500);
        Things::Place place;
        std::multiset<Thing*> found;
        walk(table, place, room, found);
        EXPECT_EQ(found.size(), things.size());
        for (const auto& t : things) EXPECT_EQ(found.count(t.get()), 1u);
    }
}

TEST_F(GrowingHashTest, AWalkThatWantsAllPassesAFewHundredChainsAtOnce) {
    fill(3000);
    Things::Place place;
    std::multiset<Thing*> found;
    EXPECT_EQ(walk(table, place, ~usize{0}, found), (table.size() + 255) / 256);
}

// What comes and goes meanwhile splits and merges buckets before and behind the walk, and in the middle of
// one.
TEST_F(GrowingHashTest, AWalkMissesNothingThatIsThereAllTheTime) {
    constexpr usize kStay = 300, kMost = 4000;
    std::mt19937 random(1);
    usize grown = 0, shrunk = 0;
    for (int round = 0; round < 20; round++) {
        const usize room = 8 + random() % 60, step = 1 + random() % 200;
        while (!things.empty()) drop_last();
        fill(kStay + random() % (kMost - kStay));
        std::set<Thing*> found;
        bool more = random() % 2;
        Things::Place place;
        for (int walks = 0; !place.at_end(); walks++) {
            ASSERT_LT(walks, 10'000) << "the walk does not end";
            usize n = 0;
            table.walk(place, [&](Thing& t) { return n++ < room && (found.insert(&t), true); });
            const usize size = table.size();
            if (more) fill(step);
            for (usize i = 0; !more && i < step && things.size() > kStay; i++) drop_last();
            grown += table.size() > size, shrunk += table.size() < size;
            if (things.size() > kMost || things.size() == kStay) more = !more;
        }
        for (usize i = 0; i < kStay; i++) ASSERT_TRUE(found.contains(things[i].get())) << "round " << round;
    }
    EXPECT_GT(grown, 100u);
    EXPECT_GT(shrunk, 100u);
}

// Passes at most `room` objects.
std::vector<Thing*> part(Things& table, Things::Place& place, usize room) {
    std::vector<Thing*> found;
    table.walk(place, [&](Thing& t) { return found.size() < room && (found.push_back(&t), true); });
    return found;
}

TEST_F(GrowingHashTest, AWalkMissesNothingInAChainThatChanges) {
    std::vector<Thing> same(7);
    for (usize i = 0; i < 6; i++) add(table, same[i]);
    Things::Place place;
    EXPECT_EQ(part(table, place, 3), (std::vector<Thing*>{&same[5], &same[4], &same[3]}));
    table.unlink(same[5], 0), table.unlink(same[4], 0);
    add(table, same[6]);
    EXPECT_EQ(part(table, place, 100), (std::vector<Thing*>{&same[2], &same[1], &same[0]}));
}

TEST_F(GrowingHashTest, AWalkMissesNothingInAChainThatIsSplitOrMerged) {
    std::vector<Thing> two(8), others(300);
    for (usize i = 0; i < two.size(); i++) add(table, two[i] = {i % 2 * 256});
    const auto finds_all = [&](std::vector<Thing*> found, Things::Place& place) {
        while (!place.at_end()) {
            for (Thing* t : part(table, place, 1000)) found.push_back(t);
        }
        return std::all_of(two.begin(), two.end(),
                           [&](Thing& t) { return std::ranges::count(found, &t) > 0; });
    };
    Things::Place before_split, before_merge;
    std::vector<Thing*> found = part(table, before_split, 6);
    for (usize i = 0; i < others.size(); i++) add(table, others[i] = {1 + i % 255});
    EXPECT_GT(table.size(), 512u);
    EXPECT_TRUE(finds_all(found, before_split));
    found = part(table, before_merge, 2);
    for (Thing& t : others) {
        table.unlink(t, t.hash);
        if (void* page = table.shrink()) platform::page_free(page);
    }
    EXPECT_EQ(table.size(), 256u);
    EXPECT_TRUE(finds_all(found, before_merge));
}

TEST_F(GrowingHashTest, ShrinksAgainAndReturnsItsPages) {
    const long before = fake::world().pages_out;
    for (const usize size : {200u, 700u, 5000u}) {
        fill(size);
        while (!things.empty()) {
            drop_last();
            if (things.size() % 97 != 0) continue;
            for (const auto& t : things) ASSERT_TRUE(contains(table, *t));
        }
        EXPECT_EQ(table.size(), 256u);
        EXPECT_EQ(fake::world().pages_out, before);
    }
}

// As when another hart unlinks objects while this one allocates the page.
TEST_F(GrowingHashTest, ReturnsAPageThatItGotTooLate) {
    fill(128);
    const long before = fake::world().pages_out;
    ASSERT_EQ(table.add_page(platform::page_alloc()), nullptr);
    while (!things.empty()) {
        table.unlink(*things.back(), things.back()->hash);
        things.pop_back();
        if (void* page = table.shrink()) platform::page_free(page);
    }
    EXPECT_EQ(fake::world().pages_out, before);
}

TEST_F(GrowingHashTest, WorksWithoutMemoryToGrow) {
    for (usize i = 0; i < 1000; i++) {
        things.push_back(std::make_unique<Thing>(Thing{i}));
        table.link(*things.back(), i);
        EXPECT_EQ(table.grow([](const Thing& t) { return t.hash; }), i < 128);
    }
    for (const auto& t : things) EXPECT_TRUE(contains(table, *t));
}

TEST_F(GrowingHashTest, StopsGrowingAtItsLimit) {
    fill(20'000);
    EXPECT_EQ(table.size(), 256u + 64 * 512);
    void* page = platform::page_alloc();
    EXPECT_EQ(table.add_page(page), page) << "a full table needs no page";
    platform::page_free(page);
    for (const auto& t : things) ASSERT_TRUE(contains(table, *t));
}

}  // namespace
