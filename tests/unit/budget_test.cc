// How sockets and connections share the mbufs (core/budget.h).
#include <gtest/gtest.h>

#include <vector>

#include "net/core/budget.h"

using namespace net;
using Claim = MbufAccount::Claim;

namespace {

struct Budget : ::testing::Test {
    static constexpr u32 kBound = 1600, kCeiling = kBound - kBound / 8;

    MbufAccount account(u32 host = 0) {
        MbufAccount a;
        a.open(budget, host);
        return a;
    }
    static u32 take_all(MbufAccount& a, Claim claim = Claim::Usual) {
        u32 n = 0;
        while (a.take(1, claim)) n++;
        return n;
    }
    MbufBudget budget{kBound};
};

TEST_F(Budget, OneGetsAllThatIsFreeButAsMuch) {
    MbufAccount a = account();
    EXPECT_EQ(take_all(a), kCeiling / 2);
    EXPECT_EQ(budget.total(), kCeiling / 2) << "a refusal takes nothing";
}

TEST_F(Budget, ManyThatTakeAllGetEqualSharesAndLeaveOne) {
    for (const usize k : {2u, 5u, 20u}) {
        std::vector<MbufAccount> hogs(k, account());
        for (bool more = true; more;) {
            more = false;
            for (MbufAccount& a : hogs) more |= a.take(1, Claim::Usual);
        }
        for (MbufAccount& a : hogs) EXPECT_NEAR(a.held(), kCeiling / (k + 1), 1);
        for (MbufAccount& a : hogs) a.give(a.held());
    }
    EXPECT_EQ(budget.total(), 0u);
}

TEST_F(Budget, EarlyDataGetLess) {
    MbufAccount a = account();
    EXPECT_NEAR(take_all(a, Claim::Early), kCeiling / 3, 1);
}

TEST_F(Budget, ManyOfOneHostLeaveRoomForAnother) {
    std::vector<MbufAccount> hogs(500, account(1));
    for (MbufAccount& a : hogs) take_all(a);
    for (MbufAccount& a : hogs) a.take(1, Claim::First);
    // Mbufs below the first quarter are not charged.
    EXPECT_LE(budget.total(), kBound / 4 + kCeiling * 2 / 3 + 1);
    MbufAccount other = account(2);
    EXPECT_GT(take_all(other), 50u);
    for (MbufAccount& a : hogs) a.give(a.held());
    other.give(other.held());
    MbufAccount again = account(1);
    EXPECT_EQ(take_all(again), kCeiling / 2) << "all charges are returned";
}

TEST_F(Budget, WhoHasNothingAndWhoIsAwaitedHaveRoomOfTheirOwn) {
    std::vector<MbufAccount> hogs(300, account());
    for (MbufAccount& a : hogs) take_all(a);
    EXPECT_LE(budget.total(), kCeiling);
    MbufAccount a = account();
    a.take_anyway(kCeiling - budget.total());
    MbufAccount fresh = account();
    EXPECT_EQ(take_all(fresh, Claim::Usual), 0u);
    EXPECT_EQ(take_all(fresh, Claim::First), kBound / 16);
    EXPECT_EQ(take_all(fresh, Claim::Awaited), kBound / 16);
    EXPECT_EQ(budget.total(), kBound);
}

TEST_F(Budget, GivesAsManyAsTheShareAllows) {
    MbufAccount a = account();
    EXPECT_EQ(a.take_up_to(100, Claim::Usual), 100u);
    const u32 n = a.take_up_to(10'000, Claim::Usual);
    EXPECT_GE(n, 300u);
    EXPECT_LE(a.held(), kCeiling);
    EXPECT_EQ(a.held(), budget.total());
}

}  // namespace
