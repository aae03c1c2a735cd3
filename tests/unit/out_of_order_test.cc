// The out-of-order queue, compared with a model of single bytes.
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
