// The out-of-order queue: its rules one by one, then compared with a model of single bytes.
#include "net/tcp/out_of_order.h"
#include "new_mbuf.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

using namespace net;

namespace {

constexpr Seq kStart{0xffff'f800};  // wraps
constexpr u32 kSpace = 6000;

u8 byte_at(u32 offset) { return static_cast<u8>(offset * 7 + offset / 251); }

MbufPtr segment(u32 offset, u32 n) {
    MbufPtr m = new_mbuf();
    u8* to = m->put(n);
    for (u32 i = 0; i < n; i++) to[i] = byte_at(offset + i);
    return m;
}

using Range = std::pair<u32, u32>;
using Ranges = std::vector<Range>;
constexpr u32 kLong = 600;  // not merged with its neighbours

struct Held : ::testing::Test {
    Held() { account.open(budget, 0); }
    ~Held() override { queue.clear(account); }
    OutOfOrder::Outcome hold(u32 offset, u32 n) {
        return queue.insert(account, kStart + offset, segment(offset, n));
    }
    // The range that was already held.
    Range twice(u32 offset, u32 n) {
        const SeqRange r = hold(offset, n).duplicate;
        return {r.left.since(kStart), r.right.since(kStart)};
    }
    bool refuses(u32 offset, u32 n) { return hold(offset, n).refused; }
    Ranges blocks() const {
        SeqRange b[OutOfOrder::kMaxBlocks];
        Ranges out;
        for (usize i = 0, n = queue.blocks(b); i < n; i++)
            out.push_back({b[i].left.since(kStart), b[i].right.since(kStart)});
        return out;
    }

    MbufBudget budget{10'000};
    MbufAccount account;
    OutOfOrder queue;
};

// --- overlaps: what was received first is kept

TEST_F(Held, AnExactCopyIsADuplicate) {
    hold(1000, kLong);
    EXPECT_EQ(twice(1000, kLong), Range(1000, 1600));
    EXPECT_EQ(queue.bytes(), kLong);
    EXPECT_EQ(account.held(), 1u);
}

TEST_F(Held, OnlyTheNewEndOfASegmentIsHeld) {
    hold(1000, kLong);
    EXPECT_EQ(twice(1500, 1000), Range(1500, 1600));
    EXPECT_EQ(blocks(), Ranges({{1000, 2500}}));
    EXPECT_EQ(queue.bytes(), 1500u);
}

TEST_F(Held, OnlyTheNewStartOfASegmentIsHeld) {
    hold(1000, kLong);
    EXPECT_EQ(twice(400, 1000), Range(1000, 1400));
    EXPECT_EQ(blocks(), Ranges({{400, 1600}}));
    EXPECT_EQ(queue.bytes(), 1200u);
}

TEST_F(Held, DataBehindTheSegmentAreNoDuplicates) {
    hold(1000, kLong);
    hold(5000, kLong);
    EXPECT_EQ(twice(1500, 1000), Range(1500, 1600));
}

TEST_F(Held, NeighboursAreNoDuplicates) {
    hold(1000, kLong);
    for (const u32 offset : {1600, 400}) {
        const auto outcome = hold(offset, kLong);
        EXPECT_FALSE(outcome.duplicate.left.before(outcome.duplicate.right));
    }
    EXPECT_EQ(blocks(), Ranges({{400, 2200}}));
    EXPECT_EQ(account.held(), 3u);
}

TEST_F(Held, ALargeSegmentReplacesWhatItCovers) {
    hold(1000, kLong);
    hold(1600, kLong);
    EXPECT_EQ(twice(900, 1300), Range(1000, 1600));
    EXPECT_EQ(account.held(), 1u);
    EXPECT_EQ(queue.bytes(), 1300u);
    EXPECT_EQ(blocks(), Ranges({{900, 2200}}));
}

TEST_F(Held, NothingNewBetweenTwoNeighbours) {
    hold(1000, kLong);
    hold(1600, kLong);
    EXPECT_EQ(twice(1500, 300), Range(1600, 1800)) << "the last of the two ranges";
    EXPECT_EQ(queue.bytes(), 2 * kLong);
    EXPECT_EQ(account.held(), 2u);
}

// --- small segments share an mbuf

TEST_F(Held, SmallNeighboursShareAnMbuf) {
    hold(1000, 10);
    hold(1010, 10);
    EXPECT_EQ(account.held(), 1u) << "after it";
    hold(990, 10);
    EXPECT_EQ(account.held(), 1u) << "before it";
    hold(1030, 10);
    EXPECT_EQ(account.held(), 2u) << "not adjacent";
    hold(1020, 10);
    EXPECT_EQ(account.held(), 1u) << "fills the gap";
    EXPECT_EQ(queue.bytes(), 50u);
    EXPECT_EQ(blocks(), Ranges({{990, 1040}}));
}

TEST_F(Held, UpTo512BytesAreMerged) {
    hold(1000, 10);
    hold(1010, 512);
    EXPECT_EQ(account.held(), 1u);
    hold(1522, 513);
    EXPECT_EQ(account.held(), 2u);
}

TEST_F(Held, AnMbufIsFilledToItsEnd) {
    MbufPtr first = segment(1000, kLong);
    const auto room = static_cast<u32>(first->tailroom());
    queue.insert(account, kStart + 1000, std::move(first));
    u32 end = 1000 + kLong;
    for (u32 left = room; left > 0;) {
        const u32 n = std::min(left, 500u);
        hold(end, n);
        end += n, left -= n;
    }
    EXPECT_EQ(account.held(), 1u);
    hold(end, 1);
    EXPECT_EQ(account.held(), 2u);
}

TEST_F(Held, SmallSegmentsThatAreReplacedAreGivenBack) {
    hold(1000, kLong);
    hold(1700, 10);
    hold(1800, 10);
    EXPECT_EQ(account.held(), 3u);
    hold(1600, 250);
    EXPECT_EQ(account.held(), 1u) << "merged into the first";
    EXPECT_EQ(queue.bytes(), 850u);
}

// --- limits

TEST_F(Held, ALateSegmentIsRefusedIfThereAreTooMany) {
    for (u32 i = 0; i < OutOfOrder::kMaxSegments; i++) EXPECT_FALSE(refuses(1000 + 2 * i, 1));
    const u32 last = 1000 + 2 * (OutOfOrder::kMaxSegments - 1);
    EXPECT_TRUE(refuses(last + 2, 1));
    EXPECT_FALSE(refuses(last, 1)) << "nothing in it is new";
    EXPECT_FALSE(refuses(10, 1)) << "an earlier one takes the place of the last";
    EXPECT_EQ(account.held(), OutOfOrder::kMaxSegments);
    EXPECT_EQ(queue.bytes(), OutOfOrder::kMaxSegments);
    EXPECT_TRUE(refuses(last, 1));
}

TEST_F(Held, TheAccountLimitsItToo) {
    MbufBudget small(2);
    MbufAccount mine, others;
    mine.open(small, 0), others.open(small, 0);
    others.take_anyway(2);
    OutOfOrder early;
    EXPECT_TRUE(early.insert(mine, kStart, segment(0, 1)).refused) << "and there is none to drop";
    EXPECT_TRUE(early.empty());
    EXPECT_EQ(mine.held(), 0u);
}

// RFC 2018 section 8: held data may be dropped again.
TEST_F(Held, AQuarterIsPrunedFromTheEnd) {
    EXPECT_EQ(queue.prune(account), 0u);
    for (u32 i = 0; i < 9; i++) hold(1000 * (i + 1), kLong);
    EXPECT_EQ(queue.prune(account), 3u) << "rounded up";
    EXPECT_EQ(queue.prune(account), 2u);
    EXPECT_EQ(queue.prune(account), 1u);
    EXPECT_EQ(account.held(), 3u);
    EXPECT_EQ(queue.bytes(), 3 * kLong);
    for (u32 i = 0; i < 3; i++) EXPECT_EQ(queue.prune(account), 1u);
    EXPECT_TRUE(queue.empty());
    EXPECT_EQ(account.held(), 0u);
}

// --- delivery

TEST_F(Held, WhatIsReceivedMeanwhileIsCutOff) {
    hold(1000, kLong);
    EXPECT_FALSE(queue.take(account, kStart + 999)) << "a gap";
    const MbufPtr m = queue.take(account, kStart + 1100);
    ASSERT_TRUE(m);
    EXPECT_EQ(m->length(), 500u);
    EXPECT_EQ(m->data()[0], byte_at(1100));
    EXPECT_EQ(queue.bytes(), 0u);
    EXPECT_EQ(account.held(), 1u) << "it stays charged";
    account.give(1);
}

TEST_F(Held, WhatIsAllReceivedMeanwhileIsFreed) {
    hold(1000, kLong);
    hold(2000, kLong);
    EXPECT_FALSE(queue.take(account, kStart + 1600));
    EXPECT_EQ(account.held(), 1u);
    EXPECT_EQ(queue.bytes(), kLong);
}

// --- SACK blocks (RFC 2018 section 4)

struct HeldBlocks : Held {
    HeldBlocks() {
        for (u32 i = 1; i <= 5; i++) hold(1000 * i, 100);
    }
};

TEST_F(HeldBlocks, TheMostRecentComesFirst) {
    EXPECT_EQ(blocks(), Ranges({{5000, 5100}, {1000, 1100}, {2000, 2100}, {3000, 3100}}));
    hold(3100, 100);
    EXPECT_EQ(blocks(), Ranges({{3000, 3200}, {1000, 1100}, {2000, 2100}, {4000, 4100}}));
    hold(900, 100);
    EXPECT_EQ(blocks(), Ranges({{900, 1100}, {2000, 2100}, {3000, 3200}, {4000, 4100}}));
}

TEST_F(HeldBlocks, ARepeatedSegmentCountsAsRecent) {
    hold(2010, 5);
    EXPECT_EQ(blocks()[0], Range(2000, 2100));
}

TEST_F(HeldBlocks, ABlockThatWasDeliveredIsNotReported) {
    hold(1000, 1);
    EXPECT_TRUE(queue.take(account, kStart + 1000));
    account.give(1);
    EXPECT_EQ(blocks(), Ranges({{2000, 2100}, {3000, 3100}, {4000, 4100}, {5000, 5100}}));
}

TEST_F(Held, ABlockWhoseMostRecentPartWasDroppedIsNotFirst) {
    hold(100, kLong);
    hold(1000, kLong);
    hold(1600, kLong);
    EXPECT_EQ(blocks()[0], Range(1000, 2200));
    EXPECT_EQ(queue.prune(account), 1u);
    EXPECT_EQ(blocks(), Ranges({{100, 700}, {1000, 1600}}));
}

// --- a model of single bytes

struct EarlyData : ::testing::TestWithParam<unsigned> {
    EarlyData() { account.open(budget, 0); }
    u32 upto(u32 n) { return static_cast<u32>(random() % n); }

    std::mt19937 random{GetParam()};
    MbufBudget budget{2048};
    MbufAccount account;
    OutOfOrder early;
    std::vector<bool> sent = std::vector<bool>(kSpace);
};

TEST_P(EarlyData, IsWhatWasSentOrNothing) {
    u32 next = 0;
    for (int step = 0; step < 3000; step++) {
        const u32 n = 1 + (step % 3 ? upto(20) : upto(1400)), offset = next + 1 + upto(kSpace - n - 1);
        if (offset + n >= kSpace) break;
        std::fill_n(sent.begin() + offset, n, true);
        const auto outcome = early.insert(account, kStart + offset, segment(offset, n));
        const SeqRange& twice = outcome.duplicate;
        if (twice.left.before(twice.right)) {
            EXPECT_TRUE(twice.left.at_or_after(kStart + offset));
            EXPECT_TRUE(twice.right.at_or_before(kStart + offset + n));
        }
        if (upto(50) == 0) early.prune(account);
        SeqRange blocks[OutOfOrder::kMaxBlocks];
        for (usize i = 0, all = early.blocks(blocks); i < all; i++) {
            for (Seq s = blocks[i].left; s.before(blocks[i].right); s += 1)
                ASSERT_TRUE(sent[s.since(kStart)]);
        }
        // From time to time the missing bytes arrive.
        if (upto(20) == 0 && !early.empty()) next += upto(40);
        while (MbufPtr m = early.take(account, kStart + next)) {
            ASSERT_GT(m->length(), 0u);
            for (const u8 byte : m->bytes()) {
                ASSERT_TRUE(sent[next]);
                ASSERT_EQ(byte, byte_at(next++));
            }
            account.give(1);
        }
    }
    early.clear(account);
    EXPECT_EQ(account.held(), 0u);
    EXPECT_EQ(early.bytes(), 0u);
    EXPECT_EQ(budget.total(), 0u);
}

INSTANTIATE_TEST_SUITE_P(BySeed, EarlyData, ::testing::Range(1u, 20u));

}  // namespace
