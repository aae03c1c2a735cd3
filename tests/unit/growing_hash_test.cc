#include "net/core/growing_hash.h"
#include "world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
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

TEST_F(GrowingHashTest, ListsAllInOneWalkAndCountsThem) {
    const auto is_wanted = [](const Thing& t) { return t.hash % 2 == 0; };
    const auto wanted = [&] {
        return static_cast<usize>(
            std::count_if(things.begin(), things.end(), [&](const auto& t) { return is_wanted(*t); }));
    };
    for (int round = 0; round < 3; round++) {
        fill(500);  // the list begins anew after a change
        usize all = 0;
        std::set<Thing*> found;
        for (usize i = 0; Thing* t = table.at(i, is_wanted, &all); i++) found.insert(t);
        EXPECT_EQ(found.size(), wanted());
        EXPECT_EQ(all, wanted());
        EXPECT_EQ(table.at(wanted() - 1, is_wanted, nullptr) != nullptr, true);
        EXPECT_TRUE(found.contains(table.at(0, is_wanted, nullptr)));
    }
}

// As a bound socket that becomes a listener: nothing is linked or unlinked.
TEST_F(GrowingHashTest, ListsWhatIsWantedSinceTheLastList) {
    fill(3);
    bool are_wanted = false;
    const auto wanted = [&are_wanted](const Thing&) { return are_wanted; };
    ASSERT_EQ(table.at(0, wanted, nullptr), nullptr);
    are_wanted = true;
    for (usize i = 0; i < 3; i++) EXPECT_NE(table.at(i, wanted, nullptr), nullptr);
    EXPECT_EQ(table.at(3, wanted, nullptr), nullptr);
}

TEST_F(GrowingHashTest, ShrinksAgainAndReturnsItsPages) {
    const long before = fake::world().pages_out;
    for (const usize size : {200u, 700u, 5000u}) {
        fill(size);
        while (!things.empty()) {
            table.unlink(*things.back(), things.back()->hash);
            things.pop_back();
            if (void* page = table.shrink()) platform::page_free(page);
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
